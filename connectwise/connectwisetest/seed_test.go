package connectwisetest_test

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

func TestSeeds(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	a.srv.AddCustomField(connectwisetest.CustomField{ID: 34, Entity: "Company", Caption: "Renewal", Type: "Date"})
	urgent := a.srv.AddPriority(connectwisetest.Priority{Name: "Urgent", Level: "High", SortOrder: 9, Default: true})
	a.srv.EditCompany(250, func(c *connectwisetest.Company) {
		c.Name = "Acme Renamed"
		c.Status = connectwisetest.ByName("Inactive")
		c.CustomFields = map[string]any{"Renewal": noon}
		c.Extra = map[string]any{"numberOfEmployees": 7}
	})
	id := a.srv.AddTicket(connectwisetest.Ticket{
		ID: 90000, Summary: "seeded", Company: connectwisetest.ByID(250), Status: connectwisetest.ByName("Closed"),
		Entered: noon.Add(-48 * time.Hour), EnteredBy: "tech1", Updated: noon.Add(-24 * time.Hour), UpdatedBy: "tech2", ClosedDate: noon.Add(-24 * time.Hour),
		InitialInternalAnalysis: "inside", Extra: map[string]any{"budgetHours": 2, "poNumber": "7", "requiredDate": noon, "workType": connectwisetest.ByName("Remote")},
	})
	a.srv.AddNote(id, connectwisetest.Note{Text: "later", Resolution: true, Created: noon.Add(-time.Hour), CreatedBy: "admin"})
	got := a.get("service/tickets/90000").want(200).object()
	for path, want := range map[string]any{
		"company.name": "Acme Renamed", "priority.id": float64(urgent), "closedFlag": true, "closedDate": "2026-06-02T12:00:00Z",
		"_info.dateEntered": "2026-06-01T12:00:00Z", "_info.enteredBy": "tech1", "_info.lastUpdated": "2026-06-02T12:00:00Z", "_info.updatedBy": "tech2",
		"budgetHours": 2.0, "poNumber": "7", "requiredDate": "2026-06-03T00:00:00Z", "workType.name": "Remote",
	} {
		if x := in(got, path); x != want {
			t.Errorf("%s is %v, want %v", path, x, want)
		}
	}
	notes := a.srv.Notes(id)
	want := []connectwisetest.Note{
		{ID: 9001, TicketID: id, Text: "inside", Internal: true, Created: noon.Add(-48 * time.Hour), CreatedBy: "tech1"},
		{ID: 9002, TicketID: id, Text: "later", Resolution: true, Created: noon.Add(-time.Hour), CreatedBy: "admin"},
	}
	if diff := cmp.Diff(want, notes); diff != "" {
		t.Error(diff)
	}
	company := a.get("company/companies/250").object()
	if company["numberOfEmployees"] != 7.0 || in(company, "status.name") != "Inactive" || company["customFields"].([]any)[0].(map[string]any)["value"] != "2026-06-03T12:00:00Z" {
		t.Errorf("company: %v", company)
	}
	if next := a.srv.AddTicket(connectwisetest.Ticket{Summary: "next", Company: connectwisetest.ByID(251)}); next != 90001 {
		t.Errorf("the next ticket is %d", next)
	}
	// A ticket with a smaller id is sorted into its place.
	a.srv.AddTicket(connectwisetest.Ticket{ID: 5, Summary: "first", Company: connectwisetest.ByID(251)})
	if got := ids(a.get("service/tickets").list()); got != "5 90000 90001" {
		t.Errorf("order: %s", got)
	}
}

func TestSeedsThatCannotWorkPanic(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	for name, seed := range map[string]func(){
		"no such company": func() { a.srv.AddTicket(connectwisetest.Ticket{Summary: "x", Company: connectwisetest.ByID(9)}) },
		"summary too long": func() {
			a.srv.AddTicket(connectwisetest.Ticket{Summary: strings.Repeat("x", 101), Company: connectwisetest.ByID(250)})
		},
		"id twice":         func() { a.srv.AddCompany(connectwisetest.Company{ID: 250, Identifier: "X", Name: "X"}) },
		"identifier twice": func() { a.srv.AddCompany(connectwisetest.Company{Identifier: "acme", Name: "X"}) },
		"no such member":   func() { a.srv.EditMember("nobody", func(*connectwisetest.Member) {}) },
		"unknown extra": func() {
			a.srv.AddTicket(connectwisetest.Ticket{Summary: "x", Company: connectwisetest.ByID(250), Extra: map[string]any{"nothing": 1}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if r := recover(); r == nil || !strings.HasPrefix(fmt.Sprint(r), "connectwisetest: ") {
					t.Errorf("recovered %v", r)
				}
			}()
			seed()
		})
	}
	if n := len(a.srv.Tickets()) + len(a.srv.Companies()); n != 2 {
		t.Errorf("%d records, want the two companies", n)
	}
}

func TestOrdersByEveryKind(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	for i := range 3 {
		a.srv.AddTicket(connectwisetest.Ticket{
			ID: int64(i + 1), Summary: []string{"b", "A", "c"}[i], Company: connectwisetest.ByID(250), Entered: noon.Add(time.Duration(-i) * time.Hour),
			Status: connectwisetest.ByName([]string{"Closed", "New", "New"}[i]), Extra: map[string]any{"budgetHours": []float64{2.5, 10, 1}[i]},
		})
	}
	for order, want := range map[string]string{
		"id desc": "3 2 1", "summary": "2 1 3", "dateEntered": "3 2 1", "closedFlag desc, id desc": "1 3 2", "budgetHours asc": "3 1 2", "status/name,id": "1 2 3", "owner/name,id desc": "3 2 1",
	} {
		if got := ids(a.get("service/tickets", "orderBy", order).want(200).list()); got != want {
			t.Errorf("orderBy %s: %s, want %s", order, got, want)
		}
	}
}

// The same test data and requests give the same answers, byte for byte.
func TestDeterminism(t *testing.T) {
	run := func() string {
		a := busy(t)
		var b strings.Builder
		for _, path := range []string{"service/tickets", "service/tickets/70001/allNotes", "company/companies", "company/contacts", "company/configurations", "system/members", "system/callbacks", "system/mySecurity", "system/audittrail?type=Ticket&id=70001"} {
			r := a.do("GET", path, "")
			b.WriteString(r.body + r.header.Get("X-Cw-Request-Id") + "\n")
		}
		return b.String()
	}
	if diff := cmp.Diff(run(), run()); diff != "" {
		t.Error(diff)
	}
}

// Test data, people and requests may be used concurrently.
func TestConcurrentUse(t *testing.T) {
	a := desk(t, connectwisetest.Config{ListLag: time.Millisecond, Now: time.Now})
	a.srv.Inject(connectwisetest.Fault{Times: -1, Path: "priorities", Kind: connectwisetest.StatusBefore, Status: 503})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 20 {
				id := a.srv.AddTicket(connectwisetest.Ticket{Summary: "seed", Company: connectwisetest.ByID(250)})
				if err := a.srv.AsPerson("tech1").CloseTicket(id); err != nil {
					t.Error(err)
				}
				_, _, _ = a.srv.Tickets(), a.srv.Requests(), a.srv.Mails()
			}
		})
		wg.Go(func() {
			for range 20 {
				if r := a.do("POST", "service/tickets", minimal); r.status != http.StatusCreated {
					t.Errorf("status %d", r.status)
				}
				a.get("service/tickets", "conditions", "closedFlag = false")
				a.get("service/priorities")
			}
		})
	}
	wg.Wait()
	if n := len(a.srv.Tickets()); n != 160 {
		t.Errorf("%d tickets", n)
	}
}

func TestTLS(t *testing.T) {
	srv := connectwisetest.StartTLS(connectwisetest.Config{})
	defer srv.Close()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(srv.AuthorityPEM()) {
		t.Fatal("no authority")
	}
	foreign := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
	defer foreign.CloseIdleConnections()
	for name, client := range map[string]*http.Client{"its own client": srv.Client(), "a client that trusts the authority": foreign} {
		for _, host := range []string{"127.0.0.1", "localhost"} {
			resp, err := client.Do(mustRequest(t, strings.Replace(srv.URL, "127.0.0.1", host, 1)+"/login/companyinfo/training"))
			if err != nil {
				t.Errorf("%s to %s: %v", name, host, err)
				continue
			}
			_ = resp.Body.Close()
		}
	}
	if !strings.HasPrefix(srv.URL, "https://") {
		t.Error(srv.URL)
	}
}

func TestActionsNeedVersion(t *testing.T) {
	a := desk(t, connectwisetest.Config{Switches: connectwisetest.Switches{ActionsNeedVersion: true}})
	a.do("POST", "service/tickets", minimal).want(201)
	a.do("POST", "service/tickets", minimal).want(201)
	const body = `{"childTicketIds":[70002]}`
	a.do("POST", "service/tickets/70001/attachChildren", body).want(400)
	a.do("POST", "service/tickets/70001/attachChildren", body, "Accept", "application/vnd.connectwise.com+json; version=2025.16").want(200)
}
