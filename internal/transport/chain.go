package transport

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/covedesk/covedesk/internal/text"
)

// Config says what the chain does. The zero value is a working chain.
type Config struct {
	// Limiter is waited for before each attempt. Nil means no limiter.
	Limiter Limiter

	// Gate bounds the requests at once and slows down after a 429. Clients
	// derived from one another share it. Nil means a gate of its own.
	Gate *Gate

	// Retry bounds the repeats.
	Retry Retry

	// Timeout bounds one attempt: until the answer has been read, or until
	// its headers are there when the request asked for a stream. While a body
	// is sent that cannot be had again it counts from the last part sent. Zero
	// means two minutes, a negative value no bound. A timeout of the
	// http.Client takes its place.
	Timeout time.Duration

	// MaxBody is the size in bytes up to which an answer is read, after any
	// decompression. Zero means 64 MiB. [WithMaxBody] changes it for a request.
	MaxBody int64

	// Own says whether an answer to a write is the API's own. Any other, a
	// gateway's page for one, proves nothing, whatever its status: the outcome
	// is unknown. The body is read whole. Nil means that every answer below 500
	// is the API's own. It is not asked about 429, which refuses a request
	// before any work, nor about 5xx, which proves nothing in any case.
	Own func(resp *http.Response, body []byte) bool

	// UserAgent is sent with requests that carry none.
	UserAgent string

	// Logger gets a line per attempt. Nil means no log.
	Logger *slog.Logger

	// Observer is called after each request that went out, repeats included,
	// from the goroutine that sent it. Nil means none.
	Observer func(Call)

	// Hide knows the values that must not show in the log or in errors wherever
	// they stand: keys and passwords. Nil knows none; what is a secret by its
	// name or form is hidden in any case.
	Hide *text.Secrets
}

const (
	defaultTimeout = 2 * time.Minute
	defaultMaxBody = 64 << 20
)

// link is one part of the chain: it sends the request, or does its own work
// and has the next link send it. It returns either an answer or an error. The
// context is that of the attempt; the request's own is not looked at.
type link func(ctx context.Context, req *http.Request) (*http.Response, error)

// Chain sends requests for one client. It is safe for concurrent use.
type Chain struct {
	first   link
	gate    *Gate
	limiter Limiter
}

// New builds the chain around a copy of hc; nil means a fresh one. The copy
// follows redirects only where checkRedirect allows.
func New(hc *http.Client, c Config) *Chain {
	own := http.Client{}
	if hc != nil {
		own = *hc
	}
	if own.Transport == nil {
		own.Transport = defaultBase()
	}
	switch {
	case own.Timeout > 0:
		c.Timeout = own.Timeout
	case c.Timeout == 0:
		c.Timeout = defaultTimeout
	}
	own.Timeout = 0 // it would cover the reading of streams
	own.CheckRedirect = checkRedirect
	if c.Gate == nil {
		c.Gate = NewGate(GateConfig{})
	}
	if c.MaxBody <= 0 {
		c.MaxBody = defaultMaxBody
	}
	retry := c.Retry.withDefaults()

	next := sender(&own, c.Hide)
	next = readBodies(next, c.MaxBody)
	if c.Timeout > 0 {
		next = timeLimited(next, c.Timeout)
	}
	if c.Logger != nil {
		next = logged(next, c.Logger, c.Hide)
	}
	if c.Observer != nil {
		next = observed(next, c.Observer)
	}
	next = paced(next, c.Gate, c.Limiter, retry.MaxWait)
	next = slotted(next, c.Gate)
	next = retried(next, retry, c.Own)
	return &Chain{named(next, c.UserAgent), c.Gate, c.Limiter}
}

// Reserve waits until one more request may be sent, and gives a context with
// which one is sent without waiting again, and once: where it would have to wait
// because a 429 has come in between, it is not sent at all. For writes that must
// follow a read at once.
func (c *Chain) Reserve(ctx context.Context) (context.Context, error) {
	if err := c.gate.wait(ctx, c.limiter); err != nil {
		return nil, &heldError{err}
	}
	return context.WithValue(WithoutRetry(ctx), keyReserved, new(atomic.Bool)), nil
}

// Do sends a request and returns its answer, whose body is in memory unless a
// stream was asked for ([ReadBody]). Its errors are [*Error].
func (c *Chain) Do(req *http.Request) (*http.Response, error) {
	return c.first(req.Context(), req)
}
