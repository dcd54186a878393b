package covetest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/cove/covetest"
)

// clock is a settable server clock.
type clock struct{ t time.Time }

func newClock() *clock { return &clock{time.Unix(1763769600, 0)} }

func (c *clock) now() time.Time { return c.t }

func (c *clock) step(d time.Duration) { c.t = c.t.Add(d) }

// wire sends JSON-RPC to a server without a client library.
type wire struct {
	t    testing.TB
	srv  *covetest.Server
	http *http.Client
	path string
	visa string
	// node asks the storage node; bearer sends the visa in a header.
	node, bearer bool
}

// on returns the same caller for another service.
func (w *wire) on(path string) *wire {
	c := *w
	c.path, c.node, c.bearer = path, path == "/repserv_json", path != "/repserv_json" && path != "/jsonapi"
	return &c
}

func dial(t testing.TB, srv *covetest.Server) *wire {
	t.Helper()
	w := &wire{t: t, srv: srv, http: &http.Client{Transport: srv.Transport()}, path: "/jsonapi"}
	w.login()
	return w
}

func (w *wire) login() {
	w.t.Helper()
	api := w.srv.Credentials()
	w.visa = ""
	a := w.call("Login", map[string]any{"partner": api.Partner, "username": api.Username, "password": api.Password})
	if a.Error != nil {
		w.t.Fatalf("Login: %+v", *a.Error)
	}
	w.visa = a.Visa
}

type rpcError struct {
	Code, Data int
	Message    string
}

type rpcAnswer struct {
	ID      json.RawMessage `json:"id"`
	JSONRPC string          `json:"jsonrpc"`
	Result  json.RawMessage `json:"result"`
	Error   *rpcError       `json:"error"`
	Visa    string          `json:"visa"`
}

// post sends a body and returns the status and the body of the answer.
func (w *wire) post(body string) (int, []byte) {
	w.t.Helper()
	base := w.srv.URL
	if w.node {
		base = "https://" + w.srv.NodeHost
	}
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodPost, base+w.path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if w.bearer {
		req.Header.Set("Authorization", "Bearer "+w.visa)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := w.http.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	out, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return resp.StatusCode, out
}

func (w *wire) call(method string, params any) rpcAnswer {
	w.t.Helper()
	request := map[string]any{"jsonrpc": "2.0", "id": "7", "method": method, "params": params}
	if w.visa != "" && !w.bearer {
		request["visa"] = w.visa
	}
	body, err := json.Marshal(request)
	if err != nil {
		w.t.Fatal(err)
	}
	status, out := w.post(string(body))
	if status != http.StatusOK {
		w.t.Fatalf("%s: HTTP %d: %s", method, status, out)
	}
	var a rpcAnswer
	if err := json.Unmarshal(out, &a); err != nil {
		w.t.Fatalf("%s: %v: %s", method, err, out)
	}
	return a
}

// must calls a method that must succeed and decodes result.result.
func (w *wire) must(method string, params, into any) {
	w.t.Helper()
	a := w.call(method, params)
	if a.Error != nil {
		w.t.Fatalf("%s: %+v", method, *a.Error)
	}
	if into == nil {
		return
	}
	var outer struct{ Result json.RawMessage }
	if err := json.Unmarshal(a.Result, &outer); err != nil {
		w.t.Fatalf("%s: %v", method, err)
	}
	d := json.NewDecoder(bytes.NewReader(outer.Result))
	if err := d.Decode(into); err != nil {
		w.t.Fatalf("%s: %v in %s", method, err, outer.Result)
	}
}

// refused calls a method that must fail and returns its error.
func (w *wire) refused(method string, params any) rpcError {
	w.t.Helper()
	a := w.call(method, params)
	if a.Error == nil {
		w.t.Fatalf("%s succeeded: %s", method, a.Result)
	}
	return *a.Error
}

type statRow struct {
	AccountID int64 `json:"AccountId"`
	PartnerID int64 `json:"PartnerId"`
	Flags     []string
	Settings  []map[string]string
}

func (r statRow) cells() map[string]string {
	m := map[string]string{}
	for _, s := range r.Settings {
		for code, v := range s {
			m[code] = v
		}
	}
	return m
}

// rows runs a statistics query; RecordsCount is filled in when it is missing.
func (w *wire) rows(query map[string]any) []statRow {
	w.t.Helper()
	if query["PartnerId"] == nil {
		query["PartnerId"] = w.srv.RootID()
	}
	if _, ok := query["RecordsCount"]; !ok {
		query["RecordsCount"] = 1000
	}
	var rows []statRow
	w.must("EnumerateAccountStatistics", map[string]any{"query": query}, &rows)
	return rows
}

func ids(rows []statRow) []int64 {
	list := []int64{}
	for _, r := range rows {
		list = append(list, r.AccountID)
	}
	return list
}
