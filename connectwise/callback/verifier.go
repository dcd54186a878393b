package callback

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/internal/transport"
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
	// Those that need not be listed: Site, in the cloud the host that the
	// service desk itself names for the company, when that is in the vendor's
	// own domain, and each without its "api-".
	KeyHosts []string

	// HTTPClient asks for keys. Nil means one with a timeout of 4 seconds. It
	// is copied; redirects are never followed.
	HTTPClient *http.Client

	// Authorize proves who is asking, to a server that gives its keys to nobody
	// else: it puts the Authorization header and the client id on a request, as
	// the method of a connectwise.Client does. The server is asked without it
	// first, and it is used for the hosts above only. Nil means never.
	Authorize func(ctx context.Context, req *http.Request) error
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
	company, err := transport.Pasted("the company", c.Company)
	if err == nil && company == "" {
		err = errors.New("no company")
	}
	if err != nil {
		return nil, fmt.Errorf("callback: %w", err)
	}
	c.Company = company
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
		return Event{}, fmt.Errorf("%w: %s", ErrMalformed, show(err.Error())) // it may quote a number of a megabyte
	}
	// All that can be said without asking anybody is said first.
	if !strings.EqualFold(e.Company, v.company) {
		return Event{}, fmt.Errorf("%w: it is for the company %s", ErrRefused, show(e.Company))
	}
	u, err := parseKeyURL(keyURL, v.company)
	if err != nil {
		return Event{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	if err := v.trust.check(ctx, u.URL); err != nil {
		return Event{}, err
	}
	key, err := v.keys.get(ctx, u, "")
	if err == nil && !signed(key.key, body, signature) {
		key, err = v.keys.get(ctx, u, key.key)
	}
	switch {
	case err != nil:
		return Event{}, err
	case !signed(key.key, body, signature):
		return Event{}, ErrSignature
	}
	v.keys.prove(u, key)
	return e, nil
}

// show makes a text from a delivery fit for an error: printable, short, and in
// quotes.
func show(s string) string { return strconv.Quote(text.Show(s[:min(len(s), 400)], 100)) }
