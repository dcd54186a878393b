package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/filestate"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/alerts"
	"github.com/covedesk/covedesk/reconcile/match"
)

// job is a bench whose every run is a process of its own with its memory in a file.
type job struct {
	*bench
	path string
}

func newJob(t *testing.T, change func(*Config)) *job {
	t.Helper()
	j := &job{path: filepath.Join(t.TempDir(), "state.json")}
	j.bench = newBench(t, func(_ *connectwisetest.Config, c *Config) {
		c.State = filestate.Open(j.path)
		if change != nil {
			change(c)
		}
	})
	return j
}

func (j *job) syncWith(o Options, monitors ...Monitor) *Report {
	j.t.Helper()
	report, err := j.open().desk.SyncWith(j.t.Context(), o, monitors...)
	if err != nil {
		j.t.Fatal(err)
	}
	return report
}

func (j *job) sync(monitors ...Monitor) *Report {
	j.t.Helper()
	return j.syncWith(Options{}, monitors...)
}

// did says in short what a run did.
func did(r *Report) (lines []string) {
	for _, result := range r.Results {
		lines = append(lines, string(result.Action.Kind)+" "+result.Action.Key.Subject+" "+string(result.Outcome))
	}
	slices.Sort(lines)
	return lines
}

// whats are the kinds of the findings that need a person.
func whats(r *Report) (list []string) {
	for _, f := range r.Findings {
		if f.Health > HealthFine {
			list = append(list, f.What+" "+f.Health.String())
		}
	}
	return list
}

func (j *job) expect(r *Report, want ...string) {
	j.t.Helper()
	if diff := cmp.Diff(want, did(r)); diff != "" {
		j.t.Errorf("(-want +got):\n%s\nfindings %v", diff, r.Findings)
	}
}

func alert(key string) Alert {
	return Alert{Key: key, Customer: "Acme Ltd", Severity: reconcile.SeverityHigh, Summary: key + " is wrong", Text: "for technicians"}
}

func TestSyncActiveAlerts(t *testing.T) {
	j := newJob(t, nil)
	r := j.sync(ActiveAlerts("rmm", []Alert{alert("db01/disk"), alert("db02/disk")}))
	j.expect(r, "create db01/disk done", "create db02/disk done")
	if r.Health() != HealthFine {
		t.Errorf("%s: %v", r.Health(), r.Findings)
	}
	tk := j.srv.Tickets()[0]
	if notes := j.srv.Notes(tk.ID); tk.Company.ID != j.company || len(notes) != 1 || !strings.Contains(notes[0].Text, "for technicians") {
		t.Errorf("%+v with %+v", tk, notes)
	}
	j.later(time.Hour)
	j.expect(j.sync(ActiveAlerts("rmm", []Alert{alert("db01/disk"), alert("db02/disk")})))
	j.later(time.Hour)
	j.expect(j.sync(ActiveAlerts("rmm", []Alert{alert("db01/disk")})), "mark db02/disk done")
	j.later(time.Hour)
	j.expect(j.sync(ActiveAlerts("rmm", []Alert{alert("db01/disk")})), "close db02/disk done")
}

// wrapped is a monitor that another one changes on its way.
type wrapped struct{ Monitor }

func (w wrapped) Unwrap() Monitor { return w.Monitor }

// A tool fires twenty times in ten minutes: one ticket, one update. A wrapper
// around the monitor takes nothing away.
func TestSyncEvents(t *testing.T) {
	j := newJob(t, func(c *Config) { c.Policy = reconcile.DefaultPolicy(); c.Policy.UpdateEvery = 0 })
	event := func(detail string) alerts.Event {
		return alerts.Event{Time: j.now, Issue: reconcile.Issue{
			Key: reconcile.Key{Subject: "db01/disk"}, Customer: "Acme Ltd", Severity: reconcile.SeverityHigh, Summary: "db01: disk", Detail: detail,
		}}
	}
	var all []string
	for i := range 20 {
		r := j.sync(wrapped{wrapped{Events("zabbix", alerts.DefaultRules(""), event("event "+string(rune('a'+i))+"."))}})
		all = append(all, did(r)...)
		j.later(30 * time.Second)
	}
	j.later(15 * time.Minute)
	all = append(all, did(j.sync(wrapped{Events("zabbix", alerts.DefaultRules(""))}))...)
	j.later(15 * time.Minute) // what stands on the ticket is not told again, wrapped or not
	all = append(all, did(j.sync(wrapped{Events("zabbix", alerts.DefaultRules(""), event("event z."))}))...)
	if diff := cmp.Diff([]string{"create db01/disk done", "update db01/disk done", "update db01/disk done"}, all); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	notes := ""
	for _, n := range j.srv.Notes(j.srv.Tickets()[0].ID) {
		notes += n.Text
	}
	for i := 1; i < 20; i++ {
		if want := "event " + string(rune('a'+i)) + "."; strings.Count(notes, want) != 1 {
			t.Errorf("%q stands %d times in the notes:\n%s", want, strings.Count(notes, want), notes)
		}
	}
	over := event("replaced")
	over.Over = true
	j.expect(j.sync(Events("zabbix", alerts.DefaultRules(""), over)), "close db01/disk done")
	bad := event("")
	bad.Key.Subject = ""
	if r := j.sync(Events("zabbix", alerts.DefaultRules(""), bad)); !slices.Equal(whats(r), []string{"unread blind"}) {
		t.Errorf("findings %v", r.Findings)
	}
}

// A look that fails leaves its own tickets alone, and the others are dealt with.
func TestSyncLookFails(t *testing.T) {
	j := newJob(t, nil)
	j.sync(ActiveAlerts("rmm", []Alert{alert("a")}), ActiveAlerts("veeam", []Alert{alert("b")}))
	for name, look := range map[string]func(context.Context, reconcile.Request) (*reconcile.Snapshot, error){
		"error": func(context.Context, reconcile.Request) (*reconcile.Snapshot, error) {
			return nil, errors.New("no route")
		},
		"panic": func(context.Context, reconcile.Request) (*reconcile.Snapshot, error) { panic("nil map") },
		"nil":   func(context.Context, reconcile.Request) (*reconcile.Snapshot, error) { return nil, nil },
	} {
		j.later(time.Hour)
		r := j.sync(MonitorFunc("veeam", look), ActiveAlerts("rmm", []Alert{alert("a")}))
		j.expect(r)
		if r.Health() != HealthBlind || r.Err() == nil || !strings.HasPrefix(r.Err().Error(), "blind: veeam could not be looked at") {
			t.Errorf("%s: %s, %v, %v", name, r.Health(), r.Findings, r.Err())
		}
	}
}

// I9: nothing is written of a customer whom the mapping switches off, nothing
// of it waits for a person, and its missing alerts are no recovery.
func TestI9DisabledCustomer(t *testing.T) {
	j := newJob(t, nil)
	j.sync(ActiveAlerts("rmm", []Alert{alert("a")}))
	j.config.Mappings = map[string]*match.Mapping{"rmm": {Rows: []match.Row{{Customer: "Acme Ltd", Disabled: true}}}}
	worse := alert("a")
	worse.Severity = reconcile.SeverityCritical
	for _, list := range [][]Alert{{worse, alert("new")}, {alert("other")}, {alert("other")}, {alert("other")}, nil, nil} {
		j.later(time.Hour)
		r := j.sync(ActiveAlerts("rmm", list))
		j.expect(r)
		if got := whats(r); len(got) != 0 {
			t.Errorf("findings %v", r.Findings)
		}
		if totals := r.Totals(); totals.Disabled != 1 || totals.Suppressed == 0 || !strings.Contains(fmt.Sprint(r.Findings), "Acme Ltd") {
			t.Errorf("%+v, findings %v", totals, r.Findings)
		}
	}
}

// What waits for a person is told as new once.
func TestSyncUnmatched(t *testing.T) {
	j := newJob(t, nil)
	lost := alert("a")
	lost.Customer = "Brich Dental"
	for i := range 2 {
		j.later(time.Hour)
		r := j.sync(ActiveAlerts("rmm", []Alert{lost}))
		if !slices.Equal(whats(r), []string{"unmatched attention"}) || r.Findings[0].New != (i == 0) {
			t.Errorf("run %d: %+v", i, r.Findings)
		}
	}
	lost.Company = "ACME"
	j.later(time.Hour)
	j.expect(j.sync(ActiveAlerts("rmm", []Alert{lost})), "create a done")
	lost.Key, lost.Company = "b", "NOPE"
	if r := j.sync(ActiveAlerts("rmm", []Alert{alert("a"), lost})); !strings.Contains(r.Findings[0].Why, `"NOPE"`) {
		t.Errorf("%+v", r.Findings)
	}
}

func TestSyncMemory(t *testing.T) {
	j := newJob(t, nil)
	list := ActiveAlerts("rmm", []Alert{alert("a")})
	if r := j.syncWith(Options{DryRun: true}, list); len(r.Results) != 0 || r.Plan.Counts()[reconcile.Create] != 1 {
		t.Errorf("a dry run: %+v", r)
	}
	if _, err := os.Stat(j.path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a dry run saves: %v", err)
	}
	j.sync(list)

	unlock, _, err := filestate.Open(j.path).Lock(t.Context(), false)
	must(t, err)
	j.open()
	r, err := j.desk.Sync(t.Context(), list)
	if err != nil || !r.Locked || len(j.requests()) != 0 || r.Health() != HealthFine {
		t.Errorf("another process holds the memory: %+v, %v, requests %q", r, err, j.requests())
	}
	j.later(25 * time.Hour)
	if r, err = j.desk.Sync(t.Context(), list); err != nil || r.Health() != HealthBlind {
		t.Errorf("for more than a day: %+v, %v", r, err)
	}
	unlock()

	must(t, os.WriteFile(j.path, []byte(`{"format":1,`), 0o600))
	if r := j.sync(list); !slices.Equal(whats(r), []string{"memory attention"}) {
		t.Errorf("a damaged memory: %+v", r.Findings)
	}
	if data, _ := os.ReadFile(j.path + ".bad"); string(data) != `{"format":1,` {
		t.Errorf(".bad holds %q", data)
	}
	for name, memory := range map[string]string{
		"a newer format":   `{"format":2,"owner":"x"}`,
		"another tenant's": `{"format":1,"owner":"desk-aaaa","company":"other","host":"x"}`,
	} {
		must(t, os.WriteFile(j.path, []byte(memory), 0o600))
		j.open()
		var fault *ConfigError
		if _, err := j.desk.Sync(t.Context(), list); !errors.As(err, &fault) {
			t.Errorf("%s: %v", name, err)
		}
		if data, _ := os.ReadFile(j.path); string(data) != memory {
			t.Errorf("%s was overwritten: %s", name, data)
		}
	}
}

// A memory that cannot be saved means that nothing is written.
func TestSyncReadOnlyMemory(t *testing.T) {
	j := newJob(t, func(c *Config) { c.State = brokenState{} })
	j.open()
	r, err := j.desk.Sync(t.Context(), ActiveAlerts("rmm", []Alert{alert("a")}))
	if err == nil || len(j.writes()) != 0 || r.Health() != HealthFailed {
		t.Errorf("%+v, %v, writes %q", r, err, j.writes())
	}
}

// The report of a run that did not come to its end cannot be read as good.
func TestSyncThatDoesNotEndIsBlind(t *testing.T) {
	for _, path := range []string{"company/companies", "service/tickets"} {
		j := newJob(t, nil)
		j.open()
		j.srv.Inject(connectwisetest.Fault{Path: path, Kind: connectwisetest.StatusBefore, Times: -1})
		r, err := j.desk.Sync(t.Context(), ActiveAlerts("rmm", []Alert{alert("a")}))
		if err == nil || r.Health() != HealthBlind {
			t.Errorf("%s: %s, %v", path, r.Health(), err)
		}
	}
}

type brokenState struct{}

func (brokenState) Lock(context.Context, bool) (func(), bool, error) { return func() {}, true, nil }
func (brokenState) Load() ([]byte, error)                            { return nil, nil }
func (brokenState) Save([]byte) error                                { return errors.New("disk full") }

// RULES 6: of what is due now, only what was approved is written.
func TestSyncApproval(t *testing.T) {
	j := newJob(t, nil)
	dry := j.syncWith(Options{DryRun: true}, ActiveAlerts("rmm", []Alert{alert("a")}))
	data, err := json.Marshal(dry.Plan)
	must(t, err)
	approval, err := reconcile.ParseApproval(data)
	must(t, err)
	j.later(time.Minute)
	r := j.syncWith(Options{Approval: approval}, ActiveAlerts("rmm", []Alert{alert("a"), alert("b")}))
	j.expect(r, "create a done")
	if len(r.NotApproved) != 1 || r.NotApproved[0].Key.Subject != "b" {
		t.Errorf("not approved: %+v", r.NotApproved)
	}
	approval.Owner = "another"
	report, err := j.desk.SyncWith(t.Context(), Options{Approval: approval}, ActiveAlerts("rmm", []Alert{alert("a"), alert("b")}))
	if fault := new(ConfigError); !errors.As(err, &fault) || !strings.Contains(err.Error(), `approved for owner "another"`) || len(report.Results) > 0 {
		t.Errorf("another owner's approval: %v", err)
	}
}

func TestReportText(t *testing.T) {
	j := newJob(t, nil)
	lost := alert("b")
	lost.Customer = "Brich Dental"
	list := ActiveAlerts("rmm", []Alert{alert("a"), lost})
	want := "would be: 1 created, 1 held\n" +
		"attention: new: b is wrong: No ticket without a company: no company has the name or identifier \"Brich Dental\""
	if got := j.syncWith(Options{DryRun: true}, list).String(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	r := j.sync(list)
	if got := r.String(); got != strings.TrimPrefix(want, "would be: ") {
		t.Errorf("got  %q", got)
	}
	data, err := json.Marshal(r.Totals())
	must(t, err)
	const totals = `{"health":"attention","issues":2,"created":1,"updated":0,"reopened":0,"closed":0,"verified":0,"adopted":0,"folded":0,"marked":0,"kept":0,"held":1,"suppressed":0,"failed":0,"unmatched":1,"doubled":0,"unread":0,"disabled":0,"notApproved":0}`
	if string(data) != totals {
		t.Errorf("got %s", data)
	}
	j.later(time.Hour)
	if got := j.sync(ActiveAlerts("rmm", []Alert{alert("a")})).String(); got != "1 unchanged" {
		t.Errorf("got %q", got)
	}
}
