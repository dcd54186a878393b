package callback_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/covedesk/covedesk/connectwise/callback"
	"github.com/covedesk/covedesk/internal/secrettest"
)

// headerAuth adds an Authorization header.
type headerAuth struct{ key string }

func (a *headerAuth) Authorize(_ context.Context, req *http.Request) error {
	req.SetBasicAuth("cobalt+public", a.key)
	return nil
}

// Neither the configuration, nor a Verifier that has fetched a signing key, nor
// their errors show a secret.
func TestCaseW9_NothingOfCallbackShowsASecret(t *testing.T) {
	d := &desk{key: func(*http.Request) (int, string) { return 200, `{"signing_key":"` + secrettest.Value + `"}` }}
	config := callback.Config{Site: "na.myconnectwise.net", Company: "cobalt", Authorize: (&headerAuth{secrettest.Value}).Authorize, HTTPClient: &http.Client{Transport: d}}
	v, err := callback.NewVerifier(config)
	if err != nil {
		t.Fatal(err)
	}
	body := []byte(strings.ReplaceAll(captured, "sandbox-na", "na"))
	if _, err := v.Verify(t.Context(), body, callback.Sign(secrettest.Value, body)); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Verify(t.Context(), body, "forged"); !errors.Is(err, callback.ErrSignature) || strings.Contains(err.Error(), secrettest.Value) {
		t.Errorf("error %v", err)
	}
	values := []any{config, v, &callback.Handler{Verifier: v}}
	secrettest.Check(t, values...)
	secrettest.Covers(t, ".", values)
}
