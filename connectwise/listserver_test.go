package connectwise

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/time/rate"
)

// listServer serves one list, correctly or with a fault. It needs no network.
type listServer struct {
	ids      []int
	cap      int                              // most rows of a page, whatever is asked for; 0: no limit
	cursors  bool                             // supports paging by cursor
	anyPage  bool                             // ignores page and pageId
	link     func(page, last int) []string    // Link header of a numbered page; nil: the right one
	noLink   bool                             // sends no Link header
	headers  []string                         // Link header in place of the right one, unless nil
	before   func(request int, l *listServer) // called before each request
	count    int                              // answer of /count; 0: not served
	noID     bool                             // rows have no id
	requests int
	queries  []url.Values
}

func (l *listServer) RoundTrip(r *http.Request) (*http.Response, error) {
	header := http.Header{"Content-Type": {"application/json"}}
	reply := func(status int, body string) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
	if strings.HasPrefix(r.URL.Path, "/login/") {
		return reply(200, `{"Codebase":"v2025_1/"}`)
	}
	l.requests++
	if l.before != nil {
		l.before(l.requests, l)
	}
	q := r.URL.Query()
	l.queries = append(l.queries, q)
	if strings.HasSuffix(r.URL.Path, "/count") {
		if l.count == 0 {
			return reply(404, `{"code":"ConnectWiseApi","message":"The endpoint does not exist."}`)
		}
		return reply(200, fmt.Sprintf(`{"count":%d}`, l.count))
	}
	rows, links := l.page(q, r.Header.Get("pagination-type") == "forward-only")
	if l.headers != nil {
		links = l.headers
	}
	if !l.noLink && links != nil {
		header["Link"] = links
	}
	var b strings.Builder
	for _, id := range rows {
		if l.noID {
			fmt.Fprintf(&b, `,{"name":"n%d"}`, id)
		} else {
			fmt.Fprintf(&b, `,{"id":%d,"name":"n"}`, id)
		}
	}
	return reply(200, "["+strings.TrimPrefix(b.String(), ",")+"]")
}

func (l *listServer) page(q url.Values, forward bool) ([]int, []string) {
	size, _ := strconv.Atoi(q.Get("pageSize"))
	size = cmp.Or(size, 25)
	if l.cap > 0 {
		size = min(size, l.cap)
	}
	if l.anyPage {
		return l.ids[:min(size, len(l.ids))], nil
	}
	if forward && l.cursors {
		after, _ := strconv.Atoi(q.Get("pageId"))
		rest := slices.DeleteFunc(slices.Clone(l.ids), func(id int) bool { return id <= after })
		if len(rest) <= size {
			return rest, []string{""}
		}
		return rest[:size], []string{fmt.Sprintf(`<https://evil.example/x?pageId=%d>; rel="next"`, rest[size-1])}
	}
	page, _ := strconv.Atoi(q.Get("page"))
	page = max(page, 1)
	from, to := min((page-1)*size, len(l.ids)), min(page*size, len(l.ids))
	last := (len(l.ids) + size - 1) / size
	if l.link != nil {
		return l.ids[from:to], l.link(page, last)
	}
	switch {
	case page < last:
		return l.ids[from:to], []string{fmt.Sprintf(`<http://ui.example/x?page=%d>; rel="next", <http://ui.example/x?page=%d>; rel="last"`, page+1, last)}
	case page > 1:
		return l.ids[from:to], []string{`<http://ui.example/x?page=1>; rel="first"`}
	}
	return l.ids[from:to], nil
}

func upTo(n int) []int {
	var list []int
	for i := range n {
		list = append(list, i+1)
	}
	return list
}

func (l *listServer) things(t testing.TB) *Collection[thing] {
	t.Helper()
	c, err := NewClient(testCredentials, WithHTTPClient(&http.Client{Transport: l}), WithLimiter(rate.NewLimiter(rate.Inf, 1)), WithRetry(Retry{Attempts: 1}))
	if err != nil {
		t.Fatal(err)
	}
	return NewCollection[thing](c, "x/things")
}

// idsOf reads a whole list.
func idsOf(t testing.TB, l *listServer, opts *ListOptions) ([]int, error) {
	t.Helper()
	all, err := l.things(t).All(t.Context(), opts)
	var got []int
	for _, item := range all {
		got = append(got, int(item.ID))
	}
	return got, err
}
