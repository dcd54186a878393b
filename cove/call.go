package cove

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// Call calls any method of the Management Service and decodes its return
// value, the inner result of the answer, into result. A nil result drops it;
// for a method that returns nothing result must be nil.
//
// Methods that begin with Enumerate, Get or Query are reads and are repeated
// when need be. All others count as writes, which are never sent again once they
// may have been executed. The methods that log in cannot be called: their visa
// would become the client's. See [Client.Login].
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

// outer is where an answer's outer result goes: the return value, and beside
// it the out parameters of the method.
type outer struct {
	value any            // pointer for the return value; nil drops it
	out   map[string]any // pointers for out parameters, by name
}

func (c *Client) call(ctx context.Context, method string, params any, into *outer) error {
	return c.exchange(ctx, method, params, func(body []byte) (envelope, error) { return into.decode(body) })
}

// decode reads an answer whose size needs no care.
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

// mostRecords bounds a list that cannot be asked for by parts, such as the
// partners of a whole tree.
const mostRecords = 500_000

func list[T any](ctx context.Context, c *Client, method string, params any) ([]T, error) {
	v := rows[T]{most: mostRecords}
	if err := c.call(ctx, method, params, &outer{value: &v}); err != nil {
		return nil, err
	}
	return v.list, nil
}

// isRead tells whether a method only looks: it may be sent again whatever
// became of it.
func isRead(method string) bool { return begins(method, "Enumerate", "Get", "Query") }

// isAbsolute tells whether a method sets something to a value, so that a
// second time changes nothing. Such calls are repeated after a refused visa,
// which the server checks first.
func isAbsolute(method string) bool { return begins(method, "Modify", "Set", "Update", "Remove") }

func begins(method string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(method, p) {
			return true
		}
	}
	return false
}

// exchange calls a method with a visa.
func (c *Client) exchange(ctx context.Context, method string, params any, decode func([]byte) (envelope, error)) error {
	return c.withVisa(ctx, isRead(method) || isAbsolute(method), func(pass *pass) error { return c.send(ctx, pass, method, params, decode) })
}

// withVisa makes a call with a visa. When the visa is refused it gets another
// and makes the call again, if that is safe.
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
