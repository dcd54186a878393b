package connectwise

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/time/rate"
)

// W5: when the limiter refuses a request because of the deadline, the error is
// that of the deadline.
func TestW5_LimiterRefusesByDeadline(t *testing.T) {
	s := newTestServer(t, answerWith(200, `{"id":1}`))
	c := s.client(t, WithLimiter(rate.NewLimiter(rate.Every(time.Hour), 1)))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var err error
	for range 3 {
		_, err = c.Service.Tickets.Get(ctx, 1)
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

// W6: a byte-order mark before the JSON is ignored.
func TestW6_ByteOrderMark(t *testing.T) {
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Link"] = []string{""}
		body := `{"id":1,"summary":"x"}`
		if strings.HasSuffix(r.URL.Path, "tickets") {
			body = "[" + body + "]"
		}
		if strings.HasSuffix(r.URL.Path, "/2") {
			w.WriteHeader(http.StatusNotFound)
			body = `{"code":"NotFound","message":"Ticket 2 not found"}`
		}
		_, _ = io.WriteString(w, "\ufeff"+body)
	})
	tickets := s.client(t).Service.Tickets
	ticket, err := tickets.Get(t.Context(), 1)
	list, err2 := tickets.All(t.Context(), nil)
	_, err3 := tickets.Patch(t.Context(), 1, Set("summary", "x"))
	_, missing := tickets.Get(t.Context(), 2)
	if err != nil || err2 != nil || err3 != nil || ticket.Summary != "x" || len(list) != 1 || !errors.Is(missing, ErrNotFound) {
		t.Errorf("%v, %v, %v, %v", err, err2, err3, missing)
	}
}

// W14: the name of a document is one element of a path.
func TestW14_FileNames(t *testing.T) {
	for disposition, want := range map[string]string{
		`attachment; filename="../../etc/cron.d/x"`:               "x",
		`attachment; filename="..\\..\\windows\\system32\\a.dll"`: "a.dll",
		`attachment; filename="/etc/passwd"`:                      "passwd",
		`attachment; filename=".."`:                               "",
		`attachment; filename="..."`:                              "",
		`attachment; filename=".bashrc"`:                          "bashrc",
		`attachment; filename="a:b|c?.txt"`:                       "a_b_c_.txt",
		"attachment; filename=\"invoice\u202efdp.exe\"":           "invoicefdp.exe",
		`attachment; filename*=UTF-8''a%00b%0Ac.txt`:              "a_b c.txt",
		`attachment; filename*=UTF-8''%e2%82%ac%20rates.pdf`:      "€ rates.pdf",
		`attachment; filename="report.pdf"`:                       "report.pdf",
		`attachment`:                                              "",
		`garbage; ; =`:                                            "",
	} {
		if got := fileName(http.Header{"Content-Disposition": {disposition}}); got != want {
			t.Errorf("%s: %q, want %q", disposition, got, want)
		}
	}
}

// A cleaned name never contains a path, whatever the header is.
func FuzzContentDisposition(f *testing.F) {
	for _, s := range []string{`attachment; filename="a.txt"`, `attachment; filename*=UTF-8''%2e%2e%2fx`, "a; filename=\"\xff\\..\"", `a; filename="CON."`, "a; filename=\"🦷" + strings.Repeat("é", 300) + `"`, `a; filename="` + strings.Repeat("é€", 53) + `"`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, disposition string) {
		name := fileName(http.Header{"Content-Disposition": {disposition}})
		if name != filepath.Base(name) && name != "" || !filepath.IsLocal(name) && name != "" || strings.ContainsAny(name, `/\:*?"<>|`) ||
			strings.ContainsFunc(name, unicode.IsControl) || len(name) > 255 || cleanFileName(name) != name {
			t.Errorf("%q: %q", disposition, name)
		}
	})
}

// An accepted site consists of scheme and host, and keys are never sent
// unencrypted to another machine.
func FuzzSite(f *testing.F) {
	for _, s := range []string{"na.myconnectwise.net", "https://NA.myconnectwise.net/v4_6_release/", "http://127.0.0.1:80", "http://example.com", "a:b@c", "\u200bna.myconnectwise.net\u00a0", "[::1]:8", "https://x:99999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, site string) {
		u, err := parseHost(site)
		if err != nil {
			if strings.ContainsFunc(err.Error(), unicode.IsControl) {
				t.Errorf("%q: %q", site, err)
			}
			return
		}
		if u.Host == "" || u.User != nil || u.Path+u.RawQuery+u.Fragment != "" || u.Scheme != "https" && (u.Scheme != "http" || !isLocal(u.Hostname())) {
			t.Errorf("%q: %v", site, u)
		}
		if again, err := parseHost(u.String()); err != nil || *again != *u {
			t.Errorf("%q: %v, then %v, %v", site, u, again, err)
		}
	})
}

func isLocal(host string) bool {
	return host == "localhost" || strings.HasPrefix(host, "127.") || strings.HasPrefix(host, "::") || strings.HasPrefix(strings.ToLower(host), "0:")
}

// Blanks and invisible characters around pasted credentials, and around an
// option's address, are removed.
func TestPastedCredentials(t *testing.T) {
	var authorization string
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		authorization = r.Header.Get("Authorization") + " " + r.Header.Get("clientId")
		_, _ = io.WriteString(w, `{"id":1}`)
	})
	c, err := NewClient(Credentials{Company: "\u00a0acme ", PublicKey: "\u200bpublic\n", PrivateKey: "\tprivate\ufeff", ClientID: " id\r\n"}, WithBaseURL(" "+s.URL+"\u00a0"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Service.Tickets.Get(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	want := &http.Request{Header: http.Header{}}
	want.SetBasicAuth("acme+public", "private")
	if authorization != want.Header.Get("Authorization")+" id" {
		t.Errorf("signed in with %s", authorization)
	}
	if _, err := NewClient(Credentials{Site: "na.myconnectwise.net", Company: "acme", PublicKey: "pub", PrivateKey: "priv\u200bate", ClientID: "id"}); err == nil || !strings.Contains(err.Error(), "PrivateKey") || strings.Contains(err.Error(), "priv\u200b") {
		t.Errorf("%v", err)
	}
}

// W20: clients of many tenants on one host reuse their connections.
func TestW20_ConnectionsAreReused(t *testing.T) {
	dialled := map[string]bool{}
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		dialled[r.RemoteAddr] = true
		_, _ = io.WriteString(w, `{"id":1}`)
	})
	const tenants = 40
	for range 3 {
		for i := range tenants {
			credentials := testCredentials
			credentials.Company = fmt.Sprintf("tenant%d", i)
			c, err := NewClient(credentials, WithBaseURL(s.URL))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Service.Tickets.Get(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(dialled) > 2 {
		t.Errorf("%d connections for one request at a time", len(dialled))
	}
}

// I10 and I11: whole names are compared, and a lower level than required is not
// enough.
func TestI10_I11_RightsByWholeName(t *testing.T) {
	role := []*Permission{
		{ModuleFunctionName: "Service Ticket - Dependencies", ModuleName: "Service Desk", InquireLevel: "None"},
		{ModuleFunctionName: "Service Tickets", ModuleName: "Portal", InquireLevel: "None"},
		{ModuleFunctionName: "Service Tickets", ModuleName: "Service Desk", AddLevel: "All", EditLevel: "All", InquireLevel: "All"},
		nil,
		{ModuleFunctionName: "Close Service Ticket", ModuleName: "Service_Desk", EditLevel: "All", InquireLevel: "All"},
		{ModuleFunctionName: "Company Maintenance", ModuleName: "Companies", InquireLevel: "My"},
		{ModuleFunctionName: "Member Maintenance", ModuleName: "System", InquireLevel: "All"},
		{ModuleFunctionName: "Table Setup", ModuleName: "System", InquireLevel: "all"},
	}
	var wrong []string
	for _, need := range TicketSyncRequirements {
		if result := need.Check(role); !result.OK {
			wrong = append(wrong, result.Name+": "+result.Detail)
		}
	}
	if got := strings.Join(wrong, "; "); got != "permission Company Maintenance: inquire My (needs All)" {
		t.Errorf("wrong: %s", got)
	}
	if p := FindPermission(role, "Service Desk", "Service Tickets"); p != role[2] {
		t.Errorf("found %+v", p)
	}
	if p := FindPermission(role, "Elsewhere", "Service Tickets"); p != role[1] {
		t.Errorf("found %+v", p)
	}
	if FindPermission(role, "Service Desk", "Service Ticket") == nil || FindPermission(role, "Service Desk", "Service") != nil || FindPermission(role, "", "") != nil {
		t.Error("names are not compared whole")
	}
}

// D9: lengths are counted in UTF-16 units, as the server counts them.
func TestD9_LengthsAreUTF16(t *testing.T) {
	s := newTestServer(t, answerWith(200, `{"id":1}`))
	tickets := s.client(t).Service.Tickets
	for summary, fits := range map[string]bool{
		strings.Repeat("x", 100): true, strings.Repeat("é", 100): true, strings.Repeat("x", 98) + "🦷": true,
		strings.Repeat("x", 101): false, strings.Repeat("x", 99) + "🦷": false, strings.Repeat("🦷", 51): false,
	} {
		_, create := tickets.Create(t.Context(), &Ticket{Summary: summary, Company: ByID(1)})
		_, patch := tickets.Patch(t.Context(), 1, Set("summary", summary))
		if errors.Is(create, ErrInvalid) == fits || errors.Is(patch, ErrInvalid) == fits {
			t.Errorf("%d runes: %v, %v", len([]rune(summary)), create, patch)
		}
	}
}

// R9: what servers were recorded to send is kept.
func TestR9_RecordedShapes(t *testing.T) {
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		body := `{"id":8,"name":"Priority 3","color":"Green","level":"Medium","_info":{"lastUpdated":"2026-06-03T23:32:20Z","updatedBy":"a","image_href":"x"}}`
		if strings.Contains(r.URL.Path, "tickets") {
			body = `{"id":5,"billingMethod":"ActualRates","automaticEmailCc":"a@b.test;","escalationLevel":2,"respondedSkippedMinutes":3,"respondedHours":1.5,"minutesWaiting":4,"slaStatus":"Respond by","requiredDate":"2026-06-03T00:00:00Z"}`
		}
		_, _ = io.WriteString(w, body)
	})
	c := s.client(t)
	priority, err := c.Service.Priorities.Get(t.Context(), 8)
	source, err2 := c.Service.Sources.Get(t.Context(), 8)
	ticket, err3 := c.Service.Tickets.Get(t.Context(), 5)
	if err := errors.Join(err, err2, err3); err != nil {
		t.Fatal(err)
	}
	if priority.Info.UpdatedBy != "a" || source.Info.LastUpdated.IsZero() {
		t.Errorf("%+v, %+v", priority, source)
	}
	if ticket.BillingMethod == "" || ticket.AutomaticEmailCC != "a@b.test;" || ticket.RespondedHours != "1.5" || ticket.MinutesWaiting != 4 || ticket.SLAStatus == "" || ticket.EscalationLevel != 2 || ticket.RequiredDate.IsZero() {
		t.Errorf("%+v", ticket)
	}
}

// Agreements and their additions can be listed, created and changed.
func TestAgreements(t *testing.T) {
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Link"] = []string{""}
		if r.Method == http.MethodGet {
			_, _ = io.WriteString(w, `[{"id":3,"name":"Gold","quantity":2.50,"product":{"id":9,"identifier":"COVE"},"_info":{"updatedBy":"a"}}]`)
			return
		}
		_, _ = io.WriteString(w, `{"id":3}`)
	})
	agreements := s.client(t).Finance.Agreements
	list, err := agreements.All(t.Context(), &ListOptions{Where: Where("company/id = ?", 250)})
	additions, err2 := agreements.Additions(3).All(t.Context(), nil)
	_, err3 := agreements.Create(t.Context(), &Agreement{Name: "Gold", Type: ByName("Managed"), Company: ByID(250), Contact: ByID(4)})
	_, err4 := agreements.Additions(3).Create(t.Context(), &Addition{Product: ByIdentifier("COVE"), Quantity: Int(3), BillCustomer: "Billable"})
	_, err5 := agreements.Additions(3).Patch(t.Context(), 3, Set("quantity", 4), Set("cancelledDate", nil))
	if err := errors.Join(err, err2, err3, err4, err5); err != nil {
		t.Fatal(err)
	}
	if list[0].Name != "Gold" || additions[0].Quantity != "2.50" || additions[0].Product.Identifier != "COVE" {
		t.Errorf("%+v, %+v", list[0], additions[0])
	}
	var got []string
	for _, r := range s.seen() {
		got = append(got, r.Method+" "+strings.TrimPrefix(r.Path, testBase)+" "+r.Body)
	}
	want := []string{
		"GET finance/agreements ", "GET finance/agreements/3/additions ",
		`POST finance/agreements {"company":{"id":250},"contact":{"id":4},"name":"Gold","type":{"name":"Managed"}}`,
		`POST finance/agreements/3/additions {"billCustomer":"Billable","product":{"identifier":"COVE"},"quantity":3}`,
		`PATCH finance/agreements/3/additions/3 [{"op":"replace","path":"quantity","value":4},{"op":"replace","path":"cancelledDate","value":null}]`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("sent\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if _, err := agreements.Create(t.Context(), &Agreement{Name: strings.Repeat("x", 101)}); !errors.Is(err, ErrInvalid) {
		t.Errorf("a name of 101 characters: %v", err)
	}
}

// A custom field is set by its caption. For a record without custom fields the
// error says what is missing.
func TestSetOneCustomField(t *testing.T) {
	s := newTestServer(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Link"] = []string{""}
		switch {
		case strings.HasSuffix(r.URL.Path, "userDefinedFields"):
			_, _ = io.WriteString(w, `[{"id":7,"caption":"Tier","screenId":"CompanyDetail"},{"id":8,"caption":"Tier","screenId":"TicketOverview"},{"id":9,"caption":"Path / Name"}]`)
		case r.Method == http.MethodGet:
			_, _ = io.WriteString(w, `{"id":5,"customFields":[{"id":8,"caption":"Tier","value":"one"},{"id":9,"caption":"Path / Name","value":2}]}`)
		default:
			_, _ = io.WriteString(w, `{"id":5}`)
		}
	})
	tickets := s.client(t).Service.Tickets
	_, err := tickets.Patch(t.Context(), 5, Set("customFields/tier", "two"), Set("summary", "x"))
	_, err2 := tickets.Patch(t.Context(), 5, Set("customFields/Path / Name", nil), Silent())
	_, err3 := tickets.Create(t.Context(), &Ticket{Summary: "x"}, Set("customFields/Tier", "new"), Set("customFields/9", 3), Silent())
	_, unknown := tickets.Patch(t.Context(), 5, Set("customFields/Teir", "two"))
	_, nowhere := tickets.Notes(5).Patch(t.Context(), 1, Set("customFields/Tier", "two"))
	if err := errors.Join(err, err2, err3); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, r := range s.seen() {
		if r.Body != "" {
			got = append(got, r.Body)
		}
	}
	want := []string{
		`[{"op":"replace","path":"summary","value":"x"},{"op":"replace","path":"customFields","value":[{"id":8,"value":"two"},{"id":9,"value":2}]}]`,
		`[{"op":"replace","path":"processNotifications","value":false},{"op":"replace","path":"customFields","value":[{"id":8,"value":"one"},{"id":9,"value":null}]}]`,
		`{"customFields":[{"id":9,"value":3},{"id":8,"value":"new"}],"processNotifications":false,"summary":"x"}`,
	}
	for i := range want {
		if i >= len(got) || got[i] != want[i] {
			t.Errorf("sent %v, want %s", got, want[i])
		}
	}
	if !errors.Is(unknown, ErrInvalid) || !strings.Contains(unknown.Error(), `"Tier", "Path / Name"`) || !errors.Is(nowhere, ErrInvalid) {
		t.Errorf("%v; %v", unknown, nowhere)
	}
	if _, err := SetCustomFields(nil, map[string]any{"Tier": "x"}); err == nil || !strings.Contains(err.Error(), "ListOptions.Fields") {
		t.Errorf("a trimmed record: %v", err)
	}
}
