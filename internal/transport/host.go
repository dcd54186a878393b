package transport

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// ParseHost reads a host name or the URL of a server: "api.example",
// "https://api.example:8443/path". Without a scheme it is https. Plain http is
// allowed for loopback addresses only, because credentials would not be
// encrypted. The path stays in the result for the caller to use, drop or
// refuse. Scheme and host are in lower case.
func ParseHost(s string) (*url.URL, error) {
	s, err := Pasted("the address", s)
	if err != nil {
		return nil, err
	}
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	switch {
	case err != nil:
		return nil, errors.New("it is not a host name or URL") // err would quote it
	case u.User != nil:
		return nil, errors.New("it must not carry a user name or password")
	case u.Hostname() == "" || strings.ContainsAny(u.Host, " \t"):
		return nil, errors.New("it has no host name")
	case u.Scheme == "http" && !Loopback(u.Hostname()):
		return nil, fmt.Errorf("refusing plain http to %s; credentials would travel in the clear", u.Host)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("scheme %q; want https", u.Scheme)
	}
	u.Host = strings.ToLower(u.Host)
	return u, nil
}

// Loopback reports whether a host name or address means this machine.
func Loopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// NamedHost reads the host that an answer of site names as the one to use from
// now on. It will receive everything that goes to site, secrets included.
// Therefore both must be in the vendor's domain, with https and the default
// port.
func NamedHost(site *url.URL, said, domain string) (*url.URL, bool) {
	u, err := ParseHost(said)
	if err != nil || !within(site, domain) || !within(u, domain) {
		return nil, false
	}
	return &url.URL{Scheme: u.Scheme, Host: u.Hostname()}, true
}

func within(u *url.URL, domain string) bool {
	return strings.EqualFold(u.Scheme, "https") && port(u) == "443" &&
		strings.HasSuffix(strings.ToLower(u.Hostname()), "."+domain)
}

// Address returns the form in which servers are compared:
// "https://api.example:443", in lower case, with the default port if the URL
// has none.
func Address(u *url.URL) string {
	return strings.ToLower(u.Scheme) + "://" + net.JoinHostPort(strings.ToLower(u.Hostname()), port(u))
}

func port(u *url.URL) string {
	switch {
	case u.Port() != "":
		return u.Port()
	case strings.EqualFold(u.Scheme, "https"):
		return "443"
	}
	return "80"
}
