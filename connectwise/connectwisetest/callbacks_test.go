package connectwisetest_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

type received struct{ query, signature, body string }

// receiver starts an endpoint that answers with these statuses and then with
// 200.
func receiver(t *testing.T, statuses ...int) (string, func() []received) {
	var mu sync.Mutex
	var got []received
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		b, _ := io.ReadAll(r.Body)
		got = append(got, received{r.URL.RawQuery, r.Header.Get("x-content-signature"), string(b)})
		if n := len(got); n <= len(statuses) {
			w.WriteHeader(statuses[n-1])
		}
	}))
	t.Cleanup(srv.Close)
	return srv.URL, func() []received {
		mu.Lock()
		defer mu.Unlock()
		return append([]received(nil), got...)
	}
}

func quick() connectwisetest.Config {
	return connectwisetest.Config{CallbackRetries: [2]time.Duration{time.Millisecond, time.Millisecond}}
}

func (a *api) subscribe(url, kind, level string, object int, more string) answer {
	a.t.Helper()
	return a.do("POST", "system/callbacks", fmt.Sprintf(`{"id":0,"inactiveFlag":false,"url":%q,"objectId":%d,"type":%q,"level":%q,"payloadVersion":"3.0.0","memberId":0,"connectWiseID":""%s}`, url, object, kind, level, more))
}

func (a *api) settle() {
	a.t.Helper()
	if err := a.srv.WaitCallbacks(a.t.Context()); err != nil {
		a.t.Fatal(err)
	}
}

func TestCallbackDelivery(t *testing.T) {
	a := desk(t, quick())
	url, got := receiver(t)
	entry := a.subscribe(url+"/hook?recordId=", "ticket", "owner", 0, "").want(201).object()
	if entry["objectId"] != 1.0 || entry["memberId"] != 20.0 || entry["connectWiseID"] == "" {
		t.Errorf("entry: %v", entry)
	}
	a.do("POST", "service/tickets", minimal).want(201)
	a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"summary","value":"quiet"},{"op":"replace","path":"skipCallback","value":true}]`).want(200)
	if err := a.srv.AsPerson("tech1").CloseTicket(70001); err != nil {
		t.Fatal(err)
	}
	a.do("DELETE", "service/tickets/70001", "").want(204)
	a.settle()
	all := got()
	if len(all) != 3 {
		t.Fatalf("%d callbacks, want added, updated, deleted: %v", len(all), all)
	}
	for i, want := range []struct{ query, action, member string }{
		{"recordId=70001&action=added", "added", "apimember"}, {"recordId=70001&action=updated", "updated", "tech1"}, {"recordId=70001&action=deleted", "deleted", "apimember"},
	} {
		var body struct {
			Action, CompanyID, MemberID, MessageID, Type, FromURL string
			Entity                                                *string
			ID, CallbackObjectRecID                               int64
			Metadata                                              struct {
				KeyURL string `json:"key_url"`
			}
		}
		if err := json.Unmarshal([]byte(all[i].body), &body); err != nil {
			t.Fatal(err)
		}
		if all[i].query != want.query || body.Action != want.action || body.MemberID != want.member || body.ID != 70001 || body.Type != "ticket" || body.CompanyID != "training" {
			t.Errorf("callback %d: %+v", i, all[i])
		}
		if (body.Entity == nil) != (want.action == "deleted") {
			t.Errorf("%s carries entity %v", want.action, body.Entity)
		}
		if body.Entity != nil && (!strings.Contains(*body.Entity, `"summary":`) || strings.Contains(*body.Entity, "customFields")) {
			t.Errorf("entity %s", *body.Entity)
		}
		// The key is served without credentials, at the URL in the body.
		resp, err := a.http.Do(mustRequest(t, body.Metadata.KeyURL))
		if err != nil {
			t.Fatal(err)
		}
		var key struct {
			SigningKey string `json:"signing_key"`
		}
		err = json.NewDecoder(resp.Body).Decode(&key)
		_ = resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if sum := signature(key.SigningKey, all[i].body); sum != all[i].signature {
			t.Errorf("signature %s, want %s", all[i].signature, sum)
		}
	}
}

// signature computes the signature as documented, independently of the server.
func signature(key, body string) string {
	k := sha256.Sum256([]byte(key))
	m := hmac.New(sha256.New, k[:])
	_, _ = io.WriteString(m, body)
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

func TestSignatureVector(t *testing.T) {
	if got := signature("test-signing-key", `{"Action":"added","ID":1}`); got != "ExsuVw1qZz5bGQSF2ay9XXcnx8f33/ESi9mO+wzPq6A=" {
		t.Error(got)
	}
}

func mustRequest(t *testing.T, url string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCallbackRetries(t *testing.T) {
	for name, tc := range map[string]struct {
		answers, want []int
	}{
		"success":                {nil, []int{200}},
		"any 2xx":                {[]int{204}, []int{204}},
		"busy, then fine":        {[]int{429}, []int{429, 200}},
		"never found":            {[]int{404, 404, 404}, []int{404, 404, 404}},
		"conflict twice":         {[]int{409, 419}, []int{409, 419, 200}},
		"500 is not tried again": {[]int{500}, []int{500}},
		"503 is not tried again": {[]int{503}, []int{503}},
	} {
		t.Run(name, func(t *testing.T) {
			a := desk(t, quick())
			url, _ := receiver(t, tc.answers...)
			a.subscribe(url, "ticket", "board", 1, "").want(201)
			a.do("POST", "service/tickets", minimal).want(201)
			a.settle()
			d := a.srv.Deliveries()
			if len(d) != 1 || !cmp.Equal(d[0].Statuses, tc.want) {
				t.Errorf("deliveries %+v, want %v", d, tc.want)
			}
		})
	}
}

func TestCallbackScope(t *testing.T) {
	a := desk(t, quick())
	url, got := receiver(t)
	a.subscribe(url+"/other-board", "ticket", "board", 2, "").want(201)
	a.subscribe(url+"/self", "ticket", "owner", 0, `,"isSelfSuppressedFlag":true`).want(201)
	a.subscribe(url+"/company", "company", "company", 250, "").want(201)
	a.do("POST", "service/tickets", minimal).want(201)
	a.do("PATCH", "company/companies/251", `[{"op":"replace","path":"city","value":"Rome"}]`).want(200)
	a.settle()
	if len(got()) != 0 {
		t.Errorf("callbacks outside their scope: %v", got())
	}
	a.do("PATCH", "company/companies/250", `[{"op":"replace","path":"city","value":"Rome"}]`).want(200)
	a.settle()
	if all := got(); len(all) != 1 || !strings.HasPrefix(all[0].query, "id=250&action=updated") {
		t.Errorf("callbacks: %v", all)
	}
}

func TestCallbackRules(t *testing.T) {
	a := desk(t, quick())
	a.subscribe("https://x.test/a", "ticket", "owner", 0, "").want(201)
	for name, tc := range map[string]struct{ url, kind, level, want string }{
		"twice":     {"https://x.test/a", "Ticket", "Owner", `"code":"ObjectExists","message":"A matching callback entry already exists","resource":"callbackEntry","field":"objectId"`},
		"bad URL":   {"hook", "ticket", "owner", `"code":"InvalidField","message":"Invalid URL","resource":"callbackEntry","field":"url"`},
		"bad level": {"https://x.test/b", "ticket", "company", `"code":"InvalidObject","message":"Unrecognized level for type, see documentation for supported levels for each type","resource":"callbackEntry","field":"level"`},
		"both":      {"hook", "ticket", "company", `"url"},{"code":"InvalidObject"`},
	} {
		if got := a.subscribe(tc.url, tc.kind, tc.level, 0, "").want(400).body; !strings.Contains(got, tc.want) {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := a.do("DELETE", "system/callbacks/99", "").want(404).body; got != `{"code":"ConnectWiseApi","message":"The endpoint does not exist."}` {
		t.Errorf("missing callback: %s", got)
	}
}

func TestCallbackSwitchedOffAfterThreeDays(t *testing.T) {
	now := noon
	cfg := quick()
	cfg.Now = func() time.Time { return now }
	a := desk(t, cfg)
	url, _ := receiver(t, 500, 500, 500, 500)
	id := a.subscribe(url, "ticket", "owner", 0, "").want(201).object()["id"]
	path := fmt.Sprintf("system/callbacks/%v", id)
	for day, off := range []bool{false, false, false, true} {
		now = noon.AddDate(0, 0, day)
		a.do("POST", "service/tickets", minimal).want(201)
		a.settle()
		if got := a.get(path).object()["inactiveFlag"]; got != off {
			t.Errorf("day %d: inactive %v", day, got)
		}
	}
}
