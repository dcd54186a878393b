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

// Classes of errors, for errors.Is: why a delivery was not accepted.
var (
	// ErrMalformed: the body is not a delivery.
	ErrMalformed = errors.New("callback: malformed delivery")

	// ErrRefused: the delivery is for another company, or its key is not on a
	// host of the service desk.
	ErrRefused = errors.New("callback: delivery refused")

	// ErrSignature: the delivery is not signed, or not with the key that it
	// names.
	ErrSignature = errors.New("callback: wrong signature")

	// ErrKey: the signing key could not be fetched. Another try may help.
	ErrKey = errors.New("callback: no signing key")
)

// Config says from which service desk deliveries are accepted.
type Config struct {
	// Site is the host of the service desk, as in connectwise.Credentials:
	// "na.myconnectwise.net", "api-na.myconnectwise.net", or an on-premises
	// host. It may have a port and a scheme; http is accepted for loopback
	// addresses only.
	Site string

	// Company is the login company id.
	Company string

	// KeyHosts are further hosts that may serve signing keys, over https.
	// Always allowed are Site and, in the cloud, the host that the service desk
	// names for the company, if it is in the vendor's domain; both also without
	// "api-".
	KeyHosts []string

	// HTTPClient fetches keys. Nil means a client with a timeout of 4 seconds.
	// The client is copied, and redirects are never followed.
	HTTPClient *http.Client

	// Authorize adds the Authorization header and the client id to a request
	// for a key, for servers that require them. The method Authorize of a
	// connectwise.Client does this. The Verifier asks without them first, and
	// uses Authorize only for the hosts above. Nil means never.
	Authorize func(ctx context.Context, req *http.Request) error
}

// Verifier verifies deliveries. It keeps the signing keys that it has fetched,
// and is safe for concurrent use.
type Verifier struct {
	company string
	trust   *trust
	keys    *keys
}

const keyTimeout = 4 * time.Second

// NewVerifier returns a Verifier. It sends no request.
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

// Verify returns the event of a delivery, after it has verified that the
// service desk signed the raw body for the configured company. Its errors match
// [ErrMalformed], [ErrRefused], [ErrSignature] or [ErrKey].
func (v *Verifier) Verify(ctx context.Context, body []byte, signature string) (Event, error) {
	if signature == "" {
		return Event{}, fmt.Errorf("%w: none given", ErrSignature)
	}
	e, keyURL, err := parse(body)
	if err != nil {
		return Event{}, fmt.Errorf("%w: %s", ErrMalformed, show(err.Error())) // the error may quote a very long number
	}
	// First do all checks that need no request.
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

// show prepares a text from a delivery for an error: printable, short and
// quoted.
func show(s string) string { return strconv.Quote(text.Show(s[:min(len(s), 400)], 100)) }
