package reconcile_test

import (
	"testing"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// toolFacts are the facts that the rows ask for, each once.
type toolFacts struct {
	merged, parentOpen, project, open bool
	released, ours, other             bool // what the marker's field holds; else nothing
	us, tool, remembered              bool
	closed, recovered                 bool // what the marker says
	summary, company                  bool // which fields differ
	verbatim, recognised, sameCompany bool
	closedByTool                      bool
	lateClose, lateEntry, known       bool // later than the last good run; acknowledged
}

// doingRows is the table, a row a line. It is written from the rules.
var doingRows = []struct {
	doing int
	fits  func(f *toolFacts) bool
}{
	{reconcile.DoingMerged, func(f *toolFacts) bool { return f.merged && f.parentOpen }},
	{reconcile.DoingMergedOver, func(f *toolFacts) bool { return f.merged }},
	{reconcile.DoingProject, func(f *toolFacts) bool { return f.project }},
	{reconcile.DoingReleased, func(f *toolFacts) bool { return f.released }},
	{reconcile.DoingForeign, func(f *toolFacts) bool { return f.other && f.open }},
	{reconcile.DoingForeignClosed, func(f *toolFacts) bool { return f.other }},
	{reconcile.DoingCopy, func(f *toolFacts) bool { return f.ours && !f.us && !f.tool && f.open }},
	{reconcile.DoingCopyClosed, func(f *toolFacts) bool { return f.ours && !f.us && !f.tool }},
	{reconcile.DoingReopened, func(f *toolFacts) bool { return f.ours && f.open && (f.closed || f.recovered) }},
	{reconcile.DoingClosed, func(f *toolFacts) bool { return f.ours && f.closed }},
	{reconcile.DoingToolRewrote, func(f *toolFacts) bool { return f.ours && f.open && f.verbatim && f.summary }},
	{reconcile.DoingEdited, func(f *toolFacts) bool { return f.ours && f.open && (f.summary || f.company) }},
	{reconcile.DoingOurs, func(f *toolFacts) bool { return f.ours && f.open }},
	{reconcile.DoingToolClosed, func(f *toolFacts) bool { return f.ours && f.closedByTool && (f.lateClose || f.known) }},
	{reconcile.DoingClosedByPerson, func(f *toolFacts) bool { return f.ours }},
	{reconcile.DoingLost, func(f *toolFacts) bool { return f.remembered && (f.us || f.tool) }},
	{reconcile.DoingToolEntered, func(f *toolFacts) bool { return f.open && f.verbatim && f.tool && f.lateEntry && !f.known }},
	{reconcile.DoingAdoptable, func(f *toolFacts) bool { return f.open && f.recognised && f.tool && f.sameCompany }},
	{reconcile.DoingRecognised, func(f *toolFacts) bool { return f.open && f.recognised }},
	{reconcile.DoingNotOurs, func(*toolFacts) bool { return true }},
}

// ticket returns the facts in the form of a ticket and a board.
func (f *toolFacts) ticket() (reconcile.Board, reconcile.Ticket) {
	b := reconcile.Board{Owner: owner, LastGood: now}
	happened := now.Add(-time.Hour)
	if f.lateClose || f.lateEntry {
		happened = now.Add(time.Hour)
	}
	if f.known {
		b.ToolFrom, b.ToolUntil = happened.Add(-time.Minute), happened.Add(time.Minute)
	}
	t := reconcile.Ticket{
		ID: 7, Open: f.open, ParentOpen: f.parentOpen, Project: f.project, EnteredByUs: f.us, EnteredByTool: f.tool,
		Remembered: f.remembered, Verbatim: f.verbatim, Recognised: f.recognised, SameCompany: f.sameCompany,
		ClosedByTool: f.closedByTool, Created: happened, Closed: happened, Updated: happened,
		Mark: mark.Mark{Owner: owner, Key: key("1").ID(), State: mark.Open},
	}
	if f.merged {
		t.MergedInto = 9
	}
	switch {
	case f.released:
		t.Place = mark.Released
	case f.ours:
		t.Place = mark.Ours
	case f.other:
		t.Place = mark.Foreign
	}
	if f.closed {
		t.Mark.State = mark.Closed
	}
	if f.recovered {
		t.Mark.Digests.State = mark.Recovered
	}
	if f.summary {
		t.Differs = append(t.Differs, reconcile.FieldSummary)
	}
	if f.company {
		t.Differs = append(t.Differs, reconcile.FieldCompany)
	}
	return b, t
}

// Over all combinations of facts the first row that fits decides, and every row
// is reached.
func TestDoingOverAllCombinations(t *testing.T) {
	reached := make(map[int]int)
	const switches = 18
	for bits := range 1 << switches {
		bit := func(i int) bool { return bits>>i&1 == 1 }
		for place := range 4 {
			f := toolFacts{
				released: place == 1, ours: place == 2, other: place == 3,
				merged: bit(0), parentOpen: bit(1), project: bit(2), open: bit(3), us: bit(4), tool: bit(5), remembered: bit(6),
				closed: bit(7), recovered: bit(8), summary: bit(9), company: bit(10), verbatim: bit(11), recognised: bit(12),
				sameCompany: bit(13), closedByTool: bit(14), lateClose: bit(15), lateEntry: bit(15), known: bit(16),
			}
			if bit(17) {
				continue
			}
			b, tk := f.ticket()
			got, stop := b.Doing(&tk)
			want := 0
			for _, row := range doingRows {
				if row.fits(&f) {
					want = row.doing
					break
				}
			}
			if got != want {
				t.Fatalf("row %d, want %d: %+v", got, want, f)
			}
			wantStop := !f.known && (want == reconcile.DoingToolRewrote || want == reconcile.DoingToolClosed || want == reconcile.DoingToolEntered)
			if stop != wantStop {
				t.Fatalf("stop %t in row %d: %+v", stop, got, f)
			}
			reached[got]++
		}
	}
	for _, row := range doingRows {
		if reached[row.doing] == 0 {
			t.Errorf("row %d is never reached", row.doing)
		}
	}
}

// Times just before and just after a limit.
func TestDoingAndTime(t *testing.T) {
	entered := reconcile.Ticket{ID: 7, Open: true, Verbatim: true, Recognised: true, EnteredByTool: true, SameCompany: true}
	shut := ticketFor(7, issue("1"), func(t *reconcile.Ticket) { t.Open, t.ClosedByTool = false, true })
	rewrote := ticketFor(7, issue("1"), func(t *reconcile.Ticket) { t.Verbatim, t.Differs = true, []string{reconcile.FieldSummary} })
	for _, tt := range []struct {
		name  string
		tk    reconcile.Ticket
		when  time.Time
		board reconcile.Board
		doing int
		stop  bool
	}{
		{"no good run is known", entered, now, reconcile.Board{}, reconcile.DoingAdoptable, false},
		{"entered when the last good run began", entered, now, reconcile.Board{LastGood: now}, reconcile.DoingAdoptable, false},
		{"entered later", entered, now.Add(1), reconcile.Board{LastGood: now}, reconcile.DoingToolEntered, true},
		{"acknowledged up to then", entered, now.Add(1), reconcile.Board{LastGood: now, ToolFrom: now, ToolUntil: now.Add(1)}, reconcile.DoingAdoptable, false},
		{"later than acknowledged", entered, now.Add(2), reconcile.Board{LastGood: now, ToolFrom: now, ToolUntil: now.Add(1)}, reconcile.DoingToolEntered, true},
		{"closed, no good run known", shut, now, reconcile.Board{}, reconcile.DoingClosedByPerson, false},
		{"closed when the last good run began", shut, now, reconcile.Board{LastGood: now}, reconcile.DoingClosedByPerson, false},
		{"closed later", shut, now.Add(1), reconcile.Board{LastGood: now}, reconcile.DoingToolClosed, true},
		{"rewritten before what is acknowledged", rewrote, now.Add(-1), reconcile.Board{LastGood: now, ToolFrom: now, ToolUntil: now.Add(9)}, reconcile.DoingToolRewrote, false},
		{"rewritten later than acknowledged", rewrote, now.Add(10), reconcile.Board{LastGood: now, ToolFrom: now, ToolUntil: now.Add(9)}, reconcile.DoingToolRewrote, true},
		{"closed before what is acknowledged", shut, now.Add(-1), reconcile.Board{LastGood: now, ToolFrom: now, ToolUntil: now.Add(9)}, reconcile.DoingClosedByPerson, false},
		{"acknowledged, after later good runs too", shut, now, reconcile.Board{LastGood: now.Add(time.Hour), ToolFrom: now, ToolUntil: now.Add(9)}, reconcile.DoingToolClosed, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.tk.Created, tt.tk.Closed, tt.tk.Updated = tt.when, tt.when, tt.when
			doing, stop := tt.board.Doing(&tt.tk)
			if doing != tt.doing || stop != tt.stop {
				t.Errorf("row %d, stop %t; want %d, %t", doing, stop, tt.doing, tt.stop)
			}
		})
	}
}
