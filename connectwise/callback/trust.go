package callback

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// standing is how far a host is trusted.
type standing int

const (
	unknown standing = iota
	origin           // a host of the tenant: keys may come from there
	home             // the service desk itself: credentials may go there
)

// trust knows the hosts of the service desk. Those the configuration does not
// name it asks the service desk for: API resource login/companyinfo, which
// needs no credentials.
type trust struct {
	client  *http.Client
	infoURL string
	given   map[string]standing // by scheme://host:port

	turn  chan struct{} // held by the one that looks at or changes what follows
	found map[string]standing
	err   error     // of the last time it was asked for
	again time.Time // not to be asked before
}

// Deliveries that point anywhere must not become as many requests. A failure
// is forgotten soon, so that the delivery finds it mended when it is repeated.
const (
	askEvery      = time.Minute
	askAfterFault = time.Second
)

func newTrust(c Config, client *http.Client) (*trust, error) {
	site, err := siteURL(c.Site)
	if err != nil {
		return nil, err
	}
	t := &trust{client: client, given: map[string]standing{}, turn: make(chan struct{}, 1)}
	t.infoURL = site.JoinPath("login", "companyinfo", url.PathEscape(c.Company)).String()
	admit(t.given, site, home)
	for _, h := range c.KeyHosts {
		u, err := hostURL(h)
		if err != nil {
			return nil, fmt.Errorf("callback: key host %q: %w", h, err)
		}
		admit(t.given, u, home)
	}
	return t, nil
}

// siteURL is hostURL, but http is allowed to the machine itself.
func siteURL(site string) (*url.URL, error) {
	if rest, plain := strings.CutPrefix(site, "http://"); plain {
		u, err := hostURL(rest)
		if err != nil {
			return nil, fmt.Errorf("callback: site %q: %w", site, err)
		}
		if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return nil, fmt.Errorf("callback: site %q: http is for loopback addresses only", site)
		}
		u.Scheme = "http"
		return u, nil
	}
	u, err := hostURL(site)
	if err != nil {
		return nil, fmt.Errorf("callback: site %q: %w", site, err)
	}
	return u, nil
}

// hostURL reads a host with or without https and port, and drops the path.
func hostURL(s string) (*url.URL, error) {
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil {
		return nil, err
	}
	if u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return nil, fmt.Errorf("not a host of https")
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Host}, nil
}

// admit adds a host, and the same without "api-", which is where the web
// interface and the keys are.
func admit(hosts map[string]standing, u *url.URL, s standing) {
	hosts[address(u)] = max(hosts[address(u)], s)
	if bare, ok := strings.CutPrefix(strings.ToLower(u.Host), "api-"); ok {
		b := address(&url.URL{Scheme: u.Scheme, Host: bare})
		hosts[b] = max(hosts[b], s)
	}
}

// address is what hosts are compared by.
func address(u *url.URL) string {
	scheme, port := strings.ToLower(u.Scheme), u.Port()
	switch {
	case port != "":
	case scheme == "https":
		port = "443"
	case scheme == "http":
		port = "80"
	}
	return scheme + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), port)
}

// check returns the standing of a key's host, or an error when it has none.
func (t *trust) check(ctx context.Context, u *url.URL) (standing, error) {
	a := address(u)
	if s := t.given[a]; s != unknown {
		return s, nil
	}
	if !strings.EqualFold(u.Scheme, "https") {
		return unknown, fmt.Errorf("%w: its key is at %s, which is not https", ErrRefused, a)
	}
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return unknown, fmt.Errorf("%w: %w", ErrKey, ctx.Err())
	}
	if s := t.found[a]; s != unknown {
		return s, nil
	}
	if !time.Now().Before(t.again) {
		found, err := t.ask(ctx)
		t.err, t.again = err, time.Now().Add(askAfterFault)
		if err == nil {
			t.found, t.again = found, time.Now().Add(askEvery)
		}
	}
	if s := t.found[a]; s != unknown {
		return s, nil
	}
	if t.err != nil {
		return unknown, fmt.Errorf("%w: companyinfo: %w", ErrKey, t.err)
	}
	return unknown, fmt.Errorf("%w: its key is at the foreign host %s", ErrRefused, u.Host)
}

// ask reads the hosts of the company from the service desk. Others wait for
// the answer: it must not end with one sender's patience, nor never.
func (t *trust) ask(ctx context.Context) (map[string]standing, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keyTimeout)
	defer cancel()
	body, status, err := fetch(ctx, t.client, t.infoURL, nil)
	if err != nil {
		return nil, err
	}
	if status != http.StatusOK {
		return nil, fmt.Errorf("status %d", status)
	}
	var info struct {
		SiteURL        string   `json:"SiteUrl"`
		AllowedOrigins []string `json:"AllowedOrigins"`
	}
	if err := json.Unmarshal(body, &info); err != nil {
		return nil, err
	}
	found := map[string]standing{}
	if u, err := hostURL(info.SiteURL); err == nil {
		admit(found, u, home)
	}
	for _, o := range info.AllowedOrigins {
		if u, err := hostURL(o); err == nil {
			admit(found, u, origin)
		}
	}
	return found, nil
}
