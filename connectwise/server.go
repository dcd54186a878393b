package connectwise

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/covedesk/covedesk/internal/transport"
)

// server holds the API's address, which clients of the same site share. The
// codebase in the address changes when a tenant is upgraded. So it is
// discovered, kept, and discovered again when the server no longer knows it.
type server struct {
	site    *url.URL
	pinned  bool // the site is the API host, whatever the server answers
	company string
	asking  chan struct{} // held while a request for the address is running

	mu      sync.Mutex
	base    string    // "https://host/v4_6_release/apis/3.0/", "" when unknown
	asked   time.Time // when base was last asked for
	failure error     // the error of that request
}

// rediscover is the shortest time between two requests for the address.
const rediscover = time.Minute

func newServer(site *url.URL, pinned bool, company string) *server {
	return &server{site: site, pinned: pinned, company: company, asking: make(chan struct{}, 1)}
}

func (s *server) known() (base string, asked time.Time, failure error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.base, s.asked, s.failure
}

// apiBase returns the base of the API. The first call asks the server for it.
func (s *server) apiBase(ctx context.Context, hc *transport.Chain) (string, error) {
	if base, _, _ := s.known(); base != "" {
		return base, nil
	}
	return s.ask(ctx, hc, "")
}

// ask discovers the base, unless another caller has found one that differs from
// stale in the meantime, or the server was asked within the last minute.
func (s *server) ask(ctx context.Context, hc *transport.Chain, stale string) (string, error) {
	select {
	case s.asking <- struct{}{}:
		defer func() { <-s.asking }()
	case <-ctx.Done():
		return "", fmt.Errorf("connectwise: waiting for the API's address: %w", ctx.Err())
	}
	base, asked, failure := s.known()
	switch {
	case base != "" && base != stale:
		return base, nil
	case base != "" && time.Since(asked) < rediscover:
		return base, failure
	}
	found, err := s.discover(ctx, hc)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err == nil {
		s.base = found
	}
	if s.base == "" || ctx.Err() != nil {
		return found, err // do not keep this result for a minute
	}
	s.asked, s.failure = time.Now(), err
	return found, err
}

// companyInfo is the answer of /login/companyinfo/{company}.
type companyInfo struct {
	Codebase string
	SiteUrl  string //nolint:revive // the server's spelling
}

func (s *server) discover(ctx context.Context, hc *transport.Chain) (string, error) {
	u := s.site.String() + "/login/companyinfo/" + url.PathEscape(s.company)
	req, err := http.NewRequestWithContext(transport.WithMaxBody(ctx, 1<<20), http.MethodGet, u, nil)
	if err != nil {
		return "", fmt.Errorf("connectwise: %w", err)
	}
	req.Header.Set("Accept", "application/json")
	resp, err := exchange(hc, req)
	if err != nil {
		return "", err
	}
	if (resp.status == http.StatusNotFound && resp.foreign() == "") || bytes.Equal(bytes.TrimSpace(resp.body), []byte("null")) {
		e := resp.failure(fmt.Sprintf("the company %q is not known there", s.company))
		e.Hint = "check Company, the id typed on the login page, and Site, the region it signs in to"
		e.classes = []error{ErrUnauthorized}
		return "", e
	}
	if resp.status != http.StatusOK {
		return "", resp.refused()
	}
	var info companyInfo
	if err := json.Unmarshal(resp.body, &info); err != nil {
		return "", resp.unreadable(err)
	}
	codebase := strings.Trim(strings.TrimSpace(info.Codebase), "/")
	if !isCodebase(codebase) {
		return "", resp.unreadable(fmt.Errorf("codebase %q", resp.quote(info.Codebase)))
	}
	return s.apiHost(info.SiteUrl) + "/" + codebase + "/apis/3.0/", nil
}

// apiHost decides which host gets the credentials: on premises the host of the
// site, in the cloud the API host of the same region. It accepts the host that
// the server names only within the vendor's domain.
func (s *server) apiHost(said string) string {
	const cloud = "myconnectwise.net"
	host := s.site.Hostname()
	if s.pinned || s.site.Port() != "" || !strings.HasSuffix(host, "."+cloud) {
		return s.site.String()
	}
	if u, ok := transport.NamedHost(s.site, said, cloud); ok {
		return u.String()
	}
	// Sandboxes serve the API on the login host, regions on api-<region>.
	if region := strings.TrimSuffix(host, "."+cloud); !strings.Contains(region, "-") && !strings.Contains(region, ".") {
		return "https://api-" + host
	}
	return s.site.String()
}

// isCodebase accepts names such as v4_6_release and v2025_1, which need no
// escaping in a path.
func isCodebase(s string) bool {
	for _, r := range s {
		if (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' && r != '.' && r != '-' {
			return false
		}
	}
	return s != "" && strings.Trim(s, ".") != ""
}
