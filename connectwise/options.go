package connectwise

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"github.com/covedesk/covedesk/internal/transport"
)

// Option changes how a Client works. An option that makes no sense fails
// NewClient or With.
type Option func(*config) error

// Limiter paces requests: Wait(ctx) returns when one may be sent, or an error
// when the context ends first. *rate.Limiter of golang.org/x/time is one. It is
// never altered by the client.
type Limiter = transport.Limiter

// Retry bounds how often and how long a request is tried again. Zero fields
// take their defaults.
//
// Reads are repeated after connection errors, 429, 502, 503, 504 and after a
// 500 that speaks of a timeout. Writes are repeated only after a 429 and when
// they provably never left; a write that may have been executed ends in
// [ErrOutcomeUnknown] instead.
//
//	Attempts   int           // attempts in all; default 4; 1 turns retrying off
//	MaxWait    time.Duration // longest single wait; default 60 s. A server that asks for longer gets none
//	MaxElapsed time.Duration // time after which no attempt is begun; default 3 min
//	Base       time.Duration // longest first wait, doubled each time; default 500 ms
type Retry = transport.Retry

// Call is what an observer is told about each attempt of each request.
//
//	Method  string        // HTTP method
//	Path    string        // URL path without query
//	Status  int           // HTTP status; 0 when there was no answer
//	Attempt int           // from 1
//	Waited  time.Duration // held back before it: backoff, limiter, pause
//	Took    time.Duration // from sending until the answer had been read
//	Err     error         // why there is no answer, or none that can be read
type Call = transport.Call

type config struct {
	httpClient *http.Client
	base       *url.URL
	version    string
	chain      transport.Config
}

// WithHTTPClient sends requests through a copy of the given client: its
// transport, cookie jar and timeout. The timeout bounds each attempt (two
// minutes when zero); a context bounds a whole call. Redirects are followed
// for reads and on the same host only, whatever the client's own rule.
func WithHTTPClient(client *http.Client) Option {
	return func(c *config) error {
		if client == nil {
			return errors.New("connectwise: WithHTTPClient(nil)")
		}
		copied := *client
		c.httpClient = &copied
		return nil
	}
}

// WithBaseURL sends everything to scheme://host[:port] instead of the host
// that Credentials.Site implies. Plain http is accepted for loopback
// addresses only.
func WithBaseURL(base string) Option {
	return func(c *config) error {
		u, err := parseHost(base)
		if err != nil {
			return err
		}
		c.base = u
		return nil
	}
}

// WithLimiter replaces the default pace of 300 requests a minute with bursts
// of 30.
func WithLimiter(limiter Limiter) Option {
	return func(c *config) error {
		if limiter == nil {
			return errors.New("connectwise: WithLimiter(nil)")
		}
		c.chain.Limiter = limiter
		return nil
	}
}

// WithRetry changes how often and how long requests are tried again.
func WithRetry(retry Retry) Option {
	return func(c *config) error {
		if retry.Attempts < 0 || retry.MaxWait < 0 || retry.MaxElapsed < 0 || retry.Base < 0 {
			return errors.New("connectwise: WithRetry: negative value")
		}
		c.chain.Retry = retry
		return nil
	}
}

// WithLogger logs each attempt at debug level and each retry at warn level.
// Nothing secret is logged. The default is not to log.
func WithLogger(logger *slog.Logger) Option {
	return func(c *config) error { c.chain.Logger = logger; return nil }
}

// WithUserAgent puts a program's name before the SDK's own, which is
// "covedesk-connectwise" and its version, in the User-Agent header. It must be one
// line and not empty.
func WithUserAgent(agent string) Option {
	return func(c *config) error {
		if agent == "" || strings.ContainsAny(agent, "\r\n\x00") {
			return fmt.Errorf("connectwise: WithUserAgent(%q)", agent)
		}
		c.chain.UserAgent = agent + " " + defaultUserAgent
		return nil
	}
}

// WithObserver calls observe after each attempt of each request; counts,
// traces and metrics hang here. It may be called from several goroutines at
// once and must return quickly.
func WithObserver(observe func(Call)) Option {
	return func(c *config) error { c.chain.Observer = observe; return nil }
}

// WithVersion pins the API version the answers are written in, "2025.16" for
// example. The default, "", is the newest the server has. Versions are served
// for twelve months after a newer one changes them incompatibly.
func WithVersion(version string) Option {
	return func(c *config) error {
		for _, r := range version {
			if (r < '0' || r > '9') && r != '.' {
				return fmt.Errorf("connectwise: WithVersion(%q): want digits and dots, such as 2025.16", version)
			}
		}
		c.version = version
		return nil
	}
}
