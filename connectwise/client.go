package connectwise

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/internal/transport"
)

// Client talks to one ConnectWise PSA as one member. It is immutable and safe
// for concurrent use. Its fields mirror the paths of the API.
type Client struct {
	Service *ServiceModule // service/...: tickets, boards, priorities
	Company *CompanyModule // company/...: companies and their setup
	System  *SystemModule  // system/...: members, rights, documents, callbacks, the server
	Time    *TimeModule    // time/...: time entries
	Finance *FinanceModule // finance/...: agreements and their additions

	credentials func() Credentials // a function, so that fmt cannot print the keys
	config      config
	http        *transport.Chain
	auth        authFunc
	server      *server
}

const (
	atOnce    = 6
	burst     = 30
	perSecond = (300. - burst) / 60 // at most 300 in any minute
)

var defaultUserAgent = transport.Agent("covedesk-connectwise")

// NewClient returns a client. It reads no environment variables and sends no
// request; the first call shows whether the credentials are right. Blanks and
// invisible characters around the credentials, which often come with copied
// text, are removed. Invisible characters within them are refused.
//
// By default the client sends at most 300 requests in any minute, in bursts of
// up to 30, with at most 6 at the same time.
func NewClient(credentials Credentials, opts ...Option) (*Client, error) {
	credentials, err := credentials.cleaned()
	if err != nil {
		return nil, err
	}
	c := &Client{credentials: func() Credentials { return credentials }}
	c.config.chain = transport.Config{
		Limiter:   rate.NewLimiter(perSecond, burst),
		Gate:      transport.NewGate(transport.GateConfig{AtOnce: atOnce, Rate: perSecond}),
		UserAgent: defaultUserAgent,
		Own:       own,
		Hide:      text.NewSecrets(credentials.PrivateKey, credentials.ClientID),
	}
	return c.With(opts...)
}

// With returns a client with further options. Both clients share the limiter
// (unless an option replaces it) and the pause after a 429. If they use the
// same host, they also share the API address that was discovered.
func (c *Client) With(opts ...Option) (*Client, error) {
	d := &Client{credentials: c.credentials, config: c.config, server: c.server}
	for _, opt := range opts {
		if err := opt(&d.config); err != nil {
			return nil, err
		}
	}
	if err := d.credentials().check(d.config.base == nil, d.config.auth == nil); err != nil {
		return nil, err
	}
	d.auth = d.config.auth
	if d.auth == nil {
		d.auth = d.credentials().keys().Authorize
	}
	d.http = transport.New(d.config.httpClient, d.config.chain)
	if err := d.connect(); err != nil {
		return nil, err
	}
	d.Service = newServiceModule(d)
	d.Company = newCompanyModule(d)
	d.System = newSystemModule(d)
	d.Time = newTimeModule(d)
	d.Finance = newFinanceModule(d)
	return d, nil
}

// String names the server and the member. It leaves out the keys.
func (c Client) String() string {
	return fmt.Sprintf("connectwise.Client{%s %s+%s}", c.server.site.Host, c.credentials().Company, c.credentials().PublicKey)
}

// Format writes String for every verb.
func (c Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// Authorize signs a request as the client signs its own, client id included.
// Package callback uses it to fetch signing keys, which some servers give to known
// callers only.
func (c *Client) Authorize(ctx context.Context, req *http.Request) error {
	req.Header.Set("clientId", c.credentials().ClientID)
	return c.auth(ctx, req)
}

// LoginCompany returns the company id of the login page, from the Credentials.
// It names the tenant. It is not the id or identifier of a record in
// company/companies.
func (c *Client) LoginCompany() string { return c.credentials().Company }

// LoginHost returns the host of Credentials.Site or of WithBaseURL, in lower
// case and without a port: "na.myconnectwise.net". It distinguishes tenants
// with the same company id, such as a sandbox or an on-premises server. It
// sends no request. The API may be at another host of the same region.
func (c *Client) LoginHost() string { return c.server.site.Hostname() }

// Reserve waits until one more request may be sent. It returns a context with
// which one request is sent without waiting again. Use it to send a write
// directly after the read that it depends on: reserve, read, write.
//
//	turn, err := client.Reserve(ctx)
//	ticket, err := client.Service.Tickets.Get(ctx, id)
//	ticket, err = client.Service.Tickets.Patch(turn, id, ops...)
//
// A request with this context is never repeated. If it would still have to
// wait, because a 429 came in between, it is not sent and its error says so.
func (c *Client) Reserve(ctx context.Context) (context.Context, error) {
	turn, err := c.http.Reserve(ctx)
	if err != nil {
		return nil, fmt.Errorf("connectwise: %w", err)
	}
	return turn, nil
}

// connect sets the client's server; a client with another host gets a new one.
func (c *Client) connect() error {
	site, pinned := c.config.base, c.config.base != nil
	if !pinned {
		var err error
		if site, err = parseHost(c.credentials().Site); err != nil {
			return err
		}
	}
	if c.server == nil || *c.server.site != *site || c.server.pinned != pinned {
		c.server = newServer(site, pinned, c.credentials().Company)
	}
	return nil
}

// Do sends a request that has no method of its own in this package, to a path
// below the API's base ("service/tickets/1/merge"), and decodes the answer into
// result. The body, unless nil, is sent as JSON. With a nil result any answer
// is accepted. Do escapes the segments of the path.
//
// A GET counts as a read, which is repeated according to [Retry]. Every other
// method counts as a write, which is sent again only if it was certainly not
// executed.
func (c *Client) Do(ctx context.Context, method, path string, query url.Values, body, result any) error {
	r := request{method: method, path: path, query: query}
	if body != nil {
		data, err := encode(body)
		if err != nil {
			return r.invalid([]FieldError{{Message: err.Error()}})
		}
		r.body = data
	}
	resp, err := c.send(ctx, r)
	if err != nil {
		return err
	}
	return resp.decode(result)
}
