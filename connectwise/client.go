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

// Client talks to one ConnectWise PSA as one caller. It is immutable and safe
// for concurrent use. Its fields mirror the paths of the API.
type Client struct {
	Service *ServiceModule // service/...: tickets, boards, priorities
	Company *CompanyModule // company/...: companies and their setup
	System  *SystemModule  // system/...: members, rights, documents, callbacks, the server
	Time    *TimeModule    // time/...: time entries
	Finance *FinanceModule // finance/...: agreements and their additions

	credentials func() Credentials // a function, which fmt cannot look into
	config      config
	http        *transport.Chain
	server      *server
}

const (
	atOnce    = 6
	burst     = 30
	perSecond = (300. - burst) / 60 // 300 in any minute
)

var defaultUserAgent = transport.Agent("covedesk-connectwise")

// NewClient makes a client for the given credentials. It reads no environment
// and makes no request; wrong credentials show at the first call. Blanks and
// invisible characters around pasted credentials are cut, within them refused.
//
// Without options at most 300 requests are sent in any minute, in bursts of up
// to 30, at most 6 at once.
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

// With returns another client that differs by the options. Both share the
// limiter (unless it is replaced), the pause after a 429 and, for the same
// host, what was discovered about the server.
func (c *Client) With(opts ...Option) (*Client, error) {
	d := &Client{credentials: c.credentials, config: c.config, server: c.server}
	for _, opt := range opts {
		if err := opt(&d.config); err != nil {
			return nil, err
		}
	}
	if err := d.credentials().check(d.config.base == nil); err != nil {
		return nil, err
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

// String names the server and the caller, not the keys.
func (c Client) String() string {
	return fmt.Sprintf("connectwise.Client{%s %s+%s}", c.server.site.Host, c.credentials().Company, c.credentials().PublicKey)
}

// Format writes String, whatever the verb.
func (c Client) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, c.String()) }

// Authorize signs a request as the client signs its own, client id included.
// Package callback uses it to fetch signing keys, which some servers give to known
// callers only.
func (c *Client) Authorize(_ context.Context, req *http.Request) error {
	who := c.credentials()
	req.Header.Set("clientId", who.ClientID)
	req.SetBasicAuth(who.Company+"+"+who.PublicKey, who.PrivateKey)
	return nil
}

// LoginCompany returns the company id typed on the login page, as the
// Credentials have it. It names the PSA the client talks to, and is neither a
// record of company/companies nor one's id.
func (c *Client) LoginCompany() string { return c.credentials().Company }

// LoginHost returns the host of Credentials.Site or of WithBaseURL, in lower
// case and without a port: "na.myconnectwise.net". The same company id may
// exist in the cloud, in a sandbox and on premises. No request is made, and
// the API may answer at another host of the same region.
func (c *Client) LoginHost() string { return c.server.site.Hostname() }

// Reserve waits until one more request may be sent, and gives a context with
// which one is sent without waiting again. A write that changes what was just
// read is so sent at once: reserve, read, write.
//
//	turn, err := client.Reserve(ctx)
//	ticket, err := client.Service.Tickets.Get(ctx, id)
//	ticket, err = client.Service.Tickets.Patch(turn, id, ops...)
//
// Requests made with the context are never repeated. One that would have to wait
// all the same, because a 429 has come in between, is not sent; its error says so.
func (c *Client) Reserve(ctx context.Context) (context.Context, error) {
	turn, err := c.http.Reserve(ctx)
	if err != nil {
		return nil, fmt.Errorf("connectwise: %w", err)
	}
	return turn, nil
}

// connect gives the client the server it talks to, a new one when the host
// is another.
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

// Do is the way to everything that has no method of its own: it sends one
// request to a path below the API's base ("service/tickets/1/merge") and
// decodes the answer into result. The body, unless nil, is sent as JSON; a
// nil result takes any answer. The segments of the path are escaped.
//
// A GET counts as a read and is repeated when that can help; all else is a
// write, which is sent again only when it was provably not executed.
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
