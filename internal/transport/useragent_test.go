package transport

import (
	"net/http"
	"testing"
)

func TestUserAgent(t *testing.T) {
	var got string
	u := named(fake(func(req *http.Request) (*http.Response, error) {
		got = req.Header.Get("User-Agent")
		return answer(200, ""), nil
	}).link(), "covedesk/1")
	for _, tt := range []struct {
		header http.Header
		want   string
	}{
		{nil, "covedesk/1"},
		{http.Header{"Accept": {"x"}}, "covedesk/1"},
		{http.Header{"User-Agent": {"mine"}}, "mine"},
		{http.Header{"User-Agent": {""}}, ""},
	} {
		req := request(t, t.Context(), http.MethodGet, "")
		before := len(tt.header)
		req.Header = tt.header
		resp, err := run(u, req)
		if err != nil {
			t.Fatal(err)
		}
		finish(resp)
		if got != tt.want {
			t.Errorf("header %v: sent %q, want %q", tt.header, got, tt.want)
		}
		if len(tt.header) != before {
			t.Errorf("the request was changed: %v", tt.header)
		}
	}
}
