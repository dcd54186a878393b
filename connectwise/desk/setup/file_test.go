package setup

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/internal/strict"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

// notify is a section of a program.
type notify struct {
	Emergency []string `json:"emergency"`
	SMTP      string   `json:"smtp"`
	From      string   `json:"from"`
	Heartbeat string   `json:"heartbeat"`
}

type stale struct {
	Stale time.Duration `json:"stale"`
}

// rules is another, which knows what cannot be.
type rules struct {
	Server       stale                    `json:"server"`
	Workstation  stale                    `json:"workstation"`
	M365         stale                    `json:"m365"`
	SeverityAges map[string]time.Duration `json:"severityAges"`
	Ignore       []map[string]string      `json:"ignore"`
}

func (r *rules) Validate() error {
	var faults strict.Faults
	faults.Need(r.Server.Stale > 0, "server.stale", "is needed")
	return faults.Err()
}

// program is what synctickets registers.
type program struct {
	partner string
	rules   rules
	notify  notify
}

func (p *program) sections() []Section {
	return []Section{{"partner", &p.partner}, {"rules", &p.rules}, {"notify", &p.notify}}
}

const target = "testdata/synctickets.json"

// Every member of the file arrives where it belongs.
func TestTarget(t *testing.T) {
	var p program
	f, err := Read(target, p.sections()...)
	must(t, err)
	day := 24 * time.Hour
	wantProgram := program{
		partner: "Northwind MSP",
		rules: rules{
			Server: stale{26 * time.Hour}, Workstation: stale{10 * day}, M365: stale{12 * time.Hour},
			SeverityAges: map[string]time.Duration{"medium": 7 * day, "high": 14 * day, "critical": 30 * day},
			Ignore:       []map[string]string{{"source": "D01", "text": "*NTUSER.DAT*"}},
		},
		notify: notify{[]string{"oncall@northwind.example", "https://hooks.example.com/backup"}, "smtp.northwind.example:587", "covedesk@northwind.example", "https://hc.example.com/ping/7f3a"},
	}
	if diff := cmp.Diff(wantProgram, p, cmp.AllowUnexported(program{})); diff != "" {
		t.Error(diff)
	}
	zone, err := time.LoadLocation("America/New_York")
	must(t, err)
	policy := reconcile.DefaultPolicy()
	policy.OnRecovery = map[reconcile.Stage]reconcile.Recovery{
		reconcile.StageNew: reconcile.RecoveryClose, reconcile.StageWorking: reconcile.RecoveryVerify, reconcile.StageWaiting: reconcile.RecoveryNote,
	}
	policy.ReopenWithin, policy.Snooze, policy.UpdateEvery, policy.CloseAfter = day, 7*day, day, 4*time.Hour
	policy.CustomerStorm, policy.GlobalStorm = reconcile.Storm{Limit: 10, Window: time.Hour}, reconcile.Storm{Limit: 50, Window: time.Hour}
	policy.Windows = []reconcile.Window{{Name: "Patch night", Days: []time.Weekday{time.Saturday}, Start: "22:00", End: "06:00", Zone: zone, Classes: []string{"server"}}}
	policy.MaxCreate = 25
	mapping := &match.Mapping{Rows: []match.Row{
		{Customer: "Acme (backup@acme.example)", Company: "AcmeLtd"}, {Customer: "Oak Group / Tampa", Company: "OakTampa"}, {Customer: "Trial Lab", Disabled: true},
	}}
	want := desk.Config{
		Owner: "desk", Board: "Service Desk", NewStatus: "New", ClosedStatus: "Closed", VerifyStatus: "Verify",
		StatusStages: desk.StatusStages{
			New: []string{"New", "Re-Opened"}, Working: []string{"Assigned", "In Progress"}, Waiting: []string{"Waiting Customer", "Waiting Vendor", "Scheduled"},
			Done: []string{"Completed"}, Silenced: []string{"No Action"},
		},
		Priorities: []desk.PriorityRule{
			{Class: "workstation", Priority: "Priority 4 - Scheduled Maintenance"},
			{Class: "server", Severity: reconcile.SeverityCritical, Priority: "Priority 1 - Emergency Response"},
			{Class: "server", Severity: reconcile.SeverityHigh, Priority: "Priority 2 - Quick Response"},
			{Class: "server", Priority: "Priority 3 - Normal Response"},
			{Class: "m365", Severity: reconcile.SeverityCritical, Priority: "Priority 2 - Quick Response"},
			{Class: "m365", Priority: "Priority 3 - Normal Response"},
		},
		Fields: []desk.TicketField{{Path: "source", Value: "Monitoring"}, {Path: "team", Value: "Backup Team"}, {Path: "type", Value: "Backup"}},
		Adopt:  desk.Adopt{Summary: "Cove%", EnteredBy: []string{"CoveAPI"}},
		Routes: []desk.Route{
			{Customer: "Birch Dental", Board: "Co-managed", Fields: []desk.TicketField{{Path: "team", Value: "Birch IT"}}},
			{Class: "workstation", Kind: "offline", NoTicket: true},
		},
		OwnCompany: "NorthwindMSP", Zone: zone, Policy: policy, Mappings: map[string]*match.Mapping{"cove": mapping},
	}
	sameZone := cmp.Comparer(func(a, b *time.Location) bool {
		return (a == nil) == (b == nil) && (a == nil || a.String() == b.String())
	})
	unplaced := cmp.Comparer(func(a, b match.Row) bool {
		return a.Customer == b.Customer && a.Company == b.Company && a.Disabled == b.Disabled && a.Note == b.Note
	})
	if diff := cmp.Diff(want, f.Config("cove"), sameZone, unplaced); diff != "" {
		t.Error(diff)
	}
	if f.CreateMissing() || f.Zone().String() != "America/New_York" {
		t.Errorf("missing company %v, zone %v", f.CreateMissing(), f.Zone())
	}
}

// No member of the file is ignored: each is refused under another name, with the
// right one beside it.
func TestEveryMemberIsKnown(t *testing.T) {
	data, err := os.ReadFile(target)
	must(t, err)
	members := regexp.MustCompile(`"([a-zA-Z0-9]+)"\s*:`).FindAllSubmatchIndex(data, -1)
	if len(members) < 60 {
		t.Fatalf("%d members", len(members))
	}
	for _, at := range members {
		name := string(data[at[2]:at[3]])
		wrong := string(data[:at[2]]) + name + "x" + string(data[at[3]:])
		var p program
		f, err := Parse([]byte(wrong), p.sections()...)
		// Classes of priorities and ages are the program's own.
		if err == nil && slices.Contains([]string{"server", "m365", "workstation", "medium", "high", "critical", "source", "text", "team", "type"}, name) {
			continue
		}
		if err == nil || !strings.Contains(err.Error(), name+"x") || !strings.Contains(err.Error(), strconv.Quote(name)) {
			t.Errorf("%sx: %v", name, err)
		}
		if diff := cmp.Diff(program{}, p, cmp.AllowUnexported(program{})); diff != "" || f != nil {
			t.Errorf("%sx: something was read:\n%s", name, diff)
		}
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	must(t, os.WriteFile(path, []byte(text), 0o640))
}

func content(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	must(t, err)
	return string(data)
}

// What is written is read back, keeps what nobody changed, and can be undone.
func TestSave(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk.json")
	write(t, path, `{"notify": {"from": "a@b.example"}, "desk": {"board": "Old", "fields": {"type": "Backup"}}}`)
	var p program
	f, err := Read(path, p.sections()[2:]...)
	must(t, err)
	before := content(t, path)
	must(t, f.Set("Service Desk", "desk", "board"))
	must(t, f.Set("New", "desk", "newStatus"))
	must(t, f.Set(nil, "desk", "fields", "type"))
	must(t, f.Set(26*time.Hour, "policy", "closeAfter"))
	if content(t, path) != before {
		t.Error("Set wrote the file")
	}
	must(t, f.Save(path))
	want := `{
  "notify": {
    "from": "a@b.example"
  },
  "desk": {
    "board": "Service Desk",
    "fields": {},
    "newStatus": "New"
  },
  "policy": {
    "closeAfter": "26h"
  }
}
`
	if diff := cmp.Diff(want, content(t, path)); diff != "" {
		t.Error(diff)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if c := f.Config(); c.NewStatus != "New" || c.Policy.CloseAfter != 26*time.Hour || p.notify.From != "a@b.example" {
		t.Errorf("config %+v", c)
	}
	must(t, f.Save(path)) // nothing to do, no copy
	from, err := Undo(path)
	must(t, err)
	if content(t, path) != before || content(t, path+".undone") != want || !strings.HasPrefix(from, path+"."+time.Now().UTC().Format("2006")) {
		t.Errorf("%s, undone %s", content(t, path), from)
	}
	if _, err := Undo(path); err == nil || !strings.Contains(err.Error(), "no earlier version") {
		t.Errorf("error %v", err)
	}
}

// A change that cannot be right changes nothing, nor does a file that somebody
// else has written meanwhile.
func TestSaveRefuses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk.json")
	write(t, path, `{"desk": {"board": "Service Desk"}}`)
	f, err := Read(path)
	must(t, err)
	for _, tt := range []struct {
		value any
		path  []string
		want  string
	}{
		{"x", []string{"desk", "bord"}, `desk.bord: is not known; the nearest are "board"`},
		{"soon", []string{"policy", "closeAfter"}, `policy.closeAfter: "soon" is not a duration`},
		{"x", []string{"desk", "board", "name"}, "desk.board.name: is below what is not an object"},
		{"-4h", []string{"policy", "closeAfter"}, "policy.closeAfter: -4h0m0s is negative"},
		{"delete", []string{"desk", "missingCompany"}, `desk.missingCompany: no such missingCompany: "delete" (one of ["hold" "create"])`},
		{func() {}, []string{"zone"}, "unsupported type"},
	} {
		if err := f.Set(tt.value, tt.path...); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v", tt.path, err)
		}
	}
	if got := string(f.data); got != `{"desk": {"board": "Service Desk"}}` || f.Config().Board != "Service Desk" {
		t.Errorf("data %s", got)
	}
	must(t, f.Set("Alerts", "desk", "board"))
	write(t, path, `{}`)
	if err := f.Save(path); err == nil || !strings.Contains(err.Error(), "changed by somebody else") || content(t, path) != `{}` {
		t.Errorf("error %v, file %s", err, content(t, path))
	}
	other := filepath.Join(filepath.Dir(path), "missing", "other.json")
	if err := f.Save(other); err == nil || !strings.Contains(err.Error(), "was not saved") {
		t.Errorf("error %v", err)
	}
}

// The last ten versions are kept, the oldest go first, and each can come back.
func TestCopies(t *testing.T) {
	path := filepath.Join(t.TempDir(), "desk.json")
	f, err := Parse([]byte(`{}`))
	must(t, err)
	for i := range 14 {
		must(t, f.Set(strconv.Itoa(i), "desk", "board"))
		must(t, f.Save(path))
	}
	write(t, path+".bak", "a copy of my own")
	for i := 12; i >= 3; i-- {
		_, err := Undo(path)
		must(t, err)
		if f, err := Read(path); err != nil || f.Config().Board != strconv.Itoa(i) {
			t.Fatalf("%d: %s, %v", i, content(t, path), err)
		}
	}
	if _, err := Undo(path); err == nil || content(t, path+".bak") != "a copy of my own" {
		t.Errorf("error %v", err)
	}
}
