package connectwise

import (
	"context"
	"net/url"
)

// Client talks to one ConnectWise PSA as one caller. It is immutable and safe
// for concurrent use.
type Client struct {
	Service *ServiceService
	Company *CompanyService
	System  *SystemService

	credentials Credentials
	config      config
}

// NewClient makes a client. No request is made before the first call.
func NewClient(credentials Credentials, opts ...Option) (*Client, error) {
	c := &Client{credentials: credentials}
	return c.With(opts...)
}

// With returns another client that differs by the options. Both share the
// limits after a 429 and what was discovered about the server.
func (c *Client) With(opts ...Option) (*Client, error) {
	d := &Client{credentials: c.credentials, config: c.config}
	for _, opt := range opts {
		if err := opt(&d.config); err != nil {
			return nil, err
		}
	}
	if err := d.credentials.check(d.config.base != nil, d.config.auth != nil); err != nil {
		return nil, err
	}
	d.Service = &ServiceService{
		Tickets:    &TicketsService{NewCollection[Ticket](d, "service/tickets")},
		Boards:     &BoardsService{NewCollection[Board](d, "service/boards")},
		Priorities: NewCollection[Priority](d, "service/priorities"),
	}
	d.Company = &CompanyService{
		Companies: NewCollection[Company](d, "company/companies"),
		Statuses:  NewCollection[CompanyStatus](d, "company/companies/statuses"),
		Types:     NewCollection[CompanyType](d, "company/companies/types"),
	}
	d.System = &SystemService{c: d, Members: NewCollection[Member](d, "system/members")}
	return d, nil
}

// Do sends one request to a path below the API's base ("service/tickets/1")
// and decodes the answer into result, which may be nil. The body, unless nil,
// is sent as JSON.
func (c *Client) Do(ctx context.Context, method, path string, query url.Values, body, result any) error {
	return c.do(ctx, method, path, query, body, result)
}
