package covetest_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/cove/covetest"
)

// tenant is a server with everything that Conform checks.
func tenant(cfg covetest.Config) *covetest.Server {
	c := newClock()
	cfg.Now = c.now
	srv := covetest.NewServer(cfg)
	for i := range 4 {
		p := srv.AddPartner(covetest.Partner{Name: fmt.Sprintf("Customer %d", i), ExternalCode: "x"})
		site := srv.AddPartner(covetest.Partner{ParentID: p, Name: fmt.Sprintf("Customer %d - West", i), Level: "Site"})
		for k := range 5 {
			d := covetest.Device{PartnerID: p, ComputerName: fmt.Sprintf("pc%d%d", i, k), OSType: 1 + k%2, Created: c.t.Add(-time.Duration(i*k) * time.Hour), Seen: c.t,
				Sources: map[string]covetest.Source{"D01": {Status: 5 + 3*(k%2), Errors: int64(k), LastSuccess: c.t, ProtectedSize: 1000}}}
			switch k {
			case 3:
				d.Sources["D02"] = covetest.Source{Status: 2, Errors: 7, ProtectedSize: 20}
				d.PartnerID = site
			case 4:
				d.AccountType, d.OSType, d.Sources = 2, 0, map[string]covetest.Source{"D19": {Status: 5, ProtectedUsers: 3}}
			default:
				d.Profile, d.Created = "Documents", c.t.Add(-60*24*time.Hour)
				d.Sources["D01"] = covetest.Source{Status: 5, LastSuccess: c.t.Add(-50 * 24 * time.Hour), ProtectedSize: 1000}
			}
			id := srv.AddDevice(d)
			srv.AddAudit(id, covetest.Audit{Operation: "SaveFilterOptions", Time: c.t})
			srv.AddSession(id, covetest.Session{Source: "D19", Status: 5, Start: c.t, End: c.t})
			srv.AddSession(id, covetest.Session{Source: "D01", Status: 5, Start: c.t.Add(-time.Hour), End: c.t})
			srv.AddSession(id, covetest.Session{Source: "D01", Status: 2, Start: c.t, End: c.t})
		}
	}
	return srv
}

func credentials(srv *covetest.Server) covetest.Credentials {
	return srv.Credentials()
}

// recorder is a T that records messages.
type recorder struct {
	ctx    context.Context
	log    strings.Builder
	failed int
}

func (r *recorder) Helper() {}

func (r *recorder) Context() context.Context { return r.ctx }

func (r *recorder) Logf(format string, args ...any) { fmt.Fprintf(&r.log, format+"\n", args...) }

func (r *recorder) Errorf(format string, args ...any) { r.failed++; r.Logf("error: "+format, args...) }

func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

// conform runs Conform and returns its messages.
func conform(t *testing.T, srv *covetest.Server) *recorder {
	t.Helper()
	return conformBy(t, srv, srv.Transport())
}

func conformBy(t *testing.T, srv *covetest.Server, transport http.RoundTripper) *recorder {
	t.Helper()
	r := &recorder{ctx: t.Context()}
	done := make(chan struct{})
	go func() {
		defer close(done)
		covetest.Conform(r, srv.URL, credentials(srv), covetest.ConformClient(&http.Client{Transport: transport}), covetest.ConformWrites(400001))
	}()
	<-done
	password := srv.Credentials().Password
	for _, d := range srv.DeviceIDs() {
		device, _ := srv.Device(d)
		if strings.Contains(r.log.String(), device.Token) {
			t.Errorf("the log tells a token")
		}
	}
	if strings.Contains(r.log.String(), password) || strings.Contains(r.log.String(), "345678-50121-1-") {
		t.Errorf("the log tells a password or a visa: %s", r.log.String())
	}
	return r
}

func TestConformOverSockets(t *testing.T) {
	srv := tenant(covetest.Config{})
	if err := srv.Listen("127.0.0.1:0", "127.0.0.1:0", false); err != nil {
		t.Fatal(err)
	}
	defer srv.Close()
	covetest.Conform(t, srv.URL+"/jsonapi", credentials(srv), covetest.ConformClient(srv.Client()))
	if srv.Count("QuerySessions") != 2 || srv.Count("ModifyPartner") != 0 {
		t.Errorf("%d QuerySessions, %d ModifyPartner", srv.Count("QuerySessions"), srv.Count("ModifyPartner"))
	}
}

func TestConformUnderEverySwitch(t *testing.T) {
	for name, tt := range map[string]struct {
		switches covetest.Switches
		says     string
	}{
		"default":                {covetest.Switches{}, "20 devices"},
		"SupersededVisaDies":     {covetest.Switches{SupersededVisaDies: true}, "SupersededVisaDies: true"},
		"ErrorsWithoutVisa":      {covetest.Switches{ErrorsWithoutVisa: true}, "ErrorsWithoutVisa: true"},
		"PaddedCodesOnly":        {covetest.Switches{PaddedCodesOnly: true}, ""},
		"SourcesCommas":          {covetest.Switches{ActiveSources: covetest.SourcesCommas}, `I78 looks like "D1"`},
		"SourcesMixed":           {covetest.Switches{ActiveSources: covetest.SourcesMixed}, ""},
		"UnknownColumnForbidden": {covetest.Switches{UnknownColumnForbidden: true}, "UnknownColumnForbidden: true"},
		"AllRecordsByDefault":    {covetest.Switches{AllRecordsByDefault: true}, "AllRecordsByDefault: true"},
		"AncestorsWithoutSelf":   {covetest.Switches{AncestorsWithoutSelf: true}, "AncestorsWithoutSelf: true"},
		"LoginNeedsPartner":      {covetest.Switches{LoginNeedsPartner: true}, ""},
		"GroupDetails":           {covetest.Switches{GroupDetails: covetest.DetailsBoth}, ""},
		"UnknownMethodInternal":  {covetest.Switches{UnknownMethodInternal: true}, "UnknownMethodInternal: true"},
		"FlatEnumerateColumns":   {covetest.Switches{FlatEnumerateColumns: true}, ""},
		"ArrayValues":            {covetest.Switches{ArrayValues: true}, "ArrayValues: true"},
		"NoSuccessZero":          {covetest.Switches{NoSuccess: covetest.NoSuccessZero}, ""},
		"NoSuccessBlank":         {covetest.Switches{NoSuccess: covetest.NoSuccessBlank}, ""},
		"NodeNeedsVisa":          {covetest.Switches{NodeNeedsVisa: true}, "NodeNeedsVisa: true"},
		"SelfSignedNode":         {covetest.Switches{SelfSignedNode: true}, ""},
		"EverythingPartner":      {covetest.Switches{EverythingPartner: true}, ""},
		"PatternMatchesCase":     {covetest.Switches{PatternMatchesCase: true}, ""},
		"QuotesDoubled":          {covetest.Switches{Quotes: covetest.QuotesDoubled}, ""},
	} {
		r := conform(t, tenant(covetest.Config{Switches: tt.switches}))
		if r.failed > 0 || !strings.Contains(r.log.String(), tt.says) {
			t.Errorf("%s: %d errors, want %q in\n%s", name, r.failed, tt.says, r.log.String())
		}
	}
}

// Each of these servers has one bug, which Conform must find.
func TestConformFindsBugs(t *testing.T) {
	for want, bugs := range map[string]covetest.Bugs{
		"F7 is":                    {CrossedErrors: true},
		"pages hold":               {ShiftedPages: true},
		"filter \"AT == 1\"":       {IgnoredFilter: true},
		"ModifyPartner: the refer": {LostWrites: true},
	} {
		r := conform(t, tenant(covetest.Config{Bugs: bugs}))
		if r.failed == 0 || !strings.Contains(r.log.String(), "error: "+want) && !strings.Contains(r.log.String(), want) {
			t.Errorf("%+v: %d errors:\n%s", bugs, r.failed, r.log.String())
		}
	}
	r := &recorder{ctx: t.Context()}
	done := make(chan struct{})
	srv := tenant(covetest.Config{})
	go func() {
		defer close(done)
		c := credentials(srv)
		c.Password = "wrong"
		covetest.Conform(r, srv.URL, c, covetest.ConformClient(&http.Client{Transport: srv.Transport()}))
	}()
	<-done
	if r.failed != 1 || !strings.Contains(r.log.String(), "Login: error -32603, data 2100") {
		t.Errorf("a wrong password: %s", r.log.String())
	}
}

// tamper replaces one text by another in requests or answers.
type tamper struct {
	next     http.RoundTripper
	request  bool
	old, new string
}

func (tr tamper) RoundTrip(r *http.Request) (*http.Response, error) {
	if tr.old == "Authorization" && r.URL.Path == "/jsonapi" {
		r.Header.Del("Authorization")
	}
	if tr.request {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(strings.ReplaceAll(string(body), tr.old, tr.new)))
	}
	resp, err := tr.next.RoundTrip(r)
	if err == nil && !tr.request {
		body, _ := io.ReadAll(resp.Body)
		resp.Body = io.NopCloser(strings.NewReader(strings.ReplaceAll(string(body), tr.old, tr.new)))
	}
	return resp, err
}

// Each of these servers has one bug that a published case describes.
func TestConformFindsCases(t *testing.T) {
	for name, tt := range map[string]struct {
		request        bool
		old, new, says string
	}{
		"R5 filter":  {true, "F0 == Session.Completed", "F0 == Session.Nothing", `filter "F0 == Session.Completed"`},
		"R5 totals":  {false, `{"COUNT(AT==1)"`, `{"ZZ"`, "Totals:"},
		"R8":         {false, "Visa is inconsistent/corrupted.", "no", "the message is not"},
		"R20":        {true, "Authorization", "", "as a bearer token"},
		"R21":        {true, "at == 1", "zz == 1", `filter "at == 1"`},
		"R22":        {false, `"AccountsCount"`, `"Count"`, "a row without AccountsCount"},
		"R22 source": {false, `"DataSourceType"`, `"Kind"`, "DataSourceType and Type"},
		"R23":        {false, `"ActionId"`, `"Id"`, "a row without ActionId"},
		"R25":        {false, `{"TL":"1`, `{"TL":"2`, "a month ago: TL"},
		"R26":        {false, "StorageNodes", "Nodes", "no StorageNodes"},
		"R27":        {true, `"NamePattern":"`, `"NamePattern":"zz`, "NamePattern"},
		"R28":        {false, `"OP":"Documents"`, `"OP":"Other"`, "EnumerateAccountProfiles has"},
		"R29":        {false, `"NonInteractive"]`, `"NonInteractiveUser"]`, "want NonInteractive"},
		"R30":        {true, `"EnumerateLocations"`, `"EnumeratePartners"`, "without params"},
		"R31":        {false, "OneDriveAutoInclusionType", "Other", "OneDriveAutoInclusionType: false"},
		"a write":    {false, `"result":null`, `"result":{"result":1}`, "ModifyPartner: data -1"},
		"R31 users":  {false, `"Users":[`, `"Users":[],"Others":[`, "0 users of 3"},
	} {
		srv := tenant(covetest.Config{})
		r := conformBy(t, srv, tamper{srv.Transport(), tt.request, tt.old, tt.new})
		if r.failed == 0 || !strings.Contains(r.log.String(), tt.says) {
			t.Errorf("%s: %d errors, want %q in\n%s", name, r.failed, tt.says, r.log.String())
		}
	}
	says := conform(t, tenant(covetest.Config{})).log.String()
	for _, want := range []string{`Quotes: AN == 'x''y' is read: true`, "PatternMatchesCase: false", "SessionsByDataSource: false", "devices a month ago"} {
		if !strings.Contains(says, want) {
			t.Errorf("no %q in\n%s", want, says)
		}
	}
}

func TestShortVisaBug(t *testing.T) {
	c := newClock()
	w := dial(t, covetest.NewServer(covetest.Config{Now: c.now, Bugs: covetest.Bugs{ShortVisa: true}}))
	c.step(time.Minute)
	if e := w.refused("GetServerInfo", map[string]any{}); e.Data != 1701 {
		t.Errorf("after a minute: %+v", e)
	}
}

func TestCredentialsHideThePassword(t *testing.T) {
	c := covetest.Credentials{Partner: "MSP", Username: "api", Password: "tok_secret"}
	var b strings.Builder
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "credentials", c)
	fmt.Fprintf(&b, "%v %+v %#v %s", c, c, c, c)
	if strings.Contains(b.String(), "secret") || strings.Count(b.String(), "api of MSP") != 5 {
		t.Errorf("credentials print as %s", b.String())
	}
}
