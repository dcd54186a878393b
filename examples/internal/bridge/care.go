package bridge

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/reconcile"
)

// Care returns figures on how people handle the tickets. If many problems end
// before anyone touched the ticket, or people close many tickets without work
// although the problem goes on, the rules report too much.
func (b *Bridge) Care(ctx context.Context, report *desk.Report) (lines []string) {
	var closed, untouched, back int
	var against []int64 // tickets that people closed although the problem goes on
	devices, kinds := map[string]int{}, map[string]int{}
	for _, a := range report.Plan.Actions {
		switch {
		case a.Kind == reconcile.Close && a.Code != reconcile.CodeDuplicate:
			closed++
			if a.Stage == reconcile.StageNew {
				untouched++
			}
		case a.Kind == reconcile.Hold && a.Code == reconcile.CodeSnoozed:
			against = append(against, a.Ticket)
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
	if idle, err := b.withoutTime(ctx, against); err != nil {
		lines = append(lines, "how many were closed without time could not be read: "+err.Error())
	} else {
		add(len(against), "closed by a person although the problem goes on: %d, %d of them without time", len(against), idle)
	}
	add(back, "came back within 48 hours: %d", back)
	add(len(kinds), "most frequent: %s", most(kinds, "%s %d"))
	add(len(devices), "noisiest: %s", most(devices, "%s (%d tickets)"))
	return lines
}

// withoutTime counts the tickets without a time entry, with one call. Of more
// than a hundred tickets it checks only the first hundred.
func (b *Bridge) withoutTime(ctx context.Context, ids []int64) (n int, err error) {
	if len(ids) == 0 {
		return 0, nil
	}
	list := &connectwise.ListOptions{Where: connectwise.Where("id in ?", ids[:min(100, len(ids))]), Fields: []string{"id", "actualHours"}}
	tickets, err := b.ConnectWise.Service.Tickets.All(ctx, list)
	for _, t := range tickets {
		if hours, _ := t.ActualHours.Float64(); hours == 0 {
			n++
		}
	}
	return n, err
}

// most returns the three entries with the highest counts.
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
