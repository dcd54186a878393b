package connectwisetest_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// exchange is a request with its known answer. The server's answer may have
// further members.
type exchange struct {
	About, Fault string
	Request      struct {
		Method, Path, Text string
		Headers            map[string]string
		Body               json.RawMessage
	}
	Response struct {
		Status            int
		ContentType, Text string
		Body              json.RawMessage
	}
}

// recorded returns the tenant that the exchanges belong to.
func recorded(cfg connectwisetest.Config) *connectwisetest.Server {
	cfg.Company, cfg.CompanyName, cfg.SiteURL, cfg.AllowedOrigins = "foo", "Foo Inc", "api-na.myconnectwise.net", []string{"https://na.myconnectwise.net"}
	cfg.Now = func() time.Time { return time.Date(2026, 6, 3, 23, 32, 20, 0, time.UTC) }
	srv := connectwisetest.NewServer(cfg)
	srv.AddCustomField(connectwisetest.CustomField{ID: 7, Entity: "Ticket", Caption: "Vendor Ticket"})
	srv.AddCustomField(connectwisetest.CustomField{ID: 34, Entity: "Company", Caption: "Renewal", Type: "Date", Entry: "Date"})
	srv.AddBoard(connectwisetest.Board{ID: 1, Name: "Help Desk", Types: []string{"Backup"}, SubTypes: []string{"Failed job"}, Items: []string{"Server"}, Teams: []string{"Service Team"}})
	srv.AddBoard(connectwisetest.Board{ID: 21, Name: "Alerts", Statuses: []connectwisetest.Status{{Name: "New"}, {Name: "Done", Closed: true}}})
	srv.AddCompany(connectwisetest.Company{ID: 250, Identifier: "ACME", Name: "Acme Ltd", Types: []string{"Client"}, Address: "1 High St", City: "Tampa", State: "FL", Zip: "33601", Phone: "5551234567", Website: "acme.test"})
	srv.AddContact(connectwisetest.Contact{ID: 58024, FirstName: "Jorge", LastName: "Smith", Company: connectwisetest.ByID(250), Email: "j@acme.test"})
	srv.AddConfiguration(connectwisetest.Configuration{ID: 501, Name: "SRV01", Type: "Managed Server", Company: connectwisetest.ByIdentifier("ACME"), DeviceIdentifier: "cove-778", SerialNumber: "ABC", MACAddress: "001122AABBCC", Extra: map[string]any{"ipAddress": "10.0.0.5", "osType": "Windows Server 2022"}})
	srv.AddMember(connectwisetest.Member{ID: 21, Identifier: "tech1", FirstName: "Tech", LastName: "One", Email: "tech@msp.test"})
	srv.AddTicket(connectwisetest.Ticket{ID: 70123, Summary: "Printer down", Company: connectwisetest.ByName("Acme Ltd")})
	return srv
}

// The server answers the requests that are known from live servers and their
// documentation.
func TestExchanges(t *testing.T) {
	files, err := filepath.Glob("testdata/exchanges/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no exchanges", err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		t.Run(name, func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var x exchange
			if err := json.Unmarshal(b, &x); err != nil {
				t.Fatal(err)
			}
			srv := recorded(connectwisetest.Config{Switches: connectwisetest.Switches{PageSizeError: name == "page-size-out-of-range", RefuseForwardOrder: name == "forward-only-order"}})
			switch x.Fault {
			case "429":
				srv.Inject(connectwisetest.Fault{Kind: connectwisetest.TooManyRequests})
			case "html":
				srv.Inject(connectwisetest.Fault{Kind: connectwisetest.HTML})
			}
			x.run(t, srv)
		})
	}
}

func (x exchange) run(t *testing.T, srv *connectwisetest.Server) {
	path := x.Request.Path
	if !strings.HasPrefix(path, "/") {
		path = "/v4_6_release/apis/3.0/" + path
	}
	body := x.Request.Text
	if body == "" {
		body = string(x.Request.Body)
	}
	r, err := http.NewRequestWithContext(t.Context(), x.Request.Method, "https://api-na.myconnectwise.net"+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	c := srv.Credentials()
	r.SetBasicAuth(c.Company+"+"+c.PublicKey, c.PrivateKey)
	r.Header.Set("clientId", c.ClientID)
	r.Header.Set("Content-Type", "application/json")
	for k, v := range x.Request.Headers {
		r.Header.Set(k, v)
	}
	resp, err := srv.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if resp.StatusCode != x.Response.Status {
		t.Fatalf("status %d, want %d; body %s", resp.StatusCode, x.Response.Status, got)
	}
	want := x.Response.ContentType
	if want == "" {
		want = "application/json"
	}
	if ct := resp.Header.Get("Content-Type"); !strings.HasPrefix(ct, want) {
		t.Errorf("content type %q, want %q", ct, want)
	}
	if x.Response.Text != "" && string(got) != x.Response.Text {
		t.Errorf("body %s, want %s", got, x.Response.Text)
	}
	if x.Response.Body == nil {
		return
	}
	var have, known any
	if err := json.Unmarshal(got, &have); err != nil {
		t.Fatalf("body %s: %v", got, err)
	}
	if err := json.Unmarshal(x.Response.Body, &known); err != nil {
		t.Fatal(err)
	}
	for _, d := range missing("", known, have) {
		t.Error(d)
	}
}

// missing lists the parts of the known value that the other value lacks.
func missing(path string, known, have any) []string {
	switch k := known.(type) {
	case map[string]any:
		h, ok := have.(map[string]any)
		if !ok {
			return []string{fmt.Sprintf("%s is %v, want an object", path, have)}
		}
		var out []string
		for name, v := range k {
			x, ok := h[name]
			if !ok {
				out = append(out, path+"."+name+" is missing")
				continue
			}
			out = append(out, missing(path+"."+name, v, x)...)
		}
		return out
	case []any:
		h, ok := have.([]any)
		if !ok || len(h) != len(k) {
			return []string{fmt.Sprintf("%s is %v, want %v", path, have, known)}
		}
		var out []string
		for i, v := range k {
			out = append(out, missing(fmt.Sprintf("%s[%d]", path, i), v, h[i])...)
		}
		return out
	}
	if known != have {
		return []string{fmt.Sprintf("%s is %#v, want %#v", path, have, known)}
	}
	return nil
}
