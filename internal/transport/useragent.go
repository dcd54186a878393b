package transport

import "net/http"

// userAgent names the program in requests that do not.
type userAgent struct {
	next http.RoundTripper
	name string
}

func (u *userAgent) RoundTrip(req *http.Request) (*http.Response, error) {
	if _, set := req.Header["User-Agent"]; !set {
		// A RoundTripper does not change the request it is given.
		named := *req
		if named.Header = req.Header.Clone(); named.Header == nil {
			named.Header = http.Header{}
		}
		named.Header.Set("User-Agent", u.name)
		req = &named
	}
	return u.next.RoundTrip(req)
}
