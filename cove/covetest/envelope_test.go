package covetest_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/covedesk/covedesk/cove/covetest"
)

func TestEnvelopeIsChecked(t *testing.T) {
	w := dial(t, covetest.NewServer(covetest.Config{}))
	visa := `"visa":"` + w.visa + `"`
	for _, tt := range []struct {
		name, body string
		code, data int
	}{
		{"good, number as id", `{"jsonrpc":"2.0","id":5,` + visa + `,"method":"GetPartnerInfoById","params":{"partnerId":345678}}`, 0, 0},
		{"good, unknown members", `{"jsonrpc":"2.0","id":"a","extra":1,` + visa + `,"method":"GetPartnerInfoById","params":{"partnerId":"345678","more":null}}`, 0, 0},
		{"not JSON", `{"jsonrpc":`, -32700, 0},
		{"two documents", `{"jsonrpc":"2.0","id":"1","method":"Login","params":{}} {}`, -32700, 0},
		{"not UTF-8", "{\"jsonrpc\":\"2.0\",\"id\":\"\xff\"}", -32700, 0},
		{"batch", `[{"jsonrpc":"2.0"}]`, -32600, 0},
		{"old version", `{"jsonrpc":"1.0","id":"1",` + visa + `,"method":"GetPartnerInfoById","params":{}}`, -32600, 0},
		{"no version", `{"id":"1",` + visa + `,"method":"GetPartnerInfoById","params":{}}`, -32600, 0},
		{"notification", `{"jsonrpc":"2.0",` + visa + `,"method":"GetPartnerInfoById","params":{}}`, -32600, 0},
		{"id null", `{"jsonrpc":"2.0","id":null,` + visa + `,"method":"GetPartnerInfoById","params":{}}`, -32600, 0},
		{"params missing", `{"jsonrpc":"2.0","id":"1",` + visa + `,"method":"GetPartnerInfoById"}`, -32603, 0},
		{"params by position", `{"jsonrpc":"2.0","id":"1",` + visa + `,"method":"GetPartnerInfoById","params":[345678]}`, -32600, 0},
		{"method in lower case", `{"jsonrpc":"2.0","id":"1",` + visa + `,"method":"getpartnerinfobyid","params":{}}`, -32601, 0},
		{"visa inside params", `{"jsonrpc":"2.0","id":"1","method":"GetPartnerInfoById","params":{"partnerId":345678,` + visa + `}}`, -32603, 1701},
		{"visa in upper case", `{"jsonrpc":"2.0","id":"1",` + strings.Replace(visa, "visa", "Visa", 1) + `,"method":"GetPartnerInfoById","params":{"partnerId":345678}}`, -32603, 1701},
		{"visa forged", `{"jsonrpc":"2.0","id":"1",` + strings.Replace(visa, "345678", "345679", 1) + `,"method":"GetPartnerInfoById","params":{"partnerId":345678}}`, -32603, 1701},
		{"parameter missing", `{"jsonrpc":"2.0","id":"1",` + visa + `,"method":"GetPartnerInfoById","params":{}}`, -32603, 0},
		{"parameter in lower case", `{"jsonrpc":"2.0","id":"1",` + visa + `,"method":"GetPartnerInfoById","params":{"partnerid":345678}}`, -32603, 0},
		{"parameter of another type", `{"jsonrpc":"2.0","id":"1",` + visa + `,"method":"GetPartnerInfoById","params":{"partnerId":true}}`, -32603, 0},
	} {
		status, out := w.post(tt.body)
		var a rpcAnswer
		if err := json.Unmarshal(out, &a); err != nil || status != http.StatusOK || a.JSONRPC != "2.0" {
			t.Errorf("%s: HTTP %d, %v: %s", tt.name, status, err, out)
			continue
		}
		switch {
		case tt.code == 0 && a.Error != nil:
			t.Errorf("%s: error %+v", tt.name, *a.Error)
		case tt.code == 0 && (a.Visa == "" || a.Visa == w.visa):
			t.Errorf("%s: the visa is %q, want a new one", tt.name, a.Visa)
		case tt.code != 0 && (a.Error == nil || a.Error.Code != tt.code || a.Error.Data != tt.data):
			t.Errorf("%s: error %+v, want %d/%d", tt.name, a.Error, tt.code, tt.data)
		}
	}
}

func TestEnvelopeBytes(t *testing.T) {
	c := newClock()
	w := dial(t, covetest.NewServer(covetest.Config{Now: c.now}))
	_, out := w.post(`{"jsonrpc":"2.0","id": 42 ,"visa":"` + w.visa + `","method":"ModifyPartner","params":{"partnerInfo":{"Id":345678,"ExternalCode":"x"}}}`)
	if got := string(out); !strings.HasPrefix(got, `{"id":42,"jsonrpc":"2.0","result":null,"visa":"345678-50121-1-1763769600-`) {
		t.Errorf("a method without a return value answers %s", got)
	}
	e := w.refused("GetPartnerInfo", map[string]any{"name": `O'Neil "the" <b>`})
	if want := "Partner &apos;O&apos;Neil &quot;the&quot; &lt;b&gt;&apos; doesn&apos;t exist"; e.Message != want {
		t.Errorf("message %q, want %q", e.Message, want)
	}
}

func TestHTTPIsChecked(t *testing.T) {
	srv := covetest.NewServer(covetest.Config{})
	for _, tt := range []struct {
		method, path, contentType string
		want                      int
	}{
		{http.MethodGet, "/jsonapi", "", http.StatusMethodNotAllowed},
		{http.MethodPost, "/jsonapi", "text/plain", http.StatusUnsupportedMediaType},
		{http.MethodPost, "/jsonapi", "application/json; charset=latin1", http.StatusUnsupportedMediaType},
		{http.MethodPost, "/jsonapi", "application/json; charset=utf-8", http.StatusOK},
		{http.MethodPost, "/jsonapi/", "application/json", http.StatusNotFound},
		{http.MethodPost, "/repserv_json", "application/json", http.StatusNotFound},
	} {
		req, err := http.NewRequestWithContext(t.Context(), tt.method, srv.URL+tt.path, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", tt.contentType)
		resp, err := srv.Transport().RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != tt.want {
			t.Errorf("%s %s %q: HTTP %d, want %d", tt.method, tt.path, tt.contentType, resp.StatusCode, tt.want)
		}
	}
}

func FuzzEnvelope(f *testing.F) {
	for _, seed := range []string{`{}`, `[]`, `{"jsonrpc":"2.0","id":1,"method":"Login","params":{"username":1}}`, `{"jsonrpc":"2.0","id":"\u0000","method":"GetServerInfo","params":{}}`, "\x00", `{"id":1e999}`} {
		f.Add([]byte(seed))
	}
	srv := covetest.NewServer(covetest.Config{})
	f.Fuzz(func(t *testing.T, body []byte) {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+"/jsonapi", bytes.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		resp, err := srv.Transport().RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		var a rpcAnswer
		if err := json.NewDecoder(resp.Body).Decode(&a); err != nil || resp.StatusCode != http.StatusOK || a.Error == nil {
			t.Errorf("HTTP %d, %v, %+v", resp.StatusCode, err, a)
		}
	})
}
