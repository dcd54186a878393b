package transport

import (
	"net/http"
	"runtime/debug"
	"testing"
)

// The version is that of this module, as the main module or as a dependency.
func TestAgent(t *testing.T) {
	ours := func(version string) *debug.Module {
		return &debug.Module{Path: "github.com/covedesk/covedesk", Version: version}
	}
	other := &debug.Module{Path: "example.com/x", Version: "v9.0.0"}
	for _, tt := range []struct {
		info *debug.BuildInfo
		want string
	}{
		{nil, "covedesk-cove"},
		{&debug.BuildInfo{Main: *ours("(devel)")}, "covedesk-cove"},
		{&debug.BuildInfo{Main: *other}, "covedesk-cove"},
		{&debug.BuildInfo{Main: *ours("v0.2.0")}, "covedesk-cove/v0.2.0"},
		{&debug.BuildInfo{Main: *other, Deps: []*debug.Module{other, ours("v0.3.1")}}, "covedesk-cove/v0.3.1"},
	} {
		if got := agent("covedesk-cove", tt.info); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.info, got, tt.want)
		}
	}
}

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
