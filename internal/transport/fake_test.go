package transport

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
)

// fake is a base in memory.
type fake func(*http.Request) (*http.Response, error)

func (f fake) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// link returns the fake as the last link of a chain.
func (f fake) link() link {
	return func(ctx context.Context, req *http.Request) (*http.Response, error) { return f(req.WithContext(ctx)) }
}

// over returns the whole chain over a base.
func over(base http.RoundTripper, c Config) link {
	return New(&http.Client{Transport: base}, c).first
}

// run sends a request through a link.
func run(l link, req *http.Request) (*http.Response, error) { return l(req.Context(), req) }

// answer makes an answer; headers are given as pairs.
func answer(status int, body string, headers ...string) *http.Response {
	h := http.Header{}
	for i := 0; i < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: -1}
}

// answers returns one answer after the other, and then the last one for ever.
func answers(statuses ...int) fake {
	n := -1
	return func(*http.Request) (*http.Response, error) {
		n = min(n+1, len(statuses)-1)
		return answer(statuses[n], ""), nil
	}
}

// reply is answer as a step of a script; the answer is made when its turn
// comes.
func reply(status int, body string, headers ...string) fake {
	return func(*http.Request) (*http.Response, error) { return answer(status, body, headers...), nil }
}

// broken returns a reply whose body breaks off after text.
func broken(status int, text string) fake {
	return func(*http.Request) (*http.Response, error) {
		body := io.MultiReader(strings.NewReader(text), iotest.ErrReader(io.ErrUnexpectedEOF))
		return &http.Response{StatusCode: status, Body: io.NopCloser(body)}, nil
	}
}

func request(t *testing.T, ctx context.Context, method, body string) *http.Request {
	t.Helper()
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(ctx, method, "https://api.example/v1/things?q=1", r)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// text reads an answer's body and closes it.
func bodyOf(t *testing.T, resp *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// finish closes the body of an answer that the test does not look at.
func finish(resp *http.Response) {
	if resp != nil && resp.Body != nil {
		_ = resp.Body.Close()
	}
}

// trackedBody records whether it was closed.
type trackedBody struct {
	io.Reader
	closed bool
}

func (b *trackedBody) Close() error { b.closed = true; return nil }
