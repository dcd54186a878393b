package connectwise

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"
)

// rangeServer serves a list by cursor and understands ranges of ids.
type rangeServer struct {
	mu        sync.Mutex
	ids       []int // ascending
	where     []string
	now, most int
	took      time.Duration
	before    func(where string) // called before each request, unless nil
	count     int                // answered in place of the right number, unless 0
}

var idBound = regexp.MustCompile(`id (>=|<) (\d+)`)

func (s *rangeServer) RoundTrip(r *http.Request) (*http.Response, error) {
	reply := func(body string, link string) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Link": {link}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
	if strings.HasPrefix(r.URL.Path, "/login/") {
		return reply(`{"Codebase":"v2025_1/"}`, "")
	}
	s.mu.Lock()
	q := r.URL.Query()
	where := q.Get("conditions")
	if s.before != nil {
		s.before(where)
	}
	s.where = append(s.where, where)
	s.now++
	s.most = max(s.most, s.now)
	matching := slices.Clone(s.ids)
	s.mu.Unlock()
	time.Sleep(s.took)
	s.mu.Lock()
	s.now--
	s.mu.Unlock()
	for _, bound := range idBound.FindAllStringSubmatch(where, -1) {
		limit, _ := strconv.Atoi(bound[2])
		matching = slices.DeleteFunc(matching, func(id int) bool { return (id < limit) == (bound[1] == ">=") })
	}
	if strings.HasSuffix(r.URL.Path, "/count") {
		return reply(fmt.Sprintf(`{"count":%d}`, cmp.Or(s.count, len(matching))), "")
	}
	if strings.HasSuffix(q.Get("orderBy"), "desc") {
		slices.Reverse(matching)
	}
	after, _ := strconv.Atoi(q.Get("pageId"))
	matching = slices.DeleteFunc(matching, func(id int) bool { return id <= after })
	size, _ := strconv.Atoi(q.Get("pageSize"))
	link := ""
	if len(matching) > size {
		matching = matching[:size]
		link = fmt.Sprintf(`<https://x/y?pageId=%d>; rel="next"`, matching[size-1])
	}
	var b strings.Builder
	for _, id := range matching {
		fmt.Fprintf(&b, `,{"id":%d}`, id)
	}
	return reply("["+strings.TrimPrefix(b.String(), ",")+"]", link)
}

func (s *rangeServer) things(t testing.TB) *Collection[thing] {
	t.Helper()
	c, err := NewClient(testCredentials, WithHTTPClient(&http.Client{Transport: s}), WithLimiter(rate.NewLimiter(rate.Inf, 1)))
	if err != nil {
		t.Fatal(err)
	}
	return NewCollection[thing](c, "x/things")
}

// Without other conditions a request for a range has only the bounds of its
// ids.
func TestByIDRangeWithoutConditions(t *testing.T) {
	s := &rangeServer{ids: upTo(120)}
	if all, err := s.things(t).All(t.Context(), &ListOptions{ByIDRange: true, PageSize: 50}); err != nil || len(all) != 120 {
		t.Errorf("%d records, %v", len(all), err)
	}
	slices.Sort(s.where)
	if got, want := slices.Compact(s.where), []string{"", "id < 51", "id >= 101", "id >= 51 and id < 101"}; !slices.Equal(got, want) {
		t.Errorf("asked for %q, want %q", got, want)
	}
}

// Several ranges of ids are read at once. The records come in the order of
// their ids, each once, whichever ids are missing.
func TestByIDRange(t *testing.T) {
	ids := map[string][]int{"dense": upTo(1000), "the last begins a range": upTo(101), "none": nil, "few": {7, 9}, "far apart": {1, 5, 2_000_000_000},
		"a page, and the largest number": append(upTo(59), math.MaxInt)}
	for i := range 1000 {
		ids["every third"] = append(ids["every third"], 100+3*i)
		ids["two heaps"] = append(ids["two heaps"], i+1+i/500*1_000_000)
		ids["the last is the largest number"] = append(ids["the last is the largest number"], i+1+i/999*(math.MaxInt-1000))
	}
	for name, list := range ids {
		synctest.Test(t, func(t *testing.T) {
			s := &rangeServer{ids: list, took: 50 * time.Millisecond}
			start := time.Now()
			var got []int
			for item, err := range s.things(t).List(t.Context(), &ListOptions{ByIDRange: true, PageSize: 50, Where: Where("a = 1 or b = 2")}) {
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				got = append(got, int(item.ID))
			}
			if !slices.Equal(got, list) {
				t.Errorf("%s: %d of %d records", name, len(got), len(list))
			}
			for _, where := range s.where {
				if !strings.HasPrefix(where, "(a = 1 or b = 2)") && where != "a = 1 or b = 2" {
					t.Errorf("%s: asked for %s", name, where)
				}
			}
			if s.most > atOnce {
				t.Errorf("%s: %d requests at once", name, s.most)
			}
			// 20 pages of 50 ms, one after another, take a second.
			if took := time.Since(start); name == "dense" && took > 300*time.Millisecond {
				t.Errorf("%s: %v", name, took)
			}
		})
	}
}

// Records that are added while ranges are read are in the last range.
func TestByIDRangeHasNoGaps(t *testing.T) {
	s := &rangeServer{ids: upTo(500)}
	n := 0
	for item, err := range s.things(t).List(t.Context(), &ListOptions{ByIDRange: true, PageSize: 10}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; item.ID != int64(n) {
			t.Fatalf("record %d at place %d", item.ID, n)
		}
		if n == 100 {
			s.mu.Lock()
			s.ids = append(s.ids, 501, 502)
			s.mu.Unlock()
		}
	}
	if n != 502 {
		t.Errorf("%d records", n)
	}
	for _, where := range s.where {
		if strings.HasPrefix(where, "id >= 1 ") {
			t.Errorf("the first range has a lower bound: %s", where)
		}
	}
}

func TestByIDRangeRefused(t *testing.T) {
	s := &rangeServer{}
	_, err := s.things(t).All(t.Context(), &ListOptions{ByIDRange: true, OrderBy: "name"})
	type bare struct {
		Name string `json:"name"`
	}
	_, err2 := NewCollection[bare](s.things(t).c, "x/things").All(t.Context(), &ListOptions{ByIDRange: true})
	if !errors.Is(err, ErrInvalid) || !errors.Is(err2, ErrInvalid) || len(s.where) != 0 {
		t.Errorf("%v, %v, requests %v", err, err2, s.where)
	}
}

// All returns what List yields as a slice, and nothing after an error.
func TestAll(t *testing.T) {
	l := &listServer{ids: upTo(30), cursors: true}
	all, err := l.things(t).All(t.Context(), &ListOptions{PageSize: 7})
	if err != nil || len(all) != 30 || all[29].ID != 30 {
		t.Errorf("%d records, %v", len(all), err)
	}
	l.headers = []string{`<https://x/y?pageId=7>; rel="next"`}
	if all, err = l.things(t).All(t.Context(), &ListOptions{PageSize: 7}); err == nil || all != nil {
		t.Errorf("%d records, %v", len(all), err)
	}
}

// A list that is read several pages at once is never complete when its context
// ends before the last record.
func TestByIDRangeCancelled(t *testing.T) {
	for _, at := range []int{1, 300, 1500, 2950} {
		for range 10 {
			synctest.Test(t, func(t *testing.T) {
				s := &rangeServer{ids: upTo(3000), took: 50 * time.Millisecond}
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				n, last := 0, error(nil)
				for _, err := range s.things(t).List(ctx, &ListOptions{ByIDRange: true, PageSize: 300}) {
					if last = err; err == nil {
						n++
					}
					if n == at {
						cancel()
						synctest.Wait()
					}
				}
				if n < 3000 && !errors.Is(last, context.Canceled) {
					t.Errorf("cancelled at record %d: ended after %d records with %v", at, n, last)
				}
			})
		}
	}
}

// The context may end while rows are on their way.
func TestByIDRangeCancelledMeanwhile(t *testing.T) {
	for range 400 {
		ctx, cancel := context.WithCancel(t.Context())
		s := &rangeServer{ids: upTo(900), before: func(where string) {
			if where != "" {
				cancel()
			}
		}}
		if all, err := s.things(t).All(ctx, &ListOptions{ByIDRange: true, PageSize: 300}); !errors.Is(err, context.Canceled) || all != nil {
			t.Fatalf("%d records, %v", len(all), err)
		}
		cancel()
	}
}

// A count that cannot be right makes no endless plan.
func TestByIDRangeOfAWrongCount(t *testing.T) {
	s := &rangeServer{ids: append(upTo(119), math.MaxInt), count: math.MaxInt / 2}
	if all, err := s.things(t).All(t.Context(), &ListOptions{ByIDRange: true, PageSize: 50}); err != nil || len(all) != 120 {
		t.Errorf("%d records, %v", len(all), err)
	}
}
