package cove

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/internal/transport"
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
	flat  bool           // the return value may stand where the outer result does
}

func (c *Client) call(ctx context.Context, method string, params any, into *outer) error {
	return c.exchange(ctx, method, params, func(body []byte) (envelope, error) { return into.decode(body) })
}

// decode reads an answer whose size needs no care.
func (o *outer) decode(body []byte) (envelope, error) {
	var raw json.RawMessage
	s := &scanner{buf: padded(body)}
	env, err := s.envelope(func(s *scanner) error {
		s.space()
		start := s.pos
		err := s.skip(0)
		raw = s.buf[start:s.pos]
		return err
	})
	if err != nil || env.failure != nil || o.value == nil && len(o.out) == 0 {
		return env, err
	}
	if o.flat && len(raw) > 0 && raw[0] == '[' {
		return env, unmarshal(raw, o.value)
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
	if err := c.call(ctx, method, params, &outer{value: v}); err != nil {
		return nil, err
	}
	return v, nil
}

func list[T any](ctx context.Context, c *Client, method string, params any) ([]T, error) {
	var v []T
	if err := c.call(ctx, method, params, &outer{value: &v}); err != nil {
		return nil, err
	}
	return v, nil
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

// exchange calls a method with a visa. When the visa is refused it gets
// another and sends the call again, if that is safe.
func (c *Client) exchange(ctx context.Context, method string, params any, decode func([]byte) (envelope, error)) error {
	for tries := 0; ; tries++ {
		pass, err := c.pass(ctx)
		if err != nil {
			return err
		}
		err = c.send(ctx, pass, method, params, decode)
		refused := pass.done(err)
		if !refused || tries == 2 || !isRead(method) && !isAbsolute(method) {
			return err
		}
	}
}

type request struct {
	Version string `json:"jsonrpc"`
	ID      string `json:"id"`
	Visa    string `json:"visa,omitempty"`
	Method  string `json:"method"`
	Params  any    `json:"params"`
}

// send makes one call to the Management Service.
func (c *Client) send(ctx context.Context, pass *pass, method string, params any, decode func([]byte) (envelope, error)) error {
	if params == nil {
		params = struct{}{}
	}
	req := request{Version: "2.0", ID: "1", Method: method, Params: params}
	if pass != nil {
		req.Visa = pass.token
	}
	return c.post(ctx, c.client, c.base.String(), method, req, nil, func(body []byte) (envelope, error) {
		env, err := decode(body)
		if pass != nil {
			pass.answered(env.visa)
		}
		return env, err
	})
}

// post sends a JSON-RPC request to any of the services and sorts what comes
// back into a result and errors.
func (c *Client) post(ctx context.Context, chain *transport.Chain, address, method string, body any, header http.Header, decode func([]byte) (envelope, error)) error {
	data, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("cove: %s: parameters: %w", method, err)
	}
	read := isRead(method) || method == "Login"
	ctx = transport.WithName(ctx, method)
	if read {
		ctx = transport.WithRead(ctx)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("cove: %s: %w", method, err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("Accept", "application/json")
	resp, err := chain.Do(req)
	if err != nil {
		return c.failed(method, err)
	}
	defer func() { _ = resp.Body.Close() }() // read whole below
	answer, err := transport.ReadBody(resp)
	attempts := transport.Attempts(resp, nil)
	var env envelope
	if err == nil {
		env, err = decode(answer)
	}
	if f := env.failure; resp.StatusCode >= http.StatusBadRequest || err == nil && f != nil {
		e := &Error{Method: method, Status: resp.StatusCode, Attempts: attempts}
		if err == nil && f != nil {
			e.Code, e.Data, e.Message = f.Code, f.Data, c.hide(f.Message, data, header)
		}
		return e
	}
	if err == nil {
		return nil
	}
	if bad := (*syntaxError)(nil); errors.As(err, &bad) && !looksLikeJSON(answer) {
		err = fmt.Errorf("%w: not JSON but %s", ErrMalformed, c.hide(describe(resp.Header.Get("Content-Type"), answer), data, header))
	}
	if !read {
		err = fmt.Errorf("%w: %w", ErrOutcomeUnknown, err)
	}
	return fmt.Errorf("cove: %s: %w", method, err)
}

// failed explains an exchange without an answer.
func (c *Client) failed(method string, err error) error {
	var limited *transport.RateLimitError
	if errors.As(err, &limited) {
		return &Error{Method: method, Status: http.StatusTooManyRequests, Attempts: limited.Attempts, Wait: limited.Wait, cause: err}
	}
	var outcome *transport.OutcomeError
	if errors.As(err, &outcome) && outcome.Status >= http.StatusBadRequest {
		return &Error{Method: method, Status: outcome.Status, Attempts: outcome.Attempts, cause: err}
	}
	return fmt.Errorf("cove: %s: %w", method, err)
}

// hide removes from what a server said the secrets that it was sent: some
// answer an error with the request.
func (c *Client) hide(said string, sent []byte, header http.Header) string {
	var request struct {
		Visa   string
		Params struct{ Password, Token, AccountToken string }
	}
	_ = json.Unmarshal(sent, &request) // other parameters hold none, whatever their form
	return text.NewSecrets(c.credentials.Password, request.Visa, strings.TrimPrefix(header.Get("Authorization"), "Bearer "),
		request.Params.Password, request.Params.Token, request.Params.AccountToken).Text(said)
}

func looksLikeJSON(body []byte) bool {
	body = bytes.TrimLeft(body, " \t\r\n")
	return len(body) > 0 && (body[0] == '{' || body[0] == '[')
}

// describe says what an answer is when it is not JSON.
func describe(contentType string, body []byte) string {
	text := bytes.TrimSpace(body)
	if len(text) == 0 {
		return "an empty answer"
	}
	lower := bytes.ToLower(shorten(text))
	if bytes.HasPrefix(lower, []byte("<")) || strings.Contains(contentType, "html") {
		if _, rest, ok := bytes.Cut(lower, []byte("<title>")); ok {
			if title, _, ok := bytes.Cut(rest, []byte("</title>")); ok {
				return fmt.Sprintf("an HTML page titled %s", quoteShort(bytes.TrimSpace(title)))
			}
		}
		return "an HTML page"
	}
	return "text: " + quoteShort(text)
}
