package cove

import (
	"fmt"

	"github.com/covedesk/covedesk/internal/transport"
)

// A cursor finds its way through a list that is asked for by the number of the
// first row: of devices, sessions, errors or partners. It decides what to ask
// for next, which rows are new, and when the list has ended.
//
// The list has ended when a page is empty, or when as many rows are known as
// the API counts. A short page proves nothing: no maximum page size is
// published, and servers may give less than they were asked for.
//
// Rows shift between pages when some come and go. So each page begins one row
// early, with a row that was read before. If it does not, rows that were passed
// have gone and others have moved up into their places; the cursor goes back a
// page. Rows that come twice are known by their ids. Pages that bring nothing
// new, or do not fit together, end in an error after a few.
type cursor struct {
	start   int                // where the next page begins
	overlap int                // how many rows at its beginning were read before
	seen    map[int64]bool     // nil: several rows may have one id
	last    int64              // the id of the last row
	longest int                // rows of the longest page so far
	known   int                // rows that were new
	reached int                // the furthest start so far
	idle    transport.Progress // pages without a new row
	back    transport.Progress // going back without getting further
	done    bool
}

// take takes in a page by the ids of its rows, and how many rows there are in
// all where the API says so. It reports which rows are new.
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
		n = 0 // the same device again and again: perhaps the same page
	}
	c.last = ids[len(ids)-1]
	c.start += len(ids)
	if c.overlap >= len(ids) {
		c.overlap = 0 // all known: what lies behind them?
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

// fits tells whether a page goes on from the one before.
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

// run is how many rows at the end of a page have the id of the last.
func (c *cursor) run(ids []int64) int {
	n := 1
	for n < len(ids) && ids[len(ids)-1-n] == ids[len(ids)-1] {
		n++
	}
	return n
}

// astray is the error of a list that leads nowhere.
func (c *cursor) astray(bearable bool) error {
	if bearable {
		return nil
	}
	return fmt.Errorf("%w: the pages up to row %d bring nothing new or do not fit together, and no empty page ends the list: the server repeats its pages, or its order changes meanwhile", ErrMalformed, c.start)
}
