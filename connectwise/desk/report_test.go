package desk

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

// Every total counts its own, and the text names what is not nothing.
func TestTotals(t *testing.T) {
	done := func(kind reconcile.ActionKind, recovery reconcile.Recovery) Result {
		return Result{Action: reconcile.Action{Kind: kind, Recovery: recovery}, Outcome: Done}
	}
	planned := func(code string, kinds ...reconcile.ActionKind) (list []reconcile.Action) {
		for _, kind := range kinds {
			list = append(list, reconcile.Action{Kind: kind, Code: code})
		}
		return list
	}
	r := &Report{
		Results: []Result{
			done(reconcile.Create, 0), done(reconcile.Create, 0), done(reconcile.Update, 0), done(reconcile.Reopen, 0), done(reconcile.Close, reconcile.RecoveryClose),
			done(reconcile.Close, reconcile.RecoveryVerify), done(reconcile.Adopt, 0), done(reconcile.MarkOnly, 0),
			{Action: reconcile.Action{Kind: reconcile.Create}, Outcome: Failed, Err: errors.New("no")},
			{Action: reconcile.Action{Kind: reconcile.Close, Recovery: reconcile.RecoveryClose}, Outcome: Failed, Err: errors.New("no")}, {Action: reconcile.Action{Kind: reconcile.Create}, Outcome: Skipped},
		},
		Settled:     []Result{{Action: reconcile.Action{Kind: reconcile.Update}, Outcome: Unknown, Err: errors.New("no")}},
		NotApproved: []reconcile.Action{{}, {}, {}},
		Findings: []Finding{
			{What: whatDoubled, Health: HealthAttention, Why: "twice"}, {What: whatUnread, Health: HealthAttention, Why: "a page\nof many", New: true}, {What: whatList, Health: HealthAttention, Why: "short"}, {What: whatDisabled, Why: "nothing is done"},
		},
		issues: 9, suppressed: map[string]int{"maintenance": 2, "no contact": 3},
	}
	r.Plan.Actions = slices.Concat(planned("", reconcile.Fold, reconcile.Fold, reconcile.Keep, reconcile.Keep, reconcile.Keep), planned(reconcile.CodeUnmatched, reconcile.Hold), planned(reconcile.CodeForeign, reconcile.Hold))
	want := Totals{
		Health: HealthAttention, Issues: 9, Created: 2, Updated: 1, Reopened: 1, Closed: 1, Verified: 1, Adopted: 1, Folded: 2, Marked: 1, Kept: 3, Held: 2, Suppressed: 5,
		Failed: 3, Unmatched: 1, Doubled: 1, Unread: 2, Disabled: 1, NotApproved: 3,
	}
	if diff := cmp.Diff(want, r.Totals()); diff != "" {
		t.Error(diff)
	}
	const text = "2 created, 1 updated, 1 reopened, 1 closed, 1 to be verified, 1 adopted, 1 marked, 2 folded, 3 unchanged, 2 held, 3 failed\n" +
		"attention: twice\nattention: new: a page of many\nattention: short"
	if got := r.String(); got != text {
		t.Errorf("%s", got)
	}
	// A dry run counts what it would do.
	r = &Report{DryRun: true}
	r.Plan.Actions = planned("", reconcile.Create, reconcile.Update, reconcile.Keep)
	if got := r.String(); got != "would be: 1 created, 1 updated, 1 unchanged" {
		t.Errorf("%s", got)
	}
	if got := (&Report{}).String(); got != "nothing to do" {
		t.Errorf("%s", got)
	}
	if got := (&Report{Locked: true}).String(); got != "nothing was done: another process has the memory" {
		t.Errorf("%s", got)
	}
}

// RULES 2: a feed that went quiet closes nothing. It needs attention, and is blind
// only if it brought nothing at all.
func TestQuietFeed(t *testing.T) {
	for _, test := range []struct {
		left   int
		health Health
		said   string
	}{{6, HealthFine, ""}, {1, HealthAttention, "quiet attention"}, {0, HealthBlind, "quiet blind"}} {
		j := newCase(t, nil)
		var list []Alert
		for _, key := range []string{"a", "b", "c", "d", "e", "f"} {
			list = append(list, alert(key))
		}
		j.sync(ActiveAlerts("rmm", list))
		for range 3 {
			j.later(time.Hour)
			r := j.sync(ActiveAlerts("rmm", list[:test.left]))
			if said := strings.Join(whats(r), ", "); r.Health() != test.health || !strings.HasPrefix(said, test.said) || r.Count(reconcile.Close, Done) != 0 {
				t.Errorf("%d left: %s, %v, %v", test.left, r.Health(), r.Findings, did(r))
			}
		}
		j.tickets(6)
	}
}

// Companies are read only where a problem, or a mapping, depends on them.
func TestCompaniesAreReadForProblems(t *testing.T) {
	j := newCase(t, nil)
	for _, test := range []struct {
		alerts  []Alert
		mapping map[string]*match.Mapping
		reads   bool
	}{{nil, nil, false}, {[]Alert{alert("a")}, nil, true}, {nil, map[string]*match.Mapping{"rmm": {}}, true}} {
		j.config.Mappings = test.mapping
		j.sync(ActiveAlerts("rmm", test.alerts))
		if n := j.srv.Count("GET", "company/companies"); (n > 0) != test.reads {
			t.Errorf("%d alerts, mappings %v: companies are read %d times", len(test.alerts), test.mapping, n)
		}
	}
}

// A desk that lives long asks the service desk for its time in every run.
func TestClockIsAskedAgain(t *testing.T) {
	j := newCase(t, nil)
	j.open()
	for _, off := range []time.Duration{0, 5 * time.Hour, -5 * time.Hour} {
		j.later(time.Hour)
		j.srv.SetDateOffset(off)
		r, err := j.desk.Sync(t.Context(), ActiveAlerts("rmm", nil))
		must(t, err)
		if !r.Began.Equal(j.now.Add(off)) {
			t.Errorf("the run began at %v, the service desk's clock says %v", r.Began, j.now.Add(off))
		}
	}
	j.srv.ResetRequests()
	for range 3 { // within a minute it is known
		_, err := j.desk.Sync(t.Context(), ActiveAlerts("rmm", nil))
		must(t, err)
	}
	if n := j.srv.Count("GET", "system/info"); n != 0 {
		t.Errorf("it is asked %d times within a minute", n)
	}
	j.later(time.Hour)
	j.srv.Inject(connectwisetest.Fault{Path: "system/info", Kind: connectwisetest.HTML, Times: -1})
	if r, err := j.desk.Sync(t.Context(), ActiveAlerts("rmm", []Alert{alert("a")})); err == nil || r.Health() != HealthBlind || len(j.writes()) != 0 {
		t.Errorf("the time cannot be asked: %s, %v, writes %q", r.Health(), err, j.writes())
	}
}
