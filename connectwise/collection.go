package connectwise

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"reflect"

	querystring "github.com/google/go-querystring/query"
)

// Collection is the records of one kind at one path of the API, and what can
// be done to them. It is safe for concurrent use.
//
// Not every collection of the API offers everything; what one lacks the
// server answers with 404 or 405.
type Collection[T any] struct {
	c          *Client
	path       string
	parameters url.Values                                 // of every list and count
	check      func(writing, map[string]any) []FieldError // rules beyond the tags for a new record or a whole one, or nil
}

// NewCollection makes any collection of the API usable with a type of the
// caller's, a struct whose JSON tags name the members it wants:
//
//	type Agreement struct {
//		ID      int64           `json:"id,omitzero" cw:"readonly"`
//		Name    string          `json:"name,omitzero" cw:"max=100"`
//		Company connectwise.Ref `json:"company,omitzero"`
//	}
//
//	agreements := connectwise.NewCollection[Agreement](client, "finance/agreements")
//
// The optional cw tag holds, separated by commas: max=N, the number of
// characters a text may have, checked before sending; readonly, a member the
// server sets, which is left out of writes; create, a member only Create may
// send. A member without omitzero is sent even when zero. T may be
// map[string]any; then nothing is checked.
//
// The types of this package can be embedded in one to add members to them.
func NewCollection[T any](c *Client, path string) *Collection[T] {
	return &Collection[T]{c: c, path: path}
}

// List yields all records that match, in all pages. Nothing is requested
// before the first record is asked for; one page at most is read ahead, begun
// when the second record of a page is asked for; and when the caller stops,
// nothing is left running.
//
// Without OrderBy the records come by ascending id, through the API's
// forward-only paging where it exists: records that are added or removed
// meanwhile do not shift the rest. With OrderBy pages are read by number, and
// a record that moves between two requests may come twice or not at all.
//
// Conditions too long for a URL are sent to the search of service and project
// tickets. Elsewhere the longest "in" list that stands beside other
// conditions is split and the parts are read at the same time, at most six;
// the records come in no particular order then, each once. What cannot be
// sent either way is [ErrTooLong].
//
// An error ends the sequence. An answer that is not a JSON array is one: it
// never counts as an empty list.
func (s *Collection[T]) List(ctx context.Context, opts *ListOptions) iter.Seq2[*T, error] {
	q, err := s.query(opts)
	return func(yield func(*T, error) bool) {
		err := err // a sequence may be run more than once
		if err == nil && q.nothing {
			return
		}
		if err == nil {
			err = s.list(ctx, q, yield)
		}
		if err != nil && !errors.Is(err, errStopped) {
			yield(nil, err)
		}
	}
}

// errStopped ends an iteration whose caller wants no more.
var errStopped = errors.New("stopped by the caller")

// ListPage reads one page, of ascending ids unless OrderBy says otherwise.
// Beyond the last page it is empty. Conditions too long for a URL are not
// split: without a search they are [ErrTooLong].
func (s *Collection[T]) ListPage(ctx context.Context, opts *ListOptions) (*Page[T], error) {
	q, err := s.query(opts)
	if err != nil {
		return nil, err
	}
	page := &Page[T]{}
	if q.nothing {
		return page, nil
	}
	q = q.numbered()
	if opts != nil && opts.Page != 0 {
		q.page = opts.Page
	}
	if q, err = s.fit(ctx, q); err != nil {
		return nil, err
	}
	raw, err := s.fetch(ctx, q)
	if err != nil {
		return nil, err
	}
	for _, row := range raw.rows {
		item, err := raw.decode(row, new(T))
		if err != nil {
			return nil, err
		}
		page.Items = append(page.Items, item.(*T))
	}
	next, err := raw.next(q)
	if err != nil {
		return nil, err
	}
	if next != nil {
		page.Next = next.page
	}
	return page, nil
}

// Count returns how many records match. Only the conditions of the options
// are looked at.
func (s *Collection[T]) Count(ctx context.Context, opts *ListOptions) (int, error) {
	q, err := s.query(opts)
	if err != nil {
		return 0, err
	}
	if q.nothing {
		return 0, nil
	}
	q.size, q.page, q.fields, q.orderBy, q.forward = 0, 0, nil, "", false
	long, err := s.long(ctx, q)
	if err != nil {
		return 0, err
	}
	if long {
		return s.countRows(ctx, opts)
	}
	values, err := s.values(q)
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
func (s *Collection[T]) countRows(ctx context.Context, opts *ListOptions) (int, error) {
	o := *opts
	o.OrderBy, o.Page, o.PageSize, o.Fields = "", 0, 0, []string{"id"}
	n := 0
	for _, err := range s.List(ctx, &o) {
		if err != nil {
			return 0, err
		}
		n++
	}
	return n, nil
}

// Get reads one record. One that does not exist is [ErrNotFound].
func (s *Collection[T]) Get(ctx context.Context, id int64) (*T, error) {
	path, err := s.record(http.MethodGet, id)
	if err != nil {
		return nil, err
	}
	a, err := s.c.send(ctx, request{method: http.MethodGet, path: path})
	if err != nil {
		return nil, err
	}
	return stored[T](a, id)
}

// Create makes a record and returns it as the server stored it, with what the
// server filled in. Fields of the record that are zero are left out; ops set
// members to false, 0 or null, or leave one out:
//
//	tickets.Create(ctx, &connectwise.Ticket{...}, connectwise.Set("processNotifications", false))
//
// A Create is never repeated blindly: when it is not known whether the record
// was made, the error is [ErrOutcomeUnknown].
func (s *Collection[T]) Create(ctx context.Context, record *T, ops ...Op) (*T, error) {
	return s.write(ctx, creating, s.path, 0, record, ops)
}

// Replace writes the whole record: members that are left out are cleared on
// the server, except customFields. Members that only Create may send and
// those that the server sets are dropped, so that a record that was read can
// be changed and written back; what is false or 0 in it is left out like all
// that is zero, so Set what the server would take for true. Prefer Patch.
func (s *Collection[T]) Replace(ctx context.Context, id int64, record *T, ops ...Op) (*T, error) {
	path, err := s.record(http.MethodPut, id)
	if err != nil {
		return nil, err
	}
	return s.write(ctx, replacing, path, id, record, ops)
}

// Patch changes the members that the ops name, in their order, all or none,
// and returns the record as the server stored it:
//
//	tickets.Patch(ctx, id, connectwise.Set("status", connectwise.ByName("Closed")), connectwise.Remove("owner"))
func (s *Collection[T]) Patch(ctx context.Context, id int64, ops ...Op) (*T, error) {
	path, err := s.record(http.MethodPatch, id)
	if err != nil {
		return nil, err
	}
	return s.write(ctx, patching, path, id, nil, ops)
}

// Delete removes a record. One that does not exist is [ErrNotFound].
func (s *Collection[T]) Delete(ctx context.Context, id int64) error {
	path, err := s.record(http.MethodDelete, id)
	if err != nil {
		return err
	}
	_, err = s.c.send(ctx, request{method: http.MethodDelete, path: path})
	return err
}

func (s *Collection[T]) write(ctx context.Context, w writing, path string, id int64, record *T, ops []Op) (*T, error) {
	r := request{method: w.method(), path: path}
	var wrong []FieldError
	if w == patching {
		r.body, wrong = patchOf[T](ops)
	} else {
		r.body, wrong = bodyOf(w, record, ops, s.check)
	}
	if len(wrong) > 0 {
		return nil, r.invalid(wrong)
	}
	a, err := s.c.send(ctx, r)
	if err != nil {
		return nil, err
	}
	return stored[T](a, id)
}

func (s *Collection[T]) record(method string, id int64) (string, error) {
	if id <= 0 {
		return "", request{method: method, path: s.path}.invalid([]FieldError{noRecordID("id", id)})
	}
	return s.path + "/" + itoa(id), nil
}

// get reads one object.
func get[T any](ctx context.Context, c *Client, path string) (*T, error) {
	a, err := c.send(ctx, request{method: http.MethodGet, path: path})
	if err != nil {
		return nil, err
	}
	return object[T](a)
}

// object decodes an answer that must be a JSON object.
func object[T any](a *answer) (*T, error) {
	body := trimJSON(a.body)
	if len(body) == 0 || body[0] != '{' {
		return nil, a.unreadable(errors.New("no JSON object"))
	}
	result := new(T)
	if err := unmarshal(body, result); err != nil {
		return nil, a.unreadable(err)
	}
	return result, nil
}

// stored decodes an answer that must be the record with the id, or one just
// made when the id is 0. An object without an id is no record, and another's
// is not the one meant; either would read as a record that holds nothing.
// Types without a whole number for an id are not looked at.
func stored[T any](a *answer, id int64) (*T, error) {
	result, err := object[T](a)
	if err != nil {
		return nil, err
	}
	if s := schemaOf(reflect.TypeFor[T]()); s == nil || s.members["id"] == nil || !isInteger(s.members["id"].typ) {
		return result, nil
	}
	var record struct {
		ID Number `json:"id"`
	}
	_ = json.Unmarshal(a.body, &record) // it was read already; a Number takes anything
	switch got, err := record.ID.Int64(); {
	case err != nil || got == 0:
		return nil, a.unreadable(errors.New("it holds no id"))
	case id != 0 && got != id:
		return nil, a.unreadable(fmt.Errorf("it is record %d", got))
	}
	return result, nil
}

// listParameters are the query parameters of a list or count.
type listParameters struct {
	Conditions            string   `url:"conditions,omitempty"`
	ChildConditions       string   `url:"childConditions,omitempty"`
	CustomFieldConditions string   `url:"customFieldConditions,omitempty"`
	OrderBy               string   `url:"orderBy,omitempty"`
	Fields                []string `url:"fields,comma,omitempty"`
	PageSize              int      `url:"pageSize,omitempty"`
	Page                  int      `url:"page,omitempty"`
	PageID                string   `url:"pageId,omitempty"`
}

// values encodes a query, with the collection's own parameters.
func (s *Collection[T]) values(q query) (url.Values, error) {
	p := listParameters{q.where, q.childWhere, q.customFieldWhere, q.orderBy, q.fields, q.size, q.page, q.cursor}
	if q.search {
		p.Conditions, p.ChildConditions, p.CustomFieldConditions, p.OrderBy = "", "", "", ""
	}
	v, err := querystring.Values(p)
	if err != nil {
		return nil, fmt.Errorf("connectwise: %w", err)
	}
	maps.Copy(v, s.parameters)
	return v, nil
}
