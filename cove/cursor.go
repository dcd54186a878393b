package cove

import (
	"fmt"

	"github.com/covedesk/covedesk/internal/transport"
)

// A cursor reads a list page by page: devices, sessions, errors or partners. A
// page is asked for by the number of its first row. The cursor decides which
// page to ask for next, which rows are new, and when the list has ended.
//
// The list has ended when a page is empty, or when the cursor has as many rows
// as the API counts. A short page is no proof: no maximum page size is
// published, and a server may return fewer rows than it was asked for.
//
// Rows shift when devices are added or removed while pages are read. So the
// cursor asks for each page one row early, and expects a row there that it has
// read before. If it finds another row, earlier rows were removed and later
// ones moved up; the cursor goes back by one page. It recognises repeated rows
// by their ids. After a few pages in a row that bring nothing new or do not fit
// together, it returns an error.
type cursor struct {
	start   int                // where the next page begins
	overlap int                // how many rows at its beginning were read before
	seen    map[int64]bool     // nil: several rows may have the same id
	last    int64              // the id of the last row
	longest int                // rows of the longest page so far
	known   int                // rows that were new
	reached int                // the furthest start so far
	idle    transport.Progress // counts pages without a new row
	back    transport.Progress // counts steps back without progress
	done    bool
}

// take adds a page, given as the ids of its rows, and reports which rows are
// new. Total is the number of rows in the whole list where the API says it,
// otherwise 0.
func (c *cursor) take(ids []int64, total int) (fresh []bool, err error) {
	fresh = make([]bool, len(ids))
	if !c.fits(ids) {
		if c.seen == nil {
			return nil, fmt.Errorf("%w: the list changed while it was read, and rows of one device cannot be told apart; read it again", ErrMalformed)
		}
		c.start = max(0, c.start-c.longest)
		return fresh, c.astray(c.back.Page(0))
	}
	if len(ids) == 0 {
		c.done = true
		return nil, nil
	}
	n := 0
	for i, id := range ids {
		if fresh[i] = c.isNew(i, id); fresh[i] {
			n++
		}
	}
	c.known += n
	c.longest = max(c.longest, len(ids))
	run := c.run(ids)
	if c.seen == nil && run == len(ids) && c.last == ids[0] {
		n = 0 // only rows of the last device: perhaps the same page again
	}
	c.last = ids[len(ids)-1]
	c.start += len(ids)
	if c.overlap >= len(ids) {
		c.overlap = 0 // every row is known: continue after them
	} else {
		c.overlap = run
		c.start -= run
	}
	if c.start > c.reached {
		c.reached = c.start
		c.back.Page(1)
	}
	c.done = total > 0 && c.known >= total
	return fresh, c.astray(c.idle.Page(n) || c.done)
}

// fits tells whether a page continues the one before.
func (c *cursor) fits(ids []int64) bool {
	switch {
	case c.overlap == 0:
		return true
	case len(ids) < c.overlap:
		return false
	case c.seen != nil:
		return c.start == 0 || c.seen[ids[0]]
	}
	for _, id := range ids[:c.overlap] {
		if id != c.last {
			return false
		}
	}
	return true
}

func (c *cursor) isNew(i int, id int64) bool {
	if c.seen == nil {
		return i >= c.overlap
	}
	known := c.seen[id]
	c.seen[id] = true
	return !known
}

// run returns how many rows at the end of a page have the same id.
func (c *cursor) run(ids []int64) int {
	n := 1
	for n < len(ids) && ids[len(ids)-1-n] == ids[len(ids)-1] {
		n++
	}
	return n
}

// astray returns the error of a list that makes no progress, or nil while that
// can still be borne.
func (c *cursor) astray(bearable bool) error {
	if bearable {
		return nil
	}
	return fmt.Errorf("%w: the pages up to row %d bring nothing new or do not fit together, and no empty page ends the list: the server repeats its pages, or its order changes meanwhile", ErrMalformed, c.start)
}
