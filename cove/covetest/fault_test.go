package covetest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/covedesk/covedesk/cove/covetest"
)

// modify sets a new external code through the given client and returns the
// outcome.
func modify(ctx context.Context, t *testing.T, srv *covetest.Server, client *http.Client, visa, code string) (int, http.Header, string, error) {
	t.Helper()
	body := fmt.Sprintf(`{"jsonrpc":"2.0","id":"1","visa":%q,"method":"ModifyPartner","params":{"partnerInfo":{"Id":%d,"ExternalCode":%q}}}`, visa, srv.RootID(), code)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, srv.URL+"/jsonapi", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return 0, nil, "", err
	}
	defer func() { _ = resp.Body.Close() }()
	out, err := io.ReadAll(resp.Body)
	return resp.StatusCode, resp.Header, string(out), err
}

func TestFaults(t *testing.T) {
	for _, tt := range []struct {
		name    string
		fault   covetest.Fault
		status  int
		body    string // part of the body
		broken  bool   // the connection breaks
		effect  bool
		logged  int // status in the log
		retries string
	}{
		{name: "none", status: 200, body: `"result":null`, effect: true, logged: 200},
		{name: "refused", fault: covetest.Fault{Kind: covetest.RefuseConnection}, broken: true},
		{name: "reset before", fault: covetest.Fault{Kind: covetest.ResetBefore}, broken: true},
		{name: "reset after", fault: covetest.Fault{Kind: covetest.ResetAfter}, broken: true, effect: true},
		{name: "429", fault: covetest.Fault{Kind: covetest.StatusBefore, Status: 429, RetryAfter: "7"}, status: 429, body: "429 Too Many Requests", logged: 429, retries: "7"},
		{name: "503 before", fault: covetest.Fault{Kind: covetest.StatusBefore}, status: 503, body: "<html>", logged: 503},
		{name: "502 after", fault: covetest.Fault{Kind: covetest.StatusAfter, Status: 502}, status: 502, effect: true, logged: 502},
		{name: "HTML", fault: covetest.Fault{Kind: covetest.HTML}, status: 200, body: "<html>", logged: 200},
		{name: "garbage", fault: covetest.Fault{Kind: covetest.Garbage}, status: 200, body: "not json", effect: true, logged: 200},
		{name: "truncated", fault: covetest.Fault{Kind: covetest.Truncate}, status: 200, broken: true, effect: true, logged: 200},
		{name: "hang", fault: covetest.Fault{Kind: covetest.Hang, Delay: time.Millisecond}, broken: true},
		{name: "latency", fault: covetest.Fault{Kind: covetest.Latency, Delay: time.Millisecond}, status: 200, effect: true, logged: 200},
		{name: "another method", fault: covetest.Fault{Kind: covetest.ResetBefore, Method: "Login"}, status: 200, effect: true, logged: 200},
		{name: "another path", fault: covetest.Fault{Kind: covetest.ResetBefore, Path: "/repserv_json"}, status: 200, effect: true, logged: 200},
		{name: "another number", fault: covetest.Fault{Kind: covetest.ResetBefore, At: 3}, status: 200, effect: true, logged: 200},
		{name: "this number", fault: covetest.Fault{Kind: covetest.ResetBefore, At: 2}, broken: true},
		{name: "skipped", fault: covetest.Fault{Kind: covetest.ResetBefore, Skip: 1}, status: 200, effect: true, logged: 200},
	} {
		for _, sockets := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/sockets=%v", tt.name, sockets), func(t *testing.T) {
				var srv *covetest.Server
				var client *http.Client
				if sockets {
					srv = covetest.StartTLS(covetest.Config{})
					defer srv.Close()
					client = srv.Client()
				} else {
					srv = covetest.NewServer(covetest.Config{})
					client = &http.Client{Transport: srv.Transport()}
				}
				w := &wire{t: t, srv: srv, http: client, path: "/jsonapi"}
				w.login()
				if tt.fault.Kind != 0 {
					srv.Inject(tt.fault)
				}
				status, header, body, err := modify(t.Context(), t, srv, client, w.visa, "new")
				if (err != nil) != tt.broken || status != tt.status || !strings.Contains(body, tt.body) || header.Get("Retry-After") != tt.retries {
					t.Errorf("HTTP %d, %v, %v: %q", status, header, err, body)
				}
				p, _ := srv.Partner(srv.RootID())
				if (p.ExternalCode == "new") != tt.effect {
					t.Errorf("external code %q, want an effect: %v", p.ExternalCode, tt.effect)
				}
				log := srv.Requests()
				last := log[len(log)-1]
				if last.Number != 2 || last.Method != "ModifyPartner" || last.Status != tt.logged || !strings.Contains(string(last.Params), `"ExternalCode":"new"`) {
					t.Errorf("log %+v", last)
				}
				if srv.Calls() != 2 || srv.Count("ModifyPartner") != 1 || srv.Count("Login") != 1 {
					t.Errorf("%d calls, %d ModifyPartner", srv.Calls(), srv.Count("ModifyPartner"))
				}
			})
		}
	}
}

func TestFaultsAreUsedUp(t *testing.T) {
	srv := covetest.NewServer(covetest.Config{})
	w := dial(t, srv)
	srv.Inject(covetest.Fault{Kind: covetest.StatusBefore, Method: "ModifyPartner", Skip: 1, Times: 2})
	var got []int
	for range 5 {
		status, _, _, err := modify(t.Context(), t, srv, w.http, w.visa, "x")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, status)
	}
	if fmt.Sprint(got) != "[200 503 503 200 200]" {
		t.Errorf("statuses %v", got)
	}
	srv.Inject(covetest.Fault{Kind: covetest.ResetBefore, Times: -1})
	for range 3 {
		if _, _, _, err := modify(t.Context(), t, srv, w.http, w.visa, "x"); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("error %v, want a reset", err)
		}
	}
	srv.ClearFaults()
	srv.ResetRequests()
	if status, _, _, _ := modify(t.Context(), t, srv, w.http, w.visa, "x"); status != 200 || srv.Calls() != 1 || srv.Requests()[0].Number != 1 {
		t.Errorf("after the reset: HTTP %d, %d calls", status, srv.Calls())
	}
}

func TestRatesRepeat(t *testing.T) {
	run := func(seed uint64) string {
		srv := covetest.NewServer(covetest.Config{Seed: seed, Rates: covetest.Rates{TooManyRequests: 0.3, ServerError: 0.3, RetryAfter: "1"}})
		var b strings.Builder
		for range 40 {
			status, _, _, err := modify(t.Context(), t, srv, &http.Client{Transport: srv.Transport()}, "", "x")
			fmt.Fprint(&b, status, err, " ")
		}
		return b.String()
	}
	a := run(1)
	if a != run(1) || a == run(2) || !strings.Contains(a, "429") || !strings.Contains(a, "503") || !strings.Contains(a, "200") {
		t.Errorf("statuses %s", a)
	}
}

func TestHangEndsWithTheCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv := covetest.NewServer(covetest.Config{Rates: covetest.Rates{Latency: time.Second}})
		srv.Inject(covetest.Fault{Kind: covetest.Hang})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		_, _, _, err := modify(ctx, t, srv, &http.Client{Transport: srv.Transport()}, "", "x")
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Minute {
			t.Errorf("%v after %v", err, time.Since(start))
		}
		start = time.Now()
		if _, _, _, err := modify(t.Context(), t, srv, &http.Client{Transport: srv.Transport()}, "", "x"); err != nil || time.Since(start) != time.Second {
			t.Errorf("latency: %v after %v", err, time.Since(start))
		}
	})
}

func TestListen(t *testing.T) {
	srv := covetest.Start(covetest.Config{Switches: covetest.Switches{SelfSignedNode: true}})
	defer srv.Close()
	w := &wire{t: t, srv: srv, http: srv.Client(), path: "/jsonapi"}
	w.login()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+srv.NodeHost+"/repserv_json", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	if resp, err := srv.Client().Do(req); err == nil {
		_ = resp.Body.Close()
		t.Error("the self-signed node is trusted")
	} else if !strings.Contains(err.Error(), "certificate") {
		t.Errorf("the self-signed node: %v", err)
	}
	if !strings.Contains(string(srv.AuthorityPEM()), "BEGIN CERTIFICATE") {
		t.Error("no authority")
	}
	if err := covetest.NewServer(covetest.Config{}).Listen(strings.TrimPrefix(srv.URL, "http://"), "127.0.0.1:0", false); err == nil {
		t.Error("an address in use is no error")
	}
	if err := covetest.NewServer(covetest.Config{}).Listen("127.0.0.1:0", srv.NodeHost, false); err == nil {
		t.Error("a node address in use is no error")
	}
}
