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

// checkRedirect is the [http.Client.CheckRedirect] of both clients. net/http
// would send headers and bodies on to the new address, with keys, passwords and
// tokens. So checkRedirect follows redirects only within the first host, never
// from https to http, and never if that would turn a write into a read. Any
// other redirect is an error that matches [ErrRedirect].
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

// sameHost compares names and ports. A change from http to https on the same
// name may change the port.
func sameHost(a, b *url.URL) bool {
	if a.Hostname() != b.Hostname() {
		return false
	}
	return port(a) == port(b) || a.Scheme == "https" && b.Scheme == "http"
}

func origin(u *url.URL) string { return u.Scheme + "://" + u.Host }
