package cove_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
)

// scripted answers each method with a text, and a request for part of a list
// with the rows asked for. A method without a text is answered with rest.
type scripted struct {
	answers map[string]string
	rest    string
}

func (s scripted) RoundTrip(r *http.Request) (*http.Response, error) {
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	text := s.rest
	for method, answer := range s.answers {
		if strings.Contains(string(sent), `"method":"`+method+`"`) {
			text = answer
		}
	}
	var asked struct{ Params json.RawMessage }
	if err := json.Unmarshal(sent, &asked); err != nil {
		return nil, err
	}
	text = string(after([]byte(text), asked.Params))
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(text)), Request: r}, nil
}

func (s scripted) client(t *testing.T) *cove.Client {
	t.Helper()
	c, err := cove.NewClient(cove.Credentials{Username: "u", Password: "p"},
		cove.WithHTTPClient(&http.Client{Transport: s}), cove.WithLimiter(rate.NewLimiter(rate.Inf, 1)), cove.WithRetry(cove.Retry{Attempts: 1}))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

const (
	goodLogin   = `{"result":{"result":{"Id":1,"PartnerId":2}},"visa":"v"}`
	goodPartner = `{"result":{"result":{"Id":2,"Level":"Reseller"}},"visa":"v"}`
	goodAccount = `{"result":{"result":{"Id":7,"Name":"n","Token":"1b5e0c0a"},"homeNodeInfo":{"CommonInfo":{"Host":"node.example"}}},"visa":"v"}`
	goodTenant  = `{"result":{"result":{"Id":7,"Name":"n","Type":"Office365","Token":"1b5e0c0a"}},"visa":"v"}`
)

// An answer that cannot be read is an error in every method, and never an empty
// list or a record of zeros.
func TestUnreadableAnswersAreErrors(t *testing.T) {
	type methods = map[string]string
	drain := func(ctx context.Context, c *cove.Client, q cove.DeviceQuery) error {
		for _, err := range cove.Devices[cove.Device](ctx, c, q) {
			if err != nil {
				return err
			}
		}
		return nil
	}
	session := func(good string, call func(context.Context, *cove.Client, *cove.Account) error) (methods, func(context.Context, *cove.Client) error) {
		return methods{"Login": goodLogin, "GetAccountInfoById": good}, func(ctx context.Context, c *cove.Client) error {
			a, err := c.Account(ctx, 7)
			if err != nil {
				return errors.New("the account itself: " + err.Error())
			}
			return call(ctx, c, a)
		}
	}
	type test struct {
		answers methods
		call    func(context.Context, *cove.Client) error
		record  bool // one record, not a list
	}
	in := methods{"Login": goodLogin}
	tests := map[string]test{
		"Login":    {methods{}, func(ctx context.Context, c *cove.Client) error { _, err := c.Login(ctx); return err }, true},
		"Partner":  {in, func(ctx context.Context, c *cove.Client) error { _, err := c.Partner(ctx, 2); return err }, true},
		"ByName":   {in, func(ctx context.Context, c *cove.Client) error { _, err := c.PartnerByName(ctx, "x"); return err }, true},
		"Account":  {in, func(ctx context.Context, c *cove.Client) error { _, err := c.Account(ctx, 7); return err }, true},
		"Partners": {methods{"Login": goodLogin, "GetPartnerInfoById": goodPartner}, func(ctx context.Context, c *cove.Client) error { _, err := c.Partners(ctx, 0); return err }, false},
		"Devices":  {in, func(ctx context.Context, c *cove.Client) error { return drain(ctx, c, cove.DeviceQuery{}) }, false},
	}
	add := func(name, good string, call func(context.Context, *cove.Client, *cove.Account) error) {
		answers, each := session(good, call)
		tests[name] = test{answers, each, false}
	}
	add("Sessions", goodAccount, func(ctx context.Context, c *cove.Client, a *cove.Account) error {
		_, err := c.Sessions(ctx, a, cove.SessionQuery{})
		return err
	})
	add("SessionErrors", goodAccount, func(ctx context.Context, c *cove.Client, a *cove.Account) error {
		_, err := c.SessionErrors(ctx, a, cove.SessionErrorQuery{})
		return err
	})
	add("M365 Sessions", goodTenant, func(ctx context.Context, c *cove.Client, a *cove.Account) error {
		_, err := c.Sessions(ctx, a, cove.SessionQuery{})
		return err
	})
	add("M365 SessionErrors", goodTenant, func(ctx context.Context, c *cove.Client, a *cove.Account) error {
		_, err := c.SessionErrors(ctx, a, cove.SessionErrorQuery{})
		return err
	})
	for name, tt := range tests {
		bad := []string{
			``, `null`, `[]`, `{}`, `{"result":null,"visa":"v"}`, `{"result":{},"visa":"v"}`, `{"result":[],"visa":"v"}`, `{"result":"x","visa":"v"}`,
			`{"result":{"result":null},"visa":"v"}`, `{"result":{"Result":[]},"visa":"v"}`, `{"result":{"result":7},"visa":"v"}`, `{"result":{"result":true},"visa":"v"}`,
			`{"result":{"result":[{"Id":1}`, `{"visa":"v"}`, `{"result":{"result":[[]]},"visa":"v"}`,
		}
		if !tt.record {
			bad = append(bad, `{"result":{"result":{}},"visa":"v"}`, `{"result":{"result":[null]},"visa":"v"}`, `{"result":{"result":[{}]},"visa":"v"}`,
				`{"result":{"result":[{"Id":"x"}]},"visa":"v"}`, `{"result":{"result":[{"Id":0,"AccountId":0,"Settings":[]}]},"visa":"v"}`)
		}
		if tt.record {
			bad = append(bad, `{"result":{"result":{}},"visa":"v"}`, `{"result":{"result":{"Id":"x"}},"visa":"v"}`, `{"result":{"result":{"Name":"x"}},"visa":"v"}`)
		}
		for _, answer := range bad {
			err := tt.call(t.Context(), scripted{tt.answers, answer}.client(t))
			if !errors.Is(err, cove.ErrMalformed) {
				t.Errorf("%s, answered %s: %v", name, answer, err)
			}
		}
	}
}

// An answer about another record than the one asked for is refused.
func TestAnswersAboutSomethingElse(t *testing.T) {
	c := scripted{map[string]string{
		"Login": goodLogin, "GetPartnerInfoById": goodPartner, "GetAccountInfoById": goodAccount,
	}, ""}.client(t)
	if _, err := (scripted{nil, `{"result":{"result":{"Id":1}},"visa":"v"}`}).client(t).Login(t.Context()); !errors.Is(err, cove.ErrMalformed) {
		t.Errorf("a user without a partner: %v", err)
	}
	if _, err := c.Partner(t.Context(), 3); !errors.Is(err, cove.ErrMalformed) {
		t.Errorf("another partner: %v", err)
	}
	if _, err := c.Account(t.Context(), 8); !errors.Is(err, cove.ErrMalformed) {
		t.Errorf("another account: %v", err)
	}
	if _, err := c.Sessions(t.Context(), nil, cove.SessionQuery{}); !errors.Is(err, cove.ErrForbidden) {
		t.Errorf("no account: %v", err)
	}
}

// Unusual answers that can be read are read.
func TestOddAnswersThatCanBeRead(t *testing.T) {
	c := scripted{map[string]string{
		"Login": goodLogin, "GetPartnerInfoById": goodPartner, "GetAccountInfoById": goodAccount,
		"EnumeratePartners": `{"result":{"result":[{"Id":2,"Level":"Reseller"},{"Id":3,"ParentId":2,"Level":"EndCustomer"}]}}`,
		"QuerySessions":     `{"result":{"result":[{"Id":5,"PluginId":1,"Status":"Frozen","StartTime":1763765000},{"Id":4,"PluginId":"FileSystem","Status":8,"BackupStartTime":1763764000}]}}`,
		"QueryErrors":       `{"result":{"result":[{"Id":9,"SessionId":4,"Text":"x"}]}}`,
	}, ""}.client(t)
	all, err := c.Partners(t.Context(), 0)
	if err != nil || len(all) != 2 || all[0].ID != 2 || all[1].ID != 3 {
		t.Errorf("a list that names the parent too: %+v, %v", all, err)
	}
	a, err := c.Account(t.Context(), 7)
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Sessions(t.Context(), a, cove.SessionQuery{})
	if err != nil || len(got) != 2 || got[0].Status != cove.StatusUnknown || got[0].Source != cove.SourceFilesAndFolders || got[0].Start.IsZero() || got[1].Status != cove.StatusCompletedWithErrors {
		t.Errorf("sessions %+v, %v", got, err)
	}
	list, err := c.SessionErrors(t.Context(), a, cove.SessionErrorQuery{})
	if err != nil || len(list) != 1 || list[0].Count != 1 {
		t.Errorf("errors %+v, %v", list, err)
	}
}

// A 401 from a gateway means that the visa was refused.
func TestGatewayThatRefusesTheVisa(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	id := srv.AddDevice(covetest.Device{Name: "tenant", AccountType: 2})
	a, err := c.Account(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	srv.Inject(covetest.Fault{Kind: covetest.StatusBefore, Status: http.StatusUnauthorized, Path: "/reporting_api"})
	if _, err := c.Sessions(t.Context(), a, cove.SessionQuery{}); err != nil || srv.Count("Login") != 2 {
		t.Errorf("%d logins, %v", srv.Count("Login"), err)
	}
}

// A storage node has a shorter timeout than the API.
func TestStorageNodeThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answers := scripted{map[string]string{"Login": goodLogin, "GetAccountInfoById": goodAccount}, ""}
		c, err := cove.NewClient(cove.Credentials{Username: "u", Password: "p"}, cove.WithRetry(cove.Retry{Attempts: 1}),
			cove.WithHTTPClient(&http.Client{Transport: sender(func(r *http.Request) (*http.Response, error) {
				if r.URL.Host != "node.example" {
					return answers.RoundTrip(r)
				}
				<-r.Context().Done()
				return nil, r.Context().Err()
			})}))
		if err != nil {
			t.Fatal(err)
		}
		a, err := c.Account(t.Context(), 7)
		if err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		if _, err := c.Sessions(t.Context(), a, cove.SessionQuery{}); err == nil || time.Since(begun) != 30*time.Second {
			t.Errorf("after %v: %v", time.Since(begun), err)
		}
	})
}

// A record that only resembles the one asked for is not returned, and a change
// that failed is not reported as made.
func TestAnswersThatResemble(t *testing.T) {
	c := scripted{map[string]string{
		"Login": goodLogin, "GetPartnerInfoById": goodPartner,
		"GetPartnerInfo": `{"result":{"result":{"Id":3,"Name":"Birch Dental West"}}}`,
		"ModifyPartner":  `{"error":{"code":-32603,"data":13501,"message":"no"}}`,
	}, ""}.client(t)
	if p, err := c.PartnerByName(t.Context(), "Birch Dental"); !errors.Is(err, cove.ErrNotFound) {
		t.Errorf("%+v, %v", p, err)
	}
	if changed, err := c.SetReference(t.Context(), 2, cove.Reference{CompanyID: 250}); changed || !errors.Is(err, cove.ErrForbidden) {
		t.Errorf("changed %v, %v", changed, err)
	}
}

// The services are found beside each other, also below a path prefix.
func TestServicesBehindAPrefix(t *testing.T) {
	var paths []string
	answers := scripted{map[string]string{"Login": goodLogin, "GetAccountInfoById": goodTenant}, `{"result":{"result":[]}}`}
	c, err := cove.NewClient(cove.Credentials{Username: "u", Password: "p"}, cove.WithBaseURL("https://cove.example/eu/jsonapi/"), cove.WithLimiter(rate.NewLimiter(rate.Inf, 1)),
		cove.WithHTTPClient(&http.Client{Transport: sender(func(r *http.Request) (*http.Response, error) {
			paths = append(paths, r.URL.Path)
			return answers.RoundTrip(r)
		})}))
	if err != nil {
		t.Fatal(err)
	}
	a, err := c.Account(t.Context(), 7)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Sessions(t.Context(), a, cove.SessionQuery{}); err != nil {
		t.Error(err)
	}
	if got := strings.Join(paths, " "); got != "/eu/jsonapi /eu/jsonapi /eu/reporting_api" {
		t.Errorf("asked %s", got)
	}
}

// A caller that stops leaves no request running.
func TestDevicesLeavesNothingRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := false // set by the request for the page ahead
		answers := scripted{map[string]string{"Login": goodLogin}, `{"result":{"result":[{"AccountId":1,"Settings":[]},{"AccountId":2,"Settings":[]}]}}`}
		page, begun := 0, make(chan struct{})
		c, err := cove.NewClient(cove.Credentials{Username: "u", Password: "p"}, cove.WithLimiter(rate.NewLimiter(rate.Inf, 1)),
			cove.WithHTTPClient(&http.Client{Transport: sender(func(r *http.Request) (*http.Response, error) {
				if page++; page < 3 { // the login and the first page
					return answers.RoundTrip(r)
				}
				close(begun)
				<-r.Context().Done()
				time.Sleep(20 * time.Millisecond)
				ended = true
				return nil, r.Context().Err()
			})}))
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		for _, err := range cove.Devices[idName](t.Context(), c, cove.DeviceQuery{}) {
			if err != nil {
				t.Fatal(err)
			}
			if rows++; rows == 2 { // the next page is begun
				<-begun
				break
			}
		}
		if page != 3 || !ended {
			t.Errorf("%d requests; the last has ended: %v", page, ended)
		}
	})
}
