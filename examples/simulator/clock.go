package main

import (
	"time"

	"github.com/covedesk/covedesk/cove/covetest"
	"github.com/covedesk/covedesk/internal/strict"
)

// longest is how far the clock can be moved at once, because all sessions of
// the devices are simulated.
const longest = 366 * 24 * time.Hour

var clockOrders = []order{{
	path: "/advance", does: "moves the clock forward; the devices live on",
	parameters: []parameter{{"by", `how far: "6h", "90m", "2d"; at most 366 days`}},
	run: func(s *servers, a *arguments) map[string]any {
		by := read(a, "by", strict.ParseDuration)
		if a.required("by"); a.err == nil && (by <= 0 || by > longest) {
			a.fail("by=%s: the clock goes forward, at most 366 days at once", a.optional("by"))
		}
		if a.err == nil {
			s.current().Clock.Advance(by)
			s.current().CatchUp()
		}
		return nil
	},
}, {
	path: "/clock", does: "sets the clock, runs it, or puts the servers' Date header off it",
	parameters: []parameter{
		{"server", `a time sets the clock, forward only: "2026-11-16T08:00:00Z"; a duration is how far the Date header is off it: "10m", "-1h", "0"`},
		{"api", "cove or connectwise: whose Date header is off; both without it"},
		{"speed", "how many times faster than real time the clock runs; 0 stops it"},
	},
	run: turnClock,
}}

func turnClock(s *servers, a *arguments) map[string]any {
	w, api := s.current(), a.api()
	server, speed := a.optional("server"), read(a, "speed", number)
	if server == "" && a.optional("speed") == "" {
		a.fail("server or speed is missing")
	}
	if err := checkSpeed(speed); err != nil {
		a.fail("%w", err)
	}
	var offset, by time.Duration
	to, err := time.Parse(time.RFC3339, server)
	if err == nil {
		by = to.Sub(w.Now())
		switch {
		case by < 0 || by > longest:
			a.fail("server=%s: the clock shows %s and goes forward, at most 366 days at once", server, w.Now().Format(time.RFC3339))
		case api != "":
			a.fail("both APIs have one clock: leave api out, or give a duration for the Date header")
		}
	} else {
		offset = read(a, "server", strict.ParseDuration)
	}
	if a.err != nil {
		return nil
	}
	if by > 0 {
		w.Clock.Set(to)
		w.CatchUp()
	} else if server != "" && err != nil {
		if api != connectwiseAPI {
			w.Cove.EditSwitches(func(s *covetest.Switches) { s.DateOffset = offset })
		}
		if api != coveAPI {
			w.ConnectWise.SetDateOffset(offset)
		}
	}
	if a.optional("speed") != "" {
		w.Clock.Run(speed)
	}
	return nil
}
