package callback_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/covedesk/covedesk/connectwise/callback"
)

// FuzzBody: no body and no signature causes a panic, and none is accepted
// unless it was signed with the key.
func FuzzBody(f *testing.F) {
	f.Add([]byte(captured), callback.Sign(signingKey, []byte(captured)))
	f.Add([]byte(captured), callback.Sign("other", []byte(captured)))
	f.Add([]byte(`{"ID":"7","Entity":{"id":7},"CompanyId":"cobalt","Metadata":{"key_url":"https://na.myconnectwise.net/system/callbackkey/index.rails?companyName=cobalt"}}`), "x")
	f.Add([]byte(`{"Entity":"\"\\u0000\"","ID":null}`), "")
	f.Add([]byte("\xff\x00"), "====")
	v, err := callback.NewVerifier(callback.Config{Site: "sandbox-na.myconnectwise.net", Company: "cobalt", HTTPClient: &http.Client{Transport: &desk{}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte, signature string) {
		_, err := v.Verify(t.Context(), body, signature)
		if err == nil && signature != callback.Sign(signingKey, body) {
			t.Errorf("%q is accepted with the signature %q", body, signature)
		}
		// A body that is signed properly is an event of the configured company,
		// or refused with a known error.
		e, err := v.Verify(t.Context(), body, callback.Sign(signingKey, body))
		switch {
		case err == nil:
			if !strings.EqualFold(e.Company, "cobalt") || len(e.Entity) > 0 && !json.Valid(e.Entity) {
				t.Errorf("event %+v", e)
			}
		case errors.Is(err, callback.ErrSignature):
			t.Errorf("%q: its own signature is wrong", body)
		case !errors.Is(err, callback.ErrMalformed) && !errors.Is(err, callback.ErrRefused) && !errors.Is(err, callback.ErrKey):
			t.Errorf("%q: %v has no class", body, err)
		}
	})
}
