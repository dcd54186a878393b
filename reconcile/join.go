package reconcile

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// subject is everything that is known about one key.
type subject struct {
	id         mark.KeyID
	key        Key
	issue      *Issue
	healthy    *Healthy
	suppressed *Suppressed
	clash      bool  // the observation contradicts itself
	known      Known // zero: nothing is remembered
	storm      bool  // the key stands for many

	tickets []*ticket // all that concern the key, the eldest first
	ours    *ticket   // the open one that stands for the key
	tool    *ticket   // shows that an older tool still runs
	last    *ticket   // of those closed, the one closed last
	closed  []*ticket

	over   bool // the problem is over, by health or absence
	folded mark.KeyID
	action Action // without a kind: there is nothing to account for
}

// ticket is a ticket, its mark clean, with whose doing it is. It is the board's
// own entry unless that had to be cleaned.
type ticket struct {
	*Ticket
	doing int
}

// named says that the observation says something of the key.
func (s *subject) named() bool { return s.issue != nil || s.healthy != nil || s.suppressed != nil }

// first gives the eldest ticket of the first of the doings that occurs.
func (s *subject) first(doings ...int) *ticket {
	for _, doing := range doings {
		if i := slices.IndexFunc(s.tickets, func(t *ticket) bool { return t.doing == doing }); i >= 0 {
			return s.tickets[i]
		}
	}
	return nil
}

// customer is whose the key is, by what was seen and else by what is remembered.
func (s *subject) customer() string {
	seen := ""
	switch {
	case s.issue != nil:
		return s.issue.Customer
	case s.healthy != nil:
		seen = s.healthy.Customer
	case s.suppressed != nil:
		seen = s.suppressed.Customer
	}
	return cmp.Or(seen, s.known.Customer)
}

// other is the ticket that decides about a key besides the one that is ours.
func (s *subject) other() *ticket {
	return s.first(DoingLost, DoingAdoptable, DoingForeign, DoingCopy, DoingMerged, DoingProject, DoingRecognised)
}

// standing is the ticket that the end of the problem would be about.
func (s *subject) standing() *ticket { return cmp.Or(s.ours, s.first(DoingMerged), s.last) }

// covered says that the problem has an open ticket of its own.
func (s *subject) covered() bool { return s.ours != nil || s.first(DoingMerged, DoingProject) != nil }

// join brings what is known about each key together.
func (d *differ) join() {
	d.byID = make(map[mark.KeyID]*subject, max(len(d.obs.Issues), len(d.board.Tickets)))
	d.joinEvidence()
	d.joinTickets()
	for id, k := range d.board.Known {
		if k.Storm != "" && id != "" {
			d.subject(id)
		}
	}
}

// joinEvidence joins what the observation says.
func (d *differ) joinEvidence() {
	for i := range d.obs.Issues {
		is := cleanIssue(&d.obs.Issues[i])
		s := d.subjectOf(is.Key)
		s.clash = s.clash || s.issue != nil && !sameIssue(s.issue, is)
		s.issue = is
	}
	for i := range d.obs.Healthy {
		h := &d.obs.Healthy[i]
		s := d.subjectOf(h.Key)
		s.clash = s.clash || s.issue != nil || s.healthy != nil && (s.healthy.Customer != h.Customer || s.healthy.Detail != h.Detail || !s.healthy.Since.Equal(h.Since))
		s.healthy = h
	}
	for i := range d.obs.Suppressed {
		p := &d.obs.Suppressed[i]
		s := d.subjectOf(p.Key)
		s.clash = s.clash || s.issue != nil || s.healthy != nil || s.suppressed != nil && (s.suppressed.Reason != p.Reason || s.suppressed.State != p.State)
		s.suppressed = p
	}
}

func (d *differ) subjectOf(k Key) *subject {
	s := d.subject(k.ID())
	s.key = k
	return s
}

// subject gives the subject of a key. Markers whose key cannot be read have
// nothing in common.
func (d *differ) subject(id mark.KeyID) *subject {
	s := d.byID[id]
	if s == nil {
		s = &subject{id: id}
		d.all = append(d.all, s)
		if id != "" {
			d.byID[id] = s
			s.known = d.board.Known[id]
			s.key, s.storm = s.known.Key, isStorm(s.known.Key)
		}
	}
	return s
}

func sameIssue(a, b *Issue) bool {
	x, y := *a, *b
	x.Since, y.Since = time.Time{}, time.Time{}
	return a.Since.Equal(b.Since) && reflect.DeepEqual(x, y)
}

// joinTickets puts each ticket to its key by whose doing it is. What was listed
// twice (a ticket that moved between two pages while they were read) is one: the
// entry updated last counts, and where that does not decide, the content does,
// never the order.
func (d *differ) joinTickets() {
	all := make([]ticket, len(d.board.Tickets))
	for i := range all {
		all[i].Ticket = &d.board.Tickets[i]
	}
	slices.SortFunc(all, func(a, b ticket) int {
		if c := cmp.Or(cmp.Compare(a.ID, b.ID), b.Updated.Compare(a.Updated)); c != 0 {
			return c
		}
		return strings.Compare(fmt.Sprintf("%#v", *b.Ticket), fmt.Sprintf("%#v", *a.Ticket))
	})
	for i := range all {
		t := &all[i]
		if i > 0 && t.ID == all[i-1].ID || t.Mark.Owner != d.board.Owner && (t.Mark.Owner != "" || !t.foreign()) {
			continue // another owner's; what was damaged may have lost its owner
		}
		d.joinTicket(t)
	}
}

func (d *differ) joinTicket(t *ticket) {
	var stop bool
	t.doing, stop = d.board.Doing(t.Ticket)
	m, updated := t.Mark, cleanTime(t.Updated)
	if !t.marked() {
		m = mark.Mark{Owner: m.Owner, Key: m.Key} // all that counts of it
	}
	if m.Written, m.AbsentSince = cleanTime(m.Written), cleanTime(m.AbsentSince); m != t.Mark || updated != t.Updated {
		clean := *t.Ticket
		clean.Mark, clean.Updated = m, updated
		t.Ticket = &clean
	}
	switch t.doing {
	case DoingReleased, DoingCopyClosed, DoingNotOurs:
		return
	}
	s := d.subject(t.Mark.Key)
	s.tickets = append(s.tickets, t)
	s.storm = s.storm || t.Mark.State == mark.Storm
	if stop {
		d.stop = true
		s.tool = cmp.Or(s.tool, t)
	}
	switch t.doing {
	case DoingMergedOver, DoingForeignClosed, DoingClosed, DoingToolClosed, DoingClosedByPerson:
		s.closed = append(s.closed, t)
		if s.last == nil || !t.closedAt().Before(s.last.closedAt()) {
			s.last = t
		}
	case DoingReopened, DoingToolRewrote, DoingEdited, DoingOurs:
		// The eldest stands for the key; one that people call done only when
		// there is no other.
		if s.ours == nil || s.ours.Stage == StageDone && t.Stage != StageDone {
			s.ours = t
		}
	}
}
