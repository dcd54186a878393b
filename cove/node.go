package cove

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/covedesk/covedesk/internal/transport"
)

// An UntrustedNodeError says that a storage node's certificate is not trusted.
// Self-hosted nodes sign their own certificates; WithStorageNodeTLS can pin
// one.
type UntrustedNodeError struct {
	Host string // host and port
	Err  error  // what the verification said
}

// Error names the node and what to do.
func (e *UntrustedNodeError) Error() string {
	return fmt.Sprintf("cove: the certificate of storage node %s is not trusted; self-hosted nodes sign their own, which WithStorageNodeTLS can pin: %v", e.Host, e.Err)
}

// Unwrap returns what the verification said.
func (e *UntrustedNodeError) Unwrap() error { return e.Err }

// WithStorageNodeTLS sets the TLS settings for storage nodes, for example to
// pin the certificate of a self-hosted node. The function is called once for
// each node, with its host and port. It may return nil for the usual settings.
func WithStorageNodeTLS(settings func(host string) *tls.Config) Option {
	return func(o *options) error {
		o.nodeTLS = settings
		return nil
	}
}

// nodeTimeout bounds one request to a storage node. It is short, because a node
// answers for one device only.
const nodeTimeout = 30 * time.Second

// A nodePace is the pace at one storage node, common to all clients that share
// a visa. A node is a server of its own, so its pace is independent of the
// API's.
type nodePace struct {
	gate    *transport.Gate
	limiter Limiter
}

// nodes holds the chains that requests to storage nodes pass through, by host.
type nodes struct {
	mu     sync.Mutex
	byHost map[string]*transport.Chain
}

// node returns the client for a storage node.
func (c *Client) node(host string) (*transport.Chain, error) {
	c.nodes.mu.Lock()
	defer c.nodes.mu.Unlock()
	if have := c.nodes.byHost[host]; have != nil {
		return have, nil
	}
	hc := http.Client{}
	if c.httpClient != nil {
		hc = *c.httpClient
	}
	if c.nodeTLS != nil {
		if settings := c.nodeTLS(host); settings != nil {
			base, ok := hc.Transport.(*http.Transport)
			if hc.Transport == nil {
				base, ok = http.DefaultTransport.(*http.Transport)
			}
			if !ok {
				return nil, errors.New("cove: WithStorageNodeTLS needs an http.Client whose transport is an *http.Transport")
			}
			base = base.Clone()
			base.TLSClientConfig = settings.Clone() // a transport changes its settings
			hc.Transport = base
		}
	}
	config := c.chain()
	config.Timeout = nodeTimeout
	pace := c.shared().nodePace(host)
	config.Gate = pace.gate
	if _, ours := config.Limiter.(defaultPace); ours {
		config.Limiter = pace.limiter
	}
	made := transport.New(&hc, config)
	c.nodes.byHost[host] = made
	return made, nil
}

// nodePace returns the pace of a storage node.
func (s *shared) nodePace(host string) nodePace {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.paces == nil {
		s.paces = make(map[string]nodePace)
	}
	pace, ok := s.paces[host]
	if !ok {
		pace = nodePace{transport.NewGate(transport.GateConfig{Rate: slowest}), newPace()}
		s.paces[host] = pace
	}
	return pace
}

// nodeParams are the parameters of a request to a storage node.
type nodeParams struct {
	AccountID int64     `json:"accountId"`
	Account   string    `json:"account"`
	Token     string    `json:"token"`
	SessionID *int64    `json:"sessionId,omitempty"`
	GroupID   *int64    `json:"groupId,omitempty"`
	Query     string    `json:"query"`
	OrderBy   string    `json:"orderBy"`
	Range     listRange `json:"range"`
}

// askNode calls the Reporting Service of a device's storage node, over https.
// It sends the device's token there and nowhere else, and does not send the
// visa.
func (c *Client) askNode(ctx context.Context, a *Account, method string, params nodeParams, result any) error {
	var err error
	if params.Token, err = a.secret(); err != nil {
		return err
	}
	params.AccountID, params.Account = a.ID, a.Name
	host := a.Node.Host
	if host == "" { // the account comes from a list that did not say its node
		if host, err = c.homeNode(ctx, a); err != nil {
			return err
		}
	}
	address, err := nodeAddress(host)
	if err != nil {
		return err
	}
	node, err := c.node(host)
	if err != nil {
		return err
	}
	req := request{Version: "2.0", ID: "1", Method: method, Params: params}
	ask := func() error {
		return untrusted(host, c.post(maxRows(ctx, params.Range.Size, 0), node, address.String(), method, req, nil, (&outer{value: result}).decode))
	}
	err = ask()
	e := (*Error)(nil)
	if !errors.As(err, &e) || e.Data != CodeVisa {
		return err
	}
	if address.Hostname() != c.base.Hostname() {
		return fmt.Errorf("cove: storage node %s wants the API's visa, which goes to the API's own host only: %w", host, err)
	}
	pass, err := c.pass(ctx)
	if err != nil {
		return err
	}
	req.Visa = pass.token
	err = ask()
	pass.done(err)
	return err
}

// nodeAddress returns the address of a storage node's Reporting Service.
func nodeAddress(host string) (*url.URL, error) {
	u, err := url.Parse("https://" + host + "/repserv_json")
	if err != nil || host == "" || u.Host != host || u.Hostname() == "" {
		return nil, fmt.Errorf("%w: %q is not a host of a storage node", ErrMalformed, host)
	}
	return u, nil
}

// untrusted turns a failed certificate verification into an
// [UntrustedNodeError].
func untrusted(host string, err error) error {
	var verification *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var name x509.HostnameError
	if errors.As(err, &verification) || errors.As(err, &authority) || errors.As(err, &name) {
		return &UntrustedNodeError{Host: host, Err: err}
	}
	return err
}
