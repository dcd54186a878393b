package transport

import (
	"net/http"
	"testing"
)

func TestDefaultBase(t *testing.T) {
	first, ok := defaultBase().(*http.Transport)
	if !ok || first != defaultBase() {
		t.Error("clients without a transport of their own do not share one")
	}
	if first == http.DefaultTransport || first.MaxIdleConnsPerHost < defaultAtOnce {
		t.Errorf("%d idle connections to a host are kept, %d requests run at once", first.MaxIdleConnsPerHost, defaultAtOnce)
	}

	standard := http.DefaultTransport
	defer func() { http.DefaultTransport = standard }()
	http.DefaultTransport = reply(http.StatusTeapot, "")
	resp, err := New(nil, Config{}).Do(request(t, t.Context(), http.MethodGet, ""))
	if err != nil {
		t.Fatal(err)
	}
	finish(resp)
	if resp.StatusCode != http.StatusTeapot {
		t.Errorf("status %d: a replaced default transport is passed over", resp.StatusCode)
	}
}
