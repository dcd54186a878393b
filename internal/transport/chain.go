package transport

import (
	"context"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/covedesk/covedesk/internal/text"
)

// Config configures a chain. The zero value is a working chain.
type Config struct {
	// Limiter delays each attempt. Nil means no limiter.
	Limiter Limiter

	// Gate limits how many requests run at once, and slows down after a 429.
	// Clients that are derived from one another share it. Nil means a new gate.
	Gate *Gate

	// Retry limits the repeats.
	Retry Retry

	// Timeout limits one attempt: until the answer has been read, or until its
	// headers have arrived if the request asked for a stream. While a body is sent
	// that cannot be sent again, the time counts from the last part sent. Zero
	// means two minutes, a negative value no limit. A timeout of the http.Client
	// replaces it.
	Timeout time.Duration

	// MaxBody is the most bytes of an answer that are read, after any
	// decompression. Zero means 64 MiB. [WithMaxBody] changes it for a request.
	MaxBody int64

	// Own reports whether an answer to a write comes from the API itself. Any
	// other answer, such as a gateway's page, proves nothing, whatever its status:
	// the outcome is unknown. The body is complete. Nil means that every answer
	// below 500 comes from the API. Own is not called for a 429, which refuses a
	// request before any work, nor for a 5xx, which never proves anything.
	Own func(resp *http.Response, body []byte) bool

	// UserAgent is sent with requests that carry none.
	UserAgent string

	// Logger gets a line per attempt. Nil means no log.
	Logger *slog.Logger

	// Observer is called after each request that was sent, repeats included, by
	// the goroutine that sent it. Nil means none.
	Observer func(Call)

	// Hide knows the keys and passwords that the log and errors must not show. Nil
	// knows none. Secrets with a telling name or form are always hidden.
	Hide *text.Secrets
}

const (
	defaultTimeout = 2 * time.Minute
	defaultMaxBody = 64 << 20
)

// link is one part of the chain. It sends the request, or does its own work and
// calls the next link. It returns either an answer or an error. It uses ctx,
// the attempt's context, and not the request's own.
type link func(ctx context.Context, req *http.Request) (*http.Response, error)

// Chain sends requests for one client. It is safe for concurrent use.
type Chain struct {
	first   link
	gate    *Gate
	limiter Limiter
}

// New builds the chain around a copy of hc; nil means a new client. The copy
// follows a redirect only if checkRedirect allows it.
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
	own.Timeout = 0 // it would also limit the reading of streams
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

// Reserve waits until one more request may be sent. It returns a context with
// which one request is sent without waiting again. If a 429 has come in
// between, that request is not sent at all. Use it for a write that must follow
// a read at once.
func (c *Chain) Reserve(ctx context.Context) (context.Context, error) {
	if err := c.gate.wait(ctx, c.limiter); err != nil {
		return nil, &heldError{err}
	}
	return context.WithValue(WithoutRetry(ctx), keyReserved, new(atomic.Bool)), nil
}

// Do sends a request and returns its answer. The body is in memory unless the
// request asked for a stream ([ReadBody]). The errors are [*Error].
func (c *Chain) Do(req *http.Request) (*http.Response, error) {
	return c.first(req.Context(), req)
}
