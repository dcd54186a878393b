package callback_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/covedesk/covedesk/connectwise/callback"
)

// keyServer stands for the service desk and serves its signing key.
type keyServer struct{ key string }

func (s keyServer) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(`{"signing_key":"` + s.key + `"}`))}, nil
}

// A receiver, and a delivery to test it.
func ExampleHandler() {
	verifier, err := callback.NewVerifier(callback.Config{
		Site:       "na.myconnectwise.net",
		Company:    "acme",
		HTTPClient: &http.Client{Transport: keyServer{"secret"}}, // leave it out in a program
	})
	if err != nil {
		panic(err)
	}
	receiver := &callback.Handler{
		Verifier: verifier,
		Handle: func(_ context.Context, e callback.Event) error {
			fmt.Println(e.Type, e.ID, e.Action)
			return nil
		},
	}

	keyURL := "https://na.myconnectwise.net/v2025_1//system/callbackkey/index.rails?companyName=acme&id=1"
	for _, key := range []string{"secret", "forged"} {
		req, err := callback.NewRequest(context.Background(), "https://receiver.example/?recordId=", keyURL, key,
			callback.Event{Action: callback.Updated, Type: "ticket", ID: 70001, Company: "acme"})
		if err != nil {
			panic(err)
		}
		answer := httptest.NewRecorder()
		receiver.ServeHTTP(answer, req)
		fmt.Println(answer.Code)
	}
	// Output:
	// ticket 70001 updated
	// 204
	// 401
}
