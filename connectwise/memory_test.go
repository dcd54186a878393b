package connectwise

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// A list of any length keeps only the page in use and the next one in memory.
func TestListHoldsAtMostThreePages(t *testing.T) {
	const pages, size = 12, 200
	text := strings.Repeat("x", 10_000)
	page := func(n int) string {
		var b strings.Builder
		for i := range size {
			fmt.Fprintf(&b, `,{"id":%d,"name":"%s"}`, 100_000+n*size+i, text)
		}
		return "[" + b.String()[1:] + "]"
	}
	var served []string
	for n := range pages {
		served = append(served, page(n))
	}
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("pageId"))
		w.Header()["Link"] = []string{""}
		if n+1 < pages {
			w.Header().Set("Link", `<https://x/y?pageId=`+strconv.Itoa(n+1)+`>; rel="next"`)
		}
		body := served[n]
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = io.WriteString(w, body)
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
	if held := most - min(before, most); held > 3*uint64(len(served[0])) {
		t.Errorf("%d bytes held, want at most three pages of %d", held, len(served[0]))
	}
}
