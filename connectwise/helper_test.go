package connectwise

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"golang.org/x/time/rate"
)

var testCredentials = Credentials{
	Site:       "api-na.myconnectwise.net",
	Company:    "acme",
	PublicKey:  "public",
	PrivateKey: "private-key-secret",
	ClientID:   "client-id-secret",
}

const testBase = "/v4_6_release/apis/3.0/"

// recorded is a request that a test server received.
type recorded struct {
	Method, Path, Query, Body string
	Header                    http.Header
}

// testServer answers companyinfo itself and passes other requests to handle.
type testServer struct {
	*httptest.Server
	mu       sync.Mutex
	codebase string
	infos    int
	requests []recorded
}

func newTestServer(t testing.TB, handle http.HandlerFunc) *testServer {
	t.Helper()
	s := &testServer{codebase: "v4_6_release/"}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/login/companyinfo/") {
			s.mu.Lock()
			s.infos++
			codebase := s.codebase
			s.mu.Unlock()
			_ = json.NewEncoder(w).Encode(map[string]any{"CompanyName": "Acme", "Codebase": codebase, "IsCloud": "True", "SiteUrl": "api-na.myconnectwise.net"})
			return
		}
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		s.mu.Lock()
		s.requests = append(s.requests, recorded{r.Method, r.URL.Path, r.URL.RawQuery, string(body), r.Header.Clone()})
		s.mu.Unlock()
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		handle(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *testServer) seen() []recorded {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]recorded(nil), s.requests...)
}

func (s *testServer) client(t testing.TB, opts ...Option) *Client {
	t.Helper()
	opts = append([]Option{WithBaseURL(s.URL), WithLimiter(rate.NewLimiter(rate.Inf, 1)), WithRetry(Retry{Base: 1})}, opts...)
	c, err := NewClient(testCredentials, opts...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// answerWith returns a handler that always gives the same answer.
func answerWith(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}
