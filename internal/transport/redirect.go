package transport

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
)

const maxRedirects = 10

// ErrRedirect says that a redirect was not followed.
var ErrRedirect = errors.New("redirect refused")

// checkRedirect is the [http.Client.CheckRedirect] of both clients. Keys,
// passwords and tokens travel in headers and bodies that net/http would carry
// along, so it follows redirects only on the host first asked, never from
// https to http, and never when that would turn a write into a read. What it
// refuses matches [ErrRedirect].
func checkRedirect(req *http.Request, via []*http.Request) error {
	if len(via) == 0 {
		return nil
	}
	first, last := via[0], via[len(via)-1]
	switch {
	case len(via) >= maxRedirects:
		return fmt.Errorf("%w: more than %d in a row", ErrRedirect, maxRedirects)
	case !sameHost(req.URL, first.URL):
		return fmt.Errorf("%w: from %s to another host, %s", ErrRedirect, origin(first.URL), origin(req.URL))
	case req.URL.Scheme != "https" && last.URL.Scheme == "https":
		return fmt.Errorf("%w: from https to %s on %s", ErrRedirect, req.URL.Scheme, req.URL.Host)
	case req.Method != last.Method && last.Method != http.MethodGet && last.Method != http.MethodHead:
		return fmt.Errorf("%w: it would turn %s into %s", ErrRedirect, last.Method, req.Method)
	}
	return nil
}

// sameHost compares names and ports. Going from http to https on the same
// name is the one change of port that is allowed.
func sameHost(a, b *url.URL) bool {
	if a.Hostname() != b.Hostname() {
		return false
	}
	return port(a) == port(b) || a.Scheme == "https" && b.Scheme == "http"
}

func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }
