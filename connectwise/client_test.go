package connectwise

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
)

func TestNewClientRefuses(t *testing.T) {
	with := func(change func(*Credentials)) Credentials {
		c := testCredentials
		change(&c)
		return c
	}
	for want, tc := range map[string]struct {
		credentials Credentials
		options     []Option
	}{
		"lack Site, Company, PublicKey, PrivateKey, ClientID": {},
		"lack ClientID":       {credentials: with(func(c *Credentials) { c.ClientID = " " })},
		"refusing plain http": {credentials: with(func(c *Credentials) { c.Site = "http://na.myconnectwise.net" })},
		"scheme \"ftp\"":      {credentials: with(func(c *Credentials) { c.Site = "ftp://na.myconnectwise.net" })},
		"user name":           {credentials: with(func(c *Credentials) { c.Site = "https://a:b@psa.example" })},
		"no host name":        {credentials: with(func(c *Credentials) { c.Site = "https:///x" })},
		"PrivateKey holds a character that cannot be seen": {credentials: with(func(c *Credentials) { c.PrivateKey = "a\nb" })},
		"cannot stand in a company id":                     {credentials: with(func(c *Credentials) { c.Company = "a+b" })},
		"WithHTTPClient(nil)":                              {testCredentials, []Option{WithHTTPClient(nil)}},
		"WithLimiter(nil)":                                 {testCredentials, []Option{WithLimiter(nil)}},
		"WithAuth(nil)":                                    {testCredentials, []Option{WithAuth(nil)}},
		"negative":                                         {testCredentials, []Option{WithRetry(Retry{Attempts: -1})}},
		"WithVersion":                                      {testCredentials, []Option{WithVersion("2025; q")}},
		"WithUserAgent":                                    {testCredentials, []Option{WithUserAgent("a\r\nb")}},
		"refusing plain http to ex":                        {testCredentials, []Option{WithBaseURL("http://example.com")}},
	} {
		if _, err := NewClient(tc.credentials, tc.options...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want one with %q", err, want)
		} else if strings.Contains(err.Error(), "secret") || strings.Contains(err.Error(), "a:b") {
			t.Errorf("secret in %v", err)
		}
	}
}

func TestClientsTellWhereAndAsWhomTheyLogIn(t *testing.T) {
	credentials := testCredentials
	credentials.Site = "https://Sandbox-NA.myconnectwise.net:443/v4_6_release"
	c, err := NewClient(credentials)
	if err != nil {
		t.Fatal(err)
	}
	if c.LoginCompany() != "acme" || c.LoginHost() != "sandbox-na.myconnectwise.net" {
		t.Errorf("%q at %q", c.LoginCompany(), c.LoginHost())
	}
	other, err := c.With(WithBaseURL("http://127.0.0.1:8080"))
	if err != nil {
		t.Fatal(err)
	}
	if other.LoginCompany() != "acme" || other.LoginHost() != "127.0.0.1" {
		t.Errorf("%q at %q", other.LoginCompany(), other.LoginHost())
	}
}

func TestRequestsCarryWhatTheAPIWants(t *testing.T) {
	s := newTestServer(t, answerWith(200, `{"id":7,"summary":"x","unknown":{"a":[1]},"contact":null}`))
	c := s.client(t, WithVersion("2025.16"), WithUserAgent("test/1"))
	ticket, err := c.Service.Tickets.Get(t.Context(), 7)
	if err != nil || ticket.ID != 7 || ticket.Summary != "x" {
		t.Fatal(ticket, err)
	}
	r := s.seen()[0]
	for name, want := range map[string]string{
		"Authorization":   "Basic " + base64.StdEncoding.EncodeToString([]byte("acme+public:private-key-secret")),
		"Clientid":        "client-id-secret",
		"Accept":          "application/vnd.connectwise.com+json; version=2025.16",
		"User-Agent":      "test/1 " + defaultUserAgent,
		"Pagination-Type": "",
		"Content-Type":    "",
	} {
		if got := r.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if r.Path != testBase+"service/tickets/7" {
		t.Errorf("path %s", r.Path)
	}
}

// fakeCloud answers for all hosts and records the requests.
type fakeCloud struct {
	mu     sync.Mutex
	said   string // SiteUrl
	routed string // the codebase that the server knows
	code   string // the codebase that companyinfo names
	info   func() (int, string)
	urls   []string
	auth   []string
}

func (f *fakeCloud) RoundTrip(r *http.Request) (*http.Response, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.urls = append(f.urls, r.URL.String())
	f.auth = append(f.auth, r.Header.Get("Authorization"))
	respond := func(status int, body string) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
	if strings.HasPrefix(r.URL.Path, "/login/companyinfo/") {
		if f.info != nil {
			return respond(f.info())
		}
		return respond(200, fmt.Sprintf(`{"Codebase":%q,"SiteUrl":%q,"IsCloud":true}`, f.code, f.said))
	}
	if !strings.HasPrefix(r.URL.Path, "/"+f.routed) {
		if r.Method == http.MethodGet {
			return respond(404, `{"code":"ConnectWiseApi","message":"The endpoint does not exist."}`)
		}
		return respond(400, "Cannot route. Codebase/company is invalid")
	}
	return respond(200, `{"id":1}`)
}

func TestSiteBecomesTheAPIHost(t *testing.T) {
	for _, tc := range []struct{ site, said, base, want string }{
		{"na.myconnectwise.net", "api-na.myconnectwise.net", "", "https://api-na.myconnectwise.net"},
		{"https://na.myconnectwise.net/v4_6_release/ConnectWise.aspx", "api-na.myconnectwise.net", "", "https://api-na.myconnectwise.net"},
		{"na.myconnectwise.net", "", "", "https://api-na.myconnectwise.net"},
		{"EU.myconnectwise.net", "evil.example", "", "https://api-eu.myconnectwise.net"},
		{"na.myconnectwise.net", "evilmyconnectwise.net", "", "https://api-na.myconnectwise.net"},
		{"na.myconnectwise.net", "api-na.myconnectwise.net:8443", "", "https://api-na.myconnectwise.net"},
		{"api-au.myconnectwise.net", "api-aus.myconnectwise.net", "", "https://api-aus.myconnectwise.net"},
		{"api-na.myconnectwise.net", "", "", "https://api-na.myconnectwise.net"},
		{"sandbox-na.myconnectwise.net", "", "", "https://sandbox-na.myconnectwise.net"},
		{"psa.msp.example", "api-na.myconnectwise.net", "", "https://psa.msp.example"},
		{"psa.msp.example:8443", "other.msp.example", "", "https://psa.msp.example:8443"},
		{"na.myconnectwise.net", "api-na.myconnectwise.net", "https://127.0.0.1:99", "https://127.0.0.1:99"},
		{"na.myconnectwise.net", "api-na.myconnectwise.net", "http://localhost:99/", "http://localhost:99"},
	} {
		cloud := &fakeCloud{said: tc.said, code: "v2025_1/", routed: "v2025_1/"}
		credentials := testCredentials
		credentials.Site = tc.site
		options := []Option{WithHTTPClient(&http.Client{Transport: cloud})}
		if tc.base != "" {
			options = append(options, WithBaseURL(tc.base))
		}
		c, err := NewClient(credentials, options...)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Service.Tickets.Get(t.Context(), 1); err != nil {
			t.Errorf("%v: %v", tc, err)
		}
		if got, want := cloud.urls[1], tc.want+"/v2025_1/apis/3.0/service/tickets/1"; got != want {
			t.Errorf("site %q, SiteUrl %q: %s, want %s", tc.site, tc.said, got, want)
		}
		if cloud.auth[0] != "" {
			t.Error("companyinfo was sent the keys")
		}
	}
}

func TestDiscoveryIsSharedAndAskedOnce(t *testing.T) {
	s := newTestServer(t, answerWith(200, `{"id":1}`))
	c := s.client(t)
	d, err := c.With(WithUserAgent("other/1"))
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for _, client := range []*Client{c, d, c, d} {
		all.Go(func() {
			if _, err := client.Service.Tickets.Get(t.Context(), 1); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if s.infos != 1 {
		t.Errorf("companyinfo asked %d times", s.infos)
	}
	other := newTestServer(t, answerWith(200, `{"id":1}`))
	e, err := c.With(WithBaseURL(other.URL))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Service.Tickets.Get(t.Context(), 1); err != nil || other.infos != 1 || len(other.seen()) != 1 {
		t.Errorf("another base: %v, %d", err, other.infos)
	}
}

func TestUpgradedTenantIsFoundAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud := &fakeCloud{code: "v2025_1/", routed: "v2025_1/"}
		c, err := NewClient(testCredentials, WithHTTPClient(&http.Client{Transport: cloud}))
		if err != nil {
			t.Fatal(err)
		}
		get := func() error { _, err := c.Service.Tickets.Get(t.Context(), 1); return err }
		patch := func() error { _, err := c.Service.Tickets.Patch(t.Context(), 1, Set("summary", "x")); return err }
		count := func(what string) (n int) {
			for _, u := range cloud.urls {
				if strings.Contains(u, what) {
					n++
				}
			}
			return n
		}
		if err := get(); err != nil {
			t.Fatal(err)
		}
		// The codebase is gone: the client asks for the address only once a
		// minute, and does not repeat the request.
		cloud.routed = "v2026_1/"
		if err := get(); errors.Is(err, ErrNotFound) || !errors.Is(err, ErrNoEndpoint) || !strings.Contains(err.Error(), "upgraded") || count("companyinfo") != 1 {
			t.Errorf("within a minute: %v, asked %d times", err, count("companyinfo"))
		}
		time.Sleep(time.Minute)
		if err := patch(); !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), "Cannot route") || count("companyinfo") != 2 || count("tickets/1") != 3 {
			t.Errorf("after a minute: %v, asked %d times, %d calls", err, count("companyinfo"), count("tickets/1"))
		}
		// The API has moved: a write is repeated, because it was not executed.
		cloud.code = "v2026_1/"
		time.Sleep(time.Minute)
		if err := patch(); err != nil || count("companyinfo") != 3 || count("v2026_1/apis/3.0/service/tickets/1") != 1 {
			t.Errorf("moved: %v, %v", err, cloud.urls)
		}
		// When companyinfo does not answer, a missing route says nothing about
		// the record.
		cloud.routed = "v2027_1/"
		cloud.info = func() (int, string) { return 200, "<html>" }
		time.Sleep(time.Minute)
		if err := get(); errors.Is(err, ErrNotFound) || err == nil {
			t.Errorf("unknown address: %v", err)
		}
	})
}

func TestDiscoveryFailures(t *testing.T) {
	for name, tc := range map[string]struct {
		status int
		body   string
		class  error
		text   string
	}{
		"unknown company": {200, "null", ErrUnauthorized, `the company "acme" is not known`},
		"not found":       {404, "", ErrUnauthorized, "check Company"},
		"maintenance":     {404, "<html><title>Be right back</title>", ErrServer, "check Site"},
		"html":            {200, "<html><title>IIS</title>", ErrServer, "an HTML page titled IIS"},
		"no codebase":     {200, "{}", ErrServer, "codebase"},
		"strange":         {200, `{"Codebase":"../../evil/"}`, ErrServer, "codebase"},
		"dots":            {200, `{"Codebase":".."}`, ErrServer, "codebase"},
		"forbidden":       {403, "nope", ErrForbidden, "nope"},
	} {
		cloud := &fakeCloud{info: func() (int, string) { return tc.status, tc.body }}
		c, err := NewClient(testCredentials, WithHTTPClient(&http.Client{Transport: cloud}))
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Service.Tickets.Get(t.Context(), 1)
		if !errors.Is(err, tc.class) || !strings.Contains(fmt.Sprint(err), tc.text) {
			t.Errorf("%s: %v", name, err)
		}
		if len(cloud.urls) != 1 {
			t.Errorf("%s: %v", name, cloud.urls)
		}
	}
}

func TestRedirectsStayAtHome(t *testing.T) {
	other := newTestServer(t, answerWith(200, `{"id":1}`))
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+"/elsewhere", http.StatusFound)
	})
	_, err := s.client(t).Service.Tickets.Get(t.Context(), 1)
	if !errors.Is(err, ErrServer) || !strings.Contains(err.Error(), "redirect refused") || len(other.seen()) != 0 {
		t.Errorf("%v, other host saw %v", err, other.seen())
	}
}

func TestSingleCalls(t *testing.T) {
	mock := httpmock.NewMockTransport()
	mock.RegisterResponder("GET", "https://api-na.myconnectwise.net/login/companyinfo/acme", httpmock.NewStringResponder(200, `{"Codebase":"v4_6_release/"}`))
	const base = "https://api-na.myconnectwise.net/v4_6_release/apis/3.0/"
	mock.RegisterResponder("GET", base+"system/info", httpmock.NewStringResponder(200, `{"version":"v2025.1.10451","isCloud":true,"serverTimeZone":"Eastern Standard Time","licenseBits":[{"name":"x","activeFlag":true}],"cloudRegion":"NA","maxWorkFlowRecordsAllowed":1000}`))
	mock.RegisterResponder("GET", base+"system/mySecurity", httpmock.NewStringResponder(200, `[{"id":1,"addLevel":"All","inquireLevel":"My","moduleFunctionName":"Service Tickets","member":{"id":4}}]`))
	mock.RegisterResponder("GET", base+"system/myMembers", httpmock.NewStringResponder(200, `{"id":20,"identifier":"apimember","serviceDefaultBoard":{"id":1,"name":"Help Desk"}}`))
	c, err := NewClient(testCredentials, WithHTTPClient(&http.Client{Transport: mock}))
	if err != nil {
		t.Fatal(err)
	}
	if info, err := c.System.Info(t.Context()); err != nil || info.Version != "v2025.1.10451" || !info.LicenseBits[0].ActiveFlag {
		t.Errorf("%+v %v", info, err)
	}
	if all, err := c.System.MySecurity(t.Context()); err != nil || len(all) != 1 || all[0].InquireLevel != "My" {
		t.Errorf("%+v %v", all, err)
	}
	if me, err := c.System.Me(t.Context()); err != nil || me.ServiceDefaultBoard != (Ref{ID: 1, Name: "Help Desk"}) {
		t.Errorf("%+v %v", me, err)
	}
}

func TestAnswersAreToldOf(t *testing.T) {
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("x-cw-request-id", "r-"+r.Method)
		switch r.Method {
		case http.MethodDelete:
			w.WriteHeader(http.StatusConflict)
			return
		case http.MethodPut:
			w.WriteHeader(http.StatusBadGateway)
			return
		case http.MethodPost:
			w.Header().Set("Retry-After", "3600")
			w.WriteHeader(http.StatusTooManyRequests)
			return
		}
		_, _ = io.WriteString(w, `{"id":1}`)
	})
	var told []Answer
	var answer Answer
	ctx := WithAnswer(t.Context(), &answer)
	next := func() {
		if answer.Status == 200 && time.Since(answer.Date).Abs() > time.Minute {
			t.Errorf("the server's clock is %v", answer.Date)
		}
		answer.Date = time.Time{}
		told, answer = append(told, answer), Answer{}
	}
	tickets := s.client(t).Service.Tickets
	if _, err := tickets.Patch(ctx, 1, Set("summary", "x")); err != nil {
		t.Fatal(err)
	}
	next()
	if err := tickets.Delete(ctx, 1); err == nil {
		t.Fatal("no error")
	}
	next()
	if _, err := tickets.Replace(ctx, 1, &Ticket{}); !errors.Is(err, ErrOutcomeUnknown) {
		t.Fatal(err)
	}
	next()
	if _, err := tickets.Create(ctx, &Ticket{}); !errors.Is(err, ErrRateLimited) {
		t.Fatal(err)
	}
	next()
	want := []Answer{
		{"PATCH", testBase + "service/tickets/1", 200, "r-PATCH", 1, time.Time{}}, {"DELETE", testBase + "service/tickets/1", 409, "r-DELETE", 1, time.Time{}},
		{"PUT", testBase + "service/tickets/1", 502, "r-PUT", 1, time.Time{}}, {"POST", testBase + "service/tickets", 429, "r-POST", 1, time.Time{}},
	}
	if !slices.Equal(told, want) {
		t.Errorf("told of %+v", told)
	}
}
