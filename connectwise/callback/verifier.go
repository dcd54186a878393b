package callback

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Why a delivery was not accepted.
var (
	// ErrMalformed: it is not a delivery.
	ErrMalformed = errors.New("callback: malformed delivery")

	// ErrRefused: it is for another company, or its key is not at a host of
	// the service desk.
	ErrRefused = errors.New("callback: delivery refused")

	// ErrSignature: it was not signed, or not by the key it points to.
	ErrSignature = errors.New("callback: wrong signature")

	// ErrKey: the signing key could not be had now. Another try may help.
	ErrKey = errors.New("callback: no signing key")
)

// Config says whose deliveries are accepted.
type Config struct {
	// Site is the host of the service desk, as a client is given it:
	// "na.myconnectwise.net", "api-na.myconnectwise.net", or one's own. It may
	// carry a port and a scheme; http is for loopback addresses only.
	Site string

	// Company is the login company id.
	Company string

	// KeyHosts are further hosts at which signing keys may be, over https.
	// Those that need not be listed: Site, the SiteUrl and AllowedOrigins that
	// the service desk gives for the company, and each without its "api-".
	KeyHosts []string

	// HTTPClient asks for keys. Nil means one with a timeout of 4 seconds. It
	// is copied; redirects are never followed.
	HTTPClient *http.Client

	// Auth and ClientID prove who is asking, to a server that gives its keys
	// to nobody else. It is asked without them first; they go to Site, SiteUrl
	// and KeyHosts only. A connectwise.Auth is one.
	Auth interface {
		Authorize(ctx context.Context, req *http.Request) error
	}
	ClientID string
}

// Verifier proves deliveries. It keeps the signing keys it has fetched and is
// safe for concurrent use.
type Verifier struct {
	company string
	trust   *trust
	keys    *keys
}

const keyTimeout = 4 * time.Second

// NewVerifier returns a Verifier. It makes no request.
func NewVerifier(c Config) (*Verifier, error) {
	if c.Company == "" {
		return nil, errors.New("callback: no company")
	}
	client := http.Client{Timeout: keyTimeout}
	if c.HTTPClient != nil {
		client = *c.HTTPClient
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	trust, err := newTrust(c, &client)
	if err != nil {
		return nil, err
	}
	return &Verifier{company: c.Company, trust: trust, keys: newKeys(c, &client)}, nil
}

// Verify returns the event of a delivery after it has proved that the raw
// body, byte for byte, was signed by the service desk for our company. Its
// errors match [ErrMalformed], [ErrRefused], [ErrSignature] or [ErrKey].
func (v *Verifier) Verify(ctx context.Context, body []byte, signature string) (Event, error) {
	if signature == "" {
		return Event{}, fmt.Errorf("%w: none given", ErrSignature)
	}
	e, keyURL, err := parse(body)
	if err != nil {
		return Event{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	// All that can be said without asking anybody is said first.
	if !strings.EqualFold(e.Company, v.company) {
		return Event{}, fmt.Errorf("%w: it is for company %q", ErrRefused, e.Company)
	}
	u, err := v.keyURL(keyURL)
	if err != nil {
		return Event{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	known, err := v.trust.check(ctx, u)
	if err != nil {
		return Event{}, err
	}
	key, err := v.keys.get(ctx, u, known)
	if err != nil {
		return Event{}, err
	}
	if !signed(key, body, signature) && v.keys.outdated(u) {
		if key, err = v.keys.get(ctx, u, known); err != nil {
			return Event{}, err
		}
	}
	if !signed(key, body, signature) {
		return Event{}, ErrSignature
	}
	return e, nil
}

// keyPath is where the service desk keeps its signing keys. On any other path
// of its hosts a stranger may have put something of his own.
const keyPath = "/system/callbackkey/index.rails"

// keyURL checks all of a key's URL but its host.
func (v *Verifier) keyURL(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return nil, errors.New("its key URL cannot be read")
	case u.User != nil || u.Fragment != "" || u.Opaque != "":
		return nil, errors.New("its key URL has parts that it must not have")
	case !strings.HasSuffix(strings.ToLower(u.EscapedPath()), keyPath):
		return nil, fmt.Errorf("its key is at %q", u.Path)
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return nil, errors.New("its key URL has a query that cannot be read")
	}
	// The service desk reads names of parameters without regard to case, and
	// of two it may take either.
	var names []string
	for name, values := range query {
		if strings.EqualFold(name, "companyName") {
			names = append(names, values...)
		}
	}
	if len(names) != 1 || !strings.EqualFold(names[0], v.company) {
		return nil, fmt.Errorf("its key is that of companies %q", names)
	}
	return u, nil
}
