package callback_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/callback"
)

const (
	signingKey = "test-signing-key"
	keyURL     = "https://na.myconnectwise.net/v2025_1//system/callbackkey/index.rails?companyName=Cobalt&id=e17e6674"
)

// desk answers for the service desk: keys and companyinfo.
type desk struct {
	keys, infos atomic.Int32
	key         func(*http.Request) (int, string) // nil: the signing key for every request
	info        func() (int, string)
}

func (d *desk) RoundTrip(req *http.Request) (*http.Response, error) {
	status, body := http.StatusOK, `{"signing_key":"`+signingKey+`"}`
	switch {
	case strings.HasPrefix(req.URL.Path, "/login/companyinfo/"):
		d.infos.Add(1)
		body = `{"SiteUrl":"api-na.myconnectwise.net","AllowedOrigins":["https://portal.cobalt.example"]}`
		if d.info != nil {
			status, body = d.info()
		}
	default:
		d.keys.Add(1)
		if d.key != nil {
			status, body = d.key(req)
		}
	}
	if status == 0 {
		return nil, errors.New("connection refused")
	}
	if err := req.Context().Err(); err != nil {
		return nil, err
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Location": {"https://evil.example/"}}, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
}

func verifier(t *testing.T, d *desk, change func(*callback.Config)) *callback.Verifier {
	t.Helper()
	c := callback.Config{Site: "api-na.myconnectwise.net", Company: "cobalt", HTTPClient: &http.Client{Transport: d}}
	if change != nil {
		change(&c)
	}
	v, err := callback.NewVerifier(c)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

var event = callback.Event{
	Action: callback.Updated, Type: "ticket", ID: 57961, Callback: 26604, Member: "tech1", Company: "Cobalt",
	Message: "6dd82302-5e46-47c0-8c84-702868125b76", Entity: json.RawMessage(`{"id":57961,"summary":"x \"y\""}`),
	From: "na.myconnectwise.net", Partner: "61ddc2", ProductInstance: "639c96",
}

// delivery makes a signed delivery.
func delivery(t *testing.T, url string, e callback.Event) *http.Request {
	t.Helper()
	req, err := callback.NewRequest(t.Context(), "http://receiver.example/hook?recordId=57961&action=updated", url, signingKey, e)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// serve passes a delivery to the handler and returns the status.
func serve(h http.Handler, req *http.Request) int {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w.Code
}

// verify verifies the delivery.
func verify(t *testing.T, v *callback.Verifier, req *http.Request) (callback.Event, error) {
	t.Helper()
	body, err := io.ReadAll(req.Body)
	if err != nil {
		t.Fatal(err)
	}
	return v.Verify(t.Context(), body, req.Header.Get(callback.SignatureHeader))
}

func TestSignVector(t *testing.T) {
	got := callback.Sign("test-signing-key", []byte(`{"Action":"added","ID":1}`))
	if want := "ExsuVw1qZz5bGQSF2ay9XXcnx8f33/ESi9mO+wzPq6A="; got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}

// captured is a body exactly as the service desk sends it.
const captured = `{"Action":"updated","CallbackObjectRecId":26604,"CompanyId":"Cobalt","Entity":"{\"id\":57961,\"firstName\":\"X\"}","FromUrl":"sandbox-na.myconnectwise.net","ID":57961,"MemberId":"Aurasell","MessageId":"6dd82302-5e46-47c0-8c84-702868125b76","Metadata":{"key_url":"https://sandbox-na.myconnectwise.net/v2025_1//system/callbackkey/index.rails?companyName=Cobalt&id=e17e6674-0000"},"PartnerId":"61ddc2","ProductInstanceId":"639c96","Type":"contact"}`

func TestVerifyACapturedDelivery(t *testing.T) {
	v := verifier(t, &desk{}, func(c *callback.Config) { c.Site = "sandbox-na.myconnectwise.net" })
	got, err := v.Verify(t.Context(), []byte(captured), callback.Sign(signingKey, []byte(captured)))
	if err != nil {
		t.Fatal(err)
	}
	want := callback.Event{
		Action: callback.Updated, Type: "contact", ID: 57961, Callback: 26604, Member: "Aurasell", Company: "Cobalt",
		Message: "6dd82302-5e46-47c0-8c84-702868125b76", Entity: json.RawMessage(`{"id":57961,"firstName":"X"}`),
		From: "sandbox-na.myconnectwise.net", Partner: "61ddc2", ProductInstance: "639c96",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestEventsSurviveTheSigner(t *testing.T) {
	deleted := event
	deleted.Action, deleted.Entity = callback.Deleted, nil
	for _, e := range []callback.Event{event, deleted} {
		got, err := verify(t, verifier(t, &desk{}, nil), delivery(t, keyURL, e))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(e, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestEntityForms(t *testing.T) {
	v := verifier(t, &desk{}, nil)
	for entity, want := range map[string]string{
		`null`: "", `""`: "", `"null"`: "null", `"{\"id\":1}"`: `{"id":1}`, `{"id":1}`: `{"id":1}`,
	} {
		body := []byte(`{"ID":"7","CompanyId":"cobalt","Entity":` + entity + `,"Metadata":{"key_url":"` + keyURL + `"}}`)
		e, err := v.Verify(t.Context(), body, callback.Sign(signingKey, body))
		if err != nil || string(e.Entity) != want || e.ID != 7 {
			t.Errorf("entity %s: %s, id %d, %v; want %s", entity, e.Entity, e.ID, err, want)
		}
	}
}

func TestVerifyRefuses(t *testing.T) {
	at := func(url string) func(*testing.T) *http.Request {
		return func(t *testing.T) *http.Request { return delivery(t, url, event) }
	}
	raw := func(body string) func(*testing.T) *http.Request {
		return func(t *testing.T) *http.Request {
			req := delivery(t, keyURL, event)
			req.Body = io.NopCloser(strings.NewReader(body))
			req.Header.Set(callback.SignatureHeader, callback.Sign(signingKey, []byte(body)))
			return req
		}
	}
	sign := func(signature string) func(*testing.T) *http.Request {
		return func(t *testing.T) *http.Request {
			req := delivery(t, keyURL, event)
			req.Header.Set(callback.SignatureHeader, signature)
			return req
		}
	}
	const query = "?companyName=Cobalt&id=1"
	const path = "/v2025_1//system/callbackkey/index.rails"
	for _, tt := range []struct {
		name    string
		request func(*testing.T) *http.Request
		want    error
		asks    bool // whether a key may be asked for
	}{
		{"no signature", sign(""), callback.ErrSignature, false},
		{"signature that is not base64", sign("%%%"), callback.ErrSignature, true},
		{"signature of another key", sign(callback.Sign("other", []byte("x"))), callback.ErrSignature, true},
		{"signature cut short", sign("ExsuVw=="), callback.ErrSignature, true},
		{"not JSON", raw(`<html>`), callback.ErrMalformed, false},
		{"empty", raw(``), callback.ErrMalformed, false},
		{"id that is not a number", raw(`{"ID":"abc"}`), callback.ErrMalformed, false},
		{"id with a fraction", raw(`{"ID":1.5}`), callback.ErrMalformed, false},
		{"callback id that is not an integer", raw(`{"CallbackObjectRecId":1e99}`), callback.ErrMalformed, false},
		{"entity that is not JSON", raw(`{"Entity":"{"}`), callback.ErrMalformed, false},
		{"company missing", raw(`{"ID":1}`), callback.ErrRefused, false},
		{"other company", func(t *testing.T) *http.Request { e := event; e.Company = "rival"; return delivery(t, keyURL, e) }, callback.ErrRefused, false},
		{"key URL missing", at(""), callback.ErrRefused, false},
		{"key URL that cannot be read", at("https://[::1"), callback.ErrRefused, false},
		{"key over http", at("http://na.myconnectwise.net" + path + query), callback.ErrRefused, false},
		{"key at a foreign host", at("https://evil.example" + path + query), callback.ErrRefused, false},
		{"key at a host that only begins like ours", at("https://na.myconnectwise.net.evil.example" + path + query), callback.ErrRefused, false},
		{"key at another port", at("https://na.myconnectwise.net:8443" + path + query), callback.ErrRefused, false},
		{"key with a user name at our host", at("https://x@na.myconnectwise.net" + path + query), callback.ErrRefused, false},
		{"key with a user name", at("https://na.myconnectwise.net@evil.example" + path + query), callback.ErrRefused, false},
		{"key at another path", at("https://na.myconnectwise.net/v4_6_release/apis/3.0/system/documents/1/download" + query), callback.ErrRefused, false},
		{"key path behind an escaped slash", at("https://na.myconnectwise.net/docs/x%2fsystem%2fcallbackkey%2findex.rails" + query), callback.ErrRefused, false},
		{"key of another company", at("https://na.myconnectwise.net" + path + "?companyName=Rival&id=1"), callback.ErrRefused, false},
		{"key of two companies", at("https://na.myconnectwise.net" + path + "?companyName=Cobalt&companyName=Rival"), callback.ErrRefused, false},
		{"key of two companies in other letters", at("https://na.myconnectwise.net" + path + "?companyName=Cobalt&companyname=Rival&id=1"), callback.ErrRefused, false},
		{"key of two companies, one escaped", at("https://na.myconnectwise.net" + path + "?companyName=Cobalt&COMPANY%4eame=Rival&id=1"), callback.ErrRefused, false},
		{"key of two companies behind a semicolon", at("https://na.myconnectwise.net" + path + "?companyName=Cobalt&id=1;companyName=Rival"), callback.ErrRefused, false},
		{"key of no company", at("https://na.myconnectwise.net" + path), callback.ErrRefused, false},
		{"key at an origin of the web interface", at("https://portal.cobalt.example" + path + query), callback.ErrRefused, false},
		{"key below two codebases", at("https://na.myconnectwise.net/v1/v2" + path + query), callback.ErrRefused, false},
		{"key below something else", at("https://na.myconnectwise.net/documents" + path + query), callback.ErrRefused, false},
		{"key of two ids", at("https://na.myconnectwise.net" + path + query + "&ID=2"), callback.ErrRefused, false},
		{"key URL without end", at("https://na.myconnectwise.net" + path + query + strings.Repeat("1", 1000)), callback.ErrRefused, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &desk{}
			e, err := verify(t, verifier(t, d, nil), tt.request(t))
			if !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
			if diff := cmp.Diff(callback.Event{}, e); diff != "" {
				t.Errorf("an event came with the refusal:\n%s", diff)
			}
			if n := d.keys.Load(); n != 0 && !tt.asks {
				t.Errorf("a key was asked for %d times", n)
			}
			if n := d.infos.Load(); n != 0 && strings.Contains(tt.name, "http") {
				t.Errorf("companyinfo was asked %d times for what cannot be right", n)
			}
		})
	}
}

func TestABodyChangedByOneByteIsRefused(t *testing.T) {
	v := verifier(t, &desk{}, nil)
	body, err := io.ReadAll(delivery(t, keyURL, event).Body)
	if err != nil {
		t.Fatal(err)
	}
	signature := callback.Sign(signingKey, body)
	for i := range body {
		forged := bytes.Clone(body)
		forged[i] ^= 1
		if _, err := v.Verify(t.Context(), forged, signature); err == nil {
			t.Fatalf("accepted with byte %d changed: %s", i, forged)
		}
	}
	// The same JSON in other bytes does not match the signature.
	if _, err := v.Verify(t.Context(), append([]byte(" "), body...), signature); !errors.Is(err, callback.ErrSignature) {
		t.Errorf("with a leading space: %v", err)
	}
}

func TestKeyHosts(t *testing.T) {
	const rest = "/v2025_1//system/callbackkey/index.rails?companyName=cobalt&id=1"
	for _, tt := range []struct {
		name   string
		change func(*callback.Config)
		url    string
		infos  int32
	}{
		{"site", nil, "https://api-na.myconnectwise.net", 0},
		{"site without api-", nil, "https://NA.myconnectwise.net:443", 0},
		{"site with scheme and port", func(c *callback.Config) { c.Site = "https://psa.cobalt.example:8443/" }, "https://psa.cobalt.example:8443", 0},
		{"loopback site over http", func(c *callback.Config) { c.Site = "http://127.0.0.1:8080" }, "http://127.0.0.1:8080", 0},
		{"localhost", func(c *callback.Config) { c.Site = "http://localhost" }, "http://localhost:80", 0},
		{"key host", func(c *callback.Config) { c.KeyHosts = []string{"keys.cobalt.example"} }, "https://keys.cobalt.example", 0},
		{"SiteUrl", func(c *callback.Config) { c.Site = "eu.myconnectwise.net" }, "https://api-na.myconnectwise.net", 1},
		{"SiteUrl without api-", func(c *callback.Config) { c.Site = "eu.myconnectwise.net" }, "https://na.myconnectwise.net", 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &desk{}
			v := verifier(t, d, tt.change)
			for range 3 {
				if _, err := verify(t, v, delivery(t, tt.url+rest, event)); err != nil {
					t.Fatal(err)
				}
			}
			if d.infos.Load() != tt.infos || d.keys.Load() != 1 {
				t.Errorf("companyinfo asked %d times, want %d; key %d times, want once", d.infos.Load(), tt.infos, d.keys.Load())
			}
		})
	}
}

func TestForeignHostsAskCompanyInfoOnceAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		v := verifier(t, d, nil)
		foreign := func() error {
			_, err := verify(t, v, delivery(t, strings.Replace(keyURL, "na.", "evil.", 1), event))
			return err
		}
		for range 10 {
			if err := foreign(); !errors.Is(err, callback.ErrRefused) {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Minute)
		_ = foreign()
		if n := d.infos.Load(); n != 2 {
			t.Errorf("companyinfo asked %d times, want 2", n)
		}
	})
}

func TestCompanyInfoThatFailsIsNoVerdict(t *testing.T) {
	for name, info := range map[string]func() (int, string){
		"unreachable": func() (int, string) { return 0, "" },
		"status":      func() (int, string) { return 503, `{"SiteUrl":"api-na.myconnectwise.net"}` },
		"HTML":        func() (int, string) { return 200, "<html>" },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &desk{info: info}
				v := verifier(t, d, func(c *callback.Config) { c.Site = "eu.myconnectwise.net" })
				for range 5 {
					if _, err := verify(t, v, delivery(t, keyURL, event)); !errors.Is(err, callback.ErrKey) {
						t.Fatalf("error %v, want ErrKey", err)
					}
				}
				if n := d.infos.Load(); n != 1 {
					t.Errorf("asked %d times in one second", n)
				}
				d.info = nil
				time.Sleep(2 * time.Second) // the service desk repeats the delivery then
				if _, err := verify(t, v, delivery(t, keyURL, event)); err != nil {
					t.Errorf("mended: %v", err)
				}
			})
		})
	}
}

// When a sender disconnects while companyinfo is being asked for, the others
// still get the answer.
func TestCompanyInfoOutlastsTheOneWhoAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{info: func() (int, string) {
			time.Sleep(time.Second)
			return 200, `{"SiteUrl":"api-na.myconnectwise.net"}`
		}}
		v := verifier(t, d, func(c *callback.Config) { c.Site = "eu.myconnectwise.net" })
		impatient, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		body, err := io.ReadAll(delivery(t, keyURL, event).Body)
		if err != nil {
			t.Fatal(err)
		}
		go func() { _, _ = v.Verify(impatient, body, callback.Sign(signingKey, body)) }()
		time.Sleep(time.Millisecond)
		if _, err := v.Verify(t.Context(), body, callback.Sign(signingKey, body)); err != nil || d.infos.Load() != 1 {
			t.Errorf("%v, asked %d times", err, d.infos.Load())
		}
	})
}

func TestNewVerifierRefuses(t *testing.T) {
	for name, c := range map[string]callback.Config{
		"no company":         {Site: "na.myconnectwise.net"},
		"no site":            {Company: "c"},
		"http":               {Company: "c", Site: "http://na.myconnectwise.net"},
		"http to an address": {Company: "c", Site: "http://10.0.0.1"},
		"http without host":  {Company: "c", Site: "http://"},
		"other scheme":       {Company: "c", Site: "ftp://na.myconnectwise.net"},
		"site not a URL":     {Company: "c", Site: "https://[::1"},
		"site with a user":   {Company: "c", Site: "https://u:p@na.myconnectwise.net"},
		"key host over http": {Company: "c", Site: "na.myconnectwise.net", KeyHosts: []string{"http://x.example"}},
	} {
		if _, err := callback.NewVerifier(c); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := callback.NewVerifier(callback.Config{Company: "c", Site: "na.myconnectwise.net"}); err != nil {
		t.Error(err)
	}
}

func TestNewRequestRefuses(t *testing.T) {
	if _, err := callback.NewRequest(t.Context(), "http://[::1", keyURL, signingKey, event); err == nil {
		t.Error("a target that is no URL was accepted")
	}
}
