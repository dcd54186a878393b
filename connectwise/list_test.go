package connectwise

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

type thing struct {
	ID   int64  `json:"id,omitzero"`
	Name string `json:"name,omitzero"`
}

func rows(from, to int) []thing {
	list := []thing{}
	for i := from; i <= to; i++ {
		list = append(list, thing{ID: int64(i), Name: fmt.Sprintf(`{"[%d]\"`, i)})
	}
	return list
}

func writeJSON(w http.ResponseWriter, v any) {
	_ = json.NewEncoder(w).Encode(v)
}

// forwardOnly serves n things with forward-only paging. Its links name a host
// that the client must never ask.
func forwardOnly(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		size, _ := strconv.Atoi(q.Get("pageSize"))
		after, _ := strconv.Atoi(q.Get("pageId"))
		last := min(after+size, n)
		w.Header()["Link"] = []string{""}
		if last < n {
			w.Header().Set("Link", fmt.Sprintf(`<https://evil.example/x?conditions=type/id=4 AND objectId=7&pageSize=%d&pageId=%d>; rel="next"`, size, last))
		}
		writeJSON(w, rows(after+1, last))
	}
}

// numbered serves n things in numbered pages, with or without Link headers.
func numbered(n int, link bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		size, _ := strconv.Atoi(q.Get("pageSize"))
		page, _ := strconv.Atoi(q.Get("page"))
		page = max(page, 1)
		from, last := (page-1)*size+1, min(page*size, n)
		if link && last < n {
			w.Header().Set("Link", fmt.Sprintf(`<http://ui.example/x?page=%d&conditions=a>; rel="next", <http://ui.example/x?page=9>; rel="last"`, page+1))
		} else if link && page > 1 {
			w.Header().Set("Link", `<http://ui.example/x?page=1>; rel="first"`)
		}
		writeJSON(w, rows(from, last))
	}
}

func ids(t *testing.T, seq func(func(*thing, error) bool)) []int64 {
	t.Helper()
	var out []int64
	for item, err := range seq {
		if err != nil {
			t.Fatalf("after %d items: %v", len(out), err)
		}
		out = append(out, item.ID)
	}
	return out
}

func wantIDs(t *testing.T, got []int64, n int) {
	t.Helper()
	if len(got) != n || (n > 0 && (got[0] != 1 || got[n-1] != int64(n))) || !slices.IsSorted(got) {
		t.Errorf("got %d ids %v, want 1 to %d", len(got), got, n)
	}
}

func TestListForwardOnly(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 4, 7, 9} {
		s := newTestServer(t, forwardOnly(n))
		things := NewCollection[thing](s.client(t), "x/things")
		list := things.List(t.Context(), &ListOptions{PageSize: 3})
		wantIDs(t, ids(t, list), n)
		wantIDs(t, ids(t, list), n) // a sequence can be used again
		for _, r := range s.seen() {
			if r.Header.Get("pagination-type") != "forward-only" || r.Path != testBase+"x/things" {
				t.Errorf("request %v", r)
			}
		}
	}
}

func TestListFallsBackToNumbers(t *testing.T) {
	for _, link := range []bool{true, false} {
		for _, n := range []int{0, 2, 3, 4, 6, 7} {
			s := newTestServer(t, numbered(n, link))
			things := NewCollection[thing](s.client(t), "x/things")
			wantIDs(t, ids(t, things.List(t.Context(), &ListOptions{PageSize: 3})), n)
			seen := s.seen()
			last := seen[len(seen)-1]
			if n > 3 && (!strings.Contains(last.Query, "orderBy=id+asc") || last.Header.Get("pagination-type") != "") {
				t.Errorf("n=%d link=%v: last request %s %v", n, link, last.Query, last.Header)
			}
		}
	}
}

func TestListOrdered(t *testing.T) {
	s := newTestServer(t, numbered(7, true))
	things := NewCollection[thing](s.client(t), "x/things")
	got := ids(t, things.List(t.Context(), &ListOptions{PageSize: 3, OrderBy: "name desc", Fields: []string{"id", "name"}, Where: Where("a = ?", "x y&z")}))
	wantIDs(t, got, 7)
	var pages []string
	for _, r := range s.seen() {
		page, found := strings.CutPrefix(r.Query, "conditions=a+%3D+%22x+y%26z%22&fields=id%2Cname&orderBy=name+desc&page=")
		if !found {
			t.Errorf("request %s", r.Query)
		}
		pages = append(pages, page)
	}
	// Rows 1-3, 3-4, 4-6 and 5-8: each page overlaps the one before it.
	if want := []string{"1&pageSize=3", "2&pageSize=2", "2&pageSize=3", "2&pageSize=4"}; !slices.Equal(pages, want) {
		t.Errorf("pages %q, want %q", pages, want)
	}
}

func TestListPage(t *testing.T) {
	s := newTestServer(t, numbered(7, true))
	things := NewCollection[thing](s.client(t), "x/things")
	for page, want := range map[int][]int{1: {3, 2}, 2: {3, 3}, 3: {1, 0}, 4: {0, 0}} {
		p, err := things.ListPage(t.Context(), &ListOptions{PageSize: 3, Page: page})
		if err != nil || len(p.Items) != want[0] || p.Next != want[1] {
			t.Errorf("page %d: %+v, %v, want %v", page, p, err, want)
		}
	}
}

func TestListNothingIsNotRequested(t *testing.T) {
	s := newTestServer(t, answerWith(500, ""))
	things := NewCollection[thing](s.client(t), "x/things")
	opts := &ListOptions{Where: Where("id in ?", []int{})}
	if got := ids(t, things.List(t.Context(), opts)); len(got) != 0 {
		t.Errorf("got %v", got)
	}
	if p, err := things.ListPage(t.Context(), opts); err != nil || len(p.Items) != 0 {
		t.Errorf("page %v, %v", p, err)
	}
	if n, err := things.Count(t.Context(), opts); n != 0 || err != nil {
		t.Errorf("count %d, %v", n, err)
	}
	if len(s.seen()) != 0 {
		t.Errorf("requests %v", s.seen())
	}
}

func TestListRefusesBadOptions(t *testing.T) {
	s := newTestServer(t, answerWith(200, "[]"))
	things := NewCollection[thing](s.client(t), "x/things")
	for name, opts := range map[string]ListOptions{
		"PageSize": {PageSize: 1001},
		"page":     {Page: -1},
		"Fields":   {Fields: []string{"a,b"}},
		"field":    {Fields: []string{""}},
		"OrderBy":  {OrderBy: "name sideways"},
		"order":    {OrderBy: "name; drop"},
		"quote":    {Where: Where("a = ?", `\`)},
	} {
		for _, err := range things.List(t.Context(), &opts) {
			if !errors.Is(err, ErrInvalid) {
				t.Errorf("%s: %v", name, err)
			}
			if name == "quote" && !errors.Is(err, ErrUnquotable) {
				t.Errorf("%s: %v does not match ErrUnquotable", name, err)
			}
		}
	}
	if len(s.seen()) != 0 {
		t.Errorf("requests %v", s.seen())
	}
}

func TestListUnreadableIsNeverEmpty(t *testing.T) {
	for name, body := range map[string]string{
		"null":       "null",
		"nothing":    "",
		"object":     `{"id":1}`,
		"html":       "<!DOCTYPE html><html><head><title>Sign in &amp; go</title></head></html>",
		"text":       "Service Unavailable",
		"cut":        `[{"id":1},{"id":2}`,
		"cut inside": `[{"id":1},{"id":`,
		"cut string": `[{"id":1},{"name":"\"`,
		"cut comma":  `[{"id":1},`,
		"open":       `[`,
		"scalars":    `[1,2]`,
		"nulls":      `[null]`,
		"two":        `[][]`,
		"bad row":    `[{"id":1},{"id":2 2}]`,
		"semicolon":  `[{"id":1};{"id":2}]`,
	} {
		s := newTestServer(t, answerWith(200, body))
		things := NewCollection[thing](s.client(t), "x/things")
		var last error
		n := 0
		for _, err := range things.List(t.Context(), nil) {
			if last != nil {
				t.Errorf("%s: the sequence went on after %v", name, last)
			}
			last = err
			n++
		}
		if !errors.Is(last, ErrServer) || errors.Is(last, ErrNotFound) {
			t.Errorf("%s: %d yields, error %v", name, n, last)
		}
		if name == "html" && !strings.Contains(last.Error(), "titled Sign in & go") {
			t.Errorf("html: %v", last)
		}
		if _, err := things.ListPage(t.Context(), nil); !errors.Is(err, ErrServer) {
			t.Errorf("%s: ListPage %v", name, err)
		}
		if _, err := things.Count(t.Context(), nil); !errors.Is(err, ErrServer) {
			t.Errorf("%s: Count %v", name, err)
		}
		if name != "object" {
			if _, err := things.Get(t.Context(), 1); !errors.Is(err, ErrServer) {
				t.Errorf("%s: Get %v", name, err)
			}
		}
	}
}

func TestListRepeatedCursor(t *testing.T) {
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		next := map[string]string{"": "2", "2": "4", "4": "2"}[r.URL.Query().Get("pageId")]
		w.Header().Set("Link", `<https://x/y?pageId=`+next+`>; rel="next"`)
		n, _ := strconv.Atoi(r.URL.Query().Get("pageId"))
		writeJSON(w, rows(n+1, n+2))
	})
	things := NewCollection[thing](s.client(t), "x/things")
	var last error
	n := 0
	for _, err := range things.List(t.Context(), &ListOptions{PageSize: 2}) {
		last = err
		if n++; n > 20 {
			break
		}
	}
	if last == nil || !strings.Contains(last.Error(), `the page that begins at "2" came before`) {
		t.Errorf("error %v", last)
	}
}

func TestListRepeatedPage(t *testing.T) {
	s := newTestServer(t, func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, rows(1, 2)) })
	things := NewCollection[thing](s.client(t), "x/things")
	n := 0
	var last error
	for _, err := range things.List(t.Context(), &ListOptions{PageSize: 2, OrderBy: "id"}) {
		last = err
		n++
	}
	if last == nil || !strings.Contains(last.Error(), "every page number with the same page") || n != 3 {
		t.Errorf("%d yields, error %v", n, last)
	}
}

func TestListLosesForwardOnlyMidway(t *testing.T) {
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("pageId") == "" {
			w.Header().Set("Link", `<https://x/y?pageId=2>; rel="next"`)
			writeJSON(w, rows(1, 2))
			return
		}
		writeJSON(w, rows(3, 4)) // a full page that does not mention the next one
	})
	things := NewCollection[thing](s.client(t), "x/things")
	var last error
	for _, err := range things.List(t.Context(), &ListOptions{PageSize: 2}) {
		last = err
	}
	if !errors.Is(last, ErrServer) {
		t.Errorf("error %v", last)
	}
}

func TestListReadsOnePageAhead(t *testing.T) {
	var requests atomic.Int32
	forward := forwardOnly(9)
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		requests.Add(1)
		forward(w, r)
	})
	things := NewCollection[thing](s.client(t), "x/things")
	n := 0
	for _, err := range things.List(t.Context(), &ListOptions{PageSize: 3}) {
		if err != nil {
			t.Fatal(err)
		}
		switch n++; n {
		case 1:
			if got := requests.Load(); got != 1 {
				t.Errorf("%d requests at the first record", got)
			}
		case 3:
			waitFor(t, func() bool { return requests.Load() == 2 })
		case 4:
			if got := requests.Load(); got != 2 {
				t.Errorf("%d requests at the first record of page two", got)
			}
		}
	}
	if got := requests.Load(); got != 3 || n != 9 {
		t.Errorf("%d requests, %d records", got, n)
	}
}

func TestListStoppedLeavesNothingRunning(t *testing.T) {
	var running atomic.Int32
	entered := make(chan struct{}, 1)
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		running.Add(1)
		defer running.Add(-1)
		if r.URL.Query().Get("pageId") != "" {
			entered <- struct{}{}
			<-r.Context().Done()
			return
		}
		forwardOnly(9)(w, r)
	})
	var calls atomic.Int32
	c := s.client(t, WithObserver(func(Call) { calls.Add(1) }))
	n := 0
	for _, err := range NewCollection[thing](c, "x/things").List(t.Context(), &ListOptions{PageSize: 3}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 2 {
			<-entered
			break
		}
	}
	if got := calls.Load(); got != 3 { // companyinfo, page 1 and the cancelled page 2
		t.Errorf("%d calls ended when List returned, want 3", got)
	}
	waitFor(t, func() bool { return running.Load() == 0 })
}

func waitFor(t *testing.T, done func() bool) {
	t.Helper()
	for range 2000 {
		if done() {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatal("waited for nothing")
}

func TestListCancelled(t *testing.T) {
	s := newTestServer(t, forwardOnly(9))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var last error
	n := 0
	for _, err := range NewCollection[thing](s.client(t), "x/things").List(ctx, &ListOptions{PageSize: 3}) {
		last = err
		n++
		cancel()
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("%d yields, error %v", n, last)
	}
}

func TestListSearchesTickets(t *testing.T) {
	s := newTestServer(t, numbered(5, false))
	long := strings.Repeat("x", 2000)
	tickets := s.client(t).Service.Tickets
	n := 0
	for _, err := range tickets.List(t.Context(), &ListOptions{
		Where: Where("a = ? or b = 1", long), ChildWhere: Where("c = 1"), CustomFieldWhere: Where("d = 1"),
		PageSize: 2, Fields: []string{"id"},
	}) {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	if n != 5 {
		t.Errorf("%d tickets", n)
	}
	for _, r := range s.seen() {
		if r.Method != http.MethodPost || r.Path != testBase+"service/tickets/search" || !strings.HasPrefix(r.Query, "fields=id&page=") {
			t.Errorf("request %s %s?%s", r.Method, r.Path, r.Query)
		}
		if want := `{"conditions":"a = \"` + long + `\" or b = 1","orderBy":"id asc","childconditions":"c = 1","customfieldconditions":"d = 1"}`; r.Body != want {
			t.Errorf("body %s", r.Body)
		}
	}
}

func TestCount(t *testing.T) {
	s := newTestServer(t, answerWith(200, `{"count": 123}`))
	n, err := NewCollection[thing](s.client(t), "x/things").Count(t.Context(), &ListOptions{Where: Where("a = 1"), OrderBy: "b", PageSize: 5})
	if n != 123 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if r := s.seen()[0]; r.Path != testBase+"x/things/count" || r.Query != "conditions=a+%3D+1" {
		t.Errorf("request %s?%s", r.Path, r.Query)
	}
}
