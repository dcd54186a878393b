package callback_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/callback"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// This package accepts the deliveries of the test server: with public keys and
// with protected ones, over https and over http on loopback.
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

// serverAuth adds the Authorization header for the test server.
type serverAuth struct{ c connectwisetest.Credentials }

func (a serverAuth) Authorize(_ context.Context, req *http.Request) error {
	req.SetBasicAuth(a.c.Company+"+"+a.c.PublicKey, a.c.PrivateKey)
	req.Header.Set("clientId", a.c.ClientID)
	return nil
}

// received subscribes to companies, creates one, and checks what arrives. It
// fails the first try to see the second.
func received(t *testing.T, srv *connectwisetest.Server) {
	t.Helper()
	creds := srv.Credentials()
	v, err := callback.NewVerifier(callback.Config{
		Site: srv.URL, Company: creds.Company, HTTPClient: srv.Client(), Authorize: serverAuth{creds}.Authorize,
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
