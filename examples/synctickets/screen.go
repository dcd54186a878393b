package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/reconcile"
)

// screen shows what is planned and done: as text, or as one JSON object a
// round and nothing else.
type screen struct {
	out  io.Writer
	json bool
	demo string // "DEMO " in the demonstration
	err  error  // the first line of a result that could not be written
}

func (s *screen) plan(round int, plan reconcile.Plan) error {
	if s.json {
		return nil
	}
	if _, err := fmt.Fprintf(s.out, "\n%sround %d\n", s.demo, round); err != nil {
		return err
	}
	_, err := fmt.Fprint(s.out, plan)
	return err
}

func (s *screen) result(r desk.Result) {
	if s.json {
		return
	}
	line := fmt.Sprintf("%s%-8s %-7s #%-6d %s", s.demo, r.Outcome, r.Action.Kind, r.Ticket, r.Action.Summary)
	if r.Why != "" {
		line += ": " + r.Why
	}
	if r.Err != nil {
		line += ": " + r.Err.Error()
	}
	if _, err := fmt.Fprintln(s.out, line); err != nil && s.err == nil {
		s.err = err
	}
}

// totals are the figures of a round.
type totals struct {
	Round            int   `json:"round"`
	Devices          int   `json:"devices"`
	Issues           int   `json:"issues"`
	Suppressed       int   `json:"suppressed"`
	Created          int   `json:"created"`
	Updated          int   `json:"updated"`
	Reopened         int   `json:"reopened"`
	Closed           int   `json:"closed"`
	Adopted          int   `json:"adopted"`
	Folded           int   `json:"folded"`
	Marked           int   `json:"marked"`
	Kept             int   `json:"kept"`
	Held             int   `json:"held"`
	Failed           int   `json:"failed"`
	CoveCalls        int64 `json:"coveCalls"`
	ConnectWiseCalls int64 `json:"connectwiseCalls"`
}

// totalsOf are the figures of a plan that nothing has been done about yet.
func totalsOf(round, devices int, o reconcile.Observation, plan reconcile.Plan) *totals {
	n := plan.Counts()
	return &totals{
		Round: round, Devices: devices, Issues: len(o.Issues), Suppressed: len(o.Suppressed),
		Created: n[reconcile.Create], Updated: n[reconcile.Update], Reopened: n[reconcile.Reopen], Closed: n[reconcile.Close],
		Adopted: n[reconcile.Adopt], Folded: n[reconcile.Fold], Marked: n[reconcile.MarkOnly],
		Kept: n[reconcile.Keep], Held: n[reconcile.Hold],
	}
}

// done replaces what was planned by what was done.
func (t *totals) done(report *desk.Report) {
	for kind, count := range map[reconcile.ActionKind]*int{
		reconcile.Create: &t.Created, reconcile.Update: &t.Updated, reconcile.Reopen: &t.Reopened, reconcile.Close: &t.Closed,
		reconcile.Adopt: &t.Adopted, reconcile.MarkOnly: &t.Marked,
	} {
		*count = report.Count(kind, desk.Done)
	}
	ends := report.Outcomes()
	t.Failed = ends[desk.Failed] + ends[desk.Unknown]
	for _, settled := range report.Settled {
		if settled.Outcome == desk.Failed || settled.Outcome == desk.Unknown {
			t.Failed++
		}
	}
}

func (s *screen) totals(t *totals, dryRun bool) error {
	if s.json {
		return json.NewEncoder(s.out).Encode(t)
	}
	verb := "done"
	if dryRun {
		verb = "planned, nothing written"
	}
	_, err := fmt.Fprintf(s.out,
		"%sround %d, %s: %d devices, %d issues, %d suppressed: %d created, %d updated, %d reopened, %d closed, %d marked, %d kept, %d held, %d failed (%d Cove and %d ConnectWise calls)\n",
		s.demo, t.Round, verb, t.Devices, t.Issues, t.Suppressed, t.Created, t.Updated, t.Reopened, t.Closed, t.Marked, t.Kept, t.Held, t.Failed,
		t.CoveCalls, t.ConnectWiseCalls)
	return errors.Join(s.err, err)
}
