package connectwise

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
)

// A server that never stops answering is a clear error, for a list and for a
// record, and holds no more memory than the bound.
func TestOversizedAnswerIsAClearError(t *testing.T) {
	spaces := bytes.Repeat([]byte(" "), 1<<20)
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		for range 80 { // MiB, above the bound of one answer
			if _, err := w.Write(spaces); err != nil {
				return // the client has hung up
			}
		}
	})
	client, err := s.client(t).With(WithRetry(Retry{Attempts: 1}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := client.Service.Tickets.Get(t.Context(), 7); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("a record: %v", err)
	}
	for ticket, err := range client.Service.Tickets.List(t.Context(), nil) {
		if err == nil || !strings.Contains(err.Error(), "too large") {
			t.Errorf("a list: %v, %v", ticket, err)
		}
	}
}
