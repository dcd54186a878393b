package transport

import (
	"context"
	"fmt"
	"testing"
	"time"
)

func TestErrorTexts(t *testing.T) {
	for _, tt := range []struct {
		err  error
		want string
	}{
		{&OutcomeError{Status: 502}, "it is unknown whether the request was executed: HTTP status 502"},
		{&OutcomeError{Err: errReset}, "it is unknown whether the request was executed: read tcp: connection reset by peer"},
		{&RateLimitError{Wait: 90 * time.Second}, "the server limits the rate (429) and asks to wait 1m30s"},
		{&RateLimitError{Wait: time.Second, Err: context.Canceled}, "the server limits the rate (429) and asks to wait 1s: context canceled"},
		{&SendError{Status: 503, Err: context.Canceled}, "HTTP status 503: context canceled"},
		{&heldError{context.Canceled}, "not sent: context canceled"},
	} {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("%T: %q, want %q", tt.err, got, tt.want)
		}
	}
	if got := Attempts(nil, fmt.Errorf("call: %w", &RateLimitError{Attempts: 3})); got != 3 {
		t.Errorf("Attempts of a RateLimitError = %d", got)
	}
	if got := Attempts(nil, errReset); got != 0 {
		t.Errorf("Attempts of a foreign error = %d", got)
	}
}
