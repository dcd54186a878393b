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
	ids    []int64 // account id of each row
	totals json.RawMessage
	err    error // a column that could not be read, in the row after these
}

// pager reads the pages of a device query, one page ahead. Its cursor decides
// which page comes next.
type pager[T any] struct {
	ctx     context.Context
	cancel  context.CancelFunc
	client  *Client
	method  string
	params  statisticsParams
	size    int // new devices for each page
	decoder *decoder[T]
	cursor  cursor

	page  *page[T]
	err   error
	why   error    // the error about refused columns, until the caller has seen it
	spare *page[T] // an old page whose memory the next page uses
	ahead transport.Ahead[*page[T]]
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
	if params.Query.SelectionMode != SelectPerInstallation { // in that mode a device has several rows
		p.cursor.seen = make(map[int64]bool)
	}
	p.leaveOut(c.shared().refused.among(params.Query.Columns))
	p.ctx, p.cancel = context.WithCancel(ctx)
	return p, nil
}

// run yields all rows, and the error that ends them if there is one. It reports
// false when the caller stopped.
func (p *pager[T]) run(yield func(T, error) bool) bool {
	defer p.stop()
	var zero T
	for p.next() {
		if err := p.untold(); err != nil && !yield(zero, err) {
			return false
		}
		for i := range p.page.rows {
			if i == 1 {
				p.ahead.Begin(p.following)
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

// following reads the page after the current one.
func (p *pager[T]) following() (*page[T], error) {
	return p.fetch(p.cursor.start, p.cursor.overlap, p.spare)
}

// stop cancels the request that is running and waits for its end.
func (p *pager[T]) stop() {
	p.cancel()
	p.ahead.Wait()
}

// next moves to the next page that has new rows. It reports false at the end of
// the list and after an error.
func (p *pager[T]) next() bool {
	for {
		if p.page != nil {
			p.err = p.page.err
		}
		if p.cursor.done || p.err != nil {
			return false
		}
		got, err := p.ahead.Take(p.following)
		if err != nil {
			p.err = err
			return false
		}
		p.spare, p.page = p.page, got
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

// fetch reads the page that begins at a row, into the memory of an old page if
// there is one. It asks for overlap rows more than a page has. It finds refused
// columns and leaves them out.
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
	clear(into.rows[:cap(into.rows)]) // frees what the rows of the old page point to
	query := &p.params.Query
	return p.client.exchange(maxRows(p.ctx, query.RecordsCount, len(query.Columns)), p.method, p.params, func(body []byte) (envelope, error) {
		*into = page[T]{rows: into.rows[:0], ids: into.ids[:0]}
		return p.decoder.decodePage(body, query.RecordsCount, into)
	})
}

// maxRows bounds the size of an answer with the given number of rows. The bound
// is generous: a query may ask for every column of every source, and custom
// columns hold any text.
func maxRows(ctx context.Context, rows, columns int) context.Context {
	const fixed, row, column = 1 << 20, 8 << 10, 1 << 8
	return transport.WithMaxBody(ctx, min(maxBody, fixed+min(int64(rows), maxBody)*int64(row+columns*column)))
}
