package callback

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/covedesk/covedesk/internal/transport"
)

// cloud is the vendor's own domain.
const cloud = "myconnectwise.net"

// trust knows the hosts of the service desk. In the cloud it asks
// login/companyinfo, which needs no credentials, for the host that the
// configuration does not name.
type trust struct {
	client  *http.Client
	site    *url.URL
	infoURL string          // "" outside the cloud, where its answer is not used
	given   map[string]bool // by address

	turn chan struct{} // held while a request is running

	mu    sync.Mutex
	found map[string]bool
	err   error     // error of the last request
	again time.Time // time of the next allowed request
}

// Deliveries with arbitrary hosts must not each cause a request. A failure is
// forgotten soon, so that a repeated delivery can succeed.
const (
	askEvery      = time.Minute
	askAfterFault = time.Second
)

func newTrust(c Config, client *http.Client) (*trust, error) {
	site, err := transport.ParseHost(c.Site)
	if err != nil {
		return nil, fmt.Errorf("callback: the site: %w", err)
	}
	site = &url.URL{Scheme: site.Scheme, Host: site.Host}
	t := &trust{client: client, site: site, given: map[string]bool{}, turn: make(chan struct{}, 1)}
	if _, inCloud := transport.NamedHost(site, site.Host, cloud); inCloud {
		t.infoURL = site.JoinPath("login", "companyinfo", url.PathEscape(c.Company)).String()
	}
	admit(t.given, site)
	for i, h := range c.KeyHosts {
		u, err := transport.ParseHost(h)
		if err == nil && u.Scheme != "https" {
			err = errors.New("want https")
		}
		if err != nil {
			return nil, fmt.Errorf("callback: key host %d: %w", i+1, err)
		}
		admit(t.given, u)
	}
	return t, nil
}

// admit adds a host, and the same host without "api-", which serves the web
// interface and the keys.
func admit(hosts map[string]bool, u *url.URL) {
	hosts[transport.Address(u)] = true
	if bare, ok := strings.CutPrefix(strings.ToLower(u.Host), "api-"); ok {
		hosts[transport.Address(&url.URL{Scheme: u.Scheme, Host: bare})] = true
	}
}

// check returns an error unless the key's host is one of the service desk.
func (t *trust) check(ctx context.Context, u *url.URL) error {
	a := transport.Address(u)
	if t.given[a] {
		return nil
	}
	if !strings.EqualFold(u.Scheme, "https") {
		return fmt.Errorf("%w: its key is at %s, which is not https", ErrRefused, show(a))
	}
	foreign := fmt.Errorf("%w: its key is at the foreign host %s", ErrRefused, show(u.Host))
	if known, _, _ := t.known(a); known {
		return nil // without waiting for a request that is running
	}
	if t.infoURL == "" {
		return foreign
	}
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", ErrKey, ctx.Err())
	}
	known, err, ask := t.known(a)
	if !known && ask {
		t.ask(ctx)
		known, err, _ = t.known(a)
	}
	switch {
	case known:
		return nil
	case err != nil:
		return fmt.Errorf("%w: companyinfo: %w", ErrKey, err)
	}
	return foreign
}

// known tells whether the service desk has named the address, returns the error
// of the last request, and tells whether it is time to ask again.
func (t *trust) known(address string) (known bool, err error, ask bool) { //nolint:revive // the error is not this call's
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.found[address], t.err, !time.Now().Before(t.again)
}

// ask asks the service desk for the host of the company. Others wait for the
// answer, so the request must not end when one sender disconnects, and must
// have a time limit.
func (t *trust) ask(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keyTimeout)
	defer cancel()
	found, err := t.siteHosts(ctx)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.err, t.again = err, time.Now().Add(askAfterFault)
	if err == nil {
		t.found, t.again = found, time.Now().Add(askEvery)
	}
}

func (t *trust) siteHosts(ctx context.Context) (map[string]bool, error) {
	body, status, err := fetch(ctx, t.client, t.infoURL, nil)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("status %d", status)
	}
	if err != nil {
		return nil, err
	}
	var info struct {
		SiteURL string `json:"SiteUrl"`
	}
	if err := json.Unmarshal(body, &info); err != nil {
		return nil, errors.New("the answer is not JSON")
	}
	found := map[string]bool{}
	if u, ok := transport.NamedHost(t.site, info.SiteURL, cloud); ok {
		admit(found, u)
	}
	return found, nil
}
