package cove

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// Call calls any method of the Management Service. It decodes the method's
// return value, which is the inner result of the answer, into result. Pass nil
// to ignore the value, and for a method that returns none.
//
// Methods that begin with Enumerate, Get or Query are reads, which are repeated
// according to the client's [Retry]. All others count as writes; a write that
// may have been executed is never sent again. Call refuses the methods that log
// in, because the client would go on with their visa; use [Client.Login].
func (c *Client) Call(ctx context.Context, method string, params, result any) error {
	if begins(method, "Login", "Authenticate") {
		return fmt.Errorf("cove: %s: a client logs in with its own credentials: %w", method, ErrInvalid)
	}
	var out outer
	if result != nil {
		out.value = result
	}
	return c.call(ctx, method, params, &out)
}

// outer receives the outer result of an answer: the method's return value and
// its out parameters.
type outer struct {
	value any            // pointer for the return value; nil drops it
	out   map[string]any // pointers for out parameters, by name
}

func (c *Client) call(ctx context.Context, method string, params any, into *outer) error {
	return c.exchange(ctx, method, params, func(body []byte) (envelope, error) { return into.decode(body) })
}

// decode reads an answer that is small enough to need no streaming.
func (o *outer) decode(body []byte) (envelope, error) {
	var raw json.RawMessage
	s := &scanner{buf: padded(body)}
	env, err := s.envelope(func(s *scanner) (err error) {
		raw, err = s.raw()
		return err
	})
	if err != nil || env.failure != nil || o.value == nil && len(o.out) == 0 {
		return env, err
	}
	members := make(map[string]json.RawMessage)
	if raw == nil || json.Unmarshal(raw, &members) != nil {
		return env, fmt.Errorf("%w: no return value", ErrMalformed)
	}
	if o.value != nil {
		if err := unmarshal(members["result"], o.value); err != nil {
			return env, err
		}
	}
	for name, to := range o.out {
		if value := members[name]; len(value) > 0 && !isNull(value) {
			if err := unmarshal(value, to); err != nil {
				return env, err
			}
		}
	}
	return env, nil
}

func isNull(raw json.RawMessage) bool { return string(bytes.TrimSpace(raw)) == "null" }

func unmarshal(raw json.RawMessage, to any) error {
	if len(raw) == 0 || isNull(raw) {
		return fmt.Errorf("%w: no return value", ErrMalformed)
	}
	if err := json.Unmarshal(raw, to); err != nil {
		return fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	return nil
}

func get[T any](ctx context.Context, c *Client, method string, params any) (*T, error) {
	v := new(T)
	ctx = maxRows(ctx, 1, 0) // one record, or a page of Children
	if err := c.call(ctx, method, params, &outer{value: v}); err != nil {
		return nil, err
	}
	return v, nil
}

// mostRecords bounds a list that the API returns only as a whole, such as the
// partners of a tree.
const mostRecords = 500_000

func list[T any](ctx context.Context, c *Client, method string, params any) ([]T, error) {
	v := rows[T]{most: mostRecords}
	if err := c.call(ctx, method, params, &outer{value: &v}); err != nil {
		return nil, err
	}
	return v.list, nil
}

// isRead tells whether a method only reads, so that it may always be sent
// again.
func isRead(method string) bool { return begins(method, "Enumerate", "Get", "Query") }

// isAbsolute tells whether a method sets a value, so that calling it twice has
// the same effect as calling it once. Such calls are repeated after a refused
// visa, because the server checks the visa before it does anything.
func isAbsolute(method string) bool { return begins(method, "Modify", "Set", "Update", "Remove") }

func begins(method string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(method, p) {
			return true
		}
	}
	return false
}

// exchange calls a method and adds the visa.
func (c *Client) exchange(ctx context.Context, method string, params any, decode func([]byte) (envelope, error)) error {
	return c.withVisa(ctx, isRead(method) || isAbsolute(method), func(pass *pass) error { return c.send(ctx, pass, method, params, decode) })
}

// withVisa makes a call with a visa. When the server refuses the visa and again
// is true, it gets another visa and repeats the call, at most twice.
func (c *Client) withVisa(ctx context.Context, again bool, call func(*pass) error) error {
	for tries := 0; ; tries++ {
		pass, err := c.pass(ctx)
		if err != nil {
			return err
		}
		err = call(pass)
		if !pass.done(err) || tries == 2 || !again {
			return err
		}
	}
}
