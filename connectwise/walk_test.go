package connectwise

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/time/rate"
)

// W1: all rows come even if the server caps its pages, or its Link header is
// missing, from a gateway or broken.
func TestW1_ShortPagesAndForeignLinksEndNothing(t *testing.T) {
	preload := []string{`<https://cdn.example/app.css>; rel=preload; as=style`}
	broken := []string{`<https://api example:port/%zz?page=2&pageId=250>; rel="next"`}
	foreign := []string{`<https://elsewhere.example/next>; rel="next"`}
	for name, server := range map[string]listServer{
		"caps at 250, no Link":          {cap: 250, noLink: true},
		"caps at 250, cursors, no Link": {cap: 250, cursors: true, noLink: true},
		"caps at 1, no Link":            {cap: 1, noLink: true, ids: upTo(30)},
		"caps at 7, no Link":            {cap: 7, noLink: true, ids: upTo(100)},
		"no Link":                       {noLink: true},
		"cursors, no Link":              {cursors: true, noLink: true},
		"preload":                       {headers: preload},
		"preload, cursors":              {cursors: true, headers: preload},
		"preload, caps":                 {cap: 250, headers: preload},
		"broken next":                   {headers: broken},
		"broken next, cursors":          {cursors: true, headers: broken},
		"foreign next":                  {headers: foreign},
		"foreign next, cursors, caps":   {cursors: true, cap: 250, headers: foreign},
		"caps at 250, right Link":       {cap: 250},
		"as it should be":               {cursors: true},
		"by number only":                {},
		"last page named before it is there": {link: func(_, last int) []string {
			return []string{fmt.Sprintf(`<http://x/?page=1>; rel="first", <http://x/?page=%d>; rel="last"`, last+1)}
		}},
	} {
		for _, opts := range []*ListOptions{nil, {OrderBy: "id asc"}, {PageSize: 100}, {PageSize: 999, OrderBy: "id"}, {Fields: []string{"name"}}} {
			for _, n := range []int{0, 1, 99, 100, 1000, 2300} {
				l := server
				if l.ids == nil {
					l.ids = upTo(n)
				}
				got, err := idsOf(t, &l, opts)
				if err != nil || !slices.Equal(got, l.ids) {
					t.Errorf("%s, %+v: %d of %d rows, %v", name, opts, len(got), len(l.ids), err)
				}
				if most := 8 + 3*len(l.ids)/min(cmp.Or(l.cap, 100), 100); l.requests > most && l.cap != 1 {
					t.Errorf("%s, %+v: %d requests for %d rows", name, opts, l.requests, len(l.ids))
				}
			}
		}
	}
}

// A short list takes one request if the server says that it ends. Otherwise it
// takes two more: one shows that nothing follows, and one that no row has moved
// meanwhile.
func TestProofIsCheap(t *testing.T) {
	for name, tc := range map[string]struct {
		server listServer
		opts   *ListOptions
		want   int
	}{
		"by cursor":            {listServer{cursors: true}, nil, 1},
		"by number, last word": {listServer{headers: []string{""}}, &ListOptions{OrderBy: "id"}, 1},
		"no Link":              {listServer{noLink: true}, nil, 3},
		"ordered, no Link":     {listServer{noLink: true}, &ListOptions{OrderBy: "id"}, 3},
		"three pages, ordered": {listServer{}, &ListOptions{OrderBy: "id", PageSize: 5}, 4},
	} {
		l := tc.server
		l.ids = upTo(12)
		if got, err := idsOf(t, &l, tc.opts); err != nil || len(got) != 12 || l.requests != tc.want {
			t.Errorf("%s: %d rows, %v, %d requests, want %d", name, len(got), err, l.requests, tc.want)
		}
	}
}

// W3: a list without an end causes an error after a few requests, and no row
// comes twice.
func TestW3_ListsWithoutEndAreErrors(t *testing.T) {
	serve := func(reply func(n int, q url.Values) (body string, link []string)) roundTrip {
		n := 0
		return func(r *http.Request) (*http.Response, error) {
			body, header := `{"Codebase":"v2025_1/"}`, http.Header{}
			if !strings.HasPrefix(r.URL.Path, "/login/") {
				n++
				var link []string
				if body, link = reply(n, r.URL.Query()); link != nil {
					header["Link"] = link
				}
			}
			return &http.Response{StatusCode: http.StatusOK, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
		}
	}
	next := func(n int) []string {
		return []string{fmt.Sprintf(`<https://x/y?pageId=%d&page=%d>; rel="next"`, n, n+1)}
	}
	pages := []string{`[{"id":1},{"id":2}]`, `[{"id":3},{"id":4}]`}
	for name, reply := range map[string]func(n int, q url.Values) (string, []string){
		"empty with ever new cursors":      func(n int, _ url.Values) (string, []string) { return `[]`, next(n) },
		"the same page, new cursors":       func(n int, _ url.Values) (string, []string) { return pages[0], next(n) },
		"the same page, nothing said":      func(int, url.Values) (string, []string) { return pages[0], nil },
		"the same rows in other bytes":     func(n int, _ url.Values) (string, []string) { return pages[0] + strings.Repeat(" ", n), nil },
		"the same rows, new cursors":       func(n int, _ url.Values) (string, []string) { return pages[0] + strings.Repeat(" ", n), next(n) },
		"alternating, new cursors":         func(n int, _ url.Values) (string, []string) { return pages[n%2], next(n) },
		"alternating, nothing said":        func(n int, _ url.Values) (string, []string) { return pages[n%2], nil },
		"one cursor for ever":              func(n int, _ url.Values) (string, []string) { return fmt.Sprintf(`[{"id":%d}]`, min(n, 3)), next(1) },
		"a full page, then the same, said": func(_ int, q url.Values) (string, []string) { return pages[0], next(1) },
		"no ids, new cursors":              func(n int, _ url.Values) (string, []string) { return `[{"name":"a"},{"name":"b"}]`, next(n) },
		"no ids, nothing said":             func(n int, _ url.Values) (string, []string) { return `[{"name":"a"},{"name":"b"}]`, nil },
	} {
		for _, opts := range []*ListOptions{{PageSize: 2}, {PageSize: 2, OrderBy: "id"}, nil} {
			var requests atomic.Int32 // pages are read ahead
			transport := serve(func(n int, q url.Values) (string, []string) { requests.Store(int32(n)); return reply(n, q) })
			c, err := NewClient(testCredentials, WithHTTPClient(&http.Client{Transport: transport}), WithLimiter(rate.NewLimiter(rate.Inf, 1)))
			if err != nil {
				t.Fatal(err)
			}
			seen := map[int64]bool{}
			var last error
			for item, err := range NewCollection[thing](c, "x/things").List(t.Context(), opts) {
				if last = err; err == nil && item.ID != 0 && seen[item.ID] {
					t.Errorf("%s, %+v: record %d twice", name, opts, item.ID)
				} else if err == nil {
					seen[item.ID] = true
				}
				if requests.Load() > 50 {
					break
				}
			}
			// When a server answers every request with one page, the list may
			// simply be shorter than a page.
			if !errors.Is(last, ErrServer) || requests.Load() > 10 {
				t.Errorf("%s, %+v: %d requests, error %v", name, opts, requests.Load(), last)
			}
		}
	}
}

// A collection that ignores page numbers is complete if the server counts as
// many records.
func TestUnpagedCollectionIsCounted(t *testing.T) {
	for _, opts := range []*ListOptions{nil, {OrderBy: "id"}} {
		l := &listServer{ids: upTo(40), anyPage: true, count: 40}
		if got, err := idsOf(t, l, opts); err != nil || len(got) != 40 {
			t.Errorf("%d rows, %v", len(got), err)
		}
		l = &listServer{ids: upTo(40), anyPage: true, cap: 25, count: 40}
		if got, err := idsOf(t, l, opts); err == nil {
			t.Errorf("%d of 40 rows without an error", len(got))
		}
	}
}

// Rows that are removed or added while a list is read by number shift the rest.
// No row that stays is missed, and none comes twice.
func TestW1_ShiftedRowsAreNotLost(t *testing.T) {
	for name, change := range map[string]func(int, *listServer){
		"the first goes": func(n int, l *listServer) {
			if n > 1 && len(l.ids) > 0 {
				l.ids = slices.Clone(l.ids[1:])
			}
		},
		"three go": func(n int, l *listServer) {
			if n == 2 {
				l.ids = slices.Clone(l.ids[3:])
			}
		},
		"one comes in front": func(n int, l *listServer) {
			if n > 1 {
				l.ids = append([]int{10_000 + n}, l.ids...)
			}
		},
		"the overlap goes": func(n int, l *listServer) {
			if n == 2 {
				l.ids = slices.Delete(slices.Clone(l.ids), 9, 10)
			}
		},
	} {
		for _, size := range []int{2, 3, 5, 10, 50} {
			for _, noLink := range []bool{false, true} {
				l := &listServer{ids: upTo(200), noLink: noLink, before: change}
				got, err := idsOf(t, l, &ListOptions{PageSize: size, OrderBy: "name"})
				if err != nil {
					if l.requests > 400 {
						t.Errorf("%s, pages of %d: an error after %d requests: %v", name, size, l.requests, err)
					}
					continue
				}
				sorted := slices.Sorted(slices.Values(got))
				if len(slices.Compact(slices.Clone(sorted))) != len(sorted) {
					t.Errorf("%s, pages of %d: rows twice", name, size)
				}
				for _, id := range l.ids {
					if _, found := slices.BinarySearch(sorted, id); !found && id <= 200 {
						t.Errorf("%s, pages of %d, no Link %v: row %d is left out", name, size, noLink, id)
						break
					}
				}
			}
		}
	}
	// After one deletion the list is still complete.
	l := &listServer{ids: upTo(200), before: func(n int, l *listServer) {
		if n == 3 {
			l.ids = slices.Clone(l.ids[1:])
		}
	}}
	if got, err := idsOf(t, l, &ListOptions{PageSize: 20, OrderBy: "name"}); err != nil || len(got) != 200 {
		t.Errorf("%d rows, %v", len(got), err)
	}
}

// A server that cuts every page, and does not say so, costs requests and no row:
// each small list with each small page size.
func TestW1_EveryCutOfEverySmallList(t *testing.T) {
	for n := range 21 {
		for size := 1; size <= 8; size++ {
			for most := 1; most <= 8; most++ {
				l := &listServer{ids: upTo(n), cap: most, noLink: true}
				if got, err := idsOf(t, l, &ListOptions{PageSize: size, OrderBy: "id"}); err != nil || !slices.Equal(got, l.ids) {
					t.Errorf("%d rows, pages of %d, cut at %d: %v, %v", n, size, most, got, err)
				}
			}
		}
	}
}

// The same while a row goes: what is left comes, or there is an error.
func TestW1_EveryCutWhileARowGoes(t *testing.T) {
	for n := range 13 {
		for size := 1; size <= 3; size++ {
			for most := 2; most <= 4; most++ {
				for at := 1; at <= 8 && n > 0; at++ {
					l := &listServer{ids: upTo(n), cap: most, noLink: true, before: func(request int, l *listServer) {
						if request == at {
							l.ids = l.ids[1:]
						}
					}}
					got, err := idsOf(t, l, &ListOptions{PageSize: size, OrderBy: "id"})
					if err == nil && slices.ContainsFunc(l.ids, func(id int) bool { return !slices.Contains(got, id) }) {
						t.Errorf("%d rows, pages of %d, cut at %d, the first goes before request %d: %v", n, size, most, at, got)
					}
				}
			}
		}
	}
}

// Rows without an id cannot be recognised, so a list that shifts is an error.
func TestRowsWithoutIDs(t *testing.T) {
	names := func(l *listServer) ([]string, error) {
		var got []string
		type row struct {
			Name string `json:"name,omitzero"`
		}
		for item, err := range NewCollection[row](l.things(t).c, "system/audittrail").List(t.Context(), &ListOptions{PageSize: 4}) {
			if err != nil {
				return got, err
			}
			got = append(got, item.Name)
		}
		return got, nil
	}
	for _, n := range []int{0, 1, 3, 4, 5, 8, 23} {
		for _, noLink := range []bool{false, true} {
			if got, err := names(&listServer{ids: upTo(n), noID: true, noLink: noLink}); err != nil || len(got) != n {
				t.Errorf("%d of %d rows, %v", len(got), n, err)
			}
		}
	}
	l := &listServer{ids: upTo(23), noID: true, before: func(n int, l *listServer) {
		if n == 3 {
			l.ids = slices.Clone(l.ids[1:])
		}
	}}
	if got, err := names(l); err == nil || !strings.Contains(err.Error(), "shifted") {
		t.Errorf("%v, %v", got, err)
	}
}

// W4: a page that holds far more than was asked for is an error, and is not
// read to its end.
func TestW4_AnswersAreBoundedByWhatWasAsked(t *testing.T) {
	var sent int
	body := func(piece string, pieces int) *http.Client {
		return &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			text := io.Reader(strings.NewReader(`{"Codebase":"v2025_1/"}`))
			if !strings.HasPrefix(r.URL.Path, "/login/") {
				sent = 0
				text = io.MultiReader(strings.NewReader(`[{"id":1}`), &repeat{text: piece, times: pieces, sent: &sent}, strings.NewReader(`]`))
			}
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Link": {""}}, Body: io.NopCloser(text), Request: r}, nil
		})}
	}
	for name, tc := range map[string]struct {
		hc   *http.Client
		want string
	}{
		"2 MiB of {},":     {body(",{}", 700_000), "too large"},
		"1 MiB of {},":     {body(",{}", 330_000), "more than the 1000 records"},
		"1 GiB of records": {body(`,{"id":2,"name":"`+strings.Repeat("x", 1000)+`"}`, 1<<20), "too large"},
	} {
		c, err := NewClient(testCredentials, WithHTTPClient(tc.hc), WithRetry(Retry{Attempts: 1}))
		if err != nil {
			t.Fatal(err)
		}
		things := NewCollection[thing](c, "x/things")
		_, err = things.All(t.Context(), &ListOptions{PageSize: 1})
		if err == nil || !strings.Contains(err.Error(), tc.want) || sent > 3<<20 {
			t.Errorf("%s: list: %v, %d bytes read", name, err, sent)
		}
		if _, err = things.ListPage(t.Context(), &ListOptions{PageSize: 1}); err == nil || !strings.Contains(err.Error(), tc.want) || sent > 3<<20 {
			t.Errorf("%s: page: %v, %d bytes read", name, err, sent)
		}
	}
}

// repeat is a reader that repeats a text.
type repeat struct {
	text  string
	times int
	sent  *int
	rest  string
}

func (r *repeat) Read(p []byte) (n int, err error) {
	for n < len(p) {
		if r.rest == "" {
			if r.times == 0 {
				break
			}
			r.rest, r.times = r.text, r.times-1
		}
		m := copy(p[n:], r.rest)
		r.rest, n = r.rest[m:], n+m
	}
	if *r.sent += n; n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// Random answers through each way of paging: each row comes once, or there is
// an error, after a bounded number of requests.
func FuzzPagers(f *testing.F) {
	f.Add(uint64(1), 10, 3, byte(0))
	f.Add(uint64(2), 2300, 0, byte(1))
	f.Add(uint64(3), 57, 20, byte(7))
	f.Add(uint64(4), 300, 7, byte(255))
	f.Fuzz(func(t *testing.T, seed uint64, n, size int, flags byte) {
		if n < 0 || n > 3000 || size < 0 || size > 1000 {
			return
		}
		r := rand.New(rand.NewPCG(seed, 1))
		flag := func(bit int) bool { return flags&(1<<bit) != 0 }
		l := &listServer{ids: upTo(n), cursors: flag(0), noLink: flag(1), count: n}
		if flag(2) {
			l.cap = 1 + r.IntN(300)
		}
		deleted := map[int]bool{}
		if flag(3) {
			l.before = func(int, *listServer) {
				if len(l.ids) > 1 && r.IntN(3) == 0 {
					i := r.IntN(len(l.ids))
					deleted[l.ids[i]] = true
					l.ids = slices.Delete(slices.Clone(l.ids), i, i+1)
				}
			}
		}
		if flag(4) {
			l.headers = [][]string{{`<a>; rel=preload`}, {`<%zz>; rel=next`}, {`garbage`}}[r.IntN(3)]
		}
		opts := &ListOptions{PageSize: size, ByIDRange: flag(5) && !flag(6) && !flag(2)}
		if flag(6) {
			opts.OrderBy = "id"
		}
		if opts.ByIDRange {
			return // listServer knows no conditions; ranges have tests of their own
		}
		got, err := idsOf(t, l, opts)
		if l.requests > 20+4*n {
			t.Errorf("%d requests for %d rows", l.requests, n)
		}
		if err != nil {
			if len(deleted) == 0 {
				t.Errorf("a server that loses nothing: %v: %+v", err, l.queries)
			}
			return
		}
		sorted := slices.Sorted(slices.Values(got))
		if len(slices.Compact(slices.Clone(sorted))) != len(sorted) {
			t.Error("rows twice")
		}
		for _, id := range l.ids {
			if _, found := slices.BinarySearch(sorted, id); !found {
				t.Fatalf("row %d of %d is left out: %+v", id, n, l)
			}
		}
	})
}

// A list that shifts now and then is read to its end. One that shifts before
// every page by more than a page ends in an error after a few requests.
func TestW1_ShiftsOneAfterAnother(t *testing.T) {
	l := &listServer{ids: upTo(200), before: func(n int, l *listServer) {
		if n%4 == 0 {
			l.ids = l.ids[5:]
		}
	}}
	got, err := idsOf(t, l, &ListOptions{PageSize: 10, OrderBy: "name"})
	if err != nil || !slices.Contains(got, 200) || len(got) < 195 {
		t.Errorf("now and then: %d rows, %v", len(got), err)
	}
	l = &listServer{ids: upTo(5000), before: func(n int, l *listServer) {
		if n > 4 {
			l.ids = l.ids[min(100, len(l.ids)):]
		}
	}}
	if got, err := idsOf(t, l, &ListOptions{PageSize: 10, OrderBy: "name"}); !errors.Is(err, ErrServer) || l.requests > 8 {
		t.Errorf("before every page: %d rows, %d requests, %v", len(got), l.requests, err)
	}
}
