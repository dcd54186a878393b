package reconcile

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/text"
)

// noteRoom is how many bytes of names a storm's text holds: what a technician
// still reads, and far below what a note can hold.
const noteRoom = 4000

// stormDetail counts the members, says of what kind they are and since when, and
// names them, gravest first, as far as a note holds.
func stormDetail(members []*subject, eldest time.Time) string {
	kinds, classes := make(map[string]int), make(map[string]int)
	for _, s := range members {
		kinds[cmp.Or(text.Line(s.issue.Kind), "other")]++
		classes[cmp.Or(text.Line(s.issue.Class), "other")]++
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d at once: %s; by class: %s%s.", len(members), tally(kinds), tally(classes), stamp(", the first since", eldest))
	sorted := slices.SortedFunc(slices.Values(members), func(a, b *subject) int {
		return cmp.Or(cmp.Compare(b.issue.Severity, a.issue.Severity), cmp.Compare(a.issue.Summary, b.issue.Summary), cmp.Compare(a.id, b.id))
	})
	for i, s := range sorted {
		if b.Len() > noteRoom {
			fmt.Fprintf(&b, "\nand %d more", len(sorted)-i)
			break
		}
		fmt.Fprintf(&b, "\n- %s (%s)", s.issue.Summary, s.issue.Severity)
	}
	return b.String()
}

// tally gives "12 failed, 3 offline", the most first, eight at most.
func tally(counts map[string]int) string {
	names := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	var out []string
	for i, name := range names {
		if i == 8 {
			out = append(out, fmt.Sprintf("%d of other kinds", len(names)-i))
			break
		}
		out = append(out, fmt.Sprintf("%d %s", counts[name], name))
	}
	return strings.Join(out, ", ")
}
