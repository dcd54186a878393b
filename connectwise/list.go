package connectwise

import (
	"context"
	"errors"
	"hash/maphash"
	"net/http"
	"reflect"

	"github.com/covedesk/covedesk/internal/transport"
)

// list returns a function that reads a list to its end. It passes a pointer to
// each record to yield, until yield returns false. It can be called more than
// once.
func (s *core) list(ctx context.Context, opts *ListOptions) func(yield func(any) bool) error {
	q, err := s.query(opts)
	return func(yield func(any) bool) error {
		if err != nil || q.nothing {
			return err
		}
		err := s.read(ctx, q, func(r row) bool { return yield(r.item) })
		if errors.Is(err, errStopped) {
			return nil
		}
		return err
	}
}

// errStopped ends an iteration that the caller has stopped.
var errStopped = errors.New("stopped by the caller")

// read reads a list to its end, in the way that its conditions require.
func (s *core) read(ctx context.Context, q query, yield func(row) bool) error {
	q = q.withID()
	long, err := s.long(ctx, q)
	switch {
	case err != nil:
		return err
	case long && !s.searchable():
		return s.listParts(ctx, q, yield)
	case q.byRange && !long:
		return s.listRanges(ctx, q, yield)
	}
	if q, err = s.fit(ctx, q); err != nil {
		return err
	}
	return s.stream(ctx, q, yield)
}

// stream yields the records of all pages from q on. It fetches the next page
// while the records of the current one are decoded and used.
func (s *core) stream(ctx context.Context, q query, yield func(row) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	var ahead transport.Ahead[*rawPage]
	defer ahead.Wait() // leaves nothing running
	defer cancel()
	w := s.walk(q)
	page, err := s.fetch(ctx, w.q)
	for {
		if err != nil {
			return err
		}
		step, err2 := w.after(page)
		if err2 != nil {
			return err2
		}
		if step.count {
			return s.whole(ctx, w, page)
		}
		next := func() (*rawPage, error) { return s.fetch(ctx, *step.next) }
		begin := func() {
			if step.next != nil {
				ahead.Begin(next)
			}
		}
		if err := s.yieldPage(w, page, step, begin, yield); err != nil {
			return err
		}
		if step.next == nil {
			return nil
		}
		page, err = ahead.Take(next)
		w.q = *step.next
	}
}

// yieldPage yields the rows of a page that have not come before. At the second
// row it calls begin, which starts to fetch the next page.
func (s *core) yieldPage(w *walk, page *rawPage, step step, begin func(), yield func(row) bool) error {
	if step.drop {
		return nil
	}
	fresh := 0
	for i, data := range page.rows {
		if i == 1 {
			begin()
		}
		if i < step.skip {
			continue
		}
		r, err := s.row(page.answer, data)
		if err != nil {
			return err
		}
		if !w.fresh(r.key) {
			continue
		}
		fresh++
		if !yield(r) {
			return errStopped
		}
	}
	return w.brought(fresh, page, step)
}

// whole ends a list whose server answers every page number with the same rows.
// The list is complete if the server counts as many records.
func (s *core) whole(ctx context.Context, w *walk, page *rawPage) error {
	if !w.q.search {
		if n, err := s.countOf(ctx, w.q); err == nil && n == w.yielded {
			return nil
		}
	}
	return page.unproven("the server answers every page number with the same page")
}

// row is one record of a list, decoded.
type row struct {
	item any // a pointer to the record
	key  key
}

// key identifies a record: its id, or a digest of the whole record if it has no
// id or the id may not be unique.
type key struct {
	id     int64
	digest uint64
}

func (s *core) row(a *answer, data []byte) (row, error) {
	r := row{item: s.new()}
	if err := unmarshal(data, r.item); err != nil {
		return row{}, a.unreadable(err)
	}
	r.key = s.keyOf(data, r.item)
	return r, nil
}

// page reads one page by number, and returns the number of the next, 0 for
// none.
func (s *core) page(ctx context.Context, opts *ListOptions) (items []any, next int, err error) {
	q, err := s.query(opts)
	if err != nil || q.nothing {
		return nil, 0, err
	}
	q = q.numbered()
	if opts != nil && opts.Page != 0 {
		q.page = opts.Page
	}
	if q, err = s.fit(ctx, q); err != nil {
		return nil, 0, err
	}
	page, err := s.fetch(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	for _, data := range page.rows {
		r, err := s.row(page.answer, data)
		if err != nil {
			return nil, 0, err
		}
		items = append(items, r.item)
	}
	if says, _ := page.says(q); len(page.rows) > 0 && says != over {
		next = q.page + 1
	}
	return items, next, nil
}

func (s *core) count(ctx context.Context, opts *ListOptions) (int, error) {
	q, err := s.query(opts)
	if err != nil || q.nothing {
		return 0, err
	}
	long, err := s.long(ctx, q.counting())
	if err != nil {
		return 0, err
	}
	if long {
		return s.countRows(ctx, opts)
	}
	return s.countOf(ctx, q)
}

// countOf asks the server how many records match.
func (s *core) countOf(ctx context.Context, q query) (int, error) {
	values, err := s.values(q.counting())
	if err != nil {
		return 0, err
	}
	a, err := s.c.send(ctx, request{method: http.MethodGet, path: s.path + "/count", query: values})
	if err != nil {
		return 0, err
	}
	var count struct {
		Count *int `json:"count"`
	}
	if err := a.decode(&count); err != nil {
		return 0, err
	}
	if count.Count == nil || *count.Count < 0 {
		return 0, a.unreadable(errors.New("no count"))
	}
	return *count.Count, nil
}

// countRows counts by listing, for conditions that fit no URL.
func (s *core) countRows(ctx context.Context, opts *ListOptions) (int, error) {
	o := *opts
	o.OrderBy, o.Page, o.PageSize, o.ByIDRange = "", 0, 0, false
	if o.Fields = nil; s.member("id") != nil {
		o.Fields = []string{"id"}
	}
	n := 0
	err := s.list(ctx, &o)(func(any) bool { n++; return true })
	if err != nil {
		return 0, err
	}
	return n, nil
}

// keyOf is what a row is known by; item is the row decoded, or nil.
func (s *core) keyOf(data []byte, item any) key {
	if !s.mixed {
		if id := s.idOf(data, item); id != 0 {
			return key{id: id}
		}
	}
	return key{digest: maphash.Bytes(digestSeed, data) | 1}
}

func (s *core) idOf(data []byte, item any) int64 {
	m := s.integerID()
	if item == nil || m == nil {
		return idIn(data)
	}
	v, err := reflect.ValueOf(item).Elem().FieldByIndexErr(m.index)
	for err == nil && v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	switch {
	case err != nil || !v.IsValid():
		return 0
	case v.CanInt():
		return v.Int()
	}
	return int64(v.Uint())
}
