package desk

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile"
)

// fieldBench has a second board that high problems go to, with other types.
func fieldBench(t *testing.T, fields ...TicketField) *bench {
	t.Helper()
	b := newBench(t, func(_ *connectwisetest.Config, c *Config) {
		c.Board = "Managed"
		c.Routes = []Route{{Kind: "never", Board: "Second"}}
		c.Zone = time.FixedZone("UTC-5", -5*3600)
		c.Fields = fields
	})
	b.srv.AddBoard(connectwisetest.Board{Name: "Managed", Types: []string{"Backup"}, SubTypes: []string{"Failure"}, Items: []string{"Files"}, Teams: []string{"Night"}})
	b.srv.AddBoard(connectwisetest.Board{Name: "Second", Types: []string{"Other"}, Teams: []string{"Day"}})
	b.srv.AddCustomField(connectwisetest.CustomField{Entity: "Company", Caption: "Device"})
	b.srv.AddCustomField(connectwisetest.CustomField{Entity: "Ticket", Caption: "Device"})
	b.srv.AddCustomField(connectwisetest.CustomField{Entity: "Ticket", Caption: "Tier", Type: "Number"})
	return b
}

// D11, D16: any field of a new ticket, by id, name or template.
func TestFields(t *testing.T) {
	b := fieldBench(t,
		TicketField{Path: "type", Value: "backup", Board: "Managed"},
		TicketField{Path: "subType", Value: "Fail{{with .Issue}}ure{{end}}", Board: "Managed"},
		TicketField{Path: "item", Value: "Files", Board: "Managed"},
		TicketField{Path: "team", Value: "Night", Board: "Managed"},
		TicketField{Path: "team", Value: "Day", Board: "Second"},
		TicketField{Path: "source", ID: 1},
		TicketField{Path: "site", Value: "Main"},
		TicketField{Path: "impact", Value: "High"},
		TicketField{Path: "poNumber", Value: "PO-{{.Issue.Customer}}-{{.Key.Subject}}"},
		TicketField{Path: "customFields/device", Value: "{{.Key.Subject}}"},
		TicketField{Path: "customFields/Tier", Value: "2"},
		TicketField{Path: "estimatedStartDate", Value: "{{day .Issue.Since}}"},
		TicketField{Path: "budgetHours", Value: "1.5"},
	).open()
	b.now = time.Date(2026, 11, 22, 4, 0, 0, 0, time.UTC) // the problem began an hour earlier: the 21st in the zone
	r := b.only(b.run(world{"1": "bad"}), "create", Done)
	if r.Degraded != nil {
		t.Error(r.Degraded)
	}
	got := b.ticket(r.Ticket)
	names := map[string]string{"type": got.Type.Name, "subType": got.SubType.Name, "item": got.Item.Name, "team": got.Team.Name, "site": got.Site.Name, "impact": got.Impact}
	if diff := cmp.Diff(map[string]string{"type": "Backup", "subType": "Failure", "item": "Files", "team": "Night", "site": "Main", "impact": "High"}, names); diff != "" {
		t.Error(diff)
	}
	if got.Source.ID != 1 || got.CustomFields["Device"] != "1" || got.CustomFields["Tier"] == nil {
		t.Errorf("source %+v, custom fields %v", got.Source, got.CustomFields)
	}
	stored, err := b.client.Service.Tickets.Get(t.Context(), r.Ticket)
	must(t, err)
	if stored.PONumber != "PO-7-1" || stored.EstimatedStartDate.Text() != "2026-11-21T00:00:00Z" || stored.BudgetHours != "1.5" {
		t.Errorf("poNumber %q, estimatedStartDate %q, budgetHours %q", stored.PONumber, stored.EstimatedStartDate.Text(), stored.BudgetHours)
	}
}

// All that can be known beforehand is refused by New, at once.
func TestFieldsRefused(t *testing.T) {
	b := fieldBench(t,
		TicketField{Path: "typ", Value: "Backup"},
		TicketField{Path: "summary", Value: "mine"},
		TicketField{Path: "closedDate", Value: "2026-01-01"},
		TicketField{Path: "type", Value: "Bakup", Board: "Managed"},
		TicketField{Path: "team", Value: "Night"},
		TicketField{Path: "source", ID: 4711},
		TicketField{Path: "poNumber", Value: strings.Repeat("x", 51)},
		TicketField{Path: "severity", Value: "Hihg"},
		TicketField{Path: "customFields/Devise", Value: "x"},
		TicketField{Path: "customFields/Tier", Value: "two"},
		TicketField{Path: "siteName", Value: "{{.Issue.Compny}}"},
		TicketField{Path: "city", Value: "{{"},
		TicketField{Path: "zip", ID: 7},
		TicketField{Path: "item"},
		TicketField{Path: "requiredDate", Value: "tomorrow"},
		TicketField{Path: "budgetHours", Value: "some"},
		TicketField{Path: "approved", Value: "perhaps"},
		TicketField{Path: "duration", Value: "1.5"},
		TicketField{Path: "subType", Value: "Failure", Board: "Managd"},
		TicketField{Path: "Severity", Value: "Low"},
		TicketField{Path: "contact", ID: 4711},
		TicketField{Path: "workType", Value: "Remot"},
		TicketField{Path: "agreement", ID: 4711},
		TicketField{Path: "workRole", Value: "Whoever"},
		TicketField{Path: "sla", ID: 4711},
		TicketField{Path: "contact", Value: "Jane", Board: "Managed"},
	)
	b.client = b.replying("time/workTypes", `[{"id":1,"name":"Remote"}]`)
	_, err := New(t.Context(), b.client, b.config)
	var faults *ConfigError
	if !errors.As(err, &faults) {
		t.Fatalf("error %v", err)
	}
	all := strings.Join(faults.Faults, "\n")
	for _, want := range []string{
		`Fields[0] (typ): Ticket has no member "typ"; there is "type", "subType", "workType"`,
		`Fields[1] (summary): the desk writes it itself`,
		`Fields[2] (closedDate): set by the server`,
		`Fields[3] (type): there is no "Bakup" on board "Managed"; there is "Backup"`,
		`Fields[4] (team): there is no "Night" on board "Second"; there is "Day"`,
		`Fields[5] (source): there is no id 4711`,
		`Fields[6] (poNumber): 51 characters, at most 50`,
		`Fields[7] (severity): "Hihg" is not a value of severity; there is "High"`,
		`Fields[8] (customFields/Devise): there is no custom field "Devise"; there is "Device"`,
		`Fields[9] (customFields/Tier): "two" is not a number`,
		`Fields[10] (siteName): `, `Fields[11] (city): `,
		`Fields[12] (zip): it is not a reference`,
		`Fields[13] (item): it needs an ID or a Value`,
		`Fields[14] (requiredDate): "tomorrow" is not a time`,
		`Fields[15] (budgetHours): "some" is not a number`,
		`Fields[16] (approved): "perhaps" is neither`,
		`Fields[17] (duration): "1.5" is not a whole number`,
		`Fields[18] (subType): no new ticket goes to board "Managd"; there is "Managed"`,
		`Fields[19] (Severity): it is given twice`,
		`Fields[20] (contact): there is no id 4711 in the tenant`,
		`Fields[21] (workType): there is no "Remot" in the tenant; there is "Remote"`,
		`Fields[22] (agreement): there is no id 4711 in the tenant`,
		`Fields[23] (workRole): there is no "Whoever" in the tenant; there is "Engineer"`,
	} {
		if !strings.Contains(all, want) {
			t.Errorf("no fault %q in\n%s", want, all)
		}
	}
	// What cannot be looked up is left to the server.
	for _, path := range []string{"(sla)", "[25] (contact)"} {
		if strings.Contains(all, path) {
			t.Errorf("%s is refused in\n%s", path, all)
		}
	}
}

// A field that fails only for a certain ticket is left out and named; the
// ticket is still created.
func TestFieldsLeftOut(t *testing.T) {
	b := fieldBench(t,
		TicketField{Path: "team", Value: "{{.Key.Subject}}", Board: "Managed"},
		TicketField{Path: "poNumber", Value: "{{.Issue.Detail}}{{.Issue.Detail}}{{.Issue.Detail}}"},
		TicketField{Path: "city", Value: "{{index .Related 7}}{{/* fails */}}"},
		TicketField{Path: "zip", Value: "{{.Issue.Customer}}"},
	)
	_, err := New(t.Context(), b.client, b.config)
	if err == nil || !strings.Contains(err.Error(), "Fields[2] (city)") {
		t.Errorf("error %v", err)
	}
	b.config.Fields[2].Value = `{{if eq .Key.Subject "Nihgt"}}{{index .Related 7}}{{end}}`
	b.open()
	r := b.only(b.run(world{"Nihgt": "bad"}), "create", Done)
	for _, want := range []string{`field team is left out: there is no "Nihgt" on board "Managed"; there is "Night"`, "field poNumber is left out: 66 characters, at most 50", "field city is left out: "} {
		if r.Degraded == nil || !strings.Contains(r.Degraded.Error(), want) {
			t.Errorf("degraded %v, want %q", r.Degraded, want)
		}
	}
	stored, err := b.client.Service.Tickets.Get(t.Context(), r.Ticket)
	must(t, err)
	if stored.Zip != "7" || stored.PONumber != "" || stored.City != "" {
		t.Errorf("zip %q, poNumber %q, city %q", stored.Zip, stored.PONumber, stored.City)
	}
}

// A template that is tried ends, and may ask for nothing that the issue lacks.
func TestTryTemplate(t *testing.T) {
	a := reconcile.Action{Kind: reconcile.Create, Issue: &reconcile.Issue{Labels: map[string]string{"rack": "7"}}}
	for template, want := range map[string]string{
		"{{.Issue.Labels.rack}} {{day .Issue.Since}}": "",
		"{{.Issue.Labels.rak}}":                       `no entry for key "rak"`,
		"{{.Issue.Lables}}":                           "Lables",
		"{{if}}":                                      "missing value",
		"{{range 99999999999}}{{end}}":                "turns",
		`{{printf "%99999d" 1}}`:                      "bytes",
	} {
		if err := TryTemplate(template, a); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", template, err)
		}
	}
}
