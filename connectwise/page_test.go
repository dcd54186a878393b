package connectwise

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/time/rate"
)

// A server before 2018 refuses pages above 100 records. The client then asks
// for a smaller page, unless the caller chose the size.
func TestRefusedPageSize(t *testing.T) {
	for name, tt := range map[string]struct {
		code, field string
		opts        *ListOptions
		least       int // smallest size that is refused
		want        []string
	}{
		"by cursor":          {"OutOfRange", "pageSize", nil, 101, []string{"1000", "100"}},
		"by number":          {"OutOfRange", "pageSize", &ListOptions{OrderBy: "name"}, 101, []string{"1000", "100"}},
		"the caller's":       {"OutOfRange", "pageSize", &ListOptions{PageSize: 200}, 101, []string{"200"}},
		"even a small one":   {"OutOfRange", "pageSize", nil, 1, []string{"1000", "100"}},
		"for another reason": {"InvalidField", "pageSize", nil, 101, []string{"1000"}},
		"another field":      {"OutOfRange", "page", nil, 101, []string{"1000"}},
	} {
		var sizes []string
		transport := roundTrip(func(r *http.Request) (*http.Response, error) {
			status, body := http.StatusOK, `[{"id":1}]`
			size := r.URL.Query().Get("pageSize")
			var n int
			_, _ = fmt.Sscan(size, &n) // 0 for the request for the API's address
			switch {
			case strings.HasPrefix(r.URL.Path, "/login/"):
				body = `{"Codebase":"v2025_1/"}`
			case n >= tt.least:
				status, body = http.StatusBadRequest, fmt.Sprintf(`{"code":"InvalidObject","message":"no","errors":[{"code":%q,"message":"no","resource":"x","field":%q}]}`, tt.code, tt.field)
				fallthrough
			default:
				sizes = append(sizes, size)
			}
			return &http.Response{StatusCode: status, Header: http.Header{"Link": {""}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
		})
		c, err := NewClient(testCredentials, WithHTTPClient(&http.Client{Transport: transport}), WithLimiter(rate.NewLimiter(rate.Inf, 1)))
		if err != nil {
			t.Fatal(err)
		}
		all, err := NewCollection[thing](c, "x/things").All(t.Context(), tt.opts)
		works := tt.least == 101 && len(tt.want) == 2
		if (err == nil) != works || works && len(all) != 1 || !slices.Equal(sizes, tt.want) {
			t.Errorf("%s: asked for %v, want %v: %d rows, %v", name, sizes, tt.want, len(all), err)
		}
	}
}

// An error ends the list if the server stops naming the next page in paging by
// cursor, and the rows have no ids to continue from.
func TestSilenceAfterACursor(t *testing.T) {
	var cursors []string
	transport := roundTrip(func(r *http.Request) (*http.Response, error) {
		body, header := `{"Codebase":"v2025_1/"}`, http.Header{}
		if !strings.HasPrefix(r.URL.Path, "/login/") {
			if cursors = append(cursors, r.URL.Query().Get("pageId")); len(cursors) == 1 {
				header.Set("Link", `<https://x/y?pageId=7>; rel="next"`)
			}
			body = fmt.Sprintf(`[{"name":"%d"}]`, len(cursors))
		}
		return &http.Response{StatusCode: http.StatusOK, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	})
	c, err := NewClient(testCredentials, WithHTTPClient(&http.Client{Transport: transport}), WithLimiter(rate.NewLimiter(rate.Inf, 1)))
	if err != nil {
		t.Fatal(err)
	}
	_, err = NewCollection[thing](c, "x/things").All(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "does not say any more") || !slices.Equal(cursors, []string{"", "7"}) {
		t.Errorf("cursors %q, %v", cursors, err)
	}
}
