package reconcile_test

import (
	"testing"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
	"github.com/google/go-cmp/cmp"
)

// now is the time of every observation in the table tests.
var now = time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)

const owner = "msp"

func key(subject string) reconcile.Key { return reconcile.Key{Source: "cove", Subject: subject} }

func issue(subject string, edit ...func(*reconcile.Issue)) reconcile.Issue {
	is := reconcile.Issue{
		Key: key(subject), Group: "c1", Company: "250", Kind: "failed", Class: "server",
		Severity: reconcile.SeverityMedium, Summary: "COVE SVR #" + subject + " - Files failed", State: "D01:failed",
		Since: now.Add(-30 * time.Hour),
	}
	for _, f := range edit {
		f(&is)
	}
	return is
}

// ticketFor is an open ticket as the creation for the issue left it, written
// two days ago.
func ticketFor(id int64, is reconcile.Issue, edit ...func(*reconcile.Ticket)) reconcile.Ticket {
	t := reconcile.Ticket{
		ID: id, Open: true, ByUs: true, Status: "New", Company: is.Company, Summary: is.Summary,
		Created: now.Add(-48 * time.Hour), Updated: now.Add(-48 * time.Hour),
		Mark: mark.Mark{
			Owner: owner, Source: mark.SourceID(is.Key.Source), Customer: mark.CustomerID(is.Group), Key: is.Key.ID(),
			Digests: mark.Digests{
				Summary: mark.DigestOf(reconcile.NormalizeSummary(is.Summary)),
				Company: mark.DigestOf(is.Company), Priority: "abcde", State: mark.DigestOf(is.State),
			},
			Severity: is.Severity, State: mark.Open, Written: now.Add(-48 * time.Hour),
		},
	}
	for _, f := range edit {
		f(&t)
	}
	return t
}

func closed(ago time.Duration, byUs bool) func(*reconcile.Ticket) {
	return func(t *reconcile.Ticket) {
		t.Open, t.Status, t.ClosedByUs = false, "Closed", byUs
		t.Closed, t.Updated = now.Add(-ago), now.Add(-ago)
		if byUs {
			t.Mark.State = mark.Closed
			t.Mark.Digests.State = mark.DigestOf("")
		}
	}
}

func stage(s reconcile.Stage) func(*reconcile.Ticket) {
	return func(t *reconcile.Ticket) { t.Stage = s }
}

func observe(issues ...reconcile.Issue) reconcile.Observation {
	return reconcile.Observation{At: now, Sources: []string{"cove"}, Issues: issues}
}

func boardOf(tickets ...reconcile.Ticket) reconcile.Board {
	return reconcile.Board{Owner: owner, Tickets: tickets}
}

func healthy(since time.Time) reconcile.Observation {
	obs := observe()
	obs.Healthy = []reconcile.Healthy{{Key: key("1"), Group: "c1", Since: since}}
	return obs
}

func parked(state string) reconcile.Observation {
	obs := observe()
	obs.Parked = []reconcile.Parked{{Key: key("1"), Group: "c1", Reason: "Maintenance until Monday.", State: state}}
	return obs
}

func with[T any](v T, edit func(*T)) T {
	edit(&v)
	return v
}

// brief is what the table tests compare.
type brief struct {
	Kind     reconcile.ActionKind
	Code     reconcile.ReasonCode
	Ticket   int64
	Would    reconcile.ActionKind
	Recovery reconcile.Recovery
	Changes  []reconcile.Change
	Related  []int64
}

func TestDiff(t *testing.T) {
	policy := reconcile.DefaultPolicy()
	is := issue("1")
	other := issue("1", func(is *reconcile.Issue) { is.State = "D01:failed D02:failed" })
	stateChange := []reconcile.Change{{Field: reconcile.FieldState, New: other.State}}
	yesterday := now.Add(-20 * time.Hour)
	noted := func(t *reconcile.Ticket) { t.Mark.Digests.State = mark.DigestOf("") }

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
		{"merged into a ticket that is closed", observe(is), boardOf(ticketFor(7, is, closed(25*time.Hour, false), func(t *reconcile.Ticket) { t.MergedInto = 9 })), nil,
			brief{Kind: reconcile.Create, Code: reconcile.CodeRecurred, Related: []int64{7}}},
		{"merged into a ticket that was closed not long ago", observe(is), boardOf(ticketFor(7, is, closed(time.Hour, false), func(t *reconcile.Ticket) { t.MergedInto = 9 })), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeSnoozed, Ticket: 7, Would: reconcile.Create}},
		{"closed by a person", observe(is), boardOf(ticketFor(7, is, closed(23*time.Hour, false))), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeSnoozed, Ticket: 7, Would: reconcile.Reopen}},
		{"closed by a person, snooze over", observe(is), boardOf(ticketFor(7, is, closed(24*time.Hour, false))), nil,
			brief{Kind: reconcile.Reopen, Code: reconcile.CodeAgain, Ticket: 7}},
		{"closed by a person, snooze and window over", observe(is), boardOf(ticketFor(7, is, closed(49*time.Hour, false))), nil,
			brief{Kind: reconcile.Create, Code: reconcile.CodeRecurred, Related: []int64{7}}},
		{"closed by a person, worse since", observe(with(is, func(is *reconcile.Issue) { is.Severity = reconcile.SeverityHigh })), boardOf(ticketFor(7, is, closed(23*time.Hour, false))), nil,
			brief{Kind: reconcile.Reopen, Code: reconcile.CodeAgain, Ticket: 7, Changes: []reconcile.Change{{Field: reconcile.FieldSeverity, Old: "medium", New: "high"}}}},
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
		{"renewed", observe(is), boardOf(ticketFor(7, is)), func(p *reconcile.Policy) {
			p.Renew = reconcile.Renew{Mode: reconcile.RenewAfter, After: 48 * time.Hour}
		},
			brief{Kind: reconcile.Create, Code: reconcile.CodeRenewed, Related: []int64{7}}},
		{"renewed: not yet", observe(is), boardOf(ticketFor(7, is)), func(p *reconcile.Policy) {
			p.Renew = reconcile.Renew{Mode: reconcile.RenewAfter, After: 49 * time.Hour}
		},
			brief{Kind: reconcile.Keep, Code: reconcile.CodeUnchanged, Ticket: 7}},
		{"renewed: the youngest stands", observe(is), boardOf(ticketFor(7, is), ticketFor(8, is, func(t *reconcile.Ticket) { t.Created = now })), func(p *reconcile.Policy) {
			p.Renew = reconcile.Renew{Mode: reconcile.RenewAfter, After: 48 * time.Hour}
		},
			brief{Kind: reconcile.Keep, Code: reconcile.CodeUnchanged, Ticket: 8, Related: []int64{7}}},
		{"renewed: silenced", observe(is), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Silenced = true })), func(p *reconcile.Policy) { p.Renew = reconcile.Renew{Mode: reconcile.RenewAfter, After: time.Hour} },
			brief{Kind: reconcile.Keep, Code: reconcile.CodeSilenced, Ticket: 7}},
		{"renewed: always", observe(other), boardOf(ticketFor(7, is)), func(p *reconcile.Policy) { p.Renew.Mode = reconcile.RenewAlways },
			brief{Kind: reconcile.Create, Code: reconcile.CodeRenewed, Related: []int64{7}}},
		{"renewed: always, unchanged", observe(is), boardOf(ticketFor(7, is)), func(p *reconcile.Policy) { p.Renew.Mode = reconcile.RenewAlways },
			brief{Kind: reconcile.Keep, Code: reconcile.CodeUnchanged, Ticket: 7}},
		{"duplicate closed", observe(is), boardOf(ticketFor(7, is), ticketFor(8, is)), func(p *reconcile.Policy) { p.Duplicates = reconcile.DuplicatesClose },
			brief{Kind: reconcile.Close, Code: reconcile.CodeDuplicate, Ticket: 8, Recovery: reconcile.RecoveryClose, Related: []int64{7}}},
		{"duplicate merged", observe(is), boardOf(ticketFor(7, is), ticketFor(8, is), ticketFor(9, is)), func(p *reconcile.Policy) { p.Duplicates = reconcile.DuplicatesMerge },
			brief{Kind: reconcile.Merge, Code: reconcile.CodeDuplicate, Ticket: 9, Recovery: reconcile.RecoveryClose, Related: []int64{7, 8}}},
		{"duplicate touched", observe(is), boardOf(ticketFor(7, is), ticketFor(8, is, stage(reconcile.StageWorking))), func(p *reconcile.Policy) { p.Duplicates = reconcile.DuplicatesClose },
			brief{Kind: reconcile.Keep, Code: reconcile.CodeUnchanged, Ticket: 7, Related: []int64{8}}},
		{"duplicate: the update first", observe(other), boardOf(ticketFor(7, is), ticketFor(8, is)), func(p *reconcile.Policy) { p.Duplicates = reconcile.DuplicatesClose },
			brief{Kind: reconcile.Update, Code: reconcile.CodeChanged, Ticket: 7, Changes: stateChange, Related: []int64{8}}},
		{"closed by a person for silence", observe(is), boardOf(ticketFor(7, is, closed(time.Hour, false), func(t *reconcile.Ticket) { t.Silenced = true })), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeSilenced, Ticket: 7, Would: reconcile.Reopen}},
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
				t.Edited = []reconcile.Field{reconcile.FieldSummary, reconcile.FieldCompany}
			})), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeEdited, Ticket: 7}},
		{"no company leaves the company alone", observe(with(is, func(is *reconcile.Issue) { is.Company = "" })), boardOf(ticketFor(7, is)), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeUnchanged, Ticket: 7}},
		{"another group", observe(with(is, func(is *reconcile.Issue) { is.Group = "c2" })), boardOf(ticketFor(7, is)), nil,
			brief{Kind: reconcile.MarkOnly, Code: reconcile.CodeMoved, Ticket: 7}},
		{"timer stops", observe(is), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Mark.AbsentSince = yesterday })), nil,
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
		{"duplicates: the eldest", observe(is), boardOf(ticketFor(9, is), ticketFor(7, is), ticketFor(8, is, closed(time.Hour, true))), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeUnchanged, Ticket: 7, Related: []int64{9}}},
		{"duplicates: not the one that is done", observe(is), boardOf(ticketFor(9, is), ticketFor(7, is, stage(reconcile.StageDone))), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeUnchanged, Ticket: 9, Related: []int64{7}}},
		{"a note is pending", observe(is), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Mark.NotePending = true })), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeUnchanged, Ticket: 7}},

		// People.
		{"merged, parent open", observe(is), boardOf(ticketFor(7, is, closed(time.Hour, false), func(t *reconcile.Ticket) { t.MergedInto, t.ParentOpen = 9, true })), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeMerged, Ticket: 7}},
		{"a copy", observe(is), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.ByUs = false })), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeCopy, Ticket: 7}},
		{"a copy beside ours", observe(is), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.ByUs = false }), ticketFor(8, is)), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeUnchanged, Ticket: 8, Related: []int64{7}}},
		{"damaged", observe(is), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Damaged = true })), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeDamaged, Ticket: 7}},
		{"reopened by a person, no problem", healthy(now), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) {
			t.Mark.State, t.Mark.Digests.State = mark.Closed, mark.DigestOf("")
		})), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeByPerson, Ticket: 7}},

		// Adoption.
		{"a claim", observe(is), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) {
			t.Claim, t.ByUs, t.Summary, t.Company = true, false, "Cove: SRV", "251"
			t.Mark = mark.Mark{Owner: owner, Key: is.Key.ID()}
		})), nil, brief{Kind: reconcile.Adopt, Code: reconcile.CodeAdoptable, Ticket: 7, Changes: []reconcile.Change{
			{Field: reconcile.FieldSummary, Old: "Cove: SRV", New: is.Summary}, {Field: reconcile.FieldCompany, Old: "251", New: "250"}}}},
		{"a claim, healthy", healthy(now), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Claim = true })), nil,
			brief{Kind: reconcile.Adopt, Code: reconcile.CodeAdoptable, Ticket: 7}},
		{"a claim, parked", parked(""), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Claim = true })), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeNotAdopted, Ticket: 7}},
		{"a claim, absent", observe(), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Claim = true })), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeNotAdopted, Ticket: 7}},
		{"a claim beside ours", observe(is), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Claim = true }), ticketFor(8, is)), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeUnchanged, Ticket: 8, Related: []int64{7}}},

		// The problem is over.
		{"recovered, new", healthy(now.Add(-time.Hour)), boardOf(ticketFor(7, is)), nil,
			brief{Kind: reconcile.Close, Code: reconcile.CodeRecovered, Ticket: 7, Recovery: reconcile.RecoveryClose}},
		{"recovered, observation partial", with(healthy(now.Add(-time.Hour)), func(o *reconcile.Observation) { o.Partial = true }), boardOf(ticketFor(7, is)), nil,
			brief{Kind: reconcile.Close, Code: reconcile.CodeRecovered, Ticket: 7, Recovery: reconcile.RecoveryClose}},
		{"recovered, working", healthy(now), boardOf(ticketFor(7, is, stage(reconcile.StageWorking))), nil,
			brief{Kind: reconcile.Update, Code: reconcile.CodeRecovered, Ticket: 7, Recovery: reconcile.RecoveryNote}},
		{"recovered, waiting, noted", healthy(now), boardOf(ticketFor(7, is, stage(reconcile.StageWaiting), noted)), nil,
			brief{Kind: reconcile.Keep, Code: reconcile.CodeNoted, Ticket: 7}},
		{"recovered, verify", healthy(now), boardOf(ticketFor(7, is, stage(reconcile.StageWorking))), func(p *reconcile.Policy) { p.Stages.Working = reconcile.RecoveryVerify },
			brief{Kind: reconcile.Close, Code: reconcile.CodeRecovered, Ticket: 7, Recovery: reconcile.RecoveryVerify}},
		{"recovered, verified", healthy(now), boardOf(ticketFor(7, is, stage(reconcile.StageWorking), noted)), func(p *reconcile.Policy) { p.Stages.Working = reconcile.RecoveryVerify },
			brief{Kind: reconcile.Keep, Code: reconcile.CodeNoted, Ticket: 7}},
		{"recovered, left", healthy(now), boardOf(ticketFor(7, is)), func(p *reconcile.Policy) { p.Stages.New = reconcile.RecoveryNone },
			brief{Kind: reconcile.Keep, Code: reconcile.CodeLeft, Ticket: 7}},
		{"recovered, foreign board", healthy(now), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.OtherBoard = true })), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeOtherBoard, Ticket: 7, Would: reconcile.Close}},
		{"evidence without a time", healthy(time.Time{}), boardOf(ticketFor(7, is)), nil,
			brief{Kind: reconcile.Close, Code: reconcile.CodeRecovered, Ticket: 7, Recovery: reconcile.RecoveryClose}},
		{"CloseAfter starts", healthy(now), boardOf(ticketFor(7, is)), func(p *reconcile.Policy) { p.CloseAfter = 8 * time.Hour },
			brief{Kind: reconcile.MarkOnly, Code: reconcile.CodeRecovering, Ticket: 7}},
		{"CloseAfter runs", healthy(now), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Mark.AbsentSince = now.Add(-8*time.Hour + 1) })), func(p *reconcile.Policy) { p.CloseAfter = 8 * time.Hour },
			brief{Kind: reconcile.Keep, Code: reconcile.CodeRecovering, Ticket: 7}},
		{"CloseAfter is over", healthy(now), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Mark.AbsentSince = now.Add(-8 * time.Hour) })), func(p *reconcile.Policy) { p.CloseAfter = 8 * time.Hour },
			brief{Kind: reconcile.Close, Code: reconcile.CodeRecovered, Ticket: 7, Recovery: reconcile.RecoveryClose}},
		{"CloseAfter began in the future", healthy(now), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Mark.AbsentSince = now.Add(time.Hour) })), func(p *reconcile.Policy) { p.CloseAfter = 8 * time.Hour },
			brief{Kind: reconcile.MarkOnly, Code: reconcile.CodeRecovering, Ticket: 7}},

		// Parked.
		{"parked", parked(""), boardOf(ticketFor(7, is)), nil, brief{Kind: reconcile.Keep, Code: reconcile.CodeParked, Ticket: 7}},
		{"parked without a ticket", parked(""), boardOf(), nil, brief{Kind: reconcile.Keep, Code: reconcile.CodeParked}},
		{"parked news", parked("offline"), boardOf(ticketFor(7, is)), nil,
			brief{Kind: reconcile.Update, Code: reconcile.CodeParkedNews, Ticket: 7, Changes: []reconcile.Change{{Field: reconcile.FieldState, New: "offline"}}}},
		{"parked stops the timer", parked(""), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Mark.AbsentSince = yesterday })), nil,
			brief{Kind: reconcile.MarkOnly, Code: reconcile.CodeParked, Ticket: 7}},

		// Absent.
		{"absent", observe(), boardOf(ticketFor(7, is)), nil, brief{Kind: reconcile.Keep, Code: reconcile.CodeAbsent, Ticket: 7}},
		{"absent, source not read", with(observe(), func(o *reconcile.Observation) { o.Sources = []string{"rmm"} }), boardOf(ticketFor(7, is)), func(p *reconcile.Policy) { p.Gone = time.Hour },
			brief{Kind: reconcile.Keep, Code: reconcile.CodeOtherSource, Ticket: 7}},
		{"absent, partial", with(observe(), func(o *reconcile.Observation) { o.Partial = true }), boardOf(ticketFor(7, is)), func(p *reconcile.Policy) { p.Gone = time.Hour },
			brief{Kind: reconcile.Keep, Code: reconcile.CodePartial, Ticket: 7}},
		{"absent, group unseen", with(observe(), func(o *reconcile.Observation) { o.Unseen = []string{"c1"} }), boardOf(ticketFor(7, is)), func(p *reconcile.Policy) { p.Gone = time.Hour },
			brief{Kind: reconcile.Keep, Code: reconcile.CodeUnseen, Ticket: 7}},
		{"absent, another scope", with(observe(), func(o *reconcile.Observation) { o.Scope = "servers" }), boardOf(ticketFor(7, is)), func(p *reconcile.Policy) { p.Gone = time.Hour },
			brief{Kind: reconcile.Keep, Code: reconcile.CodeOtherScope, Ticket: 7}},
		{"gone: starts", observe(), boardOf(ticketFor(7, is)), func(p *reconcile.Policy) { p.Gone = time.Hour },
			brief{Kind: reconcile.MarkOnly, Code: reconcile.CodeGoing, Ticket: 7}},
		{"gone: runs", observe(), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Mark.AbsentSince = now.Add(-59 * time.Minute) })), func(p *reconcile.Policy) { p.Gone = time.Hour },
			brief{Kind: reconcile.Keep, Code: reconcile.CodeGoing, Ticket: 7}},
		{"gone", observe(), boardOf(ticketFor(7, is, func(t *reconcile.Ticket) { t.Mark.AbsentSince = now.Add(-time.Hour) })), func(p *reconcile.Policy) { p.Gone = time.Hour },
			brief{Kind: reconcile.Close, Code: reconcile.CodeGone, Ticket: 7, Recovery: reconcile.RecoveryClose}},
		{"gone, working", observe(), boardOf(ticketFor(7, is, stage(reconcile.StageWorking), func(t *reconcile.Ticket) { t.Mark.AbsentSince = now.Add(-time.Hour) })), func(p *reconcile.Policy) { p.Gone = time.Hour },
			brief{Kind: reconcile.Update, Code: reconcile.CodeGone, Ticket: 7, Recovery: reconcile.RecoveryNote}},

		// The observation contradicts itself.
		{"two different issues", observe(is, other), boardOf(ticketFor(7, is)), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeContradictory, Ticket: 7}},
		{"issue and healthy", with(healthy(now), func(o *reconcile.Observation) { o.Issues = []reconcile.Issue{is} }), boardOf(), nil,
			brief{Kind: reconcile.Hold, Code: reconcile.CodeContradictory}},
		{"the same issue twice", observe(is, is), boardOf(ticketFor(7, is)), nil, brief{Kind: reconcile.Keep, Code: reconcile.CodeUnchanged, Ticket: 7}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p := policy
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
				if reason := a.Reason(); reason == string(a.Code) || reason == "" {
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
