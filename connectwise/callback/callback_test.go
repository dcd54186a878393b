package callback_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/callback"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

const (
	signingKey = "test-signing-key"
	keyURL     = "https://na.myconnectwise.net/v2025_1//system/callbackkey/index.rails?companyName=Cobalt&id=e17e6674"
)

// desk answers for the service desk from memory: keys and companyinfo.
type desk struct {
	keys, infos atomic.Int32
	key         func(*http.Request) (int, string) // nil: the signing key for all
	info        func() (int, string)
}

func (d *desk) RoundTrip(req *http.Request) (*http.Response, error) {
	status, body := http.StatusOK, `{"signing_key":"`+signingKey+`"}`
	switch {
	case strings.HasPrefix(req.URL.Path, "/login/companyinfo/"):
		d.infos.Add(1)
		body = `{"SiteUrl":"api-na.myconnectwise.net","AllowedOrigins":["https://portal.cobalt.example","http://plain.cobalt.example"]}`
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

// delivery makes a signed delivery; change may spoil it.
func delivery(t *testing.T, url string, e callback.Event) *http.Request {
	t.Helper()
	req, err := callback.NewRequest(t.Context(), "http://receiver.example/hook?recordId=57961&action=updated", url, signingKey, e)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

// serve gives a delivery to the handler and returns the status.
func serve(h http.Handler, req *http.Request) int {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, req)
	return w.Code
}

// verify verifies the delivery as it stands.
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

// The body as the service desk is known to send it, byte for byte.
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
		asks    bool // whether a key may have been asked for
	}{
		{"no signature", sign(""), callback.ErrSignature, false},
		{"signature that is not base64", sign("%%%"), callback.ErrSignature, true},
		{"signature of another key", sign(callback.Sign("other", []byte("x"))), callback.ErrSignature, true},
		{"signature cut short", sign("ExsuVw=="), callback.ErrSignature, true},
		{"not JSON", raw(`<html>`), callback.ErrMalformed, false},
		{"empty", raw(``), callback.ErrMalformed, false},
		{"id that is no number", raw(`{"ID":"abc"}`), callback.ErrMalformed, false},
		{"id with a fraction", raw(`{"ID":1.5}`), callback.ErrMalformed, false},
		{"callback id that is no integer", raw(`{"CallbackObjectRecId":1e99}`), callback.ErrMalformed, false},
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
		{"key at an origin in plain text", at("https://plain.cobalt.example" + path + query), callback.ErrRefused, false},
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
	// The same JSON in other bytes is another body.
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
		{"SiteUrl", func(c *callback.Config) { c.Site = "login.cobalt.example" }, "https://api-na.myconnectwise.net", 1},
		{"SiteUrl without api-", func(c *callback.Config) { c.Site = "login.cobalt.example" }, "https://na.myconnectwise.net", 1},
		{"allowed origin", nil, "https://portal.cobalt.example", 1},
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
		"status":      func() (int, string) { return 503, "" },
		"HTML":        func() (int, string) { return 200, "<html>" },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &desk{info: info}
				v := verifier(t, d, func(c *callback.Config) { c.Site = "login.cobalt.example" })
				for range 5 {
					if _, err := verify(t, v, delivery(t, keyURL, event)); !errors.Is(err, callback.ErrKey) {
						t.Fatalf("error %v, want ErrKey", err)
					}
				}
				if n := d.infos.Load(); n != 1 {
					t.Errorf("asked %d times in one second", n)
				}
				d.info = nil
				time.Sleep(2 * time.Second) // when the service desk delivers again
				if _, err := verify(t, v, delivery(t, keyURL, event)); err != nil {
					t.Errorf("mended: %v", err)
				}
			})
		})
	}
}

// keyAuth is a connectwise.Auth.
type keyAuth struct{ err error }

func (a keyAuth) Authorize(_ context.Context, req *http.Request) error {
	req.SetBasicAuth("cobalt+public", "private")
	return a.err
}

func TestKeysThatNeedCredentials(t *testing.T) {
	closed := func(req *http.Request) (int, string) {
		if _, _, ok := req.BasicAuth(); !ok {
			return http.StatusUnauthorized, ""
		}
		if req.Header.Get("clientId") != "client" {
			return http.StatusForbidden, ""
		}
		return http.StatusOK, `{"signing_key":"` + signingKey + `"}`
	}
	auth := func(c *callback.Config) { c.Auth, c.ClientID = keyAuth{}, "client" }

	d := &desk{key: closed}
	if _, err := verify(t, verifier(t, d, auth), delivery(t, keyURL, event)); err != nil || d.keys.Load() != 2 {
		t.Errorf("with credentials: %v after %d requests; want the second to succeed", err, d.keys.Load())
	}
	d = &desk{key: closed}
	if _, err := verify(t, verifier(t, d, nil), delivery(t, keyURL, event)); !errors.Is(err, callback.ErrKey) || d.keys.Load() != 1 {
		t.Errorf("without credentials: %v after %d requests", err, d.keys.Load())
	}
	d = &desk{key: closed}
	if _, err := verify(t, verifier(t, d, auth), delivery(t, strings.Replace(keyURL, "na.myconnectwise.net", "portal.cobalt.example", 1), event)); !errors.Is(err, callback.ErrKey) || d.keys.Load() != 1 {
		t.Errorf("an allowed origin: %v after %d requests; it must not be sent credentials", err, d.keys.Load())
	}
	failing := errors.New("no token")
	d = &desk{key: closed}
	if _, err := verify(t, verifier(t, d, func(c *callback.Config) { c.Auth = keyAuth{failing} }), delivery(t, keyURL, event)); !errors.Is(err, failing) || !errors.Is(err, callback.ErrKey) {
		t.Errorf("Auth that fails: %v", err)
	}
	open := &desk{key: func(req *http.Request) (int, string) {
		if req.Header.Get("Authorization")+req.Header.Get("clientId") != "" {
			t.Error("credentials were sent without need")
		}
		return http.StatusOK, `{"signing_key":"` + signingKey + `"}`
	}}
	if _, err := verify(t, verifier(t, open, auth), delivery(t, keyURL, event)); err != nil {
		t.Error(err)
	}
}

func TestKeyAnswers(t *testing.T) {
	for _, tt := range []struct {
		name   string
		status int
		body   string
		want   error
	}{
		{"unreachable", 0, "", callback.ErrKey},
		{"server error", 500, "", callback.ErrKey},
		{"redirect", 302, "", callback.ErrKey},
		{"HTML", 200, "<html>", callback.ErrKey},
		{"no key", 200, "{}", callback.ErrKey},
		{"too large", 200, `{"signing_key":"` + strings.Repeat("x", 1<<17) + `"}`, callback.ErrKey},
		{"no such key", 404, "", callback.ErrRefused},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := &desk{key: func(*http.Request) (int, string) { return tt.status, tt.body }}
			v := verifier(t, d, nil)
			if _, err := verify(t, v, delivery(t, keyURL, event)); !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
			if n := d.keys.Load(); n != 1 {
				t.Errorf("%d requests; redirects lead away and are not followed", n)
			}
			// A failure is not kept.
			d.key = nil
			if _, err := verify(t, v, delivery(t, keyURL, event)); err != nil {
				t.Errorf("mended: %v", err)
			}
		})
	}
}

func TestAFloodOfKeyURLsIsNoFloodOfRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		v := verifier(t, d, nil)
		refused := 0
		for i := range 500 {
			if _, err := verify(t, v, delivery(t, fmt.Sprintf("%s%d", keyURL, i), event)); errors.Is(err, callback.ErrKey) {
				refused++
			}
		}
		if n := d.keys.Load(); n != 30 || refused != 470 {
			t.Errorf("%d requests, %d refused", n, refused)
		}
		time.Sleep(time.Minute)
		if _, err := verify(t, v, delivery(t, keyURL, event)); err != nil {
			t.Errorf("a minute later: %v", err)
		}
	})
}

func TestKeysAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		v := verifier(t, d, nil)
		for i := range 150 {
			if i%30 == 0 {
				time.Sleep(time.Minute)
			}
			if _, err := verify(t, v, delivery(t, fmt.Sprintf("%s%d", keyURL, i), event)); err != nil {
				t.Fatal(err)
			}
		}
		again := 0
		for i := range 150 {
			before := d.keys.Load()
			if i%30 == 0 {
				time.Sleep(time.Minute)
			}
			if _, err := verify(t, v, delivery(t, fmt.Sprintf("%s%d", keyURL, i), event)); err != nil {
				t.Fatal(err)
			}
			again += int(d.keys.Load() - before)
		}
		if again < 50 {
			t.Errorf("only %d of 150 keys were fetched again; more than 100 are kept", again)
		}
	})
}

// A key that the service desk has replaced is fetched again when it does not
// fit; forgeries do not have it fetched each time.
func TestReplacedKeysAreFetchedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		key := "old"
		d := &desk{key: func(*http.Request) (int, string) { return 200, `{"signing_key":"` + key + `"}` }}
		v := verifier(t, d, nil)
		if _, err := verify(t, v, delivery(t, keyURL, event)); !errors.Is(err, callback.ErrSignature) {
			t.Fatal(err)
		}
		key = signingKey
		for range 5 {
			if _, err := verify(t, v, delivery(t, keyURL, event)); !errors.Is(err, callback.ErrSignature) || d.keys.Load() != 1 {
				t.Errorf("at once: %v, asked %d times", err, d.keys.Load())
			}
		}
		time.Sleep(10 * time.Minute)
		for range 3 {
			if _, err := verify(t, v, delivery(t, keyURL, event)); err != nil || d.keys.Load() != 2 {
				t.Errorf("later: %v, asked %d times", err, d.keys.Load())
			}
		}
		time.Sleep(time.Hour)
		d.key = func(*http.Request) (int, string) { return 503, "" }
		if _, err := verify(t, v, delivery(t, keyURL, event)); err != nil || d.keys.Load() != 2 {
			t.Errorf("a key that fits: %v, asked %d times", err, d.keys.Load())
		}
	})
}

// A sender that goes away while companyinfo is asked for does not spoil the
// answer for the others.
func TestCompanyInfoOutlastsTheOneWhoAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{info: func() (int, string) {
			time.Sleep(time.Second)
			return 200, `{"SiteUrl":"api-na.myconnectwise.net"}`
		}}
		v := verifier(t, d, func(c *callback.Config) { c.Site = "login.cobalt.example" })
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

// A sender that does not finish is answered all the same.
func TestABodyThatDawdlesIsAnswered(t *testing.T) {
	h := &callback.Handler{Verifier: verifier(t, &desk{}, nil), AnswerIn: 50 * time.Millisecond, Handle: func(context.Context, callback.Event) error { return nil }}
	s := httptest.NewServer(h)
	defer s.Close()
	connection, err := new(net.Dialer).DialContext(t.Context(), "tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	if _, err := io.WriteString(connection, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(connection), nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusTooManyRequests {
		t.Errorf("status %d", resp.StatusCode)
	}
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

func TestHandlerAnswers(t *testing.T) {
	post := func(t *testing.T) *http.Request { return delivery(t, keyURL, event) }
	for _, tt := range []struct {
		name    string
		desk    *desk
		request func(*testing.T) *http.Request
		result  error
		want    int
		handled bool
	}{
		{"fine", &desk{}, post, nil, 204, true},
		{"Handle fails", &desk{}, post, errors.New("database is away"), 429, true},
		{"GET", &desk{}, func(t *testing.T) *http.Request { r := post(t); r.Method = http.MethodGet; return r }, nil, 405, false},
		{"not a delivery", &desk{}, func(t *testing.T) *http.Request {
			r := post(t)
			r.Body = io.NopCloser(strings.NewReader("x"))
			return r
		}, nil, 400, false},
		{"body that breaks off", &desk{}, func(t *testing.T) *http.Request {
			r := post(t)
			r.Body = io.NopCloser(io.MultiReader(strings.NewReader("{"), brokenReader{}))
			return r
		}, nil, 400, false},
		{"not signed", &desk{}, func(t *testing.T) *http.Request { r := post(t); r.Header.Del(callback.SignatureHeader); return r }, nil, 401, false},
		{"other company", &desk{}, func(t *testing.T) *http.Request { e := event; e.Company = "rival"; return delivery(t, keyURL, e) }, nil, 403, false},
		{"foreign host", &desk{}, func(t *testing.T) *http.Request {
			return delivery(t, strings.Replace(keyURL, "na.", "evil.", 1), event)
		}, nil, 403, false},
		{"http", &desk{}, func(t *testing.T) *http.Request {
			return delivery(t, strings.Replace(keyURL, "https", "http", 1), event)
		}, nil, 403, false},
		{"oversized", &desk{}, func(t *testing.T) *http.Request {
			e := event
			e.Entity = json.RawMessage(`"` + strings.Repeat("x", 1<<20) + `"`)
			return delivery(t, keyURL, e)
		}, nil, 413, false},
		{"key cannot be had", &desk{key: func(*http.Request) (int, string) { return 503, "" }}, post, nil, 429, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var log bytes.Buffer
			handled := false
			h := &callback.Handler{Verifier: verifier(t, tt.desk, nil), Logger: slog.New(slog.NewTextHandler(&log, nil)),
				Handle: func(_ context.Context, e callback.Event) error {
					handled = true
					if diff := cmp.Diff(event, e); diff != "" {
						t.Errorf("event (-want +got):\n%s", diff)
					}
					return tt.result
				}}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, tt.request(t))
			if w.Code != tt.want || handled != tt.handled {
				t.Errorf("status %d, handled %v; want %d, %v", w.Code, handled, tt.want, tt.handled)
			}
			if w.Body.Len() != 0 {
				t.Errorf("the sender is told %q", w.Body)
			}
			if logged := log.Len() > 0; logged != (tt.want != 204) {
				t.Errorf("log: %s", &log)
			}
			if strings.Contains(log.String(), signingKey) {
				t.Errorf("the signing key is in the log: %s", &log)
			}
			if allow := w.Header().Get("Allow"); (allow == http.MethodPost) != (tt.want == 405) {
				t.Errorf("Allow: %q", allow)
			}
		})
	}
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestAReplayIsNotHandledAgain(t *testing.T) {
	n := 0
	h := &callback.Handler{Verifier: verifier(t, &desk{}, nil), Remember: 2, Handle: func(context.Context, callback.Event) error { n++; return nil }}
	send := func(message string) {
		t.Helper()
		e := event
		e.Message = message
		if got := serve(h, delivery(t, keyURL, e)); got != 204 {
			t.Errorf("message %q: status %d", message, got)
		}
	}
	for range 3 {
		send("a")
	}
	if n != 1 {
		t.Errorf("handled %d times, want once", n)
	}
	for range 2 {
		send("") // known by its body
	}
	if n != 2 {
		t.Errorf("handled %d times, want two", n)
	}
	send("b")
	send("a") // two newer ones have pushed it out
	if n != 4 {
		t.Errorf("handled %d times, want 4: only two are remembered", n)
	}
}

func TestAFailedEventIsHandledAgain(t *testing.T) {
	n := 0
	h := &callback.Handler{Verifier: verifier(t, &desk{}, nil), Handle: func(context.Context, callback.Event) error {
		switch n++; n {
		case 1:
			return errors.New("away")
		case 2:
			panic("oh")
		}
		return nil
	}}
	var got []int
	for range 4 {
		got = append(got, serve(h, delivery(t, keyURL, event)))
	}
	if diff := cmp.Diff([]int{429, 429, 204, 204}, got); diff != "" || n != 3 {
		t.Errorf("handled %d times, statuses (-want +got):\n%s", n, diff)
	}
}

// A slow Handle is answered inside five seconds, goes on, runs once, and the
// repeated delivery learns what came of it.
func TestASlowHandleIsAnsweredInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		h := &callback.Handler{Verifier: verifier(t, &desk{}, nil), Handle: func(ctx context.Context, _ callback.Event) error {
			n++
			select {
			case <-time.After(9 * time.Second):
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}}
		for _, want := range []int{429, 204} {
			start := time.Now()
			ctx, cancel := context.WithCancel(t.Context())
			got := serve(h, delivery(t, keyURL, event).WithContext(ctx))
			cancel() // as the server does when a request ends
			if took := time.Since(start); took >= 5*time.Second {
				t.Errorf("answered after %v", took)
			}
			if got != want {
				t.Errorf("status %d, want %d", got, want)
			}
			time.Sleep(2 * time.Second)
		}
		if n != 1 {
			t.Errorf("handled %d times, want once", n)
		}
	})
}

func TestHandleIsBoundedAndWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var result error
		h := &callback.Handler{Verifier: verifier(t, &desk{}, nil), Timeout: 20 * time.Second, Handle: func(ctx context.Context, _ callback.Event) error {
			<-ctx.Done()
			result = ctx.Err()
			return result
		}}
		if got := serve(h, delivery(t, keyURL, event)); got != 429 {
			t.Errorf("status %d", got)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := h.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Wait with a short context: %v", err)
		}
		start := time.Now()
		if err := h.Wait(t.Context()); err != nil || !errors.Is(result, context.DeadlineExceeded) {
			t.Errorf("Wait: %v; Handle ended with %v", err, result)
		}
		if took := time.Since(start); took != 15*time.Second {
			t.Errorf("Wait took %v, want the 15s that were left", took)
		}
	})
}

func TestASlowKeyIsAnsweredInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{key: func(req *http.Request) (int, string) {
			time.Sleep(time.Minute)
			return 200, `{"signing_key":"` + signingKey + `"}`
		}}
		h := &callback.Handler{Verifier: verifier(t, d, nil), AnswerIn: 3 * time.Second, Handle: func(context.Context, callback.Event) error { return nil }}
		start := time.Now()
		if got := serve(h, delivery(t, keyURL, event)); got != 429 || time.Since(start) != 3*time.Second {
			t.Errorf("status %d after %v", got, time.Since(start))
		}
		time.Sleep(2 * time.Minute)
	})
}

// The test server of the API delivers what this package accepts, with keys
// that are public and with keys that are not, over https and over http to the
// machine itself.
func TestDeliveriesOfTheTestServer(t *testing.T) {
	for _, needsAuth := range []bool{false, true} {
		for _, secure := range []bool{false, true} {
			t.Run(fmt.Sprintf("credentials %v, https %v", needsAuth, secure), func(t *testing.T) {
				cfg := connectwisetest.Config{
					Switches:        connectwisetest.Switches{KeyNeedsAuth: needsAuth},
					CallbackRetries: [2]time.Duration{time.Millisecond, time.Millisecond},
				}
				start := connectwisetest.Start
				if secure {
					start = connectwisetest.StartTLS
				}
				srv := start(cfg)
				defer srv.Close()
				received(t, srv)
			})
		}
	}
}

// serverAuth proves who is asking to the test server.
type serverAuth struct{ c connectwisetest.Credentials }

func (a serverAuth) Authorize(_ context.Context, req *http.Request) error {
	req.SetBasicAuth(a.c.Company+"+"+a.c.PublicKey, a.c.PrivateKey)
	return nil
}

// received subscribes to companies, makes one, and checks what arrives. The
// first try is failed to see the second.
func received(t *testing.T, srv *connectwisetest.Server) {
	t.Helper()
	creds := srv.Credentials()
	v, err := callback.NewVerifier(callback.Config{
		Site: srv.URL, Company: creds.Company, HTTPClient: srv.Client(), Auth: serverAuth{creds}, ClientID: creds.ClientID,
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []callback.Event
	receiver := httptest.NewServer(&callback.Handler{Verifier: v, Handle: func(_ context.Context, e callback.Event) error {
		got = append(got, e)
		if len(got) == 1 {
			return errors.New("not yet")
		}
		return nil
	}})
	defer receiver.Close()

	post := func(path, body string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, srv.URL+"/v4_6_release/apis/3.0/"+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.SetBasicAuth(creds.Company+"+"+creds.PublicKey, creds.PrivateKey)
		req.Header.Set("clientId", creds.ClientID)
		req.Header.Set("Content-Type", "application/json")
		resp, err := srv.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusCreated {
			t.Fatalf("POST %s: status %d, %s, %v", path, resp.StatusCode, text, err)
		}
	}
	post("system/callbacks", fmt.Sprintf(`{"url":%q,"objectId":0,"type":"company","level":"owner"}`, receiver.URL+"/?recordId="))
	post("company/companies", `{"identifier":"birch","name":"Birch Dental","addressLine1":"1 High St","site":{"name":"Main"},"status":{"id":1}}`)
	if err := srv.WaitCallbacks(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 {
		t.Fatalf("%d events, want the first try and the second; deliveries %+v", len(got), srv.Deliveries())
	}
	e := got[1]
	var company struct{ Identifier string }
	if err := json.Unmarshal(e.Entity, &company); err != nil {
		t.Fatal(err)
	}
	if e.Action != callback.Added || e.Type != "company" || e.ID == 0 || company.Identifier != "birch" || e.Message != got[0].Message {
		t.Errorf("event %+v", e)
	}
	if d := srv.Deliveries(); len(d) != 1 || !cmp.Equal(d[0].Statuses, []int{429, 204}) {
		t.Errorf("deliveries %+v", d)
	}
}

// FuzzBody: no body and no signature panics, and none is accepted that was
// not signed with the key.
func FuzzBody(f *testing.F) {
	f.Add([]byte(captured), callback.Sign(signingKey, []byte(captured)))
	f.Add([]byte(captured), callback.Sign("other", []byte(captured)))
	f.Add([]byte(`{"ID":"7","Entity":{"id":7},"CompanyId":"cobalt","Metadata":{"key_url":"https://na.myconnectwise.net/system/callbackkey/index.rails?companyName=cobalt"}}`), "x")
	f.Add([]byte(`{"Entity":"\"\\u0000\"","ID":null}`), "")
	f.Add([]byte("\xff\x00"), "====")
	v, err := callback.NewVerifier(callback.Config{Site: "sandbox-na.myconnectwise.net", Company: "cobalt", HTTPClient: &http.Client{Transport: &desk{}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte, signature string) {
		_, err := v.Verify(t.Context(), body, signature)
		if err == nil && signature != callback.Sign(signingKey, body) {
			t.Errorf("%q is accepted with the signature %q", body, signature)
		}
		// Properly signed it is an event of our company, or refused for a reason.
		e, err := v.Verify(t.Context(), body, callback.Sign(signingKey, body))
		switch {
		case err == nil:
			if !strings.EqualFold(e.Company, "cobalt") || len(e.Entity) > 0 && !json.Valid(e.Entity) {
				t.Errorf("event %+v", e)
			}
		case errors.Is(err, callback.ErrSignature):
			t.Errorf("%q: its own signature is wrong", body)
		case !errors.Is(err, callback.ErrMalformed) && !errors.Is(err, callback.ErrRefused) && !errors.Is(err, callback.ErrKey):
			t.Errorf("%q: %v has no class", body, err)
		}
	})
}
