package connectwise

import (
	"fmt"
	"slices"
)

// walk decides, page after page, what to ask for next and when a list has
// ended. It ends on proof only: the server's word that there is no next page,
// or an empty page. A short page, or a Link header that is missing or says
// something else, proves nothing.
//
// By cursor the server says where the next page begins. By number each page
// overlaps the one before it by a row: when a row is removed meanwhile, the
// rest moves forward, the overlap is missing, and the walk steps back. Where a
// page cannot overlap, the one before it is read again.
type walk struct {
	q     query // of the page being looked at
	keyOf func([]byte) key
	seen  map[key]struct{}

	cursors  map[string]bool // of forward-only paging, to see one that repeats
	pages    map[uint64]bool // digests of pages, for the same
	last     key             // of the last row of the page before
	previous uint64          // digest of the page before
	size     int             // most rows of a page by number
	capped   bool            // the server gives no more than size
	covered  int             // places of the numbered list that have been read
	short    int             // rows of the page that led to a probe, 0 when the page is none
	again    *step           // what follows once the page being looked at was read again
	edge     key             // the last row before the place that is read again
	disorder bool            // the rows so far came in no known order
	back     int             // steps back in a row
	stale    int             // pages in a row that brought nothing new
	yielded  int
}

// mostStale is how many pages may bring nothing new, or find the rows shifted,
// before a list is given up.
const mostStale = 3

// few is the largest page of a list that was asked for by smaller ones: up to
// here hardly a place is left that no page overlaps.
const few = 10

func (s *core) walk(q query) *walk {
	return &walk{
		q:       q,
		keyOf:   func(data []byte) key { return s.keyOf(data, nil) },
		seen:    map[key]struct{}{},
		cursors: map[string]bool{},
		pages:   map[uint64]bool{},
		size:    q.size,
	}
}

// step is what follows a page.
type step struct {
	next  *query // of the page to ask for; nil at the end
	drop  bool   // the rows are not to be used: they come again
	skip  int    // rows at the beginning that came before
	count bool   // nothing but a count can tell whether that was all
	again bool   // the page was read again, and need not bring anything new
}

// fresh notes a row and reports whether it is new. Rows without an id may
// rightly be alike.
func (w *walk) fresh(k key) bool {
	if k.digest == 0 {
		if _, known := w.seen[k]; known {
			return false
		}
		w.seen[k] = struct{}{}
	}
	w.yielded++
	return true
}

// brought is told how many rows of a page were new, and gives a list up that
// brings nothing new.
func (w *walk) brought(fresh int, page *rawPage, step step) error {
	if fresh > 0 {
		w.stale = 0
	}
	if fresh > 0 || step.again {
		return nil
	}
	if w.stale++; w.stale >= mostStale && step.next != nil {
		return page.unproven("%d pages brought nothing new, and the server does not say that the list has ended", w.stale)
	}
	return nil
}

// after looks at the answer to w.q.
func (w *walk) after(page *rawPage) (step, error) {
	if w.q.forward {
		return w.afterCursor(page)
	}
	return w.afterNumber(page)
}

func (w *walk) afterCursor(page *rawPage) (step, error) {
	says, cursor := page.says(w.q)
	n := len(page.rows)
	switch {
	case says == over, n == 0 && says == silent:
		return step{}, nil
	case says == silent && w.q.cursor == "":
		return w.turnToNumbers(page), nil
	case says == silent: // the cursor is the id of the last row
		id := w.keyOf(page.rows[n-1]).id
		if id == 0 {
			return step{}, page.unproven("the server does not say any more what follows")
		}
		cursor = itoa(id)
	}
	if w.cursors[cursor] || n > 0 && w.pages[page.digest] {
		return step{}, page.unproven("the page that begins at %q came before", cursor)
	}
	w.cursors[cursor], w.pages[page.digest] = true, true
	next := w.q
	next.cursor, next.size = cursor, page.size
	return step{next: &next}, nil
}

// turnToNumbers goes on by number after a first page without a word of paging
// by cursor.
func (w *walk) turnToNumbers(page *rawPage) step {
	w.q = w.q.numbered()
	w.limit(page)
	n := len(page.rows)
	if n >= page.size {
		return step{next: &w.q, drop: true}
	}
	w.covered, w.last, w.previous = n, w.keyOf(page.rows[n-1]), page.digest
	w.disorder = w.last.digest == 0
	return w.probe(n)
}

// limit heeds that a server refused the size that was asked for.
func (w *walk) limit(page *rawPage) {
	if page.size < w.q.size {
		w.size, w.capped = page.size, true
		w.q.size = page.size
	}
}

func (w *walk) afterNumber(page *rawPage) (step, error) {
	w.limit(page)
	says, _ := page.says(w.q)
	n, from := len(page.rows), (w.q.page-1)*page.size
	if w.again != nil {
		return w.afterAgain(page)
	}
	if w.short > 0 {
		return w.afterProbe(page, says), nil
	}
	if n == 0 {
		if says != more {
			return w.readAgain(min(from, w.covered), w.last, step{}), nil
		}
		next := w.q
		next.page++
		return step{next: &next}, nil
	}
	skip, joined, err := w.joins(page, from)
	if err != nil {
		return step{}, err
	}
	if !joined { // overlap by more than a row, the more the more often
		return step{next: w.from(max(0, w.covered-1-w.size*w.back/2)), drop: true}, nil
	}
	w.back = 0
	edge, last := w.covered, w.last
	w.covered, w.last, w.previous = from+n, w.keyOf(page.rows[n-1]), page.digest
	var next step
	switch {
	case says == over:
	case says == silent && n < page.size:
		next = w.probe(n)
	default:
		if n < page.size {
			w.size, w.capped = n, true
		}
		next.next = w.from(w.covered - 1)
	}
	next.skip = skip
	if from == edge && from > 0 {
		return w.readAgain(edge, last, next), nil
	}
	return next, nil
}

// readAgain asks once more for the rows before a place of the list, where
// nothing overlapped what was read there: what moved forward meanwhile stands
// among them now. Rows without ids could not be told from those that came
// before.
func (w *walk) readAgain(place int, last key, then step) step {
	if place == 0 || last.digest != 0 {
		return then
	}
	best, start := w.q, place-1
	best.page, best.size = place, 1
	try := func(size int) {
		if page := (place - 1) / size; page*size < start {
			best.page, best.size, start = page+1, size, page*size
		}
	}
	largest := min(w.size, place)
	for size := largest; size > 1 && size >= largest/2; size-- {
		try(size)
	}
	for size := w.size + 1; size <= few && start == place-1 && !w.capped; size++ {
		try(size)
	}
	w.again, w.edge = &then, last
	return step{next: &best, skip: then.skip}
}

// afterAgain looks at a page that was read again. When its last row is still the
// same, nothing has moved; else what moved stands behind its first row, unless
// not even that one is known.
func (w *walk) afterAgain(page *rawPage) (step, error) {
	then := *w.again
	w.again = nil
	if n := len(page.rows); n > 0 {
		_, known := w.seen[w.keyOf(page.rows[0])]
		if w.keyOf(page.rows[n-1]) == w.edge || n > 1 && known {
			then.skip, then.again = 0, true
			return then, nil
		}
	}
	return step{}, page.unproven("the rows shift faster than they can be read")
}

// probe asks for the page that begins exactly where the list seems to end,
// after a page of n rows.
func (w *walk) probe(n int) step {
	w.short = n
	return step{next: w.at(w.covered)}
}

// afterProbe looks at the page that begins where the list seemed to end. If
// there is more, the server gives fewer rows than it is asked for.
func (w *walk) afterProbe(page *rawPage, says word) step {
	short := w.short
	w.short = 0
	switch {
	case len(page.rows) == 0 && says != more:
		return w.readAgain(w.covered, w.last, step{})
	case page.digest == w.previous:
		return step{count: true}
	}
	w.size, w.capped = short, true
	if w.disorder {
		w.covered, w.disorder = 0, false
		next := w.q
		next.page, next.size = 1, w.size
		return step{next: &next, drop: true}
	}
	return step{next: w.from(w.covered - 1), drop: true}
}

// joins reports whether a page that begins at a place of the list leaves no gap
// behind what was read, and how many of its rows came before for certain.
func (w *walk) joins(page *rawPage, from int) (skip int, joined bool, err error) {
	first := w.keyOf(page.rows[0])
	if first.digest != 0 && from == w.covered && w.pages[page.digest] {
		return 0, false, page.unproven("the page came before")
	}
	w.pages[page.digest] = true
	if from == w.covered {
		return 0, true, nil // the first page, or no size of page overlaps
	}
	if first.digest == 0 {
		_, joined = w.seen[first]
		joined = joined || from == 0
	} else if skip = w.covered - from; skip > 0 && skip <= len(page.rows) {
		joined = w.keyOf(page.rows[skip-1]) == w.last
	}
	if joined {
		return skip, true, nil
	}
	if first.digest != 0 {
		return 0, false, page.unproven("the rows have shifted since the page before, and have no ids to tell which are new")
	}
	if w.back++; w.back >= mostStale {
		return 0, false, page.unproven("the rows shift faster than they can be read")
	}
	return 0, false, nil
}

// from returns the query of a page that begins at a place of the list or before
// it, and reaches as far behind it as can be. Where no size of page does both,
// it begins one place later and overlaps nothing.
func (w *walk) from(place int) *query {
	next, reach := w.q, 1
	try := func(size int) {
		page := place/size + 1
		if r := page*size - place; r > reach {
			next.page, next.size, reach = page, size, r
		}
	}
	for size := w.size; size > 1; size-- {
		try(size)
	}
	for size := w.size + 1; size <= few && reach == 1 && !w.capped; size++ {
		try(size)
	}
	if reach == 1 {
		return w.at(place + 1)
	}
	return &next
}

// at returns the query of a page that begins exactly at a place of the list.
func (w *walk) at(place int) *query {
	next := w.q
	for next.size = min(w.size, place); place%next.size != 0; {
		next.size--
	}
	next.page = place/next.size + 1
	return &next
}

// unproven is the error of a list that cannot be read to its end.
func (p *rawPage) unproven(format string, args ...any) *Error {
	e := p.answer.unreadable(nil)
	e.Message = fmt.Sprintf(format, args...)
	e.Hint = "the list is incomplete; ask with other conditions, a smaller PageSize or another OrderBy"
	e.classes = slices.Clone(e.classes)
	return e
}
