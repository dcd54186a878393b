package cove

import (
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/internal/transport"
)

// defaultBaseURL is the Management Service of the public cloud.
const defaultBaseURL = "https://api.backup.management/jsonapi"

// A Client talks to one Cove tenant as one user. It is immutable and safe for
// concurrent use; make it with [NewClient].
type Client struct {
	options
	shared func() *shared // a function: fmt follows pointers when a verb does not fit the value, and would print the secrets
}

// shared holds the state that a client and those derived from it with With have
// in common, as long as they use the same host.
type shared struct {
	visa    *visa
	refused refusals

	mu    sync.Mutex
	paces map[string]nodePace // of storage nodes, by host
}

func newShared() func() *shared {
	s := &shared{visa: newVisa()}
	return func() *shared { return s }
}

// String names the server and the user. It leaves out the password.
func (c *Client) String() string {
	return "cove.Client{" + c.base.Host + " " + c.credentials().Partner + " " + c.credentials().Username + "}"
}

// GoString returns String.
func (c *Client) GoString() string { return c.String() }

type options struct {
	credentials func() Credentials // a function, like Client.shared
	httpClient  *http.Client       // a copy of the given client; nil: a new one
	base        *url.URL
	nodeTLS     func(host string) *tls.Config
	latin1      bool

	config transport.Config // clients derived with With share its gate
	client *transport.Chain // what every request passes through
	nodes  *nodes           // the chains for storage nodes
}

const (
	// atOnce is how many requests may run at the same time.
	atOnce = 8
	// maxBody is the size in bytes up to which an answer is read. A page of
	// 5,000 devices with every column of every source is much smaller.
	maxBody = 256 << 20
)

// userAgent is the SDK's own part of the User-Agent header.
var userAgent = transport.Agent("covedesk-cove")

// An Option changes how a client works.
type Option func(*options) error

// A Limiter decides when a request may be sent. Wait(ctx) blocks until then, or
// returns an error when the context ends first. *rate.Limiter of
// golang.org/x/time/rate is a Limiter.
type Limiter = transport.Limiter

// A Retry says how often and for how long a request is repeated. A field that
// is zero has its default.
//
//	Attempts   int           // requests in all: 4 by default; 1 turns repeating off
//	MaxWait    time.Duration // longest single wait: a minute; a longer Retry-After ends in an error at once
//	MaxElapsed time.Duration // time after which no attempt is begun: 3 minutes
//	Base       time.Duration // the first back-off: 500 ms; doubled each time, drawn evenly from zero to that
type Retry = transport.Retry

// A Call describes one attempt at one request, for an observer.
//
//	Method  string        // API method, such as "EnumerateAccountStatistics"
//	Path    string        // URL path
//	Status  int           // HTTP status, 0 when there was no answer
//	Attempt int           // 1 for the first
//	Waited  time.Duration // held back before it: back-off, limiter, pause
//	Took    time.Duration // from sending until the answer had been read
//	Err     error         // why there is no answer, or none that can be read
type Call = transport.Call

// WithHTTPClient uses the transport, cookie jar and timeout of an HTTP client,
// which is copied and never changed. The timeout bounds each attempt; a client
// without a timeout gets two minutes.
func WithHTTPClient(client *http.Client) Option {
	return func(o *options) error {
		if client == nil {
			return errors.New("cove: WithHTTPClient: nil client")
		}
		copied := *client
		o.httpClient = &copied
		return nil
	}
}

// WithBaseURL sends requests to another address, such as another region or a
// test server. A URL without a path gets the path of the Management Service,
// /jsonapi. The reporting service for Microsoft 365 is reached on the same
// host. Plain http is accepted for loopback addresses only.
func WithBaseURL(address string) Option {
	return func(o *options) error {
		u, err := transport.ParseHost(address)
		if err != nil {
			return fmt.Errorf("cove: WithBaseURL: %w", err)
		}
		if u.RawQuery != "" || u.Fragment != "" {
			return errors.New("cove: WithBaseURL: an address without query or fragment is needed")
		}
		if u.Path = strings.TrimRight(u.Path, "/"); u.Path == "" {
			u.Path = "/jsonapi"
		}
		o.base = u
		return nil
	}
}

// WithLimiter uses one limiter for the API and all storage nodes. By default
// the API and each storage node have a limiter of their own, which starts at 4
// requests a second and rises to 10. The client never changes the given
// limiter.
func WithLimiter(limiter Limiter) Option {
	return func(o *options) error {
		if limiter == nil {
			return errors.New("cove: WithLimiter: nil limiter")
		}
		o.config.Limiter = limiter
		return nil
	}
}

// WithRetry changes how often and how long requests are repeated.
func WithRetry(retry Retry) Option {
	return func(o *options) error {
		o.config.Retry = retry
		return nil
	}
}

// WithLogger logs every attempt, without secrets. The level is debug, or warn
// after a 429, when there was no answer, or when the server failed. At the
// level slog.LevelDebug-4 it also logs the headers and bodies of requests and
// answers, which hold customers' data. Nil, the default, logs nothing.
func WithLogger(logger *slog.Logger) Option {
	return func(o *options) error {
		o.config.Logger = logger
		return nil
	}
}

// WithUserAgent puts a program's name before the SDK's own, which is
// "covedesk-cove" and its version, in the User-Agent header. It must be one line
// and not empty.
func WithUserAgent(agent string) Option {
	return func(o *options) error {
		if agent == "" || strings.ContainsAny(agent, "\r\n\x00") {
			return fmt.Errorf("cove: WithUserAgent(%q)", agent)
		}
		o.config.UserAgent = agent + " " + userAgent
		return nil
	}
}

// WithObserver calls a function after every attempt, for counters, traces and
// metrics. The function runs in the goroutine that made the attempt, so it must
// be safe for concurrent use.
func WithObserver(observe func(Call)) Option {
	return func(o *options) error {
		o.config.Observer = observe
		return nil
	}
}

// NewClient returns a client. It sends no request; the first call, or
// [Client.Login], tries the credentials. Blanks, no-break spaces and zero-width
// characters around the credentials, which often come with copied text, are
// removed. Invisible characters within them are refused.
func NewClient(credentials Credentials, opts ...Option) (*Client, error) {
	var errs [3]error
	credentials.Partner, errs[0] = transport.Pasted("the partner", credentials.Partner)
	credentials.Username, errs[1] = transport.Pasted("the user name", credentials.Username)
	credentials.Password, errs[2] = transport.Pasted("the password", credentials.Password)
	if err := errors.Join(errs[:]...); err != nil {
		return nil, fmt.Errorf("cove: %w", err)
	}
	if credentials.Username == "" || credentials.Password == "" {
		return nil, errors.New("cove: credentials need a user name and a password")
	}
	c := &Client{shared: newShared(), options: options{
		credentials: func() Credentials { return credentials },
		config:      transport.Config{Limiter: newPace(), Gate: transport.NewGate(transport.GateConfig{AtOnce: atOnce, Rate: slowest}), UserAgent: userAgent},
	}}
	if err := WithBaseURL(defaultBaseURL)(&c.options); err != nil {
		return nil, err
	}
	return c.with(opts)
}

// With returns a client with further options. It shares the visa and the pace
// of this one, except when an option changes the host: then it has its own
// visa.
func (c *Client) With(opts ...Option) (*Client, error) {
	derived := *c
	made, err := derived.with(opts)
	if err == nil && (made.base.Scheme != c.base.Scheme || made.base.Host != c.base.Host) {
		made.shared = newShared()
	}
	return made, err
}

func (c *Client) with(opts []Option) (*Client, error) {
	for _, opt := range opts {
		if err := opt(&c.options); err != nil {
			return nil, err
		}
	}
	c.client = transport.New(c.httpClient, c.chain())
	c.nodes = &nodes{byHost: make(map[string]*transport.Chain)}
	return c, nil
}

// chain returns the settings of what every request passes through.
func (c *Client) chain() transport.Config {
	config := c.config
	config.MaxBody, config.Own, config.Hide = maxBody, c.isOwn, text.NewSecrets(c.credentials().Password)
	return config
}
