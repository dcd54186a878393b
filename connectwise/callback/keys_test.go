package callback_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/covedesk/covedesk/connectwise/callback"
)

// keyAuth adds an Authorization header.
type keyAuth struct{ err error }

func (a keyAuth) Authorize(_ context.Context, req *http.Request) error {
	req.SetBasicAuth("cobalt+public", "private")
	req.Header.Set("clientId", "client")
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
	auth := func(c *callback.Config) { c.Authorize = keyAuth{}.Authorize }

	d := &desk{key: closed}
	if _, err := verify(t, verifier(t, d, auth), delivery(t, keyURL, event)); err != nil || d.keys.Load() != 2 {
		t.Errorf("with credentials: %v after %d requests; want the second to succeed", err, d.keys.Load())
	}
	d = &desk{key: closed}
	if _, err := verify(t, verifier(t, d, nil), delivery(t, keyURL, event)); !errors.Is(err, callback.ErrKey) || d.keys.Load() != 1 {
		t.Errorf("without credentials: %v after %d requests", err, d.keys.Load())
	}
	failing := errors.New("no token")
	d = &desk{key: closed}
	if _, err := verify(t, verifier(t, d, func(c *callback.Config) { c.Authorize = keyAuth{failing}.Authorize }), delivery(t, keyURL, event)); !errors.Is(err, failing) || !errors.Is(err, callback.ErrKey) {
		t.Errorf("Authorize that fails: %v", err)
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
		start := time.Now()
		forge(t, v, 500, func(i int) string { return fmt.Sprintf("%s%d", keyURL, i) })
		most := 101 + int64(5*time.Since(start).Seconds()) // at once, and then five a second
		if n := int64(d.keys.Load()); n < 100 || n > most || most > 200 {
			t.Errorf("%d requests for 500 forgeries, at most %d of them allowed", n, most)
		}
		time.Sleep(2 * time.Second) // the service desk repeats the delivery then
		if _, err := verify(t, v, delivery(t, keyURL, event)); err != nil {
			t.Errorf("genuine, two seconds later: %v", err)
		}
	})
}

// forge sends n forged deliveries at the same time.
func forge(t *testing.T, v *callback.Verifier, n int, url func(int) string) {
	t.Helper()
	var wg sync.WaitGroup
	for i := range n {
		req := delivery(t, url(i), event)
		req.Header.Set(callback.SignatureHeader, callback.Sign("forged", []byte("x")))
		wg.Go(func() {
			if _, err := verify(t, v, req); err == nil {
				t.Error("a forgery was accepted")
			}
		})
	}
	wg.Wait()
}

// Forged deliveries, each with another spelling of a key's URL, do not affect
// genuine ones, whether their key is known or has not been seen yet.
func TestCaseW11_ForgedKeyURLs(t *testing.T) {
	const plain = "https://na.myconnectwise.net/v2025_1//system/callbackkey/index.rails?companyName=Cobalt&id=e17e6674"
	forms := map[string]func(int) string{
		"parameters": func(i int) string { return fmt.Sprintf("%s&x=%d", plain, i) },
		"prefixes":   func(i int) string { return strings.Replace(plain, "v2025_1/", fmt.Sprintf("v2025_%d", i), 1) },
		"letters": func(i int) string {
			return plain[:60] + strings.ToUpper(plain[60:60+i%20]) + plain[60+i%20:]
		},
		"order":   func(i int) string { return strings.Replace(plain, "?", fmt.Sprintf("?a%d=&", i), 1) },
		"ids":     func(i int) string { return fmt.Sprintf("%s%d", plain, i) },
		"foreign": func(i int) string { return strings.Replace(plain, "na.", fmt.Sprintf("na%d.", i), 1) },
	}
	for name, form := range forms {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := &desk{key: func(*http.Request) (int, string) {
					time.Sleep(100 * time.Millisecond)
					return 200, `{"signing_key":"` + signingKey + `"}`
				}}
				v := verifier(t, d, nil)
				forge(t, v, 32, form)
				if _, err := verify(t, v, delivery(t, plain, event)); err != nil {
					t.Errorf("a key not seen before, after 32 forgeries: %v", err)
				}
				if n := d.keys.Load(); n != 1 && name != "ids" && name != "prefixes" && name != "foreign" {
					t.Errorf("one key was fetched %d times", n)
				}
				// A key that has verified a delivery stays, and is not fetched
				// again, whatever comes in.
				for range 10 {
					forge(t, v, 300, form)
				}
				d.key = func(*http.Request) (int, string) { return 503, "" }
				d.info = func() (int, string) { return 503, "" }
				start := time.Now()
				if _, err := verify(t, v, delivery(t, plain, event)); err != nil || time.Since(start) != 0 {
					t.Errorf("a known key, after 3,000 forgeries: %v, %v", err, time.Since(start))
				}
			})
		})
	}
}

// A replaced key is fetched even if forged deliveries have used up the rate for
// unknown keys.
func TestAReplacedKeyIsFetchedInAFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var key atomic.Value
		key.Store("old")
		d := &desk{key: func(*http.Request) (int, string) { return 200, fmt.Sprintf(`{"signing_key":%q}`, key.Load()) }}
		v := verifier(t, d, nil)
		body, err := io.ReadAll(delivery(t, keyURL, event).Body)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := v.Verify(t.Context(), body, callback.Sign("old", body)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		flood := make(chan struct{})
		defer func() { <-flood }()
		go func() {
			defer close(flood)
			forge(t, v, 500, func(i int) string { return fmt.Sprintf("%s%d", keyURL, i) })
		}()
		time.Sleep(time.Second)
		key.Store("new")
		if _, err := v.Verify(t.Context(), body, callback.Sign("new", body)); err != nil {
			t.Errorf("signed with the new key: %v", err)
		}
		if _, err := v.Verify(t.Context(), body, callback.Sign("old", body)); !errors.Is(err, callback.ErrSignature) {
			t.Errorf("signed with the old key: %v", err)
		}
	})
}

func TestCaseW6_ByteOrderMarkBeforeAKey(t *testing.T) {
	d := &desk{
		key:  func(*http.Request) (int, string) { return 200, "\ufeff" + `{"signing_key":"` + signingKey + `"}` },
		info: func() (int, string) { return 200, "\ufeff" + `{"SiteUrl":"api-na.myconnectwise.net"}` },
	}
	v := verifier(t, d, func(c *callback.Config) { c.Site = "eu.myconnectwise.net" })
	if _, err := verify(t, v, delivery(t, keyURL, event)); err != nil {
		t.Error(err)
	}
}

// A key verifies its first delivery even if forged deliveries removed it
// meanwhile.
func TestAKeyIsProvedInAFlood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &desk{key: func(req *http.Request) (int, string) {
			if req.URL.String() == keyURL {
				time.Sleep(3 * time.Second)
			}
			return 200, `{"signing_key":"` + signingKey + `"}`
		}}
		v := verifier(t, d, nil)
		first := make(chan error)
		go func() {
			_, err := verify(t, v, delivery(t, keyURL, event))
			first <- err
		}()
		time.Sleep(time.Second)
		forge(t, v, 300, func(i int) string { return fmt.Sprintf("%s%d", keyURL, i) })
		if err := <-first; err != nil {
			t.Fatal(err)
		}
		d.key = func(*http.Request) (int, string) { return 503, "" }
		if _, err := verify(t, v, delivery(t, keyURL, event)); err != nil {
			t.Errorf("the second delivery: %v", err)
		}
	})
}

func TestKeysAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, genuine := range []bool{true, false} {
			d := &desk{}
			v := verifier(t, d, nil)
			again := 0
			for round := range 2 {
				for i := range 150 {
					req := delivery(t, fmt.Sprintf("%s%d", keyURL, i), event)
					if !genuine {
						req.Header.Set(callback.SignatureHeader, "forged")
					}
					before := d.keys.Load()
					if _, err := verify(t, v, req); (err == nil) != genuine {
						t.Fatal(err)
					}
					again += round * int(d.keys.Load()-before)
				}
			}
			if again < 50 {
				t.Errorf("genuine %v: only %d of 150 keys were fetched again; more than 100 are kept", genuine, again)
			}
		}
	})
}

// A key that the service desk has replaced is fetched again when it does not
// match. Forged deliveries do not cause a request each time.
func TestReplacedKeysAreFetchedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		key := "old"
		d := &desk{key: func(*http.Request) (int, string) { return 200, `{"signing_key":"` + key + `"}` }}
		v := verifier(t, d, nil)
		want := func(when string, with string, fits bool, fetched int32) {
			t.Helper()
			body := []byte(captured)
			body = bytes.ReplaceAll(body, []byte("sandbox-na"), []byte("na"))
			for range 3 {
				_, err := v.Verify(t.Context(), body, callback.Sign(with, body))
				if (err == nil) != fits || err != nil && !errors.Is(err, callback.ErrSignature) {
					t.Errorf("%s: %v", when, err)
				}
				if got := d.keys.Load(); got != fetched {
					t.Errorf("%s: fetched %d times, want %d", when, got, fetched)
				}
			}
		}
		want("never proved", "forged", false, 1)
		time.Sleep(11 * time.Second)
		want("never proved, later", "forged", false, 2)
		want("first", "old", true, 2)
		time.Sleep(time.Hour)
		want("fits still", "old", true, 2)
		want("forged", "forged", false, 3)
		key = "newer"
		want("replaced just now", "newer", false, 3)
		time.Sleep(11 * time.Second)
		want("replaced", "newer", true, 4)
		time.Sleep(11 * time.Second)
		key = "unseen"
		want("forged while there is another", "forged", false, 5)
		key = "newest"
		time.Sleep(11 * time.Second)
		want("replaced twice", "newest", true, 6)
		time.Sleep(time.Hour)
		d.key = func(*http.Request) (int, string) { return 503, "" }
		want("a key that fits", "newest", true, 6)
	})
}

// Credentials are not sent to a host that an answer names, unless it is the
// vendor's.
func TestCaseW12_CredentialsStayHome(t *testing.T) {
	for _, tt := range []struct {
		site, said string
		url        string // URL of the key in the delivery
		trusted    bool
	}{
		{"na.myconnectwise.net", "evil.example", "https://evil.example", false},
		{"na.myconnectwise.net", "https://api-eu.myconnectwise.net:8443", "https://api-eu.myconnectwise.net:8443", false},
		{"na.myconnectwise.net", "na.myconnectwise.net.evil.example", "https://na.myconnectwise.net.evil.example", false},
		{"na.myconnectwise.net", "evilmyconnectwise.net", "https://evilmyconnectwise.net", false},
		{"psa.cobalt.example", "evil.example", "https://evil.example", false},
		{"psa.cobalt.example", "api-na.myconnectwise.net", "https://api-na.myconnectwise.net", false},
		{"na.myconnectwise.net", "api-eu.myconnectwise.net", "https://api-eu.myconnectwise.net", true},
	} {
		t.Run(tt.said, func(t *testing.T) {
			asked := 0
			d := &desk{info: func() (int, string) { return 200, `{"SiteUrl":"` + tt.said + `"}` }, key: func(req *http.Request) (int, string) {
				if asked++; req.Header.Get("Authorization") == "" {
					return 401, ""
				}
				return 200, `{"signing_key":"` + signingKey + `"}`
			}}
			v := verifier(t, d, func(c *callback.Config) { c.Site, c.Authorize = tt.site, keyAuth{}.Authorize })
			_, err := verify(t, v, delivery(t, tt.url+"/v2025_1//system/callbackkey/index.rails?companyName=cobalt&id=1", event))
			if tt.trusted != (err == nil) || !tt.trusted && (!errors.Is(err, callback.ErrRefused) || asked != 0) {
				t.Errorf("%v after %d requests there", err, asked)
			}
			if d.infos.Load() != 0 && tt.site == "psa.cobalt.example" {
				t.Error("companyinfo was asked for what is not believed")
			}
		})
	}
}
