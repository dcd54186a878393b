package connectwise

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/covedesk/covedesk/internal/transport"
)

// request is one call of the API.
type request struct {
	method  string
	path    string // below the API's base, not escaped
	query   url.Values
	body    []byte // JSON; nil for none
	read    bool   // a POST that only reads
	forward bool   // asks for forward-only paging
	most    int64  // bytes that the answer may have; 0 for requests without records
}

// answer is an answer whose body has been read.
type answer struct {
	method   string
	path     string
	status   int
	header   http.Header
	body     []byte
	attempts int
	proof    http.Header // headers of the request, to be hidden in errors
	write    bool        // the request may have changed something
}

// send sends a request to the API.
func (c *Client) send(ctx context.Context, r request) (*answer, error) {
	path, err := escapePath(r.path)
	if err != nil {
		return nil, r.invalid([]FieldError{{Message: err.Error()}})
	}
	return c.routed(ctx, func(base string) (*answer, error) { return c.sendTo(ctx, base+path, r) })
}

// routed sends a request below the API's base. If the server does not know the
// base, the request was not executed. Then routed asks for the API's address
// again, and sends the request again if the address has changed.
func (c *Client) routed(ctx context.Context, sendTo func(base string) (*answer, error)) (*answer, error) {
	base, err := c.server.apiBase(ctx, c.http)
	if err != nil {
		return nil, err
	}
	a, err := sendTo(base)
	if err == nil && a.unrouted() {
		if moved, err2 := c.server.ask(ctx, c.http, base); err2 == nil && moved != base {
			a, err = sendTo(moved)
		}
	}
	if err != nil {
		tellError(ctx, err)
		return nil, err
	}
	a.tell(ctx)
	if a.status < 200 || a.status > 299 {
		return nil, a.refused()
	}
	if a.write {
		if err := a.declined(); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// roomForAnswer is how many bytes an answer without records may have.
const roomForAnswer = 16 << 20

func (c *Client) sendTo(ctx context.Context, u string, r request) (*answer, error) {
	if len(r.query) > 0 {
		u += "?" + r.query.Encode()
	}
	if r.read {
		ctx = transport.WithRead(ctx)
	}
	ctx = transport.WithMaxBody(ctx, cmp.Or(r.most, roomForAnswer))
	var body io.Reader
	if r.body != nil {
		body = bytes.NewReader(r.body)
	}
	req, err := http.NewRequestWithContext(ctx, r.method, u, body)
	if err != nil {
		return nil, fmt.Errorf("connectwise: %w", err)
	}
	if r.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if err := c.sign(req); err != nil {
		return nil, err
	}
	if r.forward {
		req.Header.Set("pagination-type", "forward-only")
	}
	a, err := exchange(c.http, req)
	if a != nil {
		a.write = !r.read && r.method != http.MethodGet
	}
	return a, err
}

// sign sets the headers that every call to the API needs.
func (c *Client) sign(req *http.Request) error {
	accept := "application/json"
	if c.config.version != "" {
		accept = "application/vnd.connectwise.com+json; version=" + c.config.version
	}
	req.Header.Set("Accept", accept)
	if err := c.Authorize(req.Context(), req); err != nil {
		return fmt.Errorf("connectwise: signing in: %w", err)
	}
	return nil
}

// exchange sends a request and reads the whole answer.
func exchange(hc *transport.Chain, req *http.Request) (*answer, error) {
	resp, err := hc.Do(req) //nolint:bodyclose // ReadBody reads and closes it
	if err != nil {
		return nil, failed(req, err)
	}
	a, err := answered(req, resp, transport.Attempts(resp, nil))
	if err != nil && a.status < 400 {
		return nil, failed(req, err)
	}
	return a, nil
}

// unrouted reports whether the gateway answered that it does not know the
// codebase or path. Such a request had no effect.
func (a *answer) unrouted() bool {
	switch a.status {
	case http.StatusBadRequest: // in plain text; JSON may only repeat the words
		return bytes.Contains(a.body, []byte("Cannot route")) && !bytes.HasPrefix(bytes.TrimSpace(a.body), []byte("{"))
	case http.StatusNotFound:
		return bytes.Contains(a.body, []byte("The endpoint does not exist."))
	}
	return false
}

// declined returns the error of a write that was answered with 200 but not
// executed: {"success": false, "message": ...}.
func (a *answer) declined() error {
	var said struct {
		Success *bool  `json:"success"`
		Message string `json:"message"`
	}
	if bytes.Contains(a.body, []byte(`"success"`)) && unmarshal(trimJSON(a.body), &said) != nil {
		said.Success = nil // an answer that cannot be read says nothing
	}
	if said.Success == nil || *said.Success {
		return nil
	}
	e := a.failure(a.quote(said.Message))
	e.classes = []error{ErrInvalid}
	return e
}

// own reports whether an answer to a write comes from the API: its JSON, an
// empty body after a success, or the router's answer that it does not know the
// path. A gateway's page proves nothing, whatever its status.
func own(resp *http.Response, body []byte) bool {
	a := &answer{status: resp.StatusCode, header: resp.Header, body: body}
	switch {
	case a.unrouted():
		return true
	case a.status < 300:
		return len(trimJSON(body)) == 0 || json.Valid(body)
	}
	return a.read(&Error{})
}

// decode fills result, a pointer, from a JSON object or array. With a nil
// result it accepts any answer.
func (a *answer) decode(result any) error {
	if result == nil {
		return nil
	}
	body := trimJSON(a.body)
	if len(body) == 0 || (body[0] != '{' && body[0] != '[') {
		return a.unreadable(errors.New("no JSON object"))
	}
	if err := unmarshal(body, result); err != nil {
		return a.unreadable(err)
	}
	return nil
}

// escapePath escapes each segment of a path. It refuses segments that could
// lead to another path, such as "..".
func escapePath(path string) (string, error) {
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for i, s := range segments {
		last := i == len(segments)-1
		switch {
		case s == "" && (!last || i == 0), s == ".", s == "..":
			return "", fmt.Errorf("path %q", path)
		case strings.ContainsAny(s, "\\?#") || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r == 0x7f }):
			return "", fmt.Errorf("path %q holds characters no path has", path)
		}
		segments[i] = url.PathEscape(s)
	}
	return strings.Join(segments, "/"), nil
}
