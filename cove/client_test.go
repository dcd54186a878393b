package cove_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jarcoal/httpmock"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
)

func TestPartners(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	birch := srv.AddPartner(covetest.Partner{
		Name: "Birch Dental (it@birch.example)", ExternalCode: "CWM:250:BirchDental", Created: time.Unix(1611100800, 0),
		Company: &covetest.Company{LegalCompanyName: "Birch Dental PC", City: "Troy"},
	})
	west := srv.AddPartner(covetest.Partner{ParentID: birch, Name: "Birch Dental - West", Level: "Site"})
	all, err := c.Partners(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 3 || all[0].ID != srv.RootID() {
		t.Fatalf("got %+v", all)
	}
	tree := cove.NewTree(all)
	customer, ok := tree.EndCustomer(west)
	if !ok || customer.ID != birch {
		t.Fatalf("end customer of the site: %+v", customer)
	}
	want := cove.Partner{
		ID: birch, ParentID: srv.RootID(), Name: "Birch Dental (it@birch.example)", Level: cove.LevelEndCustomer, State: cove.StateInProduction,
		ServiceType: cove.ServiceAllInclusive, ExternalCode: "CWM:250:BirchDental", Created: time.Unix(1611100800, 0).UTC(),
		Company: &cove.PartnerCompany{LegalName: "Birch Dental PC", PostAddress: &cove.PostAddress{City: "Troy"}},
		UID:     customer.UID, GUID: customer.GUID, LocationID: customer.LocationID,
	}
	if diff := cmp.Diff(want, customer); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if srv.Calls() != 3 {
		t.Errorf("%d calls; a login and two are enough for any tree", srv.Calls())
	}
}

func TestCallClassifiesErrors(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	outside := srv.AddPartner(covetest.Partner{ID: 900001, Name: "elsewhere"})
	who := cove.Credentials{Username: "helper", Password: "secret-helper"}
	srv.AddUser(covetest.User{PartnerID: outside, Name: who.Username, Password: who.Password})
	who.Partner = "elsewhere"
	restricted := connectAs(t, srv, who)
	for _, tt := range []struct {
		name   string
		client *cove.Client
		method string
		params map[string]any
		class  error
		text   string
	}{
		{"unknown method", c, "GetNothing", nil, cove.ErrInvalid, "GetNothing"},
		{"not found", c, "GetPartnerInfoById", map[string]any{"partnerId": 424242}, cove.ErrNotFound, ""},
		{"forbidden", restricted, "GetPartnerInfoById", map[string]any{"partnerId": srv.RootID()}, cove.ErrForbidden, "role"},
		{"no parent", c, "EnumeratePartners", map[string]any{}, cove.ErrForbidden, "13501"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var v any
			err := tt.client.Call(t.Context(), tt.method, tt.params, &v)
			if !errors.Is(err, tt.class) || !strings.Contains(err.Error(), tt.text) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestWritesOfUnknownOutcome(t *testing.T) {
	for _, f := range []covetest.Fault{
		{Kind: covetest.ResetAfter}, {Kind: covetest.Garbage}, {Kind: covetest.Truncate}, {Kind: covetest.HTML}, {Kind: covetest.StatusAfter, Status: 504},
	} {
		t.Run(fmt.Sprint(f.Kind), func(t *testing.T) {
			srv, c := start(t, covetest.Config{})
			f.Method, f.Times = "ModifyPartner", -1
			srv.Inject(f)
			err := c.Call(t.Context(), "ModifyPartner", map[string]any{"partnerInfo": map[string]any{"Id": srv.RootID(), "ExternalCode": "x"}}, nil)
			if !errors.Is(err, cove.ErrOutcomeUnknown) {
				t.Errorf("got %v", err)
			}
			if got := srv.Count("ModifyPartner"); got != 1 {
				t.Errorf("sent %d times", got)
			}
		})
	}
}

func TestReadsAreRepeated(t *testing.T) {
	for _, f := range []covetest.Fault{
		{Kind: covetest.ResetAfter}, {Kind: covetest.Truncate}, {Kind: covetest.StatusBefore, Status: 503}, {Kind: covetest.StatusBefore, Status: 429, RetryAfter: "0"},
	} {
		srv, c := start(t, covetest.Config{})
		f.Method = "GetPartnerInfoById"
		srv.Inject(f)
		if _, err := c.Partner(t.Context(), srv.RootID()); err != nil {
			t.Errorf("fault %d: %v", f.Kind, err)
		}
	}
}

func TestErrorTexts(t *testing.T) {
	for _, tt := range []struct {
		name, contentType, body string
		status                  int
		class                   error
		parts                   []string
	}{
		{"html", "text/html", "<html><head><title>Blocked</title></head></html>", 200, cove.ErrMalformed, []string{"HTML", "Blocked"}},
		{"text", "text/plain", "come back later", 200, cove.ErrMalformed, []string{"come back later"}},
		{"empty", "application/json", "", 200, cove.ErrMalformed, []string{"empty"}},
		{"cut", "application/json", `{"result":{"res`, 200, cove.ErrMalformed, []string{"byte 15"}},
		{"gateway", "text/html", "<html>", 502, cove.ErrServer, []string{"Bad Gateway", "502"}},
		{"forbidden by a gateway", "text/html", "<html>", 403, cove.ErrForbidden, []string{"403"}},
		{"refused", "application/json", `{"error":{"code":-32603,"data":2100,"message":"Unknown partner&apos;s user"}}`, 200, cove.ErrUnauthorized, []string{"partner's", "API user", "2100"}},
		{"no visa", "application/json", `{"result":{"result":{"Id":1}}}`, 200, cove.ErrMalformed, []string{"no visa"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mock := httpmock.NewMockTransport()
			mock.RegisterResponder(http.MethodPost, "https://api.backup.management/jsonapi",
				httpmock.NewStringResponder(tt.status, tt.body).HeaderSet(http.Header{"Content-Type": {tt.contentType}}))
			c, err := cove.NewClient(cove.Credentials{Username: "u", Password: "hunter2-secret"}, cove.WithHTTPClient(&http.Client{Transport: mock}), cove.WithRetry(cove.Retry{Attempts: 1}))
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.Login(t.Context())
			if !errors.Is(err, tt.class) {
				t.Fatalf("got %v", err)
			}
			for _, part := range append(tt.parts, "cove: Login: ") {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not say %q", err, part)
				}
			}
		})
	}
}

func TestSecretsStayHidden(t *testing.T) {
	const password = "hunter2-secret"
	who := cove.Credentials{Partner: "P", Username: "u", Password: password}
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug - 8}))
	srv, _ := start(t, covetest.Config{User: covetest.User{Password: password}})
	c := connect(t, srv, cove.WithLogger(logger))
	if _, err := c.Partner(t.Context(), srv.RootID()); err != nil {
		t.Fatal(err)
	}
	logger.Info("who", "credentials", who, "pointer", &who)
	text := fmt.Sprintf("%v %+v %#v %s %v", who, who, who, who, &who) + log.String()
	if strings.Contains(text, password) {
		t.Errorf("the password shows in %s", text)
	}
	if !strings.Contains(log.String(), "GetPartnerInfoById") {
		t.Errorf("the log names no method: %s", log.String())
	}
	for _, r := range srv.Requests() {
		if strings.Contains(string(r.Params), password) && r.Method != "Login" {
			t.Errorf("the password went out with %s", r.Method)
		}
	}
}

func TestOptions(t *testing.T) {
	who := cove.Credentials{Username: "u", Password: "p"}
	for name, opt := range map[string]cove.Option{
		"no host": cove.WithBaseURL("https:///jsonapi"), "ftp": cove.WithBaseURL("ftp://x/"), "user": cove.WithBaseURL("https://u:p@x/"),
		"plain http": cove.WithBaseURL("http://cove.example/"), "not the loopback": cove.WithBaseURL("http://127.0.0.1.example/"), "query": cove.WithBaseURL("https://x/?a=b"),
		"two lines": cove.WithUserAgent("a\r\nb"), "nil client": cove.WithHTTPClient(nil), "nil limiter": cove.WithLimiter(nil),
	} {
		if _, err := cove.NewClient(who, opt); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	for _, address := range []string{"http://localhost:1", "http://127.0.0.1:1", "http://[::1]:1/jsonapi", "https://cove.example", "cove.example"} {
		if _, err := cove.NewClient(who, cove.WithBaseURL(address)); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	if _, err := cove.NewClient(cove.Credentials{Username: "u"}); err == nil {
		t.Error("no password: accepted")
	}
}

func TestQueriesThatCannotBe(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	for name, q := range map[string]cove.DeviceQuery{
		"count": {Mode: "Count"}, "no mode": {Mode: "merged"}, "page size": {PageSize: -1},
		"column": {Columns: []string{"au"}}, "filter": {Where: cove.Where("AN == ?")}, "empty and wrong": {Where: cove.Where("AU in (?) and AN == ?", []int{})},
	} {
		if all, err := collect[cove.Device](t, c, q); err == nil || len(all) != 0 {
			t.Errorf("%s: %d devices, %v", name, len(all), err)
		}
		if _, err := cove.DevicesPage[cove.Device](t.Context(), c, q, 0); err == nil {
			t.Errorf("%s: a page", name)
		}
	}
	if srv.Calls() != 0 {
		t.Errorf("%d calls", srv.Calls())
	}
}

func TestWithSharesTheVisa(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	var calls []cove.Call
	derived, err := c.With(cove.WithObserver(func(call cove.Call) { calls = append(calls, call) }))
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range []*cove.Client{c, derived, c} {
		if _, err := each.Partner(context.Background(), srv.RootID()); err != nil {
			t.Fatal(err)
		}
	}
	if srv.Count("Login") != 1 {
		t.Errorf("%d logins", srv.Count("Login"))
	}
	if len(calls) != 1 || calls[0].Method != "GetPartnerInfoById" || calls[0].Status != 200 || calls[0].Attempt != 1 {
		t.Errorf("observed %+v", calls)
	}
}

func TestUserAgentNamesTheProgram(t *testing.T) {
	srv, _ := start(t, covetest.Config{})
	var agents []string
	next := srv.Transport()
	c := connect(t, srv, cove.WithUserAgent("nightly/2"), cove.WithHTTPClient(&http.Client{Transport: sender(func(r *http.Request) (*http.Response, error) {
		agents = append(agents, r.UserAgent())
		return next.RoundTrip(r)
	})}))
	if _, err := c.Login(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(agents) != 1 || !strings.HasPrefix(agents[0], "nightly/2 ") {
		t.Errorf("the login named itself %q", agents)
	}
}

type sender func(*http.Request) (*http.Response, error)

func (s sender) RoundTrip(r *http.Request) (*http.Response, error) { return s(r) }
