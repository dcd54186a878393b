package desk

import (
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/reconcile"
)

// heldKey is what the standing ticket is about.
var heldKey = reconcile.Key{Feed: "covedesk", Subject: "held"}

// heldLines is how many held problems the standing ticket names.
const heldLines = 100

// Held turns what a plan holds back, and what has gone without a trace, into a
// problem of its own: one standing ticket on the given company, the provider's
// own, so that what waits for a person is seen by one. It is diffed and applied
// like any other observation, after the plan itself:
//
//	plan, err := reconcile.Diff(observation, board, policy)
//	standing, err := reconcile.Diff(desk.Held(plan, company), board, policy)
//
// The policy's UpdateEvery bounds how often it is written; it is closed, as
// StatusStages says, once nothing is held. Its source is "covedesk", so the second
// diff keeps the tickets of all other sources. It needs no composer: the plain
// text is the list.
func Held(plan reconcile.Plan, company int64) reconcile.Observation {
	o := reconcile.Observation{At: plan.At, Feeds: []reconcile.Feed{{Name: heldKey.Feed}}}
	var lines, state []string
	severity := reconcile.SeverityLow
	for _, a := range plan.Actions {
		if a.Kind != reconcile.Hold && a.Code != reconcile.CodeAbsent || a.Key == heldKey {
			continue
		}
		about := a.Summary
		if about == "" {
			about = a.Key.String()
		}
		line := about + ": " + a.Reason()
		if a.Ticket != 0 {
			line += fmt.Sprintf(" (ticket %d)", a.Ticket)
		}
		lines = append(lines, line)
		state = append(state, fmt.Sprintf("%s/%d:%s", a.KeyID, a.Ticket, a.Code))
		if a.Issue != nil {
			severity = max(severity, a.Issue.Severity)
		}
	}
	if len(lines) == 0 {
		o.Healthy = []reconcile.Healthy{{Key: heldKey, Since: plan.At}}
		return o
	}
	slices.Sort(lines)
	slices.Sort(state)
	if more := len(lines) - heldLines; more > 0 {
		lines = append(lines[:heldLines], fmt.Sprintf("and %d more", more))
	}
	o.Issues = []reconcile.Issue{{
		Key:      heldKey,
		Company:  decimal(company),
		Kind:     "held",
		Severity: severity,
		Summary:  "covedesk: problems that wait for a decision",
		State:    strings.Join(state, " "),
		Detail:   "These are not dealt with until a person decides:\n\n" + strings.Join(lines, "\n"),
	}}
	return o
}
