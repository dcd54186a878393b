package transport

import (
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/covedesk/covedesk/internal/text"
)

// Config says what the chain does. The zero value is a working chain.
type Config struct {
	// Base sends the requests. Nil means what [http.DefaultTransport] was when
	// it was first needed, with room for more idle connections to one host.
	Base http.RoundTripper

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
	// means two minutes, a negative value no bound.
	Timeout time.Duration

	// MaxBody is the size in bytes up to which an answer is read. Zero means
	// 64 MiB.
	MaxBody int64

	// UserAgent is sent with requests that carry none.
	UserAgent string

	// Logger gets a line per attempt. Nil means no log.
	Logger *slog.Logger

	// Observer is called after each request that went out, repeats included,
	// from the goroutine that sent it. Nil means none.
	Observer func(Call)

	// Secrets are values that must not show in the log wherever they stand:
	// keys and passwords. Values known by their names (headers, JSON members,
	// query parameters) are removed without being listed here.
	Secrets []string
}

const (
	defaultTimeout = 2 * time.Minute
	defaultMaxBody = 64 << 20
)

// New builds the chain.
func New(c Config) http.RoundTripper {
	if c.Base == nil {
		c.Base = defaultBase()
	}
	if c.Gate == nil {
		c.Gate = NewGate(GateConfig{})
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	if c.MaxBody <= 0 {
		c.MaxBody = defaultMaxBody
	}
	retry := c.Retry.withDefaults()

	var rt http.RoundTripper = &bodyReader{next: c.Base, limit: c.MaxBody}
	if c.Timeout > 0 {
		rt = &timeout{next: rt, limit: c.Timeout}
	}
	if c.Logger != nil {
		rt = &logger{next: rt, log: c.Logger, redact: text.NewSecrets(c.Secrets...)}
	}
	if c.Observer != nil {
		rt = &observer{next: rt, tell: c.Observer}
	}
	rt = &pacer{next: rt, gate: c.Gate, limiter: c.Limiter, maxPause: retry.MaxWait}
	if c.Limiter != nil {
		rt = &limited{next: rt, limiter: c.Limiter}
	}
	rt = &slots{next: rt, gate: c.Gate}
	rt = &retrier{next: rt, retry: retry}
	if c.UserAgent != "" {
		rt = &userAgent{next: rt, name: c.UserAgent}
	}
	return &chain{RoundTripper: rt, base: c.Base}
}

var shared struct {
	once sync.Once
	base *http.Transport
}

// defaultBase returns the transport of clients that are given none. It is one
// for all, so that clients derived from one another share their connections,
// and keeps as many idle ones to a host as a gate may use: with two, net/http's
// default, the others would be dialled anew for every request.
func defaultBase() http.RoundTripper {
	own, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return http.DefaultTransport // replaced, by a test's mock for one
	}
	shared.once.Do(func() {
		shared.base = own.Clone()
		shared.base.MaxIdleConnsPerHost = 16
	})
	return shared.base
}

// chain forwards what an [http.Client] asks of its transport beside RoundTrip.
type chain struct {
	http.RoundTripper
	base http.RoundTripper
}

// CloseIdleConnections passes the request of [http.Client.CloseIdleConnections]
// on to the base.
func (c *chain) CloseIdleConnections() {
	if b, ok := c.base.(interface{ CloseIdleConnections() }); ok {
		b.CloseIdleConnections()
	}
}

// Client returns a copy of hc (nil means a fresh one) that sends through the
// chain of c over hc's own transport, and follows redirects only where
// [CheckRedirect] allows. hc's Timeout becomes the timeout of each attempt:
// left on the client, net/http would replace the chain's errors by its own
// and [ErrOutcomeUnknown] would be lost.
func Client(hc *http.Client, c Config) *http.Client {
	out := http.Client{}
	if hc != nil {
		out = *hc
	}
	if c.Base == nil {
		c.Base = out.Transport
	}
	if out.Timeout > 0 {
		c.Timeout = out.Timeout
	}
	out.Timeout = 0
	out.Transport = New(c)
	out.CheckRedirect = CheckRedirect
	return &out
}
