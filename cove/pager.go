package cove

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/covedesk/covedesk/internal/transport"
)

// A page is one answer of EnumerateAccountStatistics.
type page[T any] struct {
	rows   []T
	ids    []int64 // account of each row
	totals json.RawMessage
	err    error // a column that could not be read: it stands behind the rows
}

// pager reads the pages of a query of devices, one ahead. A cursor knows which
// comes next.
type pager[T any] struct {
	ctx     context.Context
	cancel  context.CancelFunc
	client  *Client
	method  string
	params  statisticsParams
	size    int // devices of a page
	decoder *decoder[T]
	cursor  cursor

	page    *page[T]
	err     error
	why     error    // why columns are left out, until it has been told
	spare   *page[T] // its memory is used for the next page
	pending chan fetched[T]
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
	p := &pager[T]{client: c, method: method, params: params, size: params.Query.RecordsCount, decoder: d}
	if params.Query.SelectionMode != SelectPerInstallation { // which wants several rows of a device
		p.cursor.seen = make(map[int64]bool)
	}
	p.leaveOut(c.shared().refused.among(params.Query.Columns))
	p.ctx, p.cancel = context.WithCancel(ctx)
	return p, nil
}

// run yields all rows and the error that ends them. It reports false when
// nothing more is wanted.
func (p *pager[T]) run(yield func(T, error) bool) bool {
	defer p.stop()
	var zero T
	for p.next() {
		if err := p.untold(); err != nil && !yield(zero, err) {
			return false
		}
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
		yield(zero, p.err)
		return false
	}
	return true
}

// ahead begins to fetch the page after the current one, unless that has begun.
func (p *pager[T]) ahead() {
	if p.pending != nil {
		return
	}
	p.pending = make(chan fetched[T], 1)
	into, start, overlap := p.spare, p.cursor.start, p.cursor.overlap
	p.spare = nil
	go func() {
		page, err := p.fetch(start, overlap, into)
		p.pending <- fetched[T]{page, err}
	}()
}

// stop ends the request under way and waits for it.
func (p *pager[T]) stop() {
	p.cancel()
	if p.pending != nil {
		<-p.pending
	}
}

// next makes the next page with new rows the current one. It reports false at
// the end and after an error.
func (p *pager[T]) next() bool {
	for {
		if p.page != nil {
			p.err = p.page.err
		}
		if p.cursor.done || p.err != nil {
			return false
		}
		p.ahead()
		got := <-p.pending
		p.pending = nil
		if got.err != nil {
			p.err = got.err
			return false
		}
		p.spare, p.page = p.page, got.page
		fresh, err := p.cursor.take(p.page.ids, 0)
		if err != nil {
			p.err = fmt.Errorf("cove: %s: %w", p.method, err)
			return false
		}
		p.page.keep(fresh)
		if len(p.page.rows) > 0 {
			return true
		}
	}
}

// keep drops the rows that are not new.
func (p *page[T]) keep(fresh []bool) {
	kept := 0
	for i, isNew := range fresh {
		if !isNew {
			continue
		}
		p.rows[kept] = p.rows[i]
		kept++
	}
	p.rows = p.rows[:kept]
}

// fetch reads the page from a row on, into the memory of an old one if there is
// one. Rows that were read before come on top of those of a page. Columns that
// are refused are found and left out.
func (p *pager[T]) fetch(start, overlap int, into *page[T]) (*page[T], error) {
	if into == nil {
		into = &page[T]{}
	}
	p.params.Query.StartRecordNumber, p.params.Query.RecordsCount = start, p.size+overlap
	err := p.send(into)
	if isRefusal(err) {
		refused, findErr := p.client.findRefused(p.ctx, p.method, p.params, err)
		if findErr != nil {
			return nil, findErr
		}
		if len(refused) > 0 {
			p.leaveOut(refused, err)
			err = p.send(into)
		}
	}
	if err != nil {
		return nil, err
	}
	return into, nil
}

func (p *pager[T]) send(into *page[T]) error {
	clear(into.rows[:cap(into.rows)]) // nothing of the old page is kept alive
	query := &p.params.Query
	return p.client.exchange(maxRows(p.ctx, query.RecordsCount, len(query.Columns)), p.method, p.params, func(body []byte) (envelope, error) {
		*into = page[T]{rows: into.rows[:0], ids: into.ids[:0]}
		return p.decoder.decodePage(body, query.RecordsCount, into)
	})
}

// maxRows bounds an answer of so many rows: generously, since a page with every
// column of every source may be asked for, and custom columns hold any text.
func maxRows(ctx context.Context, rows, columns int) context.Context {
	const fixed, row, column = 1 << 20, 8 << 10, 1 << 8
	return transport.WithMaxBody(ctx, min(maxBody, fixed+min(int64(rows), maxBody)*int64(row+columns*column)))
}
