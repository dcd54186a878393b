package transport

import (
	"errors"
	"net/http"
	"testing"

	"github.com/covedesk/covedesk/internal/secrettest"
	"github.com/covedesk/covedesk/internal/text"
)

// No type that holds secrets, and no error of a request with secrets, shows
// one.
func TestCaseW9_NothingOfTransportShowsASecret(t *testing.T) {
	config := Config{Hide: text.NewSecrets(secrettest.Value)}
	secrettest.Check(t, config, New(nil, config))

	for name, base := range map[string]fake{
		"429": reply(429, ""), "502": reply(502, ""), "no body": func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: http.StatusBadGateway, Header: http.Header{}}, nil
		},
		"line": func(*http.Request) (*http.Response, error) {
			return nil, errors.New("malformed HTTP response: " + secrettest.Value)
		},
	} {
		req := request(t, WithoutRetry(t.Context()), http.MethodPost, "x")
		req.Header.Set("Authorization", "Bearer "+secrettest.Value)
		resp, err := run(over(base, config), req)
		finish(resp)
		if err == nil {
			t.Fatalf("%s: no error", name)
		}
		// Another secret is held, so that there is something to look for.
		secrettest.Check(t, struct {
			Err   error
			Other func() string
		}{err, func() string { return secrettest.Value }})
	}
	secrettest.Covers(t, ".", []any{config})
}
