package connectwise

import (
	"context"
	"iter"
)

// Collection is a list of records of one kind at one path of the API, with
// everything that can be done to it.
type Collection[T any] struct {
	c    *Client
	path string
}

// NewCollection makes any collection of the API usable with a type of the
// caller's:
//
//	agreements := connectwise.NewCollection[Agreement](client, "finance/agreements")
func NewCollection[T any](c *Client, path string) *Collection[T] {
	return &Collection[T]{c: c, path: path}
}

// ListOptions narrow, order and size a list. The zero value and nil list
// everything.
type ListOptions struct {
	// Where keeps the records that match.
	Where Condition
	// ChildWhere filters by members of child arrays, such as
	// communicationItems/value of contacts.
	ChildWhere Condition
	// CustomFieldWhere filters by custom fields: caption = ? and value = ?.
	CustomFieldWhere Condition
	// OrderBy is a member with an optional direction: "lastUpdated desc".
	// When empty the records come by ascending id.
	OrderBy string
	// Fields limits the members that are sent, by JSON name: "id",
	// "status/name", "_info".
	Fields []string
	// PageSize is the number of records per request, 1 to 1000; 0 is 1000.
	PageSize int
	// Page is the page ListPage reads, from 1; 0 is 1. List ignores it.
	Page int
}

// Page is one page of a list.
type Page[T any] struct {
	Items []*T
	// Next is the number of the page that follows, 0 when this is the last.
	Next int
}

// List yields all records, page by page.
func (s *Collection[T]) List(ctx context.Context, opts *ListOptions) iter.Seq2[*T, error] {
	return s.list(ctx, opts)
}

// ListPage reads one page.
func (s *Collection[T]) ListPage(ctx context.Context, opts *ListOptions) (*Page[T], error) {
	return s.listPage(ctx, opts)
}

// Count returns how many records match.
func (s *Collection[T]) Count(ctx context.Context, opts *ListOptions) (int, error) {
	return s.count(ctx, opts)
}

// Get reads one record.
func (s *Collection[T]) Get(ctx context.Context, id int64) (*T, error) {
	return s.get(ctx, id)
}

// Create makes a record and returns it as the server stored it.
func (s *Collection[T]) Create(ctx context.Context, record *T, ops ...Op) (*T, error) {
	return s.create(ctx, record, ops)
}

// Replace writes the whole record: members that are left out are cleared.
func (s *Collection[T]) Replace(ctx context.Context, id int64, record *T, ops ...Op) (*T, error) {
	return s.replace(ctx, id, record, ops)
}

// Patch changes members of a record and returns it as the server stored it.
func (s *Collection[T]) Patch(ctx context.Context, id int64, ops ...Op) (*T, error) {
	return s.patch(ctx, id, ops)
}

// Delete removes a record.
func (s *Collection[T]) Delete(ctx context.Context, id int64) error {
	return s.delete(ctx, id)
}
