package desk

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/desktest"
	"github.com/covedesk/covedesk/reconcile"
)

// inField runs a test with the markers in a custom field.
func inField(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	markerField = "Backup marker"
	defer func() { markerField = "" }()
	test(t)
}

// All that is promised of externalXRef is true of a custom field, at the same
// number of requests.
func TestMarkerField(t *testing.T) {
	for _, test := range []struct {
		name string
		run  func(t *testing.T)
	}{
		{"Create", TestCreate},
		{"Update", TestUpdate},
		{"CloseAndReopen", TestCloseAndReopen},
		{"Drift", TestDrift},
		{"ApplyTwice", TestApplyTwice},
		{"CreateUnknown", TestCreateUnknown},
		{"ListLag", TestListLag},
		{"PendingNote", TestPendingNote},
		{"MarkerWrittenMeanwhile", TestMarkerWrittenMeanwhile},
		{"Load", TestLoad},
		{"Converted", TestConverted},
		{"LoadHidden", TestLoadHidden},
		{"DamagedMarkerIsHeld", TestDamagedMarkerIsHeld},
		{"ForeignAndDamagedMarkersStand", TestForeignAndDamagedMarkersStand},
		{"Adopt", TestAdopt},
		{"AdoptNot", TestAdoptNot},
		{"Prepare", TestPrepare},
		{"ReopenRefused", TestReopenRefused},
		{"Recognised", TestRecognised},
		{"N1", TestN1NobodyIsMailed},
		{"N2", TestN2PeoplesWorkStands},
		{"N3", TestN3NoDuplicates},
	} {
		t.Run(test.name, func(t *testing.T) { inField(t, test.run) })
	}
}

// A custom field is written together with all others, and these keep what
// people put there, also since the plan was made. externalXRef is not ours then.
func TestMarkerFieldKeepsTheOthers(t *testing.T) {
	inField(t, func(t *testing.T) {
		b := newBench(t, nil).open()
		b.srv.AddCustomField(connectwisetest.CustomField{Entity: "Ticket", Caption: "Room", Type: "Number"})
		b.srv.AddCustomField(connectwisetest.CustomField{Entity: "Ticket", Caption: "Key at", Type: "Text"})
		id := b.run(world{"1": "bad"}).Results[0].Ticket
		room := func(n float64) {
			must(t, b.person().EditTicket(id, func(t *connectwisetest.Ticket) { t.CustomFields["Room"] = n; t.ExternalXRef = "RMM-4711" }))
		}
		room(12)
		b.later(2 * time.Hour)
		b.only(b.run(world{"1": "worse"}), reconcile.Update, Done)
		b.later(2 * time.Hour)
		plan := b.plan(b.observe(world{"1": ""}))
		room(13)
		b.only(b.apply(plan), reconcile.Close, Done)
		if got := b.ticket(id); got.CustomFields["Room"] != 13.0 || got.ExternalXRef != "RMM-4711" || !got.Closed {
			t.Errorf("ticket %+v", got)
		}
	})
}

func TestMarkerFieldRefused(t *testing.T) {
	for _, test := range []struct {
		field connectwisetest.CustomField
		want  string
	}{
		{connectwisetest.CustomField{Entity: "Ticket", Caption: "Markr"}, `MarkerField: there is no custom field "Marker"; there is "Markr"`},
		{connectwisetest.CustomField{Entity: "Ticket", Caption: "Marker", Type: "Number"}, `MarkerField: custom field "Marker" holds Number, and the marker is text`},
		{connectwisetest.CustomField{Entity: "Ticket", Caption: "Marker", Entry: "List"}, `MarkerField: custom field "Marker" is filled from a list`},
		{connectwisetest.CustomField{Entity: "Company", Caption: "Marker"}, `MarkerField: custom field "Marker" is not one of the tickets of board "Service Desk"`},
	} {
		for _, tickets := range []int{0, 1} {
			b := newBench(t, func(_ *connectwisetest.Config, c *Config) { c.MarkerField, c.NewStatus = "Marker", "Nw" })
			b.srv.AddCustomField(test.field)
			for range tickets {
				b.old("a ticket", "jsmith", "", b.company)
			}
			_, err := New(t.Context(), b.client, b.config)
			var faults *ConfigError
			if !errors.As(err, &faults) || len(faults.Faults) != 2 || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%+v, %d tickets: error %v, want %q and one about NewStatus", test.field, tickets, err, test.want)
			}
		}
	}
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) {
		c.MarkerField = "Marker"
		c.Fields = []TicketField{{Path: "customFields/marker", Value: "mine"}, {Path: "externalXRef", Value: "{{.Key.Subject}}"}}
	})
	b.srv.AddCustomField(connectwisetest.CustomField{Entity: "Ticket", Caption: "Marker"})
	if _, err := New(t.Context(), b.client, b.config); err == nil || err.Error() != "desk: Fields[0] (customFields/marker): it holds the marker" {
		t.Errorf("error %v", err)
	}
	b.srv.Inject(connectwisetest.Fault{Path: "userDefinedFields", Kind: connectwisetest.Garbage})
	var faults *ConfigError
	if _, err := New(t.Context(), b.client, b.config); err == nil || errors.As(err, &faults) {
		t.Errorf("what cannot be read counts as a fault: %v", err)
	}
}

// A server that makes tickets without their marker makes one of them, not one
// for every problem.
func TestMarkerNotKept(t *testing.T) {
	b := newBench(t, nil).open()
	next := b.srv.Transport()
	var err error
	b.desk.client, err = b.client.With(desktest.Through(func(r *http.Request) (*http.Response, error) {
		if r.Body != nil {
			body, err := io.ReadAll(r.Body)
			must(t, err)
			body = regexp.MustCompile(`cdk1:[^"]*`).ReplaceAll(body, []byte("?"))
			r = r.Clone(r.Context())
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		}
		return next.RoundTrip(r)
	}))
	must(t, err)
	plan := b.plan(b.observe(world{"1": "bad", "2": "bad", "3": "bad"}))
	for _, want := range []string{`was made but the server keeps "?" in externalXRef instead of the marker; no more are made`, "no tickets are made: marker not kept (stop "} {
		report := b.apply(plan)
		if n := len(b.srv.Tickets()); n != 1 || report.Count(reconcile.Create, Failed) != 3 {
			t.Errorf("%d tickets, outcomes %v", n, report.Outcomes())
		}
		if err := report.Err(); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want it to say %q", err, want)
		}
	}
}
