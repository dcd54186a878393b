package transport

import (
	"net/http/httptrace"
	"testing"
)

func TestSentIsProvedByTheTransportsOwnReport(t *testing.T) {
	for name, tt := range map[string]struct {
		asked, got bool
		never      bool
	}{
		"no report":           {false, false, false},
		"never a connection":  {true, false, true},
		"there was a connect": {true, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			var s sent
			trace := httptrace.ContextClientTrace(s.watch(t.Context()))
			if tt.asked {
				trace.GetConn("api.example:443")
			}
			if tt.got {
				trace.GotConn(httptrace.GotConnInfo{})
			}
			if got := s.never(errReset); got != tt.never {
				t.Errorf("never = %v, want %v", got, tt.never)
			}
			// A dial that fails after there was a connection belongs to a redirect or to
			// net/http's own second attempt.
			if got := s.never(errRefused); got == tt.got {
				t.Errorf("never = %v of a failed dial", got)
			}
			if !s.never(&heldError{errReset}) {
				t.Error("held back and yet sent")
			}
		})
	}
}

func TestTheCallersTraceStays(t *testing.T) {
	var s sent
	called := false
	ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { called = true }})
	httptrace.ContextClientTrace(s.watch(ctx)).GotConn(httptrace.GotConnInfo{})
	if !called || !s.got.Load() {
		t.Errorf("caller's hook called: %v, own hook: %v; want both", called, s.got.Load())
	}
}
