package cove

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestErrorHints(t *testing.T) {
	for _, tt := range []struct {
		e    Error
		part string
	}{
		{Error{Method: "EnumerateAccountStatistics", Data: CodeSecurity}, "one of the columns"},
		{Error{Method: "GetPartnerInfoById", Data: CodeSecurity}, "role"},
		{Error{Method: "GetPartnerInfoById", Data: CodeVisa}, "even after logging in again"},
		{Error{Method: "AddPartner", Data: CodeVisa}, "was not repeated"},
		{Error{Method: "Login", Data: CodeCredentials}, "API user"},
		{Error{Method: "Login", Status: 429, Wait: time.Minute}, "to wait 1m0s"},
		{Error{Method: "Login", Status: 503, Attempts: 4}, "Service Unavailable (HTTP 503) (after 4 attempts)"},
		{Error{Method: "X", Status: 200, Code: -32601}, "refused without a message (code -32601)"},
	} {
		if text := tt.e.Error(); !strings.Contains(text, tt.part) || !strings.HasPrefix(text, "cove: "+tt.e.Method+": ") {
			t.Errorf("%q does not say %q", text, tt.part)
		}
	}
	if errors.Is(&Error{Code: codeUnknownMethod, Message: "Method not found"}, ErrNotFound) {
		t.Error("an unknown method is a thing that was not found")
	}
}
