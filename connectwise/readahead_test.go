package connectwise

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
)

// The next page is asked for when the caller asks for the second record of a
// page, and not before.
func TestReadingAheadBeginsAtTheSecondRecord(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pages := 0
		transport := roundTrip(func(r *http.Request) (*http.Response, error) {
			body, header := `{"Codebase":"v2025_1/"}`, http.Header{}
			if !strings.HasPrefix(r.URL.Path, "/login/") {
				pages++
				header.Set("Link", fmt.Sprintf(`<https://x/y?pageId=%d>; rel="next"`, pages))
				body = fmt.Sprintf(`[{"id":%d1},{"id":%d2},{"id":%d3}]`, pages, pages, pages)
			}
			return &http.Response{StatusCode: http.StatusOK, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
		})
		c, err := NewClient(testCredentials, WithHTTPClient(&http.Client{Transport: transport}))
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, err := range NewCollection[thing](c, "x/things").List(t.Context(), nil) {
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait() // the request for the next page, if any, has been sent
			n++
			if want := []int{1, 2, 2, 2, 3}[n-1]; pages != want {
				t.Errorf("%d pages asked for at record %d, want %d", pages, n, want)
			}
			if n == 5 {
				break
			}
		}
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
