package connectwise

import (
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// A long list holds the page in use and the one read ahead, whatever its
// length.
func TestListHoldsAtMostThreePages(t *testing.T) {
	const pages, size = 12, 200
	var page strings.Builder
	page.WriteByte('[')
	for i := range size {
		if i > 0 {
			page.WriteByte(',')
		}
		page.WriteString(`{"id":1,"name":"` + strings.Repeat("x", 10_000) + `"}`)
	}
	page.WriteByte(']')
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("pageId"))
		w.Header()["Link"] = []string{""}
		if n+1 < pages {
			w.Header().Set("Link", `<https://x/y?pageId=`+strconv.Itoa(n+1)+`>; rel="next"`)
		}
		w.Header().Set("Content-Length", strconv.Itoa(page.Len()+n))
		_, _ = io.WriteString(w, page.String())
		_, _ = io.WriteString(w, strings.Repeat(" ", n)) // no page is the one before again
	})
	things := NewCollection[thing](s.client(t), "x/things")
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, most, n := heap(), uint64(0), 0
	for _, err := range things.List(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n%size == size/2 {
			most = max(most, heap())
		}
	}
	if n != pages*size {
		t.Errorf("%d records", n)
	}
	if held := most - min(before, most); held > 3*uint64(page.Len()) {
		t.Errorf("%d bytes held, want at most three pages of %d", held, page.Len())
	}
}
