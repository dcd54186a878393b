package cove

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
)

// A page is one answer of EnumerateAccountStatistics.
type page[T any] struct {
	rows   []T
	ids    []int64 // account of each row
	totals json.RawMessage
	err    error // a column that could not be read: it stands behind the rows
}

// pager reads the pages of a query one after another.
//
// Rows shift between pages when devices come and go. So each page begins one
// row early, with a device that has been read. If it does not, devices that were
// passed have gone and others have moved up into rows already read; the pager
// goes back a page. Devices that come twice are dropped by their account. Pages
// that never fit together are an error: devices would be missing.
//
// No maximum page size is published, so a page shorter than asked for may have
// been cut by the server. It is the last only if the server gave what was asked
// for before, or if the next page holds nothing new.
type pager[T any] struct {
	ctx     context.Context
	cancel  context.CancelFunc
	client  *Client
	method  string
	params  *statisticsParams
	decoder *decoder[T]

	page    *page[T]
	err     error
	spare   *page[T] // its memory is used for the next page
	pending chan fetched[T]
	size    int
	start   int    // where the next page begins
	overlap bool   // that row was read before
	back    int    // how often the pager went back
	longest int    // rows of the longest page so far
	stale   int    // how many pages in a row held nothing new
	seen    *idSet // nil: a device may come more than once
	done    bool
}

type fetched[T any] struct {
	page *page[T]
	err  error
}

func newPager[T any](ctx context.Context, c *Client, q DeviceQuery) (*pager[T], error) {
	d, err := newDecoder[T](q.Columns)
	if err != nil {
		return nil, err
	}
	method, params, err := q.request(ctx, c, d.plan.codes(q.Columns))
	if err != nil {
		return nil, err
	}
	p := &pager[T]{client: c, method: method, params: params, decoder: d, size: params.Query.RecordsCount, seen: &idSet{}}
	if params.Query.SelectionMode == SelectPerInstallation {
		p.seen = nil // several rows of a device are wanted
	}
	p.ctx, p.cancel = context.WithCancel(ctx)
	return p, nil
}

// run yields all rows and the error that ends them. It reports false when
// nothing more is wanted.
func (p *pager[T]) run(yield func(T, error) bool) bool {
	defer p.stop()
	for p.next() {
		for i := range p.page.rows {
			if i == 1 {
				p.ahead()
			}
			if !yield(p.page.rows[i], nil) {
				return false
			}
		}
	}
	if p.err != nil {
		var zero T
		yield(zero, p.err)
		return false
	}
	return true
}

// ahead begins to fetch the page after the current one, if there is one.
func (p *pager[T]) ahead() {
	if p.done || p.pending != nil {
		return
	}
	p.pending = make(chan fetched[T], 1)
	params, into := *p.params, p.spare
	params.Query.StartRecordNumber = p.start
	p.spare = nil
	go func() {
		page, err := p.fetch(&params, into)
		p.pending <- fetched[T]{page, err}
	}()
}

// stop ends the request under way and waits for it.
func (p *pager[T]) stop() {
	p.cancel()
	if p.pending != nil {
		<-p.pending
		p.pending = nil
	}
}

// next makes the next page the current one. It reports false at the end and
// after an error.
func (p *pager[T]) next() bool {
	if p.page != nil && p.page.err != nil {
		p.err, p.done = p.page.err, true
	}
	for !p.done {
		p.ahead()
		got := <-p.pending
		p.pending = nil
		if got.err != nil {
			p.err, p.done = got.err, true
			return false
		}
		p.spare, p.page = p.page, got.page
		p.advance()
		if len(p.page.rows) > 0 {
			return true
		}
		if p.page.err != nil {
			p.err, p.done = p.page.err, true
		}
	}
	return false
}

// advance decides what comes after the page just fetched and drops from it
// what has been yielded already.
func (p *pager[T]) advance() {
	got := len(p.page.ids)
	switch {
	case p.overlap && p.start > 0 && (got == 0 || !p.seen.has(p.page.ids[0])):
		// Rows moved up by at least one. What was passed over lies before; to
		// take this page now would hide it.
		if p.back++; p.back > patience {
			p.misfit("the page from row %d on does not go on from the one before; is the order one that changes meanwhile?", p.start)
			return
		}
		p.start = max(0, p.start-p.longest)
		p.page.rows = p.page.rows[:0]
		return
	case got == 0, got == 1 && p.overlap, got < p.longest && p.longest == p.size:
		p.done = true // nothing new, or less than the server gives at once
	default:
		p.longest = max(p.longest, got)
		p.start += got
		if p.overlap = p.seen != nil && got > 1; p.overlap {
			p.start--
		}
	}
	p.fold()
}

// patience is how many pages may be read in vain before the enumeration ends.
const patience = 8

// misfit ends the enumeration with an error about its pages.
func (p *pager[T]) misfit(format string, args ...any) {
	p.page.err = fmt.Errorf("cove: %s: %w: %s", p.method, ErrMalformed, fmt.Sprintf(format, args...))
	p.page.rows = nil
}

const repeats = "the server repeats its pages"

// fold drops the rows of devices seen before.
func (p *pager[T]) fold() {
	if p.seen == nil {
		if old := p.spare; old != nil && len(p.page.ids) > 1 && slices.Equal(old.ids, p.page.ids) && reflect.DeepEqual(old.rows, p.page.rows) {
			p.misfit(repeats)
		}
		return
	}
	kept := 0
	for i, id := range p.page.ids {
		if !p.seen.add(id) {
			continue
		}
		if kept != i {
			p.page.rows[kept] = p.page.rows[i]
		}
		kept++
	}
	p.page.rows = p.page.rows[:kept]
	if kept > 0 || len(p.page.ids) < 2 {
		p.stale = 0
		return
	}
	// A page read again, or one into which devices were pushed, holds nothing
	// new. More of them mean a server that does not move on: it gave all it has
	// at once, unless that was as much as it was asked for.
	if p.stale++; p.stale > 2*p.back+patience && !p.done {
		if p.done = true; p.longest == p.size {
			p.misfit(repeats)
		}
	}
}

// fetch reads one page, into the memory of an old one if there is one.
func (p *pager[T]) fetch(params *statisticsParams, into *page[T]) (*page[T], error) {
	if into == nil {
		into = &page[T]{}
	}
	clear(into.rows[:cap(into.rows)]) // nothing of the old page is kept alive
	err := p.client.exchange(p.ctx, p.method, params, func(body []byte) (envelope, error) {
		*into = page[T]{rows: into.rows[:0], ids: into.ids[:0]}
		return p.decoder.decodePage(body, p.size, into)
	})
	if err != nil {
		return nil, err
	}
	return into, nil
}
