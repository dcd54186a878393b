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

// Option changes how a Client works. NewClient and With return an error for an
// option that is not valid.
type Option func(*config) error

// Limiter decides when a request may be sent. Wait(ctx) blocks until then, or
// returns an error when the context ends first. *rate.Limiter of
// golang.org/x/time/rate is a Limiter. The client never changes it.
type Limiter = transport.Limiter

// Retry says how often and for how long a request is repeated. A field that is
// zero has its default.
//
// Reads are repeated after connection errors, 429, 502, 503, 504, and after a
// 500 that reports a timeout. Writes are repeated only after a 429, and when
// they were certainly not sent. A write that may have been executed ends in
// [ErrOutcomeUnknown] instead.
//
//	Attempts   int           // attempts in all; default 4; 1 turns retrying off
//	MaxWait    time.Duration // longest single wait; default 60 s. A server that asks for longer gets none
//	MaxElapsed time.Duration // time after which no attempt is begun; default 3 min
//	Base       time.Duration // longest first wait, doubled each time; default 500 ms
type Retry = transport.Retry

// Call describes one attempt at one request, for an observer.
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
	auth       authFunc
	chain      transport.Config
}

// WithHTTPClient uses the transport, cookie jar and timeout of an HTTP client,
// which is copied and never changed. The timeout bounds each attempt; zero
// means two minutes. A context bounds a whole call. Redirects are followed only
// for reads and only on the same host, whatever the HTTP client's own rule is.
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

// WithLimiter replaces the default limiter, which allows 300 requests in any
// minute, in bursts of 30.
func WithLimiter(limiter Limiter) Option {
	return func(c *config) error {
		if limiter == nil {
			return errors.New("connectwise: WithLimiter(nil)")
		}
		c.chain.Limiter = limiter
		return nil
	}
}

// WithRetry changes how often and how long requests are repeated.
func WithRetry(retry Retry) Option {
	return func(c *config) error {
		if retry.Attempts < 0 || retry.MaxWait < 0 || retry.MaxElapsed < 0 || retry.Base < 0 {
			return errors.New("connectwise: WithRetry: negative value")
		}
		c.chain.Retry = retry
		return nil
	}
}

// WithLogger logs every attempt, without secrets. The level is debug, or warn
// after a 429, when there was no answer, or when the server failed. At the
// level slog.LevelDebug-4 it also logs the headers and bodies of requests and
// answers, which hold customers' data. Nil, the default, logs nothing.
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

// WithObserver calls observe after each attempt, for counters, traces and
// metrics. The function must return quickly and be safe for concurrent use.
func WithObserver(observe func(Call)) Option {
	return func(c *config) error { c.chain.Observer = observe; return nil }
}

// WithVersion asks for answers in an API version, for example "2025.16". The
// default "" means the newest version of the server. Servers support a version
// for twelve months after an incompatible newer one.
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

// WithAuth signs requests with auth instead of the keys of the Credentials.
func WithAuth(auth Auth) Option {
	return func(c *config) error {
		if auth == nil {
			return errors.New("connectwise: WithAuth(nil)")
		}
		c.auth = auth.Authorize
		return nil
	}
}
