package transport

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"time"
)

// Retry bounds the repeats. The zero value means the defaults.
//
// A read is repeated after a transport error, 429, 502, 503, 504 (and the
// gateway errors 520 to 524), and after a 500 that speaks of a timeout. A
// write is repeated only after a 429, which refuses it before any work, or
// when it provably never left. Bodies that cannot be had again through
// GetBody are never repeated.
type Retry struct {
	// Attempts is how often a request is sent at most, the first included.
	// Zero means 4, 1 never to repeat.
	Attempts int

	// MaxWait is the longest single wait. When a server asks for a longer
	// one the request fails at once with [ErrRateLimited], or with the
	// answer when it is not a 429. Zero means 60 seconds.
	MaxWait time.Duration

	// MaxElapsed is the time from the first attempt after which none is begun.
	// Zero means 3 minutes.
	MaxElapsed time.Duration

	// Base is the longest first wait; it doubles with each attempt, and each
	// wait is drawn evenly from zero to it. Zero means 500 milliseconds.
	Base time.Duration
}

func (r Retry) withDefaults() Retry {
	if r.Attempts == 0 {
		r.Attempts = 4
	}
	r.Attempts = max(r.Attempts, 1)
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

// retried repeats requests and says what became of those it gives up.
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
			if !t.repeatable() || n >= retry.Attempts || isOnce(ctx) || !replayable(req) {
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

// trip is one attempt and what came of it.
type trip struct {
	number  int
	read    bool
	maxWait time.Duration
	own     func(*http.Response, []byte) bool
	sent    sent
	resp    *http.Response
	err     error
}

// send makes the attempt, with a fresh body from the second one on. It fails
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
	if t.resp, t.err = next(ctx, &once); t.resp != nil { //nolint:bodyclose // the answer is handed on, or in memory
		t.resp.Request = req.WithContext(ctx) // see Attempts
	}
	return nil
}

// repeatable says whether sending the request again can help and cannot harm.
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

// hint is the wait that the server asked for.
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

// end is what the caller gets; stop is why a wait was given up, if one was.
func (t *trip) end(stop error) (*http.Response, error) {
	if t.resp == nil {
		return nil, t.fail(stop)
	}
	said := *t.resp
	said.Request = nil // it holds the credentials; errors get about
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

// settled says whether the answer tells what became of a write.
func (t *trip) settled() bool {
	return t.resp.StatusCode < 500 && (t.own == nil || t.own(t.resp, inMemory(t.resp)))
}

// fail is the error of an attempt without an answer.
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

// transient says whether a 500 is one that passes: the server's own timeout.
func transient(resp *http.Response) bool {
	text := bytes.ToLower(inMemory(resp))
	return bytes.Contains(text, []byte("timeout")) || bytes.Contains(text, []byte("timed out"))
}

// permanent says whether the same request would only fail the same way.
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
