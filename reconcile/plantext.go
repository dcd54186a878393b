package reconcile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/internal/text"
)

// String gives the plan for people: what is written and what is held, a line
// each and why; what is folded and kept is counted.
func (p Plan) String() string {
	var b strings.Builder
	var counts []string
	for _, kind := range kindOrder {
		if n := p.Counts()[kind]; n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, kind))
		}
	}
	fmt.Fprintf(&b, "Plan of %s for %s: %s\n", p.At.UTC().Format("2006-01-02 15:04:05 UTC"), text.Line(p.Owner), strings.Join(counts, ", "))
	for _, feed := range slices.Sorted(maps.Keys(p.Quiet)) {
		fmt.Fprintf(&b, "! %s\n", text.Line(p.Quiet[feed]))
	}
	listed := 0
	for i := range p.Actions {
		a := &p.Actions[i]
		if a.Kind == Fold || a.Kind == Keep {
			continue
		}
		if listed++; listed > listLimit {
			continue
		}
		writeAction(&b, a)
	}
	if listed > listLimit {
		fmt.Fprintf(&b, "and %d more that are written or held\n", listed-listLimit)
	}
	for _, kind := range [...]ActionKind{Fold, Keep} {
		codes := p.Codes(kind)
		for _, code := range slices.Sorted(maps.Keys(codes)) {
			fmt.Fprintf(&b, "%-14s%d × %s\n", kind, codes[code], text.Line(string(code)))
		}
	}
	return b.String()
}

// listLimit is how many actions a plan's text lists: nobody reads more.
const listLimit = 1000

func writeAction(b *strings.Builder, a *Action) {
	what := text.Line(string(a.Kind))
	if a.Would != "" {
		what += " (" + text.Line(string(a.Would)) + ")"
	}
	severity, number := "-", "-"
	if a.Issue != nil {
		severity = a.Issue.Severity.String()
	}
	if a.Ticket != 0 {
		number = fmt.Sprintf("#%d", a.Ticket)
	}
	summary := cmp.Or(text.Line(a.Summary), text.Line(a.Key.String()))
	fmt.Fprintf(b, "%-13s %-9s %-9s %s\n              %s\n", what, severity, number, summary, a.Reason())
}

// String gives the approval for people, printable whatever the file held.
func (a *Approval) String() string {
	return Plan{At: a.At, Owner: a.Owner, Actions: a.Actions}.String()
}
