package faulttest

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/reconcile"
)

// judge checks the promises that hold after every run.
func (s *story) judge(before []connectwisetest.Ticket, report *desk.Report, err error) {
	after := s.srv.Tickets()
	was := map[int64]connectwisetest.Ticket{}
	for _, t := range before {
		was[t.ID] = t
	}
	for _, t := range after {
		b, existed := was[t.ID]
		m, is := ours(t)
		p := s.key(m.Key)
		if p != nil && is {
			s.about[t.ID] = p.subject
		}
		if !existed {
			if p != nil && is {
				if at, silent := s.silenced[p.subject]; silent && time.Since(at) < s.policy.Snooze && !s.unknowable(before, p) {
					s.wrong("#%d was made although a person had closed the ticket of %s", t.ID, p.subject)
				}
			}
			continue
		}
		for field, value := range s.personal[t.ID] {
			if fieldOf(b, field) != value { // by a write that was sent before the person's, and came late
				delete(s.personal[t.ID], field)
			} else if got := fieldOf(t, field); got != value {
				s.wrong("#%d: a person's %s %q became %q", t.ID, field, value, got)
				delete(s.personal[t.ID], field)
			}
		}
		if _, is := ours(b); is && s.untouchable[t.ID] != "" {
			// A write of an earlier run arrived after the person's. It was sent before,
			// and the API has no conditional writes. Until then its marker was gone.
			delete(s.untouchable, t.ID)
			s.lied = true
		}
		if why, people := s.untouchable[t.ID]; people && !t.Updated.Equal(b.Updated) && t.UpdatedBy == apiMember {
			s.wrong("#%d was written although %s", t.ID, why)
		}
		if p == nil {
			continue
		}
		switch {
		case !b.Closed && t.Closed && t.ClosedBy == apiMember:
			if p.bad && len(open(after, p)) == 0 {
				s.wrong("#%d was closed although %s lasts", t.ID, p.subject)
			}
			if s.reopened[t.ID] {
				s.wrong("#%d was closed although a person had reopened it", t.ID)
			}
		case b.Closed && !t.Closed:
			if at, silent := s.silenced[p.subject]; silent && time.Since(at) < s.policy.Snooze && b.ClosedBy != apiMember && b.ClosedBy != oldTool {
				s.wrong("#%d was reopened although a person had closed it", t.ID)
			}
		}
	}
	s.judgeDoubles(before)
	s.judgeDoubles(after)
	s.judgeReport(after, report, err)
	if mails := s.srv.Mails(); len(mails) > 0 {
		s.wrong("mails %v", mails)
	}
}

// unknowable says that a writer without the memory cannot find the ticket of a
// problem: lists lag, or another program has overwritten the marker.
func (s *story) unknowable(tickets []connectwisetest.Ticket, p *problem) bool {
	return (s.second || s.losses > 0) && (s.lagged || slices.ContainsFunc(tickets, func(t connectwisetest.Ticket) bool {
		return s.foreign[t.ID] && s.about[t.ID] == p.subject
	}))
}

// judgeDoubles checks that one writer has not made two tickets for one problem,
// even if the next run has closed one of them again.
func (s *story) judgeDoubles(tickets []connectwisetest.Ticket) {
	if s.second || s.losses > 0 || s.lied {
		return
	}
	for _, p := range s.world.problems {
		if ids := open(tickets, p); len(ids) > 1 && !slices.ContainsFunc(ids, func(id int64) bool { return s.theirs[id] }) {
			s.wrong("%s has open tickets %v", p.subject, ids)
		}
	}
}

// lookedBehind checks that no untouched double is left by a run during which another
// writer's run began and ended.
func (s *story) lookedBehind(report *desk.Report) {
	if report == nil || report.Err() != nil || s.lagged || s.losses > 0 || s.lied {
		return
	}
	for _, p := range s.world.problems {
		if ids := open(s.srv.Tickets(), p); len(ids) > 1 && !slices.ContainsFunc(ids, func(id int64) bool { return s.touched[id] }) {
			s.wrong("%s has open tickets %v, although a run has looked behind", p.subject, ids)
		}
	}
}

func fieldOf(t connectwisetest.Ticket, field string) string {
	switch field {
	case "summary":
		return t.Summary
	case "priority":
		return t.Priority.Name
	case "owner":
		return t.Owner.Identifier
	default:
		return t.Status.Name
	}
}

// judgeReport checks that the report does not look good when it is not.
func (s *story) judgeReport(after []connectwisetest.Ticket, report *desk.Report, err error) {
	if report == nil {
		return
	}
	for _, r := range report.Results {
		if r.Outcome == desk.Done {
			s.marked[r.Ticket] = r.Action.Kind == reconcile.MarkOnly
		}
	}
	if err != nil || report.Health() > desk.HealthAttention {
		return
	}
	for _, p := range s.world.problems {
		if p.bad && len(open(after, p)) == 0 && s.reason(report, p) == "" {
			s.wrong("the run is %s, and %s has neither a ticket nor a reason", report.Health(), p.subject)
		}
	}
}

// reason returns why a problem has no ticket of its own, according to the
// report.
func (s *story) reason(report *desk.Report, p *problem) string {
	for _, a := range report.Plan.Actions {
		if a.KeyID == p.key().ID() && (!a.Kind.Writes() || a.Kind == reconcile.MarkOnly) {
			return string(a.Kind) + " " + a.Code
		}
	}
	for _, r := range report.Results {
		if r.Action.KeyID == p.key().ID() && (r.Outcome == desk.Drifted || r.Outcome == desk.Skipped) {
			return r.Why
		}
	}
	return ""
}

// finish ends the story: nothing happens any more, and the operator
// acknowledges what the reports ask for. Then the promises must hold.
func (s *story) finish() {
	s.srv.SetListLag(0)
	s.lagged, s.behind = false, 0
	writers := []int{0}
	if s.second {
		writers = []int{0, 1}
	}
	for range 7 { // several tickets of an older tool end one after the other
		for _, w := range writers {
			time.Sleep(11 * time.Minute)
			s.run(w, interruption{}, desk.Options{Acknowledge: s.stops(w)})
		}
	}
	// Two writers that know different things may keep correcting each other (only
	// one remembers a converted ticket). Each must come to rest by itself.
	quiet := len(writers)
	if s.report[2] != nil {
		quiet++ // each writer has made a standing ticket; a run closes one of them
	}
	for _, w := range writers {
		for i := range 2 + quiet {
			time.Sleep(11 * time.Minute)
			s.run(w, interruption{}, desk.Options{})
			if s.wrote > 0 && i >= quiet {
				s.wrong("a quiet run writes %d times", s.wrote)
			}
			for _, id := range s.stops(w) {
				s.wrong("the stop %s stands although it was acknowledged", id)
			}
		}
	}
	report := s.report[0]
	if report == nil {
		s.wrong("the last run did not come to an end")
		return
	}
	tickets := s.srv.Tickets()
	for _, p := range s.world.problems {
		ids := open(tickets, p)
		reason := s.reason(report, p)
		switch {
		case p.bad && len(ids) == 0 && (reason == "" || len(s.excuses[p.subject]) == 0 && (!s.toolClosed[p.subject] || s.losses == 0 && !s.slow)):
			s.wrong("%s has no open ticket (%q)", p.subject, reason)
		case len(ids) > 1 && !slices.ContainsFunc(ids[1:], func(id int64) bool { return s.touched[id] || s.theirs[id] }):
			s.wrong("%s has open tickets %v at the end", p.subject, ids)
		case !p.bad && p.failures > 0 && len(ids) > 0 && !slices.ContainsFunc(ids, func(id int64) bool { return s.touched[id] }):
			s.wrong("%s is over and #%v are open (%q)", p.subject, ids, reason)
		}
	}
	for _, t := range tickets {
		if p := s.key(keyOf(t)); p != nil && p.bad && !t.Closed && !s.touched[t.ID] && s.untouchable[t.ID] == "" && t.Summary != p.summary() && !strings.HasPrefix(t.Summary, "OLD ") {
			s.wrong("#%d is called %q, not %q", t.ID, t.Summary, p.summary())
		}
		s.judgeNotes(t)
		if m, is := ours(t); is && m.NotePending && t.MergedInto == 0 && s.untouchable[t.ID] == "" {
			s.wrong("#%d: its note is still pending", t.ID)
		}
	}
}

// judgeNotes checks that each write of one writer has its note, once.
func (s *story) judgeNotes(t connectwisetest.Ticket) {
	m, is := ours(t)
	if !is || s.second || s.losses > 0 || s.untouchable[t.ID] != "" || t.EnteredBy != apiMember {
		return
	}
	var notes []note
	for _, n := range s.srv.Notes(t.ID) {
		notes = append(notes, note{Text: n.Text})
	}
	refs := refs(notes)
	if once := slices.Compact(slices.Clone(refs)); len(once) != len(refs) && !s.belated[strconv.FormatInt(t.ID, 10)] {
		s.wrong("#%d: a note stands there twice", t.ID)
	}
	if !s.touched[t.ID] && !s.marked[t.ID] && !s.slow && m.Written.After(t.Entered) && !slices.Contains(refs, m.NoteID(t.ID)) {
		s.wrong("#%d: the note of its last write is missing", t.ID)
	}
}
