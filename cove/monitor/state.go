package monitor

import (
	"strings"

	"github.com/covedesk/covedesk/reconcile"
)

// state writes what counts as a change of the problem: sources, conditions and
// tiers ("D01:failed D02:stale2"). The lowest tier has no number. It holds no
// count, age, time or text, so it is the same in every run until the problem
// itself changes.
func state(findings []Finding) string {
	var b strings.Builder
	for i := range findings {
		f := &findings[i]
		if i > 0 {
			b.WriteByte(' ')
		}
		if f.Source != 0 {
			b.WriteString(f.Source.String())
			b.WriteByte(':')
		}
		b.WriteString(f.Condition.String())
		if f.Severity > reconcile.SeverityLow {
			b.WriteByte('0' + byte(f.Severity))
		}
	}
	return b.String()
}
