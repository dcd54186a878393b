package setup

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/desktest"
	"github.com/covedesk/covedesk/reconcile"
)

// msp is a tenant with something to choose from.
func msp(t *testing.T) *bench {
	b := newBench(t, nil)
	b.srv.AddBoard(connectwisetest.Board{Name: "Alerts", Types: []string{"Backup", "Network"}, Teams: []string{"Night", "Backup Team"}, Statuses: []connectwisetest.Status{
		{Name: "New", Default: true}, {Name: "Re-Opened"}, {Name: "Assigned"}, {Name: "Waiting Vendor"}, {Name: "Needs Review"}, {Name: "No Action"}, {Name: "Completed"},
		{Name: ">Closed", Closed: true}, {Name: "Canceled", Closed: true},
	}})
	b.srv.Add("service/sources", map[string]any{"name": "RMM monitoring"})
	b.srv.AddBoard(connectwisetest.Board{Name: "Gone", Inactive: true})
	b.srv.EditMember("apimember", func(m *connectwisetest.Member) { m.DefaultBoard = connectwisetest.ByName("Alerts") })
	return b
}

// picked gives what is marked in the choices: "setting ✓ current ★ recommended".
func picked(choices []Choice) (lines []string) {
	for _, c := range choices {
		line := c.Setting
		for _, o := range c.Options {
			if o.Current {
				line += " ✓ " + o.Name
			}
			if o.Recommended {
				line += " ★ " + o.Name
			}
		}
		lines = append(lines, line)
	}
	return lines
}

func TestChoices(t *testing.T) {
	b := msp(t)
	f, err := Parse([]byte(`{}`))
	must(t, err)
	choices, err := Choices(t.Context(), b.client, f)
	must(t, err)
	want := []string{
		"desk.board ✓ Alerts ★ Alerts",
		"desk.newStatus ✓ New ★ New",
		"desk.closedStatus ★ >Closed",
		"desk.verifyStatus ★ Needs Review",
		"desk.statusStages.new ★ New ★ Re-Opened",
		"desk.statusStages.working ★ Assigned",
		"desk.statusStages.waiting ★ Waiting Vendor",
		"desk.statusStages.done ★ Completed",
		"desk.statusStages.silenced ★ No Action",
		"desk.fields.type ★ Backup",
		"desk.fields.team ✓ Night ★ Night",
	}
	if diff := cmp.Diff(want, picked(choices)[:len(want)]); diff != "" {
		t.Error(diff)
	}
	for _, c := range choices {
		for _, o := range c.Options {
			if o.ID == 0 || o.Name == "Gone" || c.Setting == "desk.newStatus" && o.closed {
				t.Errorf("%s: %+v", c.Setting, o)
			}
		}
	}
	want = []string{
		"desk.priorities.server.default ★ Priority 1 - Critical ✓ Priority 3 - Normal",
		"desk.priorities.m365.default ★ Priority 2 - High ✓ Priority 3 - Normal",
		"desk.priorities.workstation.default ✓ Priority 3 - Normal ★ Priority 3 - Normal",
		"desk.fields.source ✓ Phone ★ RMM monitoring",
	}
	if diff := cmp.Diff(want, picked(choices)[11:]); diff != "" {
		t.Error(diff)
	}
}

// What the file says is current, by name or by id.
func TestChoicesCurrent(t *testing.T) {
	b := msp(t)
	f, err := Parse([]byte(`{"desk": {"board": "service desk", "priorities": {"server": {"default": 7}}, "statusStages": {"waiting": ["In Progress", "waiting"]}}}`))
	must(t, err)
	choices, err := Choices(t.Context(), b.client, f)
	must(t, err)
	got := strings.Join(picked(choices), "\n")
	for _, want := range []string{
		"desk.board ✓ Service Desk ★ Alerts", "desk.newStatus ✓ New ★ New", "desk.closedStatus ★ Closed\n", "desk.verifyStatus ★ Verify\n",
		"desk.statusStages.waiting ✓ In Progress ✓ Waiting ★ Waiting", "desk.priorities.server.default ★ Priority 1 - Critical ✓ Priority 4 - Low",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	if text := choices[0].String(); text != "desk.board\n  ✓       1  Service Desk\n   ★      2  Alerts\n" {
		t.Errorf("text\n%s", text)
	}
	// A board that is not there leaves its own settings out.
	must(t, f.Set("Servce Desk", "desk", "board"))
	if choices, err = Choices(t.Context(), b.client, f); err != nil || len(choices) != 5 {
		t.Errorf("%q, %v", picked(choices), err)
	}
	// What cannot be read is an error, never a shorter list.
	for _, path := range []string{"myMembers", "service/boards", "/statuses", "/types", "/teams", "priorities", "sources"} {
		must(t, f.Set("Alerts", "desk", "board"))
		clear(b.replies)
		b.replies[path] = "{"
		if choices, err := Choices(t.Context(), b.client, f); err == nil {
			t.Errorf("%s: %q", path, picked(choices))
		}
	}
}

// Without names that say so, the order of the priorities decides.
func TestNth(t *testing.T) {
	plain := []Option{{ID: 4, Name: "Emergency"}, {ID: 9, Name: "Soon"}, {ID: 2, Name: "Level 10"}}
	for n, want := range map[int]int64{1: 4, 2: 9, 3: 2} {
		if got := choose("", plain, nil, nth(plain, n)); !got.Options[n-1].Recommended || got.Options[n-1].ID != want {
			t.Errorf("%d: %+v", n, got)
		}
	}
	if got := choose("", plain[:2], nil, nth(plain[:2], 3)); got.Options[0].Recommended || got.Options[1].Recommended {
		t.Errorf("%+v", got)
	}
	for _, name := range []string{"P2", "2 - High", "Priority 2 - Quick Response", "prio #2", "Priority-2"} {
		list := []Option{{ID: 1, Name: "Priority 20"}, {ID: 2, Name: name}}
		if got := choose("", list, nil, nth(list, 2)); got.Options[0].Recommended || !got.Options[1].Recommended {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// A map that lacks anything, in either direction, is refused with all that it lacks.
func TestMap(t *testing.T) {
	theirs := []string{"Open", "In progress", "Solved"}
	tickets := []Option{{ID: 16, Name: "New"}, {ID: 17, Name: "Assigned"}, {ID: 20, Name: ">Closed"}}
	m := Map{
		ToTicket:   map[string]string{"open": "new", "In progress": "17", "Solved": ">closed"},
		FromTicket: map[string]string{"New": "Open", "assigned": "In Progress", "20": "Solved"},
	}
	got, err := m.Complete(theirs, tickets)
	must(t, err)
	for i, their := range theirs {
		if o, ok := got.ToTicket[their]; !ok || o != tickets[i] {
			t.Errorf("%s is %+v", their, o)
		}
		if back, ok := got.FromTicket[tickets[i].ID]; !ok || back != their {
			t.Errorf("%s is %q", tickets[i].Name, back)
		}
	}
	if _, ok := got.FromTicket[99]; ok {
		t.Error("a status that nobody mapped is mapped")
	}
	if _, ok := got.ToTicket["Closed"]; ok {
		t.Error("a status that they do not have is mapped")
	}
	m.ToTicket["Solved"], m.ToTicket["Sloved"] = "Clsed", "New"
	delete(m.FromTicket, "assigned")
	m.FromTicket["New"], m.FromTicket["21"] = "Opn", "Open"
	_, err = m.Complete(theirs, tickets)
	want := `toTicket.Sloved: "Sloved" is not known; the nearest are ["Solved" "Open" "In progress"]
toTicket.Solved: "Clsed" is not known; the nearest are [">Closed" "New" "Assigned"]
fromTicket.21: "21" is not known; the nearest are ["New" ">Closed" "Assigned"]
fromTicket.New: "Opn" is not known; the nearest are ["Open" "Solved" "In progress"]
fromTicket: "Assigned" is not mapped`
	if err == nil || cmp.Diff(want, err.Error()) != "" {
		t.Error(cmp.Diff(want, err.Error()))
	}
}

// Every setting is held against the service desk, and each fault stands beside the
// setting that it is about.
func TestVerify(t *testing.T) {
	b := msp(t)
	b.srv.AddCompany(connectwisetest.Company{Identifier: "NorthwindMSP", Name: "Northwind"})
	customers := []reconcile.Customer{{ID: "7", Name: "Birch Dental"}, {ID: "8", Name: "Trial Lab"}}
	verify := func(text string) string {
		t.Helper()
		path := filepath.Join(t.TempDir(), "desk.json")
		f, err := Parse([]byte(text))
		must(t, err)
		must(t, f.Save(path))
		checked, err := f.Verify(t.Context(), b.client, customers)
		must(t, err)
		var lines []string
		for _, c := range checked {
			lines = append(lines, c.String())
		}
		return strings.Join(lines, "\n")
	}
	b.srv.ResetRequests()
	good := `zone: UTC ✓
ownCompany: NorthwindMSP ✓
desk.board: Alerts ✓
desk.newStatus: Re-Opened ✓
desk.closedStatus: >Closed ✓
desk.statusStages.waiting[0]: Waiting Vendor ✓
desk.statusStages.waiting[1]: Assigned ✓
desk.priorities.server.default: Priority 1 - Critical ✓
desk.fields.source: Phone ✓
desk.routes[0].customer: birch dental ✓
desk.routes[0].board: Service Desk ✓
desk.routes[0].newStatus: Waiting ✓
mapping[0].customer: 8 ✓
mapping[0].company: ACME ✓
policy.windows[0].name: x ✓
policy.windows[0].days[0]: sat ✓
policy.windows[0].start: 22:00 ✓
policy.windows[0].end: 06:00 ✓
policy.windows[0].customers[0]: 7 ✓`
	const file = `{"zone": "UTC", "ownCompany": "NorthwindMSP", "desk": {"board": "Alerts", "newStatus": "Re-Opened", "closedStatus": ">Closed",
		"statusStages": {"waiting": ["Waiting Vendor", "Assigned"]}, "priorities": {"server": {"default": "Priority 1 - Critical"}}, "fields": {"source": "Phone"},
		"routes": [{"customer": "birch dental", "board": "Service Desk", "newStatus": "Waiting"}]},
		"mapping": [{"customer": "8", "company": "ACME"}],
		"policy": {"windows": [{"name": "x", "days": ["sat"], "start": "22:00", "end": "06:00", "customers": ["7"]}]}}`
	if diff := cmp.Diff(good, verify(file)); diff != "" {
		t.Error(diff)
	}
	if w := b.writes(); len(w) != 0 {
		t.Errorf("writes %q", w)
	}
	for _, tt := range []struct{ old, wrong, line, want string }{
		{`"board": "Alerts"`, `"board": "Alrts"`, "desk.board: Alrts: ", `"Alrts" does not exist; there is "Alerts"`},
		{`"newStatus": "Re-Opened"`, `"newStatus": "ReOpend"`, "desk.newStatus: ReOpend: ", `there is "Re-Opened"`},
		{`"closedStatus": ">Closed"`, `"closedStatus": "New"`, "desk.closedStatus: New: ", `there is ">Closed"`},
		{`"Assigned"]`, `"Asigned"]`, "desk.statusStages.waiting[1]: Asigned: ", `there is "Assigned"`},
		{`"Priority 1 - Critical"`, `{"priority": "Priority 9", "impact": "Low"}`, "desk.priorities.server.default.priority: Priority 9: ", "does not exist; there is"},
		{`"Priority 1 - Critical"`, `{"impact": "Lw"}`, "desk.priorities.server.default.impact: Lw: ", `there is "Low"`},
		{`"source": "Phone"`, `"source": "Fone"`, "desk.fields.source: Fone: ", `there is "Phone"`},
		{`"source": "Phone"`, `"sorce": "Phone"`, "desk.fields.sorce: Phone: ", `Ticket has no member "sorce"; there is "source"`},
		{`"board": "Service Desk"`, `"board": "Servce Desk"`, "desk.routes[0].board: Servce Desk: ", `there is "Service Desk"`},
		{`"newStatus": "Waiting"`, `"newStatus": "Wating"`, "desk.routes[0].newStatus: Wating: ", `there is "Waiting"`},
		{`"NorthwindMSP"`, `"Nobody"`, "ownCompany: Nobody: ", `"Nobody"`},
		{`"birch dental"`, `"Brich"`, "desk.routes[0].customer: Brich: ", `there is no customer "Brich"`},
		{`["7"]`, `["9"]`, "policy.windows[0].customers[0]: 9: ", `there is no customer "9"`},
		{`"customer": "8"`, `"customer": "Trail Lab"`, "mapping[0].customer: Trail Lab: ", `there is no customer "Trail Lab"`},
		{`"ACME"`, `"ACM"`, "mapping[0].company: ACM: ", `there is no company "ACM"`},
	} {
		got := verify(strings.Replace(file, tt.old, tt.wrong, 1))
		i := strings.Index(got, tt.line)
		line, _, _ := strings.Cut(got[max(i, 0):], "\n")
		if i < 0 || !strings.Contains(line, tt.want) || strings.Contains(line, "✓") {
			t.Errorf("%s: no %q with %q in\n%s", tt.wrong, tt.line, tt.want, got)
		}
		if n := strings.Count(got, "\n") + 1 - strings.Count(got, "✓"); n != 1 {
			t.Errorf("%s: %d lines without ✓ in\n%s", tt.wrong, n, got)
		}
	}
	// What is not a setting of the file has a line of its own.
	b.role(func(p *connectwisetest.Permission) {
		if strings.HasPrefix(p.Function, "Close Service Ticket") {
			p.Edit = connectwisetest.None
		}
	})
	if got := verify(file); !strings.Contains(got, "\npermission Close Service Tickets: edit None (needs My)") {
		t.Error(got)
	}
}

// A file that no longer holds what was saved is not verified.
func TestVerifyReadsBack(t *testing.T) {
	b := newBench(t, nil)
	path := filepath.Join(t.TempDir(), "desk.json")
	f, err := Parse([]byte(`{}`))
	must(t, err)
	must(t, f.Save(path))
	write(t, path, `{"desk": {}}`)
	if checked, err := f.Verify(t.Context(), b.client, nil); err == nil || !strings.Contains(err.Error(), "does not hold what was saved") {
		t.Errorf("%v, %v", checked, err)
	}
}

// The file of the example works on a tenant like the one it was written for, every
// setting of it.
func TestTargetVerified(t *testing.T) {
	b := newBench(t, nil)
	statuses := []connectwisetest.Status{{Name: "New", Default: true}}
	for _, name := range []string{"Re-Opened", "Assigned", "In Progress", "Waiting Customer", "Waiting Vendor", "Scheduled", "Completed", "No Action", "Verify"} {
		statuses = append(statuses, connectwisetest.Status{Name: name})
	}
	b.srv = connectwisetest.NewServer(connectwisetest.Config{Now: func() time.Time { return b.now }})
	b.client = desktest.Client(t, b.srv)
	b.srv.AddBoard(connectwisetest.Board{Name: "Service Desk", Statuses: append(statuses, connectwisetest.Status{Name: "Closed", Closed: true}), Types: []string{"Backup"}, Teams: []string{"Backup Team"}})
	// Its team is the route's: the desk's own need not be there.
	b.srv.AddBoard(connectwisetest.Board{Name: "Co-managed", Types: []string{"Backup"}, Teams: []string{"Birch IT"}})
	for _, name := range []string{"Priority 1 - Emergency Response", "Priority 2 - Quick Response", "Priority 3 - Normal Response", "Priority 4 - Scheduled Maintenance"} {
		b.srv.AddPriority(connectwisetest.Priority{Name: name})
	}
	b.srv.Add("service/sources", map[string]any{"name": "Monitoring"})
	for _, company := range []string{"AcmeLtd", "OakTampa", "NorthwindMSP"} {
		b.srv.AddCompany(connectwisetest.Company{Identifier: company, Name: company})
	}
	customers := []reconcile.Customer{
		{ID: "1", Name: "Acme (backup@acme.example)"}, {ID: "2", Name: "Oak Group"}, {ID: "3", Name: "Tampa", Parent: "2"}, {ID: "4", Name: "Trial Lab"}, {ID: "5", Name: "Birch Dental"},
	}
	var p program
	f, err := Read(target, p.sections()...)
	must(t, err)
	checked, err := f.Verify(t.Context(), b.client, customers)
	must(t, err)
	for _, c := range checked {
		if c.Fault != "" {
			t.Error(c)
		}
	}
	if len(checked) < 55 {
		t.Errorf("%d settings", len(checked))
	}
	must(t, f.Set("Birch Team", "desk", "fields", "team"))
	checked, err = f.Verify(t.Context(), b.client, nil)
	must(t, err)
	if i := slices.IndexFunc(checked, func(c Checked) bool { return c.Fault != "" }); i < 0 || checked[i].String() != `desk.fields.team: Birch Team: there is no "Birch Team" on board "Service Desk"; there is "Backup Team"` {
		t.Errorf("%v", checked)
	}
}
