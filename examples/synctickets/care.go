package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/reconcile"
)

// care says how well tickets and people get along: many tickets that heal before
// anyone touched them, or that people close although the problem goes on, mean
// that the rules report too much.
func care(report *desk.Report) (lines []string) {
	var closed, untouched, againstUs, back int
	devices, kinds := map[string]int{}, map[string]int{}
	for _, a := range report.Plan.Actions {
		switch {
		case a.Kind == reconcile.Close && a.Code != reconcile.CodeDuplicate:
			closed++
			if a.Stage == reconcile.StageNew {
				untouched++
			}
		case a.Kind == reconcile.Hold && a.Code == reconcile.CodeSnoozed:
			againstUs++
		case a.Kind == reconcile.Reopen && report.Began.Sub(a.Since) <= 48*time.Hour:
			back++
		}
		if a.Issue != nil {
			kinds[a.Issue.Kind]++
			if earlier := len(a.Related); a.Kind == reconcile.Create && earlier > 0 {
				devices[a.Summary] = earlier + 1
			}
		}
	}
	add := func(n int, format string, args ...any) {
		if n > 0 {
			lines = append(lines, fmt.Sprintf(format, args...))
		}
	}
	add(untouched, "healed before anyone touched the ticket: %d of %d closed", untouched, closed)
	add(againstUs, "closed by a person although the problem goes on: %d", againstUs)
	add(back, "came back within 48 hours: %d", back)
	add(len(kinds), "most frequent: %s", most(kinds, "%s %d"))
	add(len(devices), "noisiest: %s", most(devices, "%s (%d tickets)"))
	return lines
}

// most are the three with the greatest counts.
func most(counts map[string]int, format string) string {
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
	var texts []string
	for _, name := range names[:min(3, len(names))] {
		texts = append(texts, fmt.Sprintf(format, name, counts[name]))
	}
	return strings.Join(texts, ", ")
}
