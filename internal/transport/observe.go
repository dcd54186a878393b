package transport

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// Call is one request that was sent, repeats included.
type Call struct {
	Method  string        // HTTP method, or the name of the API's method
	Path    string        // of the URL, without its query
	Status  int           // HTTP status, 0 when no answer came
	Attempt int           // 1 for the first
	Waited  time.Duration // held back before it: backoff, slots, limiter, pause
	Took    time.Duration // from sending until the answer had been read
	Err     error         // why there is no answer, or no readable one
}

// observed reports each request that was sent.
func observed(next link, tell func(Call)) link {
	return func(ctx context.Context, req *http.Request) (*http.Response, error) {
		a := attemptOf(ctx)
		c := Call{Method: name(ctx, req), Path: req.URL.Path, Attempt: a.number, Waited: a.waited}
		start := time.Now()
		resp, err := next(ctx, req)
		c.Took = time.Since(start)
		c.Status, c.Err = statusOf(resp, err), err
		tell(c)
		return resp, err
	}
}

// statusOf returns the status of an answer, even of one that broke off.
func statusOf(resp *http.Response, err error) int {
	if resp != nil {
		return resp.StatusCode
	}
	if body := (*BodyError)(nil); errors.As(err, &body) {
		return body.Status
	}
	return 0
}
