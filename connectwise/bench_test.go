package connectwise

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/time/rate"
)

const benchTickets, benchPage = 50_000, 1000

// latency is how long a real server takes for a page.
const latency = 50 * time.Millisecond

// benchServer serves forward-only pages of tickets as large as real ones, and
// ranges of ids that are such pages. The pages are made beforehand, so that
// only the client is measured.
func benchServer(b *testing.B) *httptest.Server {
	b.Helper()
	sample, err := os.ReadFile("testdata/ticket.json")
	if err != nil {
		b.Fatal(err)
	}
	ticket := strings.TrimSpace(string(sample))
	var pages [][]byte
	for first := 1; first <= benchTickets; first += benchPage {
		var page strings.Builder
		for i := range benchPage {
			if i == 0 {
				page.WriteByte('[')
			} else {
				page.WriteByte(',')
			}
			page.WriteString(strings.Replace(ticket, `"id":70123`, `"id":`+strconv.Itoa(first+i), 1))
		}
		page.WriteByte(']')
		pages = append(pages, []byte(page.String()))
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/login/") {
			_, _ = io.WriteString(w, `{"Codebase":"v4_6_release/"}`)
			return
		}
		time.Sleep(latency)
		w.Header()["Link"] = []string{""}
		q := r.URL.Query()
		after, _ := strconv.Atoi(q.Get("pageId"))
		where := q.Get("conditions")
		switch {
		case strings.HasSuffix(r.URL.Path, "/count"):
			_, _ = fmt.Fprintf(w, `{"count":%d}`, benchTickets)
			return
		case q.Get("orderBy") == "id asc":
			_, _ = io.WriteString(w, `[{"id":1}]`)
			return
		case q.Get("orderBy") == "id desc":
			_, _ = fmt.Fprintf(w, `[{"id":%d}]`, benchTickets)
			return
		case strings.HasPrefix(where, "id >= "):
			_, _ = fmt.Sscanf(where, "id >= %d", &after)
			after--
		}
		page := pages[after/benchPage]
		if next := after + benchPage; next < benchTickets && where == "" {
			w.Header().Set("Link", fmt.Sprintf(`<http://%s/x?pageId=%d>; rel="next"`, r.Host, next))
		}
		w.Header().Set("Content-Length", strconv.Itoa(len(page)))
		_, _ = w.Write(page)
	}))
	b.Cleanup(s.Close)
	return s
}

func benchClient(b *testing.B, base string) *Client {
	b.Helper()
	c, err := NewClient(testCredentials, WithBaseURL(base), WithLimiter(rate.NewLimiter(rate.Inf, 1)))
	if err != nil {
		b.Fatal(err)
	}
	return c
}

// BenchmarkList reads 50,000 tickets: with the iterator (page after page, and
// by ranges of ids), and with net/http and encoding/json into the same struct.
func BenchmarkList(b *testing.B) {
	s := benchServer(b)
	for name, opts := range map[string]*ListOptions{"forward": nil, "ranges": {ByIDRange: true}} {
		b.Run(name, func(b *testing.B) {
			c := benchClient(b, s.URL)
			b.ReportAllocs()
			for b.Loop() {
				n := int64(0)
				for ticket, err := range c.Service.Tickets.List(b.Context(), opts) {
					if err != nil {
						b.Fatal(err)
					}
					if n++; ticket.ID != n {
						b.Fatalf("ticket %d at place %d", ticket.ID, n)
					}
				}
				if n != benchTickets {
					b.Fatalf("%d tickets", n)
				}
			}
		})
	}
	b.Run("floor", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			n, cursor := int64(0), ""
			for more := true; more; {
				req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, s.URL+testBase+"service/tickets?pageSize=1000&pageId="+cursor, nil)
				if err != nil {
					b.Fatal(err)
				}
				req.SetBasicAuth("acme+public", "private")
				resp, err := http.DefaultClient.Do(req)
				if err != nil {
					b.Fatal(err)
				}
				var page []*Ticket
				err = json.NewDecoder(resp.Body).Decode(&page)
				_ = resp.Body.Close()
				if err != nil {
					b.Fatal(err)
				}
				for _, ticket := range page {
					if n++; ticket.ID != n {
						b.Fatalf("ticket %d at place %d", ticket.ID, n)
					}
				}
				_, cursor, more = strings.Cut(resp.Header.Get("Link"), "pageId=")
				cursor, _, _ = strings.Cut(cursor, ">")
			}
			if n != benchTickets {
				b.Fatalf("%d tickets", n)
			}
		}
	})
}

// BenchmarkIn looks up 10,000 ids at 20 ms latency: as the client splits and
// overlaps the requests, and the same requests one after another.
func BenchmarkIn(b *testing.B) {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/login/") {
			_, _ = io.WriteString(w, `{"Codebase":"v4_6_release/"}`)
			return
		}
		time.Sleep(20 * time.Millisecond)
		_, in, _ := strings.Cut(r.URL.Query().Get("conditions"), "id in (")
		in, _, _ = strings.Cut(in, ")")
		w.Header()["Link"] = []string{""}
		_, _ = io.WriteString(w, `[{"id":`+strings.ReplaceAll(in, ",", `,"name":"x"},{"id":`)+`,"name":"x"}]`)
	}))
	b.Cleanup(s.Close)
	var list []int
	for i := range 10_000 {
		list = append(list, 100_000+i)
	}
	opts := &ListOptions{Where: Where("id in ?", list)}
	things := NewCollection[thing](benchClient(b, s.URL), "company/configurations")
	b.Run("covedesk", func(b *testing.B) {
		for b.Loop() {
			n := 0
			for _, err := range things.List(b.Context(), opts) {
				if err != nil {
					b.Fatal(err)
				}
				n++
			}
			if n != len(list) {
				b.Fatalf("%d of %d", n, len(list))
			}
		}
	})
	b.Run("sequence", func(b *testing.B) {
		q, err := things.query(opts)
		if err != nil {
			b.Fatal(err)
		}
		parts, err := things.split(b.Context(), q)
		if err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			n := 0
			for _, part := range parts {
				page, err := things.fetch(b.Context(), part)
				if err != nil {
					b.Fatal(err)
				}
				for _, row := range page.rows {
					if _, err := things.row(page.answer, row); err != nil {
						b.Fatal(err)
					}
					n++
				}
			}
			if n != len(list) {
				b.Fatalf("%d of %d", n, len(list))
			}
		}
	})
}
