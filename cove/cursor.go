package cove

import (
	"fmt"

	"github.com/covedesk/covedesk/internal/transport"
)

// A cursor reads a list page by page: devices, sessions or errors. A
// page is asked for by the number of its first row. The cursor decides which
// page to ask for next, which rows are new, and when the list has ended.
//
// The list has ended when a page is empty. A short page is no proof: no maximum
// page size is published, and a server may return fewer rows than it was asked
// for.
//
// Rows shift when devices are added or removed while pages are read. So the
// cursor asks for each page one row early, and expects a row there that it has
// read before. If it finds another row, earlier rows were removed and later
// ones moved up; the cursor goes back by one page. It recognises repeated rows
// by their ids. After a few pages in a row that bring nothing new or do not fit
// together, it returns an error.
type cursor struct {
	start   int                // where the next page begins
	overlap int                // how many rows at its beginning were read before: 1 or 0
	seen    map[int64]bool     // ids of the rows so far
	longest int                // rows of the longest page so far
	reached int                // the furthest start so far
	idle    transport.Progress // counts pages without a new row
	back    transport.Progress // counts steps back without progress
	done    bool
}

// take adds a page, given as the ids of its rows, and reports which rows are
// new.
func (c *cursor) take(ids []int64) (fresh []bool, err error) {
	fresh = make([]bool, len(ids))
	if !c.fits(ids) {
		c.start = max(0, c.start-c.longest)
		return fresh, c.astray(c.back.Page(0))
	}
	if len(ids) == 0 {
		c.done = true
		return nil, nil
	}
	n := 0
	for i, id := range ids {
		if fresh[i] = !c.seen[id]; fresh[i] {
			n++
		}
		c.seen[id] = true
	}
	c.longest = max(c.longest, len(ids))
	c.start += len(ids)
	if c.overlap >= len(ids) {
		c.overlap = 0 // every row is known: continue after them
	} else {
		c.overlap = 1
		c.start--
	}
	if c.start > c.reached {
		c.reached = c.start
		c.back.Page(1)
	}
	return fresh, c.astray(c.idle.Page(n))
}

// fits tells whether a page continues the one before.
func (c *cursor) fits(ids []int64) bool {
	return c.overlap == 0 || len(ids) > 0 && (c.start == 0 || c.seen[ids[0]])
}

// astray returns the error of a list that makes no progress, or nil while that
// can still be borne.
func (c *cursor) astray(bearable bool) error {
	if bearable {
		return nil
	}
	return fmt.Errorf("%w: the pages up to row %d bring nothing new or do not fit together, and no empty page ends the list: the server repeats its pages, or its order changes meanwhile", ErrMalformed, c.start)
}
