package desk

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

// Totals are the figures of a run. For actions that write they count what was
// done, in a dry run what would be done.
type Totals struct {
	Health     Health `json:"health"`
	Issues     int    `json:"issues"`
	Created    int    `json:"created"`
	Updated    int    `json:"updated"`
	Reopened   int    `json:"reopened"`
	Closed     int    `json:"closed"`
	Verified   int    `json:"verified"` // set to Config.VerifyStatus, for a person to check and close
	Adopted    int    `json:"adopted"`
	Folded     int    `json:"folded"`
	Marked     int    `json:"marked"`
	Kept       int    `json:"kept"`
	Held       int    `json:"held"`
	Suppressed int    `json:"suppressed"`
	Failed     int    `json:"failed"`
	Unmatched  int    `json:"unmatched"`
	Doubled    int    `json:"doubled"`
	// Unread counts looks, lists and pages that could not be read completely,
	// Disabled the customers that a mapping switches off, NotApproved the
	// actions that were due but not approved.
	Unread      int `json:"unread"`
	Disabled    int `json:"disabled"`
	NotApproved int `json:"notApproved"`
}

// Totals returns the figures of the run.
func (r *Report) Totals() Totals {
	planned := r.Plan.Counts()
	t := Totals{
		Health: r.Health(), Issues: r.issues, Folded: planned[reconcile.Fold], Kept: planned[reconcile.Keep], Held: planned[reconcile.Hold],
		NotApproved: len(r.NotApproved), Failed: len(failures(r.Results, r.Settled)), Unmatched: r.Plan.Codes(reconcile.Hold)[reconcile.CodeUnmatched],
	}
	counts := map[reconcile.ActionKind]*int{
		reconcile.Create: &t.Created, reconcile.Update: &t.Updated, reconcile.Reopen: &t.Reopened,
		reconcile.Close: &t.Verified, reconcile.Adopt: &t.Adopted, reconcile.MarkOnly: &t.Marked,
	}
	count := func(a *reconcile.Action) {
		if a.Closes() {
			t.Closed++
		} else if n := counts[a.Kind]; n != nil {
			*n++
		}
	}
	for i := range r.Results {
		if r.Results[i].Outcome == Done {
			count(&r.Results[i].Action)
		}
	}
	for i := range r.Plan.Actions {
		if r.DryRun {
			count(&r.Plan.Actions[i])
		}
	}
	for _, n := range r.suppressed {
		t.Suppressed += n
	}
	for _, f := range r.Findings {
		switch f.What {
		case whatDoubled:
			t.Doubled++
		case whatUnread, whatList:
			t.Unread++
		case whatDisabled:
			t.Disabled++
		}
	}
	return t
}

// String returns a few lines: what was done, and what a person should look at.
func (r *Report) String() string {
	if r.Locked {
		return "nothing was done: another process has the memory" + r.findings()
	}
	t := r.Totals()
	var done []string
	for _, n := range []struct {
		count int
		word  string
	}{
		{t.Created, "created"}, {t.Updated, "updated"}, {t.Reopened, "reopened"}, {t.Closed, "closed"}, {t.Verified, "to be verified"}, {t.Adopted, "adopted"},
		{t.Marked, "marked"}, {t.Folded, "folded"}, {t.Kept, "unchanged"}, {t.Held, "held"}, {t.Failed, "failed"},
	} {
		if n.count > 0 {
			done = append(done, fmt.Sprintf("%d %s", n.count, n.word))
		}
	}
	line := cmp.Or(strings.Join(done, ", "), "nothing to do")
	if r.DryRun {
		line = "would be: " + line
	}
	return line + r.findings()
}

func (r *Report) findings() string {
	var b strings.Builder
	for _, f := range r.Findings {
		if f.Health == HealthFine {
			continue
		}
		b.WriteString("\n" + f.Health.String() + ": ")
		if f.New {
			b.WriteString("new: ")
		}
		b.WriteString(text.Line(f.Why))
	}
	return b.String()
}
