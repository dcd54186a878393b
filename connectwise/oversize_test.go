package connectwise

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"
)

// An answer without an end causes a clear error, for a list and for a record,
// and uses no more memory than the bound.
func TestOversizedAnswerIsAClearError(t *testing.T) {
	spaces := bytes.Repeat([]byte(" "), 1<<20)
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		for range 80 { // MiB, above the bound of one answer
			if _, err := w.Write(spaces); err != nil {
				return // the client has closed the connection
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

// W4: a refusal and a single record are read only up to a bound.
func TestW4_RefusalsAndSingleRecords(t *testing.T) {
	many := func(n int) string { return "[" + strings.TrimPrefix(strings.Repeat(",{}", n), ",") + "]" }
	refusing := newTestServer(t, answerWith(400, `{"code":"x","message":"m","errors":`+many(700_000)+`}`)).client(t)
	_, err := refusing.Service.Tickets.Get(t.Context(), 1)
	var e *Error
	if !errors.As(err, &e) || len(e.Errors) != 0 || len(err.Error()) > 500 {
		t.Errorf("refused: %.200v", err)
	}
	c := newTestServer(t, answerWith(200, `{"id":1,"customFields":`+many(1_000_000)+`}`)).client(t)
	if _, err := c.Service.Tickets.Get(t.Context(), 1); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("a record: %v", err)
	}
	if _, err := c.Service.Tickets.Patch(t.Context(), 1, Set("summary", "x")); !errors.Is(err, ErrOutcomeUnknown) {
		t.Errorf("a write: %v", err)
	}
}
