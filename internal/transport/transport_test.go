package transport_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/covedesk/covedesk/internal/transport"
)

func TestWriteOfUnknownOutcomeIsSentOnce(t *testing.T) {
	var hits atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		w.WriteHeader(http.StatusBadGateway)
	}))
	defer srv.Close()

	hc := transport.Client(nil, transport.Config{})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := hc.Do(req)
	if err == nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
	if !errors.Is(err, transport.ErrOutcomeUnknown) {
		t.Errorf("error %v is not ErrOutcomeUnknown", err)
	}
	if got := hits.Load(); got != 1 {
		t.Errorf("the server saw %d requests, want 1", got)
	}
	if got := transport.Attempts(resp, err); got != 1 {
		t.Errorf("Attempts = %d, want 1", got)
	}
}
