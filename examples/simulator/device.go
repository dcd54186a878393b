package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/covedesk/covedesk/internal/world"
)

// statuses are Cove's names of its session statuses, by number.
var statuses = []string{"offline", "InProcess", "Failed", "Aborted", "Unknown", "Completed", "Interrupted", "NotStarted", "CompletedWithErrors", "InProgressWithFaults", "OverQuota", "NoSelection", "Restarted"}

var deviceOrders = []order{{
	path: "/device", does: "ends a session of a device now, and lets those that follow end in the same way until the next such order",
	parameters: []parameter{
		{"name", "the device or its computer"},
		{"customer", "its customer at Cove; gets a new device when it has none of that name"},
		{"source", `the data source, such as D01; all of the device without it`},
		{"status", "how the session ends, a number of Cove's or one of " + strings.Join(statuses[1:], ", ") + "; or offline: the device is silent from now on"},
		{"error", "what the session reports; Failed without a status"},
	},
	run: func(s *servers, a *arguments) map[string]any {
		c := world.Change{Name: a.required("name"), Customer: a.optional("customer"), Source: a.optional("source"), Error: a.optional("error")}
		text := a.optional("status")
		if text == "" && c.Error != "" {
			text = "Failed"
		}
		c.Status = slices.IndexFunc(statuses, func(name string) bool { return strings.EqualFold(name, text) })
		if c.Status < 0 {
			n, err := strconv.Atoi(text)
			if err != nil || n < 1 || n >= len(statuses) {
				a.fail("status=%s: want a number from 1 to 12 or one of %s", text, strings.Join(statuses, ", "))
			}
			c.Status = n
		}
		if a.err != nil {
			return nil
		}
		c.Offline = c.Status == 0
		id, err := s.current().Change(c)
		if err != nil {
			a.fail("%w", err)
		}
		return map[string]any{"device": id}
	},
}}
