package testserver_test

import (
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/internal/testserver"
)

func hello(r *http.Request, body []byte) testserver.Answer {
	a := testserver.NewAnswer(200, "text/plain", r.Host+string(body))
	a.SetDate(time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC))
	return a
}

func TestListen(t *testing.T) {
	var l testserver.Listener
	defer l.Close()
	for _, tt := range []struct {
		security testserver.Security
		scheme   string
		err      string
	}{{testserver.Plain, "http://127.0.0.1:", ""}, {testserver.Signed, "https://127.0.0.1:", ""}, {testserver.SelfSigned, "https://127.0.0.1:", "certificate"}} {
		url, err := l.Listen(":0", tt.security, testserver.Handler(hello))
		if err != nil || !strings.HasPrefix(url, tt.scheme) {
			t.Fatalf("%q, %v: without a host it listens on loopback only", url, err)
		}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := l.Client().Do(r)
		if err != nil {
			if tt.err == "" || !strings.Contains(err.Error(), tt.err) {
				t.Errorf("%s: %v", url, err)
			}
			continue
		}
		_ = resp.Body.Close()
		if tt.err != "" || resp.Header.Get("Date") != "Mon, 01 Mar 2027 12:00:00 GMT" || resp.ContentLength != int64(len(r.URL.Host)) {
			t.Errorf("%s: %v", url, resp.Header)
		}
		if _, err := l.Listen(r.URL.Host, testserver.Plain, nil); err == nil {
			t.Error("an address in use is no error")
		}
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(l.AuthorityPEM()) {
		t.Fatal("the authority is no PEM")
	}
	url, err := l.Listen("localhost:0", testserver.Signed, testserver.Handler(hello))
	if err != nil {
		t.Fatal(err)
	}
	conn, err := (&tls.Dialer{Config: &tls.Config{RootCAs: pool, ServerName: "localhost", MinVersion: tls.VersionTLS12}}).DialContext(t.Context(), "tcp", strings.TrimPrefix(url, "https://"))
	if err != nil {
		t.Fatalf("by the name localhost: %v", err)
	}
	if !l.Listens() {
		t.Error("it does not say that it listens")
	}
	l.Close()
	l.Close()
	if _, err := conn.Read(make([]byte, 1)); err == nil || l.Listens() {
		t.Error("Close leaves a connection open")
	}
}

func TestInMemoryHosts(t *testing.T) {
	client := &http.Client{Transport: testserver.InMemory(func(r *http.Request) testserver.Handler {
		if r.URL.Host != "a.test" {
			return nil
		}
		return hello
	})}
	if resp, err := client.Post("http://a.test/", "text/plain", strings.NewReader("!")); err != nil || resp.ContentLength != int64(len("a.test!")) { //nolint:noctx,bodyclose // in memory
		t.Errorf("%v, %v", resp, err)
	}
	if resp, err := client.Get("http://b.test/"); err == nil || !strings.Contains(err.Error(), "no such host") { //nolint:noctx,bodyclose // in memory
		t.Errorf("%v, %v", resp, err)
	}
}

func TestJournalIsBounded(t *testing.T) {
	var j testserver.Journal[int]
	for i := range testserver.JournalLength + 5 {
		e := j.Open([]string{"even", "odd"}[i%2], func(n int) int { return n })
		j.Change(e, func(n *int) { *n *= 10 })
	}
	list := j.Entries()
	if n := len(list); n != testserver.JournalLength/2+5 || list[n-1] != 10*(testserver.JournalLength+5) || list[0] != 10*(testserver.JournalLength/2+1) {
		t.Errorf("%d entries from %d to %d", n, list[0], list[n-1])
	}
	odd := j.Count(func(key string) bool { return key == "odd" })
	all := j.Count(func(string) bool { return true })
	if diff := cmp.Diff([]int{testserver.JournalLength + 5, testserver.JournalLength + 5, testserver.JournalLength/2 + 2}, []int{j.Len(), all, odd}); diff != "" {
		t.Error(diff)
	}
	j.Reset()
	if e := j.Open("even", func(n int) int { return n }); *e != 1 || j.Len() != 1 || j.Count(func(string) bool { return true }) != 1 {
		t.Errorf("after the reset: number %d of %d", *e, j.Len())
	}
}
