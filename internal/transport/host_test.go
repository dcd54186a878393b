package transport

import (
	"net/url"
	"strings"
	"testing"
)

func TestParseHost(t *testing.T) {
	for _, tt := range []struct{ in, want, wrong string }{
		{in: "na.example.net", want: "https://na.example.net"},
		{in: " NA.Example.net\n", want: "https://na.example.net"},
		{in: "\ufeffhttps://na.example.net:8443/a/b?q=1#f", want: "https://na.example.net:8443/a/b?q=1#f"},
		{in: "HTTPS://na.example.net", want: "https://na.example.net"},
		{in: "http://localhost:8080", want: "http://localhost:8080"},
		{in: "http://LOCALHOST", want: "http://localhost"},
		{in: "http://127.0.0.9", want: "http://127.0.0.9"},
		{in: "http://[::1]:80", want: "http://[::1]:80"},
		{in: "http://[::ffff:127.0.0.1]", want: "http://[::ffff:127.0.0.1]"},
		{in: "http://na.example.net", wrong: "plain http to na.example.net"},
		{in: "http://localhost.example", wrong: "in the clear"},
		{in: "http://10.0.0.1", wrong: "in the clear"},
		{in: "http://0.0.0.0", wrong: "in the clear"},
		{in: "ftp://na.example.net", wrong: `scheme "ftp"; want https`},
		{in: "https://u:p@na.example.net", wrong: "must not carry a user name"},
		{in: "", wrong: "no host name"},
		{in: "https://", wrong: "no host name"},
		{in: "na example", wrong: "not a host name"},
		{in: "https://[::1", wrong: "not a host name or URL"},
		{in: "na\u200b.example.net", wrong: "cannot be seen"},
	} {
		u, err := ParseHost(tt.in)
		switch {
		case tt.wrong != "":
			if err == nil || !strings.Contains(err.Error(), tt.wrong) {
				t.Errorf("%q: %v, %v; want %q", tt.in, u, err, tt.wrong)
			}
		case err != nil || u.String() != tt.want:
			t.Errorf("%q: %v, %v; want %s", tt.in, u, err, tt.want)
		}
	}
}

func mustParse(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestNamedHost(t *testing.T) {
	const cloud, own = "https://na.example.net", "https://psa.customer.example"
	for _, tt := range []struct{ site, said, want string }{
		{cloud, "api-na.example.net", "https://api-na.example.net"},
		{cloud, "https://API-NA.example.net:443/v1/", "https://api-na.example.net"},
		{cloud, "", ""},
		{cloud, "http://api-na.example.net", ""},
		{cloud, "https://api-na.example.net:8443", ""},
		{cloud, "https://evil.example", ""},
		{cloud, "https://u:p@api-na.example.net", ""},
		{cloud + ":8443", "api-na.example.net", ""},
		{own, "api-na.example.net", ""},
		{own, "psa.customer.example", ""},
		{"http://127.0.0.1:8080", "api-na.example.net", ""},
	} {
		u, ok := NamedHost(mustParse(t, tt.site), tt.said, "example.net")
		if ok != (tt.want != "") || ok && u.String() != tt.want {
			t.Errorf("%s names %q: %v, %v; want %q", tt.site, tt.said, u, ok, tt.want)
		}
	}
}

func TestWithin(t *testing.T) {
	for s, want := range map[string]bool{
		"https://na.example.net":              true,
		"HTTPS://API-NA.EXAMPLE.NET:443/x":    true,
		"https://example.net":                 false,
		"https://na.example.net:8443":         false,
		"http://na.example.net":               false,
		"http://na.example.net:443":           false,
		"https://na.example.net.evil.example": false,
		"https://evilexample.net":             false,
	} {
		if got := within(mustParse(t, s), "example.net"); got != want {
			t.Errorf("%s: %v", s, got)
		}
	}
}

func TestAddress(t *testing.T) {
	for s, want := range map[string]string{
		"https://NA.example":      "https://na.example:443",
		"https://na.example:8443": "https://na.example:8443",
		"http://na.example/x":     "http://na.example:80",
		"HTTPS://[::1]":           "https://[::1]:443",
	} {
		if got := Address(mustParse(t, s)); got != want {
			t.Errorf("%s: %s, want %s", s, got, want)
		}
	}
}
