package connectwise_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

var noon = time.Date(2026, 6, 3, 12, 0, 0, 0, time.UTC)

func TestDocuments(t *testing.T) {
	s := tenant(connectwisetest.Config{})
	c := tenantClient(t, s)
	id := s.AddTicket(connectwisetest.Ticket{Summary: "x", Board: connectwisetest.ByName("Help Desk"), Company: connectwisetest.ByID(250)})
	content := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	for name, file := range map[string]io.Reader{
		"log äöü.txt":   bytes.NewReader(content),
		"of no size.gz": io.LimitReader(bytes.NewReader(content), int64(len(content))),
	} {
		made, err := c.System.Documents.Create(t.Context(), connectwise.Upload{RecordType: "Ticket", RecordID: id, Title: "A " + name, FileName: name, File: file, Private: true})
		if err != nil {
			t.Fatal(name, err)
		}
		if made.ID == 0 || made.Title != "A "+name || made.Size != int64(len(content)) {
			t.Errorf("%s: %+v", name, made)
		}
		got, err := c.System.Documents.Download(t.Context(), made.ID)
		if err != nil {
			t.Fatal(name, err)
		}
		data, err := io.ReadAll(got)
		if err := errors.Join(err, got.Close()); err != nil {
			t.Fatal(name, err)
		}
		if !bytes.Equal(data, content) || got.FileName != name {
			t.Errorf("%s: %d bytes of %q", name, len(data), got.FileName)
		}
	}
	link, err := c.System.Documents.Create(t.Context(), connectwise.Upload{RecordType: "Ticket", RecordID: id, Title: "Page", URL: "https://example.com/"})
	if err != nil || link.Title != "Page" {
		t.Errorf("link: %+v, %v", link, err)
	}
	var titles []string
	for d, err := range c.System.Documents.Of("Ticket", id).List(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		titles = append(titles, d.Title)
	}
	slices.Sort(titles)
	if !slices.Equal(titles, []string{"A log äöü.txt", "A of no size.gz", "Page"}) {
		t.Errorf("documents %q", titles)
	}
	if n, err := c.System.Documents.Of("Ticket", id).Count(t.Context(), nil); n != 3 || err != nil {
		t.Errorf("count %d, %v", n, err)
	}
	if err := c.System.Documents.Of("Ticket", 1).Delete(t.Context(), link.ID); err != nil {
		t.Error(err)
	}
	if _, err := c.System.Documents.Of("Ticket", 1).Get(t.Context(), link.ID); !errors.Is(err, connectwise.ErrNotFound) {
		t.Errorf("deleted: %v", err)
	}
	if _, err := c.System.Documents.Download(t.Context(), link.ID); !errors.Is(err, connectwise.ErrNotFound) {
		t.Errorf("download of nothing: %v", err)
	}
}

func TestUploadsRefusedBeforeSending(t *testing.T) {
	s := tenant(connectwisetest.Config{})
	c := tenantClient(t, s)
	for want, u := range map[string]connectwise.Upload{
		"recordType":         {RecordID: 1, URL: "https://x"},
		"recordId":           {RecordType: "Ticket", URL: "https://x"},
		"either a File":      {RecordType: "Ticket", RecordID: 1},
		"file: give either":  {RecordType: "Ticket", RecordID: 1, URL: "https://x", File: strings.NewReader("x"), FileName: "x"},
		"needs a FileName":   {RecordType: "Ticket", RecordID: 1, File: strings.NewReader("x")},
		"holds a line break": {RecordType: "Ticket", RecordID: 1, File: strings.NewReader("x"), FileName: "a\r\nb"},
	} {
		if _, err := c.System.Documents.Create(t.Context(), u); !errors.Is(err, connectwise.ErrInvalid) || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %q", err, want)
		}
	}
	if s.Calls() != 0 {
		t.Errorf("%d calls", s.Calls())
	}
}

func TestCallbacksEnsure(t *testing.T) {
	s := tenant(connectwisetest.Config{})
	c := tenantClient(t, s)
	const base = "https://hooks.example/"
	wanted := []connectwise.Callback{
		{Description: "tickets", URL: base + "ticket?recordId=", Type: "ticket", Level: "owner"},
		{Description: "board", URL: base + "board?recordId=", Type: "Ticket", Level: "Board", ObjectID: 1},
	}
	ours := func(cb *connectwise.Callback) bool { return strings.HasPrefix(cb.URL, base) }
	callbacks := c.System.Callbacks

	plan, err := callbacks.Plan(t.Context(), wanted, ours)
	if err != nil || len(plan.Create) != 2 || !plan.Changes() {
		t.Fatalf("%v %v", plan, err)
	}
	if n, err := callbacks.Count(t.Context(), nil); n != 0 || err != nil {
		t.Errorf("the plan made %d callbacks, %v", n, err)
	}
	if _, err := callbacks.Ensure(t.Context(), wanted, ours); err != nil {
		t.Fatal(err)
	}
	if plan, err = callbacks.Ensure(t.Context(), wanted, ours); err != nil || plan.Changes() || len(plan.Keep) != 2 {
		t.Fatalf("a second time: %s%v", plan, err)
	}
	// One callback was switched off, one is no longer wanted, and one belongs
	// to another program.
	if _, err := callbacks.Patch(t.Context(), plan.Keep[0].ID, connectwise.Set("inactiveFlag", true)); err != nil {
		t.Fatal(err)
	}
	if _, err := callbacks.Create(t.Context(), &connectwise.Callback{URL: "https://other.example/", Type: "company", Level: "owner"}, connectwise.Set("objectId", 0)); err != nil {
		t.Fatal(err)
	}
	plan, err = callbacks.Ensure(t.Context(), wanted[:1], ours)
	if err != nil || len(plan.Update) != 1 || len(plan.Delete) != 1 || len(plan.Create) != 0 {
		t.Fatalf("%s%v", plan, err)
	}
	if want := fmt.Sprintf("update ticket owner 1 %sticket?recordId= (%d)\n", base, plan.Update[0].ID); !strings.HasPrefix(plan.String(), want) {
		t.Errorf("plan %q, want %q first", plan, want)
	}
	var left []string
	for cb, err := range callbacks.List(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		left = append(left, fmt.Sprint(cb.URL, cb.InactiveFlag))
	}
	slices.Sort(left)
	if !slices.Equal(left, []string{base + "ticket?recordId=false", "https://other.example/false"}) {
		t.Errorf("left %q", left)
	}
	for want, cb := range map[string]connectwise.Callback{
		"url":      {URL: "/x", Type: "ticket", Level: "owner"},
		"objectId": {URL: base, Type: "ticket", Level: "board"},
		"type":     {URL: base, Level: "owner"},
	} {
		var e *connectwise.Error
		if _, err := callbacks.Plan(t.Context(), []connectwise.Callback{cb}, nil); !errors.As(err, &e) || e.Errors[0].Field != want {
			t.Errorf("%s: %v", want, err)
		}
	}
	var e *connectwise.Error // which levels a type has, the server knows
	if _, err := callbacks.Create(t.Context(), &connectwise.Callback{URL: base, Type: "ticket", Level: "territory", ObjectID: 1}); !errors.As(err, &e) || !errors.Is(err, connectwise.ErrInvalid) || e.Errors[0].Field != "level" {
		t.Errorf("a level that tickets do not have: %v", err)
	}
}

func TestTicketActions(t *testing.T) {
	s := tenant(connectwisetest.Config{})
	c := tenantClient(t, s)
	tickets := c.Service.Tickets
	var ids []int64
	for i := range 4 {
		ids = append(ids, s.AddTicket(connectwisetest.Ticket{Summary: fmt.Sprint("t", i), Board: connectwisetest.ByID(1), Company: connectwisetest.ByID(250), ExternalXRef: "key"}))
	}
	if err := tickets.Merge(t.Context(), ids[0], connectwise.ByName("Closed"), ids[1]); err != nil {
		t.Fatal(err)
	}
	if merged, err := tickets.Get(t.Context(), ids[1]); err != nil || merged.MergedParentTicket.ID != ids[0] || !merged.ClosedFlag {
		t.Errorf("merged %+v, %v", merged, err)
	}
	children := map[string]any{"childTicketIds": []int64{ids[2]}}
	if err := c.Do(t.Context(), http.MethodPost, fmt.Sprintf("service/tickets/%d/attachChildren", ids[0]), nil, children, nil); err != nil {
		t.Fatal(err)
	}
	if child, err := tickets.Get(t.Context(), ids[2]); err != nil || child.ParentTicketID != ids[0] {
		t.Errorf("child %+v, %v", child, err)
	}
	var made connectwise.Ticket
	if err := c.Do(t.Context(), http.MethodPost, fmt.Sprintf("service/tickets/%d/copy", ids[3]), nil, struct{}{}, &made); err != nil || made.ID == ids[3] || made.Summary != "t3" || made.ExternalXRef != "key" {
		t.Errorf("copy %+v, %v", made, err)
	}
	device := s.AddConfiguration(connectwisetest.Configuration{Name: "SRV01", Company: connectwisetest.ByID(250), DeviceIdentifier: "cove-1"})
	attached := tickets.Configurations(ids[0])
	if made, err := attached.Create(t.Context(), &connectwise.TicketConfiguration{DeviceIdentifier: "cove-1"}); err != nil || made.ID != device {
		t.Errorf("attached %+v, %v", made, err)
	}
	if n, err := attached.Count(t.Context(), nil); n != 1 || err != nil {
		t.Errorf("attached %d, %v", n, err)
	}
	s.AddNote(ids[0], connectwisetest.Note{Text: "hello"})
	var texts []string
	for note, err := range tickets.Discussion(ids[0]).List(t.Context(), nil) {
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, note.Text)
	}
	if !slices.Contains(texts, "hello") {
		t.Errorf("discussion %q", texts)
	}
	entry, err := c.Time.Entries.Create(t.Context(), &connectwise.TimeEntry{
		ChargeToID: ids[0], ChargeToType: "ServiceTicket", Member: connectwise.ByIdentifier("admin"),
		TimeStart: connectwise.At(noon), TimeEnd: connectwise.At(noon.Add(1800e9)), BillableOption: "Billable", Notes: "Fixed",
	})
	if err != nil || entry.ID == 0 {
		t.Fatalf("time entry %+v, %v", entry, err)
	}
	if n, err := c.Time.Entries.Count(t.Context(), &connectwise.ListOptions{Where: connectwise.Where(`chargeToType = "ServiceTicket" and chargeToId = ?`, ids[0])}); n != 1 || err != nil {
		t.Errorf("%d time entries, %v", n, err)
	}
}

func TestCheck(t *testing.T) {
	s := tenant(connectwisetest.Config{})
	report, err := tenantClient(t, s).System.Check(t.Context(), connectwise.TicketSyncRequirements...)
	if err != nil || !report.OK() || report.Codebase != "v2025_1" || report.Version == "" || !strings.Contains(report.String(), "permission Close Service Tickets") {
		t.Errorf("%v\n%s", err, report)
	}
	s.EditMember("apimember", func(m *connectwisetest.Member) {
		m.Role = connectwisetest.FullRole()
		for i := range m.Role {
			switch m.Role[i].Function {
			case "Service Tickets":
				m.Role[i].Inquire = connectwisetest.My
			case "Company Maintenance":
				m.Role[i].Inquire = connectwisetest.None
			}
		}
		m.Role = slices.DeleteFunc(m.Role, func(p connectwisetest.Permission) bool { return strings.HasPrefix(p.Function, "Close Service") })
	})
	c := tenantClient(t, s)
	report, err = c.System.Check(t.Context(), connectwise.TicketSyncRequirements...)
	if err != nil || report.OK() {
		t.Fatalf("%v\n%s", err, report)
	}
	for _, want := range []string{"inquire My (needs All)", "Close Service Tickets (edit All, inquire All)", "FAIL  permission Company Maintenance"} {
		if !strings.Contains(report.String(), want) {
			t.Errorf("report lacks %q:\n%s", want, report)
		}
	}
	_, err = c.Company.Companies.Get(t.Context(), 250)
	if !errors.Is(err, connectwise.ErrForbidden) || !strings.Contains(err.Error(), "Company Maintenance (inquire All)") {
		t.Errorf("refused: %v", err)
	}
	for name, change := range map[string]func(*connectwise.Credentials){
		"company": func(k *connectwise.Credentials) { k.Company = "nobody" },
		"key":     func(k *connectwise.Credentials) { k.PrivateKey = "wrong" },
	} {
		keys := s.Credentials()
		k := connectwise.Credentials{Site: "psa.msp.test", Company: keys.Company, PublicKey: keys.PublicKey, PrivateKey: keys.PrivateKey, ClientID: keys.ClientID}
		change(&k)
		c, err := connectwise.NewClient(k, connectwise.WithHTTPClient(&http.Client{Transport: s.Transport()}))
		if err != nil {
			t.Fatal(err)
		}
		report, err := c.System.Check(t.Context())
		last := report.Results[len(report.Results)-1]
		if err != nil || report.OK() || last.OK || last.Hint == "" || strings.Contains(report.String(), keys.PrivateKey) {
			t.Errorf("wrong %s: %v\n%s", name, err, report)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := tenantClient(t, s).System.Check(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
