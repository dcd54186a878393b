package connectwise

import (
	"context"
	"fmt"
	"sync"
)

// mostRanges is more than any list needs; a greater count is a mistake.
const mostRanges = 100_000

// listRanges reads a list in ranges of ids, several at once. The first range
// has no lower bound and the last no upper bound, so together they cover the
// whole list, even if records were added or removed after the bounds were
// chosen.
func (s *core) listRanges(ctx context.Context, q query, yield func(row) bool) error {
	var n int
	var first, last int64
	var errs [3]error
	var asking sync.WaitGroup
	asking.Go(func() { n, errs[0] = s.countOf(ctx, q) })
	asking.Go(func() { first, errs[1] = s.edge(ctx, q, "id asc") })
	asking.Go(func() { last, errs[2] = s.edge(ctx, q, "id desc") })
	asking.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	span := last - first + 1
	if n <= q.size || n/q.size > mostRanges || first <= 0 || span < int64(n) {
		return s.stream(ctx, q, yield)
	}
	// A range holds about one page. If ids are missing, it is a little
	// narrower, because they may be missing unevenly.
	width := int64(float64(q.size) * float64(span) / float64(n))
	if span > int64(n) {
		width -= width / 10
	}
	var ranges []query
	for from := first; ; from += width {
		part, final := q, last-from < width // written so that from+width cannot overflow
		switch lower, upper := fmt.Sprintf("id >= %d", from), fmt.Sprintf("id < %d", from+width); {
		case final:
			part.where = both(q.where, lower)
		case from == first:
			part.where = both(q.where, upper)
		default:
			part.where = both(q.where, lower+" and "+upper)
		}
		ranges = append(ranges, part)
		if final {
			break
		}
	}
	return s.together(ctx, ranges, yield)
}

// edge returns the lowest or highest id that matches, 0 for none.
func (s *core) edge(ctx context.Context, q query, order string) (int64, error) {
	q = q.numbered()
	q.orderBy, q.fields, q.size = order, []string{"id"}, 1
	page, err := s.fetch(ctx, q)
	if err != nil || len(page.rows) == 0 {
		return 0, err
	}
	return idIn(page.rows[0]), nil
}

// both joins two conditions that must both match.
func both(where, other string) string {
	if where == "" {
		return other
	}
	return "(" + where + ") and " + other
}
