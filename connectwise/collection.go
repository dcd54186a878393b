package connectwise

import (
	"context"
	"iter"
	"reflect"
)

// Collection holds the methods for the records of one kind at one path of the
// API. It is safe for concurrent use.
//
// Not every path of the API has every method; the server answers 404 or 405 to
// the others.
type Collection[T any] struct{ *core }

// NewCollection returns a collection for any path of the API. T is usually a
// struct whose JSON tags name the members to read and write:
//
//	type Project struct {
//		ID      int64           `json:"id,omitzero" cw:"readonly"`
//		Name    string          `json:"name,omitzero" cw:"max=100"`
//		Company connectwise.Ref `json:"company,omitzero"`
//	}
//
//	projects := connectwise.NewCollection[Project](client, "project/projects")
//
// The optional cw tag holds a list separated by commas. max=N is the highest
// number of UTF-16 units that a text may have, which the client checks before
// it sends the text. readonly marks a member that the server sets; writes leave
// it out. create marks a member that only Create may send. A member without
// omitzero is sent even when it is zero. T may also be map[string]any; then the
// client checks nothing.
//
// To add members to a type of this package, embed it in a struct of your own.
func NewCollection[T any](c *Client, path string) *Collection[T] {
	return &Collection[T]{&core{c: c, path: path, typ: reflect.TypeFor[T]()}}
}

// List yields all records that match, over all pages. It sends no request
// before the caller asks for the first record. When the caller asks for the
// second record of a page, the next page is fetched in the background. When the
// caller stops, no request is left running.
//
// Without OrderBy the records come by ascending id, through the API's
// forward-only paging where the server has it. Then records that are added or
// removed meanwhile do not shift the others. With OrderBy pages are read by
// number. Each page overlaps the one before it, so no record is missed when an
// earlier one is removed. A record whose own place in the order changes between
// two requests can still be missed. A record with an id comes once.
//
// A list ends when the server says that there is no next page, or when a page
// is empty. After a short page, or a page whose Link header is missing or
// unclear, the client asks for more. If the server never makes progress (it
// repeats a page, answers empty pages that have a next one, or returns more
// records than were asked for), the list ends with an error after a few
// requests.
//
// Conditions too long for a URL are sent to the search of service and project
// tickets. Elsewhere the longest "in" list that stands beside other
// conditions is split and the parts are read at the same time, at most six;
// the records come in no particular order then, each once. What cannot be
// sent either way is [ErrTooLong].
//
// An error ends the sequence. An answer that is not a JSON array is an error,
// and never an empty list.
func (s *Collection[T]) List(ctx context.Context, opts *ListOptions) iter.Seq2[*T, error] {
	list := s.list(ctx, opts)
	return func(yield func(*T, error) bool) {
		if err := list(func(item any) bool { return yield(item.(*T), nil) }); err != nil {
			yield(nil, err)
		}
	}
}

// All returns all records that List yields. With an error it returns no
// records, so that nobody takes a part for the whole.
func (s *Collection[T]) All(ctx context.Context, opts *ListOptions) ([]*T, error) {
	var all []*T
	if err := s.list(ctx, opts)(func(item any) bool { all = append(all, item.(*T)); return true }); err != nil {
		return nil, err
	}
	return all, nil
}

// ListPage reads one page, of ascending ids unless OrderBy says otherwise.
// Beyond the last page it is empty. Conditions too long for a URL are not
// split: without a search they are [ErrTooLong]. Records that are added or
// removed between two pages shift the rest; List takes care of that.
func (s *Collection[T]) ListPage(ctx context.Context, opts *ListOptions) (*Page[T], error) {
	items, next, err := s.page(ctx, opts)
	if err != nil {
		return nil, err
	}
	page := &Page[T]{Next: next}
	for _, item := range items {
		page.Items = append(page.Items, item.(*T))
	}
	return page, nil
}

// Count returns how many records match. Only the conditions of the options
// are looked at.
func (s *Collection[T]) Count(ctx context.Context, opts *ListOptions) (int, error) {
	return s.count(ctx, opts)
}

// Get reads one record. If the record does not exist, the error is
// [ErrNotFound].
func (s *Collection[T]) Get(ctx context.Context, id int64) (*T, error) {
	return typed[T](s.get(ctx, id))
}

// Create creates a record and returns it as the server stored it, with the
// members that the server filled in. Zero fields of the record are left out.
// Ops set members to false, 0 or null, or remove them:
//
//	tickets.Create(ctx, &connectwise.Ticket{...}, connectwise.Silent())
//
// Create is never repeated blindly. If it is not known whether the record was
// created, the error is [ErrOutcomeUnknown].
func (s *Collection[T]) Create(ctx context.Context, record *T, ops ...Op) (*T, error) {
	return typed[T](s.write(ctx, creating, 0, untyped(record), ops))
}

// Replace writes the whole record. The server clears members that are left out,
// except customFields. Members that only Create may send, and members that the
// server sets, are left out, so you can change a record that was read and write
// it back. But zero fields are left out too: Set a false that the server would
// otherwise take for true. Prefer Patch.
func (s *Collection[T]) Replace(ctx context.Context, id int64, record *T, ops ...Op) (*T, error) {
	return typed[T](s.write(ctx, replacing, id, untyped(record), ops))
}

// Patch applies the ops in their order, all or none, and returns the record as
// the server stored it:
//
//	tickets.Patch(ctx, id, connectwise.Set("status", connectwise.ByName("Closed")), connectwise.Remove("owner"))
func (s *Collection[T]) Patch(ctx context.Context, id int64, ops ...Op) (*T, error) {
	return typed[T](s.write(ctx, patching, id, nil, ops))
}

// Delete deletes a record. If the record does not exist, the error is
// [ErrNotFound].
func (s *Collection[T]) Delete(ctx context.Context, id int64) error {
	return s.remove(ctx, id)
}

// typed converts a result of the core to *T.
func typed[T any](record any, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	return record.(*T), nil
}

// untyped converts a record for the core; a nil pointer becomes nil.
func untyped[T any](record *T) any {
	if record == nil {
		return nil
	}
	return record
}
