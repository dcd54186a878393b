package connectwise

import (
	"fmt"
	"slices"
)

// walk decides after each page what to ask for next, and when a list has ended.
// A list ends only when the server says that there is no next page, or when a
// page is empty. A short page, or a missing or unclear Link header, proves
// nothing.
//
// In paging by cursor the server says where the next page begins. In paging by
// number each page overlaps the one before it by a row. When a row is removed
// meanwhile, later rows move forward, the overlap is missing, and the walk
// steps back. Where no page size allows an overlap, the rows before the page
// are read again.
type walk struct {
	q     query // the query of the current page
	keyOf func([]byte) key
	seen  map[key]struct{}

	cursors  map[string]bool // cursors that came before; detects one that repeats
	pages    map[uint64]bool // digests of pages that came before; detects one that repeats
	last     key             // key of the last row of the page before
	previous uint64          // digest of the page before
	size     int             // largest page size in paging by number
	capped   bool            // the server does not return more than size rows, or may not
	covered  int             // how many places of the list have been read
	short    int             // if the current page is a probe: rows of the page before it; otherwise 0
	again    *step           // if the current page is read again: the step that follows
	edge     key             // key of the last row before the place that is read again
	disorder bool            // the order of the rows so far is not known
	back     int             // steps back in a row
	stale    int             // pages in a row without a new row
	yielded  int
}

// mostStale is after how many pages in a row without a new row, or with shifted
// rows, a list ends in an error.
const mostStale = 3

// few is the largest page size to try when the caller asked for a smaller one.
// With sizes up to this, a page with an overlap exists for nearly every place.
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

// step says what to do after a page.
type step struct {
	next  *query // query of the next page; nil at the end
	drop  bool   // do not use the rows of this page: they come again
	skip  int    // how many rows at the beginning came before
	count bool   // only a count can tell whether the list is complete
	again bool   // this page was read again and need not have new rows
}

// fresh records a row and reports whether it is new. A row without an id is
// always new, because such rows may be equal.
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

// brought counts the new rows of a page, and returns an error when the list no
// longer brings any.
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

// after handles the answer to w.q.
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

// turnToNumbers changes to paging by number, after a first page that does not
// mention paging by cursor.
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

// limit reduces the page size if the server refused the one that was asked for.
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
	switch next := w.q; {
	case w.again != nil:
		return w.afterAgain(page)
	case from > 0 && from == w.covered && page.digest == w.previous:
		return step{count: true}, nil // every page number seems to bring the same page
	case w.short > 0:
		return w.afterProbe(page, says), nil
	case n == 0 && says != more:
		return w.readAgain(min(from, w.covered), w.last, step{}), nil
	case n == 0:
		next.page++
		return step{next: &next}, nil
	}
	if page.size > w.size && n < page.size && says != over {
		w.capped = true // more than the caller asked for: a page that is cut begins earlier
		return step{next: w.from(w.covered - 1), drop: true}, nil
	}
	skip, joined, err := w.joins(page, from)
	if err != nil {
		return step{}, err
	}
	if !joined { // overlap by more rows, and by still more each time
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

// readAgain reads the rows before a place of the list again, because the page
// at that place had no overlap. Rows that moved forward meanwhile are now among
// them. It does nothing for rows without ids, which could not be recognised.
func (w *walk) readAgain(place int, last key, then step) step {
	if place == 0 || last.digest != 0 {
		return then
	}
	best, start := w.q, place-1
	best.page, best.size = place, 1
	largest := min(w.size, place)
	for size := largest; size > 1 && size >= largest/2; size-- {
		if page := (place - 1) / size; page*size < start {
			best.page, best.size, start = page+1, size, page*size
		}
	}
	w.again, w.edge = &then, last
	return step{next: &best, skip: then.skip}
}

// afterAgain handles a page that was read again. If its last row is the same as
// before, nothing has moved. If its first row is known, the rows that moved
// come after it. Otherwise the list cannot be read.
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
// after a short page of n rows.
func (w *walk) probe(n int) step {
	w.short = n
	return step{next: w.at(w.covered)}
}

// afterProbe handles the page that begins where the list seemed to end. If it
// has rows, the server returns fewer rows than it is asked for.
func (w *walk) afterProbe(page *rawPage, says word) step {
	short := w.short
	w.short = 0
	if len(page.rows) == 0 && says != more {
		return w.readAgain(w.covered, w.last, step{})
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

// joins reports whether a page that begins at the given place continues the
// list without a gap, and how many of its first rows certainly came before.
func (w *walk) joins(page *rawPage, from int) (skip int, joined bool, err error) {
	first := w.keyOf(page.rows[0])
	if first.digest != 0 && from == w.covered && w.pages[page.digest] {
		return 0, false, page.unproven("the page came before")
	}
	w.pages[page.digest] = true
	if from == w.covered {
		return 0, true, nil // the first page, or no page size gives an overlap
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

// from returns the query of a page that contains a place of the list and as
// many rows after it as possible. If no page size gives more than that one row,
// the page begins one place later and has no overlap.
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

// unproven returns the error of a list that cannot be read to its end.
func (p *rawPage) unproven(format string, args ...any) *Error {
	e := p.answer.unreadable(nil)
	e.Message = fmt.Sprintf(format, args...)
	e.Hint = "the list is incomplete; ask with other conditions, a smaller PageSize or another OrderBy"
	e.classes = slices.Clone(e.classes)
	return e
}
