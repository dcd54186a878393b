package connectwise

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func TestListSplitsLongLists(t *testing.T) {
	var at, most atomic.Int32
	var together sync.WaitGroup // the first requests wait for each other
	together.Add(atOnce)
	var entered atomic.Int32
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		now := at.Add(1)
		defer at.Add(-1)
		for m := most.Load(); now > m && !most.CompareAndSwap(m, now); m = most.Load() {
		}
		if entered.Add(1) <= atOnce {
			together.Done()
		}
		together.Wait()
		if len(r.RequestURI) > maxURL {
			t.Errorf("URL of %d characters", len(r.RequestURI))
		}
		conditions := r.URL.Query().Get("conditions")
		if !strings.HasPrefix(conditions, `a = "b" and id in (`) || !strings.HasSuffix(conditions, `) and (c = 1 or d = 2)`) {
			t.Errorf("conditions %q", conditions)
		}
		list := []thing{}
		_, in, _ := strings.Cut(conditions, "id in (")
		in, _, _ = strings.Cut(in, ")")
		for text := range strings.SplitSeq(in, ",") {
			id, err := strconv.Atoi(text)
			if err != nil {
				t.Error(err)
			}
			list = append(list, thing{ID: int64(id)})
		}
		// Page the part, so that what follows a first page is read too.
		after, _ := strconv.Atoi(r.URL.Query().Get("pageId"))
		list = slices.DeleteFunc(list, func(x thing) bool { return x.ID <= int64(after) })
		w.Header()["Link"] = []string{""}
		if len(list) > 100 {
			list = list[:100]
			w.Header().Set("Link", fmt.Sprintf(`<https://x/y?pageId=%d>; rel="next"`, list[99].ID))
		}
		list = append(list, thing{ID: 1}) // matches every part
		writeJSON(w, list)
	})
	var want []int64
	for i := range 3000 {
		want = append(want, int64(i+1))
	}
	things := NewCollection[thing](s.client(t), "x/things")
	where := Where("a = ? and id in ? and (c = 1 or d = 2)", "b", append(want, want...))
	got := ids(t, things.List(t.Context(), &ListOptions{Where: where, Fields: []string{"name"}, PageSize: 100}))
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("got %d ids, want each of %d once", len(got), len(want))
	}
	if most.Load() != atOnce {
		t.Errorf("at most %d requests at once, want %d", most.Load(), atOnce)
	}
	for _, r := range s.seen() {
		if !strings.Contains(r.Query, "fields=name%2Cid") {
			t.Errorf("query %s does not ask for the id", r.Query)
		}
	}
	if n, err := things.Count(t.Context(), &ListOptions{Where: where}); n != 3000 || err != nil {
		t.Errorf("count %d, %v", n, err)
	}
}

func TestListSplitStops(t *testing.T) {
	entered := make(chan struct{}, 100)
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Query().Get("conditions"), "(100001,") {
			w.Header()["Link"] = []string{""}
			writeJSON(w, rows(1, 3))
			return
		}
		entered <- struct{}{}
		<-r.Context().Done()
	})
	var calls atomic.Int32
	c := s.client(t, WithObserver(func(Call) { calls.Add(1) }))
	var list []int
	for i := range 3000 {
		list = append(list, 100001+i)
	}
	for _, err := range NewCollection[thing](c, "x/things").List(t.Context(), &ListOptions{Where: Where("id in ?", list)}) {
		if err != nil {
			t.Fatal(err)
		}
		for range atOnce - 1 {
			<-entered
		}
		break
	}
	if got := calls.Load(); got < 1+atOnce || got > 1+atOnce+1 {
		t.Errorf("%d calls ended when List returned", got)
	}
}

func TestListTooLong(t *testing.T) {
	s := newTestServer(t, answerWith(200, "[]"))
	long := strings.Repeat("x", 2000)
	var list []int
	for i := range 1000 {
		list = append(list, i)
	}
	for name, opts := range map[string]*ListOptions{
		"one value":  {Where: Where("a = ?", long)},
		"list value": {Where: Where("a in ?", []string{long, "b"})},
		"not in":     {Where: Where("id not in ?", list)},
		"or":         {Where: Where("a = 1 or id in ?", list)},
		"ordered":    {Where: Where("id in ?", list), OrderBy: "id"},
	} {
		for _, err := range NewCollection[thing](s.client(t), "x/things").List(t.Context(), opts) {
			if !errors.Is(err, ErrTooLong) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if len(s.seen()) != 0 {
		t.Errorf("requests %v", s.seen())
	}
}
