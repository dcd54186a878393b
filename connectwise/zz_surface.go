package connectwise

import (
	"context"
	"errors"
	"iter"
	"net/url"
)

var errSurface = errors.New("connectwise: not yet connected")

type node interface{}

func parseCondition(string, []any) (node, error) { return nil, nil }
func (c *Client) do(context.Context, string, string, url.Values, any, any) error {
	return errSurface
}
func (s *Collection[T]) list(context.Context, *ListOptions) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) { yield(nil, errSurface) }
}
func (s *Collection[T]) listPage(context.Context, *ListOptions) (*Page[T], error) {
	return nil, errSurface
}
func (s *Collection[T]) count(context.Context, *ListOptions) (int, error)     { return 0, errSurface }
func (s *Collection[T]) get(context.Context, int64) (*T, error)               { return nil, errSurface }
func (s *Collection[T]) create(context.Context, *T, []Op) (*T, error)         { return nil, errSurface }
func (s *Collection[T]) replace(context.Context, int64, *T, []Op) (*T, error) { return nil, errSurface }
func (s *Collection[T]) patch(context.Context, int64, []Op) (*T, error)       { return nil, errSurface }
func (s *Collection[T]) delete(context.Context, int64) error                  { return errSurface }
