package reconcile_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// brief is what the table tests compare.
type brief struct {
	Kind     reconcile.ActionKind
	Code     string
	Ticket   int64
	Would    reconcile.ActionKind
	Recovery reconcile.Recovery
	Changes  []reconcile.Change
	Related  []int64
}

func TestDiff(t *testing.T) {
	again := func(edit func(*reconcile.Healthy)) func(*reconcile.Observation) {
		return func(o *reconcile.Observation) { o.Healthy = append(o.Healthy, with(o.Healthy[0], edit)) }
	}
	is := issue("1")
	other := issue("1", func(is *reconcile.Issue) { is.State = "D01:failed D02:failed" })
	old := issue("1", func(is *reconcile.Issue) { is.Since = now.Add(-10 * 24 * time.Hour) })
	stateChange := []reconcile.Change{{Field: reconcile.FieldState, New: other.State}}
	yesterday := now.Add(-20 * time.Hour)

	tests := []struct {
		name   string
		obs    reconcile.Observation
		board  reconcile.Board
		policy func(*reconcile.Policy)
		want   brief
	}{
		// The problem is there, no ticket is open.
		{"new", observe(is), boardOf(), nil, brief{Kind: reconcile.Create, Code: reconcile.CodeNew}},
		{"without a company", observe(with(is, func(is *reconcile.Issue) { is.Company = "" })), boardOf(), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeUnmatched, Would: reconcile.Create}},
		{"board not read whole", observe(is), with(boardOf(), func(b *reconcile.Board) { b.Partial = true }), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeBoardPartial, Would: reconcile.Create}},
		{"closed ticket on a board not read whole", observe(is), with(boardOf(ticketFor(7, is, closed(5*time.Hour, true))), func(b *reconcile.Board) { b.Partial = true }), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeBoardPartial, Ticket: 7, Would: reconcile.Reopen}},
		{"closed within the window", observe(is), boardOf(ticketFor(7, is, closed(5*time.Hour, true))), nil,
			brief{Kind: reconcile.Reopen, Code: reconcile.CodeAgain, Ticket: 7, Changes: []reconcile.Change{{Field: reconcile.FieldState, New: is.State}}}},
		{"closed at the edge of the window", observe(is), boardOf(ticketFor(7, is, closed(24*time.Hour, true))), nil,
			brief{Kind: reconcile.Reopen, Code: reconcile.CodeAgain, Ticket: 7, Changes: []reconcile.Change{{Field: reconcile.FieldState, New: is.State}}}},
		{"closed without a close time", observe(is), boardOf(ticketFor(7, is, closed(5*time.Hour, true), func(t *reconcile.Ticket) { t.Closed = time.Time{} })), nil,
			brief{Kind: reconcile.Reopen, Code: reconcile.CodeAgain, Ticket: 7, Changes: []reconcile.Change{{Field: reconcile.FieldState, New: is.State}}}},
		{"closed too long ago", observe(is), boardOf(ticketFor(7, is, closed(24*time.Hour+1, true)), ticketFor(5, is, closed(90*time.Hour, true))), nil,
			brief{Kind: reconcile.Create, Code: reconcile.CodeRecurred, Related: []int64{7, 5}}},
		{"never reopen", observe(is), boardOf(ticketFor(7, is, closed(time.Hour, true))), func(p *reconcile.Policy) { p.ReopenWithin = 0 },
			brief{Kind: reconcile.Create, Code: reconcile.CodeRecurred, Related: []int64{7}}},
		{"closed on a foreign board", observe(is), boardOf(ticketFor(7, is, closed(time.Hour, true), func(t *reconcile.Ticket) { t.OtherBoard = true })), nil,
			brief{Kind: reconcile.Create, Code: reconcile.CodeRecurred, Related: []int64{7}}},
		{"merged into a ticket that is closed", observe(old), boardOf(ticketFor(7, is, closed(8*24*time.Hour, false), func(t *reconcile.Ticket) { t.MergedInto = 9 })), nil,
			brief{Kind: reconcile.Create, Code: reconcile.CodeLasting, Related: []int64{7}}},
		{"merged into a ticket that was closed not long ago", observe(is), boardOf(ticketFor(7, is, closed(time.Hour, false), func(t *reconcile.Ticket) { t.MergedInto = 9 })), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeSnoozed, Ticket: 7, Would: reconcile.Create}},
		{"closed by a person", observe(old), boardOf(ticketFor(7, is, closed(7*24*time.Hour-1, false))), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeSnoozed, Ticket: 7, Would: reconcile.Create}},
		{"closed by a person, snooze over", observe(old), boardOf(ticketFor(7, is, closed(7*24*time.Hour, false))), nil,
			brief{Kind: reconcile.Create, Code: reconcile.CodeLasting, Related: []int64{7}}},
		{"closed by a person, over since", observe(is), boardOf(ticketFor(7, is, closed(23*time.Hour, false), noted)), nil,
			brief{Kind: reconcile.Reopen, Code: reconcile.CodeAgain, Ticket: 7, Changes: []reconcile.Change{{Field: reconcile.FieldState, New: is.State}}}},
		{"closed by a person, over since, window over", observe(is), boardOf(ticketFor(7, is, closed(25*time.Hour, false), noted)), nil,
			brief{Kind: reconcile.Create, Code: reconcile.CodeRecurred, Related: []int64{7}}},
		{"closed by a person, worse since", observe(with(is, func(is *reconcile.Issue) { is.Severity = reconcile.SeverityHigh })), boardOf(ticketFor(7, is, closed(23*time.Hour, false))), nil,
			brief{Kind: reconcile.Create, Code: reconcile.CodeLasting, Related: []int64{7}}},
		{"closed by a person, another problem since", observe(with(is, func(is *reconcile.Issue) { is.Since = now.Add(-time.Hour) })), boardOf(ticketFor(7, is, closed(23*time.Hour, false))), nil,
			brief{Kind: reconcile.Reopen, Code: reconcile.CodeAgain, Ticket: 7}},
		{"called done not long ago", observe(is), boardOf(ticketFor(7, is, stage(reconcile.StageDone), func(t *reconcile.Ticket) { t.Updated = now.Add(-time.Hour) })), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeSnoozed, Ticket: 7, Would: reconcile.Reopen}},
		{"earlier tickets are named as far back as is wanted", observe(is), boardOf(ticketFor(7, is, closed(200*time.Hour, true)), ticketFor(5, is, closed(721*time.Hour, true)), ticketFor(4, is, closed(719*time.Hour, true))), nil,
			brief{Kind: reconcile.Create, Code: reconcile.CodeRecurred, Related: []int64{7, 4}}},
		{"too fresh", observe(with(is, func(is *reconcile.Issue) { is.Since = now.Add(-time.Hour) })), boardOf(), func(p *reconcile.Policy) { p.OpenAfter = 4 * time.Hour },
			brief{Kind: reconcile.Hold, Code: reconcile.CodeTooFresh, Would: reconcile.Create}},
		{"too fresh to reopen", observe(with(is, func(is *reconcile.Issue) { is.Since = now.Add(-time.Hour) })), boardOf(ticketFor(7, is, closed(3*time.Hour, true))), func(p *reconcile.Policy) { p.OpenAfter = 4 * time.Hour },
			brief{Kind: reconcile.Hold, Code: reconcile.CodeTooFresh, Ticket: 7, Would: reconcile.Reopen}},
		{"old enough", observe(with(is, func(is *reconcile.Issue) { is.Since = now.Add(-4 * time.Hour) })), boardOf(), func(p *reconcile.Policy) { p.OpenAfter = 4 * time.Hour },
			brief{Kind: reconcile.Create, Code: reconcile.CodeNew}},
		{"not allowed", observe(is), boardOf(), func(p *reconcile.Policy) { p.Allow = []reconcile.ActionKind{reconcile.Adopt} },
			brief{Kind: reconcile.Hold, Code: reconcile.CodeNotAllowed, Would: reconcile.Create}},
		{"allowed", observe(is), boardOf(), func(p *reconcile.Policy) { p.Allow = []reconcile.ActionKind{reconcile.Create} },
			brief{Kind: reconcile.Create, Code: reconcile.CodeNew}},
		{"duplicate closed", observe(is), boardOf(ticketFor(7, is), ticketFor(8, is)), nil,
			brief{Kind: reconcile.Close, Code: reconcile.CodeDuplicate, Ticket: 8, Recovery: reconcile.RecoveryClose, Related: []int64{7}}},
		{"duplicate touched", observe(is), boardOf(ticketFor(7, is), ticketFor(8, is, stage(reconcile.StageWorking))), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeUnchanged, Ticket: 7, Related: []int64{8}}},
		{"duplicate: the update first", observe(other), boardOf(ticketFor(7, is), ticketFor(8, is)), nil,
			brief{Kind: reconcile.Update, Code: reconcile.CodeChanged, Ticket: 7, Changes: stateChange, Related: []int64{8}}},
		{"closed by a person for silence", observe(is), boardOf(ticketFor(7, is, closed(time.Hour, false), func(t *reconcile.Ticket) { t.Silenced = true })), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeSilenced, Ticket: 7, Would: reconcile.Create}},
		{"silence ends with the problem", observe(with(is, func(is *reconcile.Issue) { is.Since = now.Add(-time.Minute) })),
			boardOf(ticketFor(7, is, closed(time.Hour, false), func(t *reconcile.Ticket) { t.Silenced = true })), nil,
			brief{Kind: reconcile.Reopen, Code: reconcile.CodeAgain, Ticket: 7}},

		// The problem is there and a ticket is open.
		{"unchanged", observe(is), boardOf(ticketFor(7, is)), nil, brief{Kind: reconcile.Keep, Code: reconcile.CodeUnchanged, Ticket: 7}},
		{"changed", observe(other), boardOf(ticketFor(7, is)), nil, brief{Kind: reconcile.Update, Code: reconcile.CodeChanged, Ticket: 7, Changes: stateChange}},
		{"changed, stage working", observe(other), boardOf(ticketFor(7, is, stage(reconcile.StageWorking))), nil, brief{Kind: reconcile.Update, Code: reconcile.CodeChanged, Ticket: 7, Changes: stateChange}},
		{"changed too soon", observe(other), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Mark.Written = yesterday })), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeTooSoon, Ticket: 7}},
		{"clock stepped back", observe(other), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Mark.Written = now.Add(time.Hour) })), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeTooSoon, Ticket: 7}},
		{"written in the far future", observe(other), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Mark.Written = now.Add(25 * time.Hour) })), nil,
			brief{Kind: reconcile.Update, Code: reconcile.CodeChanged, Ticket: 7, Changes: stateChange}},
		{"worse does not wait", observe(with(is, func(is *reconcile.Issue) { is.Severity = reconcile.SeverityHigh })),
			boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Mark.Written = yesterday })), nil,
			brief{Kind: reconcile.Update, Code: reconcile.CodeEscalated, Ticket: 7, Changes: []reconcile.Change{{Field: reconcile.FieldSeverity, Old: "medium", New: "high"}}}},
		{"better waits", observe(with(is, func(is *reconcile.Issue) { is.Severity = reconcile.SeverityLow })),
			boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Mark.Written = yesterday })), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeTooSoon, Ticket: 7}},
		{"back after the recovery was noted", observe(is), boardOf(ticketFor(7, is, stage(reconcile.StageWorking), noted)), nil,
			brief{Kind: reconcile.Update, Code: reconcile.CodeReturned, Ticket: 7, Changes: []reconcile.Change{{Field: reconcile.FieldState, New: is.State}}}},
		{"summary and company", observe(with(is, func(is *reconcile.Issue) { is.Summary, is.Company = "COVE other", "251" })), boardOf(ticketFor(7, is)), nil,
			brief{Kind: reconcile.Update, Code: reconcile.CodeChanged, Ticket: 7, Changes: []reconcile.Change{
				{Field: reconcile.FieldSummary, Old: is.Summary, New: "COVE other"}, {Field: reconcile.FieldCompany, Old: "250", New: "251"}}}},
		{"people's summary and company stay", observe(with(is, func(is *reconcile.Issue) { is.Summary, is.Company = "COVE other", "251" })),
			boardOf(ticketFor(7, is, func(t *reconcile.Ticket) {
				t.Summary, t.Company = "mine", "4"
				t.Differs = []string{reconcile.FieldSummary, reconcile.FieldCompany}
			})), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeEdited, Ticket: 7}},
		{"no company leaves the company alone", observe(with(is, func(is *reconcile.Issue) { is.Company = "" })), boardOf(ticketFor(7, is)), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeUnchanged, Ticket: 7}},
		{"another group", observe(with(is, func(is *reconcile.Issue) { is.Customer = "c2" })), boardOf(ticketFor(7, is)), nil,
			brief{Kind: reconcile.MarkOnly, Code: reconcile.CodeMoved, Ticket: 7}},
		{"timer stops", observe(is), boardOf(ticketFor(7, is, absentSince(20*time.Hour))), nil,
			brief{Kind: reconcile.MarkOnly, Code: reconcile.CodeBack, Ticket: 7}},
		{"reopened by a person, problem there", observe(is), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Mark.State = mark.Closed })), nil,
			brief{Kind: reconcile.MarkOnly, Code: reconcile.CodeByPerson, Ticket: 7}},
		{"open and silenced", observe(other), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Silenced = true })), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeSilenced, Ticket: 7}},
		{"done although the problem is there", observe(is), boardOf(ticketFor(7, is, stage(reconcile.StageDone))), nil,
			brief{Kind: reconcile.Reopen, Code: reconcile.CodeNotDone, Ticket: 7}},
		{"done on a foreign board", observe(is), boardOf(ticketFor(7, is, stage(reconcile.StageDone), func(t *reconcile.Ticket) { t.OtherBoard = true })), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeOtherBoard, Ticket: 7, Would: reconcile.Reopen}},
		{"done, never reopen", observe(other), boardOf(ticketFor(7, is, stage(reconcile.StageDone))), func(p *reconcile.Policy) { p.ReopenWithin = 0 },
			brief{Kind: reconcile.Update, Code: reconcile.CodeChanged, Ticket: 7, Changes: stateChange}},
		{"duplicates: the eldest", observe(is), boardOf(ticketFor(9, is), ticketFor(7, is), ticketFor(8, is, closed(time.Hour, true))), func(p *reconcile.Policy) { p.ListDuplicates = true },
			brief{Kind: reconcile.Keep, Code: reconcile.CodeUnchanged, Ticket: 7, Related: []int64{9}}},
		{"duplicates: not the one that is done", observe(is), boardOf(ticketFor(9, is), ticketFor(7, is, stage(reconcile.StageDone))), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeUnchanged, Ticket: 9, Related: []int64{7}}},
		{"a note is pending", observe(is), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Mark.NotePending = true })), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeUnchanged, Ticket: 7}},

		// People.
		{"merged, parent open", observe(is), boardOf(ticketFor(7, is, closed(time.Hour, false), func(t *reconcile.Ticket) { t.MergedInto, t.ParentOpen = 9, true })), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeMerged, Ticket: 7}},
		{"a copy", observe(is), boardOf(ticketFor(7, is, copied)), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeCopy, Ticket: 7, Would: reconcile.Create}},
		{"a copy beside ours", observe(is), boardOf(ticketFor(7, is, copied), ticketFor(8, is)), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeUnchanged, Ticket: 8, Related: []int64{7}}},
		{"reopened by a person, no problem", healthy(now), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) {
			t.Mark.State, t.Mark.Digests.State = mark.Closed, mark.Recovered
		})), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeByPerson, Ticket: 7}},

		// Adoption.
		{"a claim", observe(is), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) {
			adoptable(t)
			t.Summary, t.Company = "Cove: SRV", "251"
		})), nil, brief{Kind: reconcile.Adopt, Code: reconcile.CodeAdoptable, Ticket: 7}},
		{"a claim, healthy", healthy(now), boardOf(ticketFor(7, is, adoptable)), nil,
			brief{Kind: reconcile.Adopt, Code: reconcile.CodeAdoptable, Ticket: 7}},
		{"a claim, parked", suppressed(""), boardOf(ticketFor(7, is, adoptable)), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeNotAdopted, Ticket: 7}},
		{"a claim, absent", observe(), boardOf(ticketFor(7, is, adoptable)), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeNotAdopted, Ticket: 7}},
		{"a claim beside ours", observe(is), boardOf(ticketFor(7, is, adoptable), ticketFor(8, is)), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeUnchanged, Ticket: 8, Related: []int64{7}}},

		// The problem is over.
		{"recovered, new", healthy(now.Add(-time.Hour)), boardOf(ticketFor(7, is)), nil,
			brief{Kind: reconcile.Close, Code: reconcile.CodeRecovered, Ticket: 7, Recovery: reconcile.RecoveryClose}},
		{"recovered, working", healthy(now), boardOf(ticketFor(7, is, stage(reconcile.StageWorking))), nil,
			brief{Kind: reconcile.Update, Code: reconcile.CodeRecovered, Ticket: 7, Recovery: reconcile.RecoveryNote}},
		{"recovered, waiting, noted", healthy(now), boardOf(ticketFor(7, is, stage(reconcile.StageWaiting), noted)), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeNoted, Ticket: 7}},
		{"recovered, verify", healthy(now), boardOf(ticketFor(7, is, stage(reconcile.StageWorking))), func(p *reconcile.Policy) { p.OnRecovery[reconcile.StageWorking] = reconcile.RecoveryVerify },
			brief{Kind: reconcile.Close, Code: reconcile.CodeRecovered, Ticket: 7, Recovery: reconcile.RecoveryVerify}},
		{"recovered, verified", healthy(now), boardOf(ticketFor(7, is, stage(reconcile.StageWorking), noted)), func(p *reconcile.Policy) { p.OnRecovery[reconcile.StageWorking] = reconcile.RecoveryVerify },
			brief{Kind: reconcile.Keep, Code: reconcile.CodeNoted, Ticket: 7}},
		{"recovered, left", healthy(now), boardOf(ticketFor(7, is)), func(p *reconcile.Policy) { p.OnRecovery[reconcile.StageNew] = reconcile.RecoveryNone },
			brief{Kind: reconcile.Keep, Code: reconcile.CodeLeft, Ticket: 7}},
		{"recovered, foreign board", healthy(now), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.OtherBoard = true })), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeOtherBoard, Ticket: 7, Would: reconcile.Close}},
		{"evidence without a time", healthy(time.Time{}), boardOf(ticketFor(7, is)), nil,
			brief{Kind: reconcile.Close, Code: reconcile.CodeRecovered, Ticket: 7, Recovery: reconcile.RecoveryClose}},
		{"CloseAfter starts", healthy(now), boardOf(ticketFor(7, is)), func(p *reconcile.Policy) { p.CloseAfter = 8 * time.Hour },
			brief{Kind: reconcile.MarkOnly, Code: reconcile.CodeRecovering, Ticket: 7}},
		{"CloseAfter runs", healthy(now), boardOf(ticketFor(7, is, absentSince(8*time.Hour-1))), func(p *reconcile.Policy) { p.CloseAfter = 8 * time.Hour },
			brief{Kind: reconcile.Keep, Code: reconcile.CodeRecovering, Ticket: 7}},
		{"CloseAfter is over", healthy(now), boardOf(ticketFor(7, is, absentSince(8*time.Hour))), func(p *reconcile.Policy) { p.CloseAfter = 8 * time.Hour },
			brief{Kind: reconcile.Close, Code: reconcile.CodeRecovered, Ticket: 7, Recovery: reconcile.RecoveryClose}},
		{"CloseAfter began in the future", healthy(now), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Mark.AbsentSince = now.Add(time.Hour) })), func(p *reconcile.Policy) { p.CloseAfter = 8 * time.Hour },
			brief{Kind: reconcile.MarkOnly, Code: reconcile.CodeRecovering, Ticket: 7}},

		// Suppressed.
		{"parked", suppressed(""), boardOf(ticketFor(7, is)), nil, brief{Kind: reconcile.Keep, Code: reconcile.CodeSuppressed, Ticket: 7}},
		{"parked without a ticket", suppressed(""), boardOf(), nil, brief{Kind: reconcile.Keep, Code: reconcile.CodeSuppressed}},
		{"parked news", suppressed("offline"), boardOf(ticketFor(7, is)), nil,
			brief{Kind: reconcile.Update, Code: reconcile.CodeSuppressedNews, Ticket: 7, Changes: []reconcile.Change{{Field: reconcile.FieldState, New: "offline"}}}},
		{"parked stops the timer", suppressed(""), boardOf(ticketFor(7, is, absentSince(20*time.Hour))), nil,
			brief{Kind: reconcile.MarkOnly, Code: reconcile.CodeSuppressed, Ticket: 7}},

		// The observation contradicts itself.
		{"two different issues", observe(is, other), boardOf(ticketFor(7, is)), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeContradictory, Ticket: 7}},
		{"issue and healthy", with(healthy(now), func(o *reconcile.Observation) { o.Issues = []reconcile.Issue{is} }), boardOf(), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeContradictory}},
		{"healthy twice, of two customers", with(healthy(now), again(func(h *reconcile.Healthy) { h.Customer = "another" })), boardOf(), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeContradictory}},
		{"healthy twice, in two words", with(healthy(now), again(func(h *reconcile.Healthy) { h.Detail = "other words" })), boardOf(), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeContradictory}},
		{"healthy twice, since two times", with(healthy(now), again(func(h *reconcile.Healthy) { h.Since = h.Since.Add(time.Hour) })), boardOf(ticketFor(7, is)), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeContradictory, Ticket: 7}},
		{"the same issue twice", observe(is, is), boardOf(ticketFor(7, is)), nil, brief{Kind: reconcile.Keep, Code: reconcile.CodeUnchanged, Ticket: 7}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := reconcile.DefaultPolicy()
			if tt.policy != nil {
				tt.policy(&p)
			}
			plan, err := reconcile.Diff(tt.obs, tt.board, p)
			if err != nil {
				t.Fatal(err)
			}
			var got []brief
			for _, a := range plan.Actions {
				got = append(got, brief{a.Kind, a.Code, a.Ticket, a.Would, a.Recovery, a.Changes, a.Related})
				if reason := a.Reason(); reason == a.Code || reason == "" {
					t.Errorf("no sentence for the code %q", a.Code)
				}
				if a.Kind.Writes() != (a.ID != "") {
					t.Errorf("%s has the ID %q", a.Kind, a.ID)
				}
			}
			if diff := cmp.Diff([]brief{tt.want}, got); diff != "" {
				t.Errorf("actions (-want +got):\n%s", diff)
			}
		})
	}
}
