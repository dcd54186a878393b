package transport

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"time"
)

// Retry limits the repeats. The zero value means the defaults.
//
// A read is repeated after a transport error, after 429, 502, 503, 504 (and the
// gateway errors 520 to 524), and after a 500 whose text mentions a timeout. A
// write is repeated only after a 429, which refuses it before any work, or when
// it provably never left. A request with a body but without GetBody is never
// repeated.
type Retry struct {
	// Attempts is the most times that a request is sent, the first included. Zero
	// means 4; 1 means no repeats.
	Attempts int

	// MaxWait is the longest single wait. If a server asks for a longer one, the
	// request fails at once with [ErrRateLimited], or with the answer if its
	// status is not 429. Zero means 60 seconds.
	MaxWait time.Duration

	// MaxElapsed is how long after the first attempt a new one may begin. Zero
	// means 3 minutes.
	MaxElapsed time.Duration

	// Base is the longest first wait. It doubles with each attempt, and each wait
	// is random between zero and it. Zero means 500 milliseconds.
	Base time.Duration
}

func (r Retry) withDefaults() Retry {
	r.Attempts = max(cmp.Or(r.Attempts, 4), 1)
	if r.MaxWait <= 0 {
		r.MaxWait = 60 * time.Second
	}
	if r.MaxElapsed <= 0 {
		r.MaxElapsed = 3 * time.Minute
	}
	if r.Base <= 0 {
		r.Base = 500 * time.Millisecond
	}
	return r
}

// backoff draws the wait after the given attempt: full jitter.
func (r Retry) backoff(attempt int) time.Duration {
	top := r.MaxWait
	if shift := attempt - 1; r.Base <= r.MaxWait>>shift {
		top = r.Base << shift
	}
	return rand.N(top + 1)
}

// retried repeats requests, and decides what a request that failed for good
// means.
func retried(next link, retry Retry, own func(*http.Response, []byte) bool) link {
	return func(ctx context.Context, req *http.Request) (*http.Response, error) {
		start := time.Now()
		var wait time.Duration
		for n := 1; ; n++ {
			t := trip{number: n, read: isRead(ctx, req), maxWait: retry.MaxWait, own: own}
			if err := t.send(ctx, req, next, wait); err != nil {
				return nil, &Error{Attempts: n - 1, Err: err}
			}
			if err := ended(ctx); err != nil && t.err != nil {
				return t.end(err)
			}
			if !t.repeatable() || n >= retry.Attempts || flag(ctx, keyOnce) || !replayable(req) {
				return t.end(nil)
			}
			hint := t.hint()
			wait = max(hint, retry.backoff(n))
			if hint > retry.MaxWait || time.Since(start)+wait > retry.MaxElapsed || !canWait(ctx, wait) {
				return t.end(nil)
			}
			if err := sleep(ctx, wait); err != nil {
				return t.end(err)
			}
		}
	}
}

func replayable(req *http.Request) bool {
	return req.Body == nil || req.Body == http.NoBody || req.GetBody != nil
}

// trip is one attempt and its result.
type trip struct {
	number  int
	read    bool
	maxWait time.Duration
	own     func(*http.Response, []byte) bool
	sent    sent
	resp    *http.Response
	err     error
}

// send makes the attempt, with a new body from the second attempt on. It fails
// when there is no such body.
func (t *trip) send(ctx context.Context, req *http.Request, next link, waited time.Duration) error {
	once := *req
	if t.number > 1 && req.GetBody != nil {
		body, err := req.GetBody()
		if err != nil {
			return fmt.Errorf("body for another attempt: %w", err)
		}
		once.Body = body
	}
	ctx = t.sent.watch(withAttempt(ctx, &attempt{number: t.number, waited: waited}))
	if t.resp, t.err = next(ctx, &once); t.resp != nil { //nolint:bodyclose // the answer is passed on, or is in memory
		t.resp.Request = req.WithContext(ctx) // see Attempts
	}
	return nil
}

// repeatable reports whether another attempt may succeed and can do no harm.
func (t *trip) repeatable() bool {
	if t.resp == nil {
		return !isHeld(t.err) && !permanent(t.err) && (t.read || t.sent.never(t.err))
	}
	switch status := t.resp.StatusCode; {
	case status == http.StatusTooManyRequests:
		return true
	case status == http.StatusInternalServerError:
		return t.read && transient(t.resp)
	case status >= 502 && status <= 504, status >= 520 && status <= 524:
		return t.read
	}
	return false
}

// hint returns the wait that the server asked for.
func (t *trip) hint() time.Duration {
	if t.resp == nil {
		return 0
	}
	if t.resp.StatusCode == http.StatusTooManyRequests {
		return rateHint(t.resp, t.number, t.maxWait)
	}
	d, _ := retryAfter(t.resp.Header, time.Now())
	return d
}

// end returns the caller's result. stop is why a wait was given up, if one was.
func (t *trip) end(stop error) (*http.Response, error) {
	if t.resp == nil {
		return nil, t.fail(stop)
	}
	said := *t.resp
	said.Request = nil // it holds the credentials, and errors are passed around
	e := &Error{Attempts: t.number, Status: t.resp.StatusCode, Response: &said, Err: stop}
	switch {
	case e.Status == http.StatusTooManyRequests:
		e.Class, e.Wait = ErrRateLimited, t.hint()
	case !t.read && !t.settled():
		e.Class = ErrOutcomeUnknown
	case stop == nil:
		return t.resp, nil
	}
	return nil, e
}

// settled reports whether the answer proves what happened to a write.
func (t *trip) settled() bool {
	return t.resp.StatusCode < 500 && (t.own == nil || t.own(t.resp, inMemory(t.resp)))
}

// fail returns the error of an attempt without an answer.
func (t *trip) fail(stop error) error {
	err := t.err
	if stop != nil && !errors.Is(err, stop) {
		err = fmt.Errorf("%w (%w)", stop, t.err)
	}
	e := &Error{Attempts: t.number, Status: statusOf(nil, t.err), Err: err}
	switch {
	case isHeld(t.err):
		e.Attempts--
	case !t.read && !t.sent.never(t.err):
		e.Class = ErrOutcomeUnknown
	}
	return e
}

// transient reports whether a 500 will pass: it is the server's own timeout.
func transient(resp *http.Response) bool {
	text := bytes.ToLower(inMemory(resp))
	return bytes.Contains(text, []byte("timeout")) || bytes.Contains(text, []byte("timed out"))
}

// permanent reports whether another attempt would fail in the same way.
func permanent(err error) bool {
	var certificate *tls.CertificateVerificationError
	var dns *net.DNSError
	switch {
	case errors.As(err, &certificate), errors.Is(err, http.ErrSchemeMismatch), errors.Is(err, ErrBodyTooLarge),
		errors.Is(err, ErrRedirect):
		return true
	case errors.As(err, &dns):
		return dns.IsNotFound
	}
	return false
}
