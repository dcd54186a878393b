package transport

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

func TestCheckRedirect(t *testing.T) {
	for _, tt := range []struct {
		name   string
		method [2]string // before and after, GET when empty
		from   string
		to     string
		reason string // of the refusal, "" when it is followed
	}{
		{name: "same host", from: "https://api.example/a", to: "https://api.example/b"},
		{name: "same host, port written out", from: "https://api.example/a", to: "https://api.example:443/b"},
		{name: "to https", from: "http://api.example/a", to: "https://api.example/b"},
		{name: "write stays a write", method: [2]string{"POST", "POST"}, from: "https://api.example/a", to: "https://api.example/b"},
		{name: "other host", from: "https://api.example/a", to: "https://evil.example/b", reason: "to another host, https://evil.example"},
		{name: "subdomain", from: "https://api.example/a", to: "https://x.api.example/b", reason: "another host"},
		{name: "other port", from: "https://api.example/a", to: "https://api.example:8443/b", reason: "another host"},
		{name: "other port in plain text", from: "http://127.0.0.1:1000/a", to: "http://127.0.0.1:2000/b", reason: "another host"},
		{name: "to http", from: "https://api.example/a", to: "http://api.example:443/b", reason: "from https to http"},
		{name: "to another scheme", from: "https://api.example/a", to: "ftp://api.example:443/b", reason: "from https to ftp"},
		{name: "write turned into a read", method: [2]string{"POST", "GET"}, from: "https://api.example/a", to: "https://api.example/b", reason: "turn POST into GET"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			make := func(method, url string) *http.Request {
				req, err := http.NewRequestWithContext(t.Context(), method, url, http.NoBody)
				if err != nil {
					t.Fatal(err)
				}
				return req
			}
			err := checkRedirect(make(tt.method[1], tt.to), []*http.Request{make(tt.method[0], tt.from)})
			switch {
			case tt.reason == "" && err != nil:
				t.Errorf("refused: %v", err)
			case tt.reason != "" && (!errors.Is(err, ErrRedirect) || !strings.Contains(err.Error(), tt.reason)):
				t.Errorf("error %v, want a refusal with %q", err, tt.reason)
			}
		})
	}
}

func TestCheckRedirectComparesWithTheFirstHostAndCounts(t *testing.T) {
	at := func(url string) *http.Request {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		return req
	}
	if err := checkRedirect(at("https://api.example/"), nil); err != nil {
		t.Errorf("without a history: %v", err)
	}
	// From http up to https and down again.
	if err := checkRedirect(at("http://api.example/c"), []*http.Request{at("http://api.example/a"), at("https://api.example/b")}); !errors.Is(err, ErrRedirect) {
		t.Errorf("back to http: %v, want a refusal", err)
	}
	// A host that somebody else redirected to is not the first host.
	if err := checkRedirect(at("https://evil.example/c"), []*http.Request{at("https://api.example/a"), at("https://evil.example/b")}); !errors.Is(err, ErrRedirect) {
		t.Errorf("on another host: %v, want a refusal", err)
	}
	via := make([]*http.Request, 10)
	for i := range via {
		via[i] = at("https://api.example/")
	}
	if err := checkRedirect(at("https://api.example/"), via); !errors.Is(err, ErrRedirect) {
		t.Errorf("eleventh in a row: %v, want a refusal", err)
	}
}
