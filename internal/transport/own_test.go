package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
)

// jsonOnly is the Own function of an API that answers in JSON or with nothing.
func jsonOnly(resp *http.Response, body []byte) bool {
	return resp.StatusCode == http.StatusNoContent || json.Valid(body)
}

// An answer to a write that does not come from the API proves nothing, whatever
// its status; the API's own answer does.
func TestCaseD19_AGatewaysPageLeavesTheOutcomeUnknown(t *testing.T) {
	const page, said = "<html><title>Request Timeout</title>", `{"code":"InvalidObject"}`
	for _, tt := range []struct {
		status  int
		body    string
		unknown bool
	}{
		{200, page, true}, {201, page, true}, {302, page, true}, {400, page, true}, {401, page, true}, {403, page, true}, {404, page, true},
		{408, page, true}, {413, page, true}, {500, page, true}, {502, page, true}, {503, page, true}, {504, page, true},
		{403, "", true}, {400, `{"code":"Inva`, true},
		{200, said, false}, {201, said, false}, {204, "", false}, {400, said, false}, {403, said, false}, {404, said, false}, {409, said, false},
		{500, said, true}, {503, said, true},
	} {
		for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodGet} {
			synctest.Test(t, func(t *testing.T) {
				n := 0
				base := fake(func(*http.Request) (*http.Response, error) { n++; return answer(tt.status, tt.body), nil })
				resp, err := run(over(base, Config{Own: jsonOnly, Retry: Retry{Attempts: 1}}), request(t, t.Context(), method, "x"))
				finish(resp)
				read := method == http.MethodGet
				if got := errors.Is(err, ErrOutcomeUnknown); got != (tt.unknown && !read) {
					t.Errorf("%s answered %d %q: outcome unknown: %v, %v", method, tt.status, tt.body, got, err)
				}
				var outcome *Error
				if errors.As(err, &outcome) && errors.Is(outcome.Class, ErrOutcomeUnknown) {
					text, _ := ReadBody(outcome.Response)
					if outcome.Status != tt.status || string(text) != tt.body {
						t.Errorf("%s answered %d: the error has %d, %q", method, tt.status, outcome.Status, text)
					}
				} else if err != nil {
					t.Errorf("%s answered %d: %v", method, tt.status, err)
				}
				if n != 1 {
					t.Errorf("%s answered %d was sent %d times", method, tt.status, n)
				}
			})
		}
	}
}

// A 429 refuses a request before any work, whoever sends it.
func TestA429IsAskedNobodyAbout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		base, count := script(t, reply(429, "<html>"), reply(201, "{}"))
		resp, err := run(over(base, Config{Own: jsonOnly}), request(t, t.Context(), http.MethodPost, "x"))
		finish(resp)
		if err != nil || *count != 2 {
			t.Errorf("%v after %d requests", err, *count)
		}
	})
}

// Own gets the body without a byte-order mark, and the caller can still read
// it.
func TestTheHookTakesNothingAway(t *testing.T) {
	var seen []byte
	own := func(_ *http.Response, body []byte) bool { seen = bytes.Clone(body); return true }
	resp, err := run(over(reply(201, "\ufeff{}"), Config{Own: own}), request(t, t.Context(), http.MethodPost, "x"))
	if err != nil || string(seen) != "{}" || bodyOf(t, resp) != "{}" {
		t.Errorf("the hook saw %q, %v", seen, err)
	}
}

// A redirect that is not followed is somebody else's answer: after a write the
// outcome is unknown, and neither a read nor a write is repeated.
func TestARefusedRedirectIsNotRepeated(t *testing.T) {
	for method, unknown := range map[string]bool{http.MethodGet: false, http.MethodPost: true} {
		base, count := script(t, reply(302, "", "Location", "https://login.example/"))
		resp, err := run(over(base, Config{}), request(t, t.Context(), method, "x"))
		finish(resp)
		if !errors.Is(err, ErrRedirect) || errors.Is(err, ErrOutcomeUnknown) != unknown || *count != 1 || Attempts(nil, err) != 1 {
			t.Errorf("%s: %v after %d requests", method, err, *count)
		}
		if err != nil && !strings.Contains(err.Error(), "https://login.example") {
			t.Errorf("%s: %v does not say where to", method, err)
		}
	}
}
