package desk

import (
	"encoding/json"
	"flag"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile"
)

var update = flag.Bool("update", false, "write the golden files")

// Every key that is known is named with its ticket, its status and who closed it.
func TestReportLinks(t *testing.T) {
	j := newJob(t, func(c *Config) { c.VerifyStatus = "Verify" })
	rmm := func(subject string) reconcile.Key { return reconcile.Key{Feed: "rmm", Subject: subject} }
	var ids []int64
	link := func(subject string, i int, status string, closed Closer) Link {
		return Link{rmm(subject), ids[i], status, closed}
	}
	expect := func(r *Report, want ...Link) {
		t.Helper()
		if diff := cmp.Diff(want, r.Links); diff != "" {
			t.Errorf("%v (-want +got):\n%s", did(r), diff)
		}
	}
	unmatched := alert("unmatched")
	unmatched.Customer = "Brich Dental"
	r := j.sync(ActiveAlerts("rmm", []Alert{alert("a"), alert("b"), alert("c"), unmatched}))
	for _, tk := range j.srv.Tickets() {
		ids = append(ids, tk.ID)
	}
	of := map[string]int{}
	for i, id := range ids {
		for _, result := range r.Results {
			if result.Ticket == id {
				of[result.Action.Key.Subject] = i
			}
		}
	}
	a, b, c := of["a"], of["b"], of["c"]
	expect(r, link("a", a, "New", ClosedByNobody), link("b", b, "New", ClosedByNobody), link("c", c, "New", ClosedByNobody))

	// A person closes one, works on another; the third is over.
	j.later(time.Hour)
	must(t, j.person().EditTicket(ids[a], func(tk *connectwisetest.Ticket) { tk.Status = connectwisetest.ByName("Closed") }))
	must(t, j.person().EditTicket(ids[c], func(tk *connectwisetest.Ticket) { tk.Status = connectwisetest.ByName("In Progress") }))
	list := []Alert{alert("a"), alert("c")}
	expect(j.sync(ActiveAlerts("rmm", list)),
		link("a", a, "Closed", ClosedByPerson), link("b", b, "New", ClosedByNobody), link("c", c, "In Progress", ClosedByNobody))
	j.later(time.Hour)
	over := []Link{link("a", a, "Closed", ClosedByPerson), link("b", b, "Closed", ClosedByUs), link("c", c, "In Progress", ClosedByNobody)}
	expect(j.sync(ActiveAlerts("rmm", list)), over...)

	// A dry run says how it stands.
	j.later(time.Hour)
	expect(j.syncWith(Options{DryRun: true}, ActiveAlerts("rmm", append(list, alert("b")))), over...)
	expect(j.sync(ActiveAlerts("rmm", append(list, alert("b")))),
		link("a", a, "Closed", ClosedByPerson), link("b", b, "New", ClosedByNobody), link("c", c, "In Progress", ClosedByNobody))
}

// A key that is folded into a storm has the storm's ticket.
func TestReportLinksOfAStorm(t *testing.T) {
	j := newJob(t, nil)
	var list []Alert
	for i := range 12 {
		list = append(list, alert(string(rune('a'+i))))
	}
	for range 2 {
		r := j.sync(ActiveAlerts("rmm", list))
		storm := j.srv.Tickets()[0].ID
		n := 0
		for _, l := range r.Links {
			if l.Ticket == storm && l.Closed == ClosedByNobody && l.Status == "New" {
				n++
			}
		}
		if n < 12 || len(j.srv.Tickets()) != 1 {
			t.Errorf("%d links of %d: %+v", n, len(r.Links), r.Links)
		}
		j.later(time.Minute)
	}
}

// The JSON form has the totals, what a person should look at, what was done and
// the links.
func TestReportJSON(t *testing.T) {
	j := newJob(t, nil)
	lost, quiet := alert("b"), alert("c")
	lost.Customer, quiet.Suppressed = "Brich Dental", "in maintenance"
	data, err := json.MarshalIndent(j.sync(ActiveAlerts("rmm", []Alert{alert("a"), lost, quiet})), "", "\t")
	must(t, err)
	data = append(data, '\n')
	const name = "testdata/report.json"
	if *update {
		must(t, os.WriteFile(name, data, 0o644))
	}
	want, err := os.ReadFile(name)
	must(t, err)
	if diff := cmp.Diff(string(want), string(data)); diff != "" {
		t.Errorf("(-want +got, go test -update):\n%s", diff)
	}
}
