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
		{&Error{Class: ErrOutcomeUnknown, Status: 502}, "it is unknown whether the request was executed: HTTP status 502"},
		{&Error{Class: ErrOutcomeUnknown, Err: errReset}, "it is unknown whether the request was executed: read tcp: connection reset by peer"},
		{&Error{Class: ErrRateLimited, Wait: 90 * time.Second}, "the server limits the rate (429) and asks to wait 1m30s"},
		{&Error{Class: ErrRateLimited, Wait: time.Second, Err: context.Canceled}, "the server limits the rate (429) and asks to wait 1s: context canceled"},
		{&Error{Status: 503, Err: context.Canceled}, "HTTP status 503: context canceled"},
		{&heldError{context.Canceled}, "not sent: context canceled"},
	} {
		if got := tt.err.Error(); got != tt.want {
			t.Errorf("%T: %q, want %q", tt.err, got, tt.want)
		}
	}
	if got := Attempts(nil, fmt.Errorf("call: %w", &Error{Class: ErrRateLimited, Attempts: 3})); got != 3 {
		t.Errorf("Attempts of an Error = %d", got)
	}
	if got := Attempts(nil, errReset); got != 0 {
		t.Errorf("Attempts of a foreign error = %d", got)
	}
}
