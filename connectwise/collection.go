package connectwise

import (
	"context"
	"iter"
	"reflect"
)

// Collection holds the methods for the records of one kind at one path of the
// API. It is safe for concurrent use.
//
// Not every path of the API offers every method; the server answers the others
// with 404 or 405.
type Collection[T any] struct{ *core }

// NewCollection returns a collection for any path of the API and a type of the
// caller's own: a struct whose JSON tags name the members that it wants.
//
//	type Project struct {
//		ID      int64           `json:"id,omitzero" cw:"readonly"`
//		Name    string          `json:"name,omitzero" cw:"max=100"`
//		Company connectwise.Ref `json:"company,omitzero"`
//	}
//
//	projects := connectwise.NewCollection[Project](client, "project/projects")
//
// The optional cw tag holds, separated by commas: max=N, the most UTF-16 units
// a text may have, which is how the server counts, checked before sending;
// readonly, a member the server sets, which is left out of writes; create, a
// member only Create may send. A member without omitzero is sent even when it is
// zero. T may be map[string]any; then the client checks nothing.
//
// The types of this package can be embedded in one to add members to them.
func NewCollection[T any](c *Client, path string) *Collection[T] {
	return &Collection[T]{&core{c: c, path: path, typ: reflect.TypeFor[T]()}}
}

// List yields all records that match, in all pages. Nothing is requested
// before the first record is asked for; one page at most is read ahead, begun
// when the second record of a page is asked for; and when the caller stops,
// nothing is left running.
//
// Without OrderBy the records come by ascending id, through the API's
// forward-only paging where it exists: records that are added or removed
// meanwhile do not shift the rest. With OrderBy pages are read by number, each
// overlapping the one before it, so that no record is left out when one before
// it is removed; a record whose own place in the order changes between two
// requests may still not come. Records with an id come once.
//
// A list ends when the server says that there is no next page, or when a page
// is empty. A short page, and a Link header that is missing or says something
// else, end nothing: the client asks on. Where the server never settles it
// (the same page again and again, empty pages without end, more records in a
// page than were asked for) the list ends with an error after a few requests.
//
// Conditions too long for a URL are sent to the search of service and project
// tickets. Elsewhere they are [ErrTooLong]: ask several times, for example with
// a part of the ids each.
//
// An error ends the sequence. An answer that is not a JSON array is one: it
// never counts as an empty list.
func (s *Collection[T]) List(ctx context.Context, opts *ListOptions) iter.Seq2[*T, error] {
	list := s.list(ctx, opts)
	return func(yield func(*T, error) bool) {
		if err := list(func(item any) bool { return yield(item.(*T), nil) }); err != nil {
			yield(nil, err)
		}
	}
}

// All reads a list whole, as List yields it. After an error there are no
// records: a part never passes for the whole.
func (s *Collection[T]) All(ctx context.Context, opts *ListOptions) ([]*T, error) {
	var all []*T
	if err := s.list(ctx, opts)(func(item any) bool { all = append(all, item.(*T)); return true }); err != nil {
		return nil, err
	}
	return all, nil
}

// Count returns how many records match. Only the conditions of the options
// are looked at. Conditions too long for a URL are [ErrTooLong].
func (s *Collection[T]) Count(ctx context.Context, opts *ListOptions) (int, error) {
	return s.count(ctx, opts)
}

// Get reads one record. One that does not exist is [ErrNotFound].
func (s *Collection[T]) Get(ctx context.Context, id int64) (*T, error) {
	return typed[T](s.get(ctx, id))
}

// Create makes a record and returns it as the server stored it, with what the
// server filled in. Fields of the record that are zero are left out; ops set
// members to false, 0 or null, or leave one out:
//
//	tickets.Create(ctx, &connectwise.Ticket{...}, connectwise.Silent())
//
// A Create is never repeated blindly: when it is not known whether the record
// was made, the error is [ErrOutcomeUnknown].
func (s *Collection[T]) Create(ctx context.Context, record *T, ops ...Op) (*T, error) {
	return typed[T](s.write(ctx, creating, 0, untyped(record), ops))
}

// Replace writes the whole record: members that are left out are cleared on
// the server, except customFields. Members that only Create may send and
// those that the server sets are dropped, so that a record that was read can
// be changed and written back; what is false or 0 in it is left out like all
// that is zero, so Set what the server would take for true. Prefer Patch.
func (s *Collection[T]) Replace(ctx context.Context, id int64, record *T, ops ...Op) (*T, error) {
	return typed[T](s.write(ctx, replacing, id, untyped(record), ops))
}

// Patch changes the members that the ops name, in their order, all or none,
// and returns the record as the server stored it:
//
//	tickets.Patch(ctx, id, connectwise.Set("status", connectwise.ByName("Closed")), connectwise.Remove("owner"))
func (s *Collection[T]) Patch(ctx context.Context, id int64, ops ...Op) (*T, error) {
	return typed[T](s.write(ctx, patching, id, nil, ops))
}

// Delete removes a record. One that does not exist is [ErrNotFound].
func (s *Collection[T]) Delete(ctx context.Context, id int64) error {
	return s.remove(ctx, id)
}

// typed is a result of the core in its own type.
func typed[T any](record any, err error) (*T, error) {
	if err != nil {
		return nil, err
	}
	return record.(*T), nil
}

// untyped hands a record to the core; nil is none.
func untyped[T any](record *T) any {
	if record == nil {
		return nil
	}
	return record
}
