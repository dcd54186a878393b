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
	known      Known // zero: nothing is remembered

	storm bool // the key is that of a storm
	clash bool // the observation contradicts itself about the key
	over  bool // the problem is over: it is healthy, or absence says so

	tickets []*ticket // all that concern the key, the oldest first
	ours    *ticket   // the open ticket that stands for the key
	tool    *ticket   // a ticket that shows that an older tool still runs
	last    *ticket   // the ticket of closed that was closed last
	closed  []*ticket

	folded mark.KeyID
	action Action // an empty kind: the plan has no action for the key
}

// ticket is a ticket with a cleaned mark and with the result of Doing. Its Ticket
// is the entry of the board, or a copy if the mark had to be cleaned.
type ticket struct {
	*Ticket
	doing int
}

// named reports whether the observation says anything about the key.
func (s *subject) named() bool { return s.issue != nil || s.healthy != nil || s.suppressed != nil }

// first returns the oldest ticket of the first of the doings that any ticket
// has.
func (s *subject) first(doings ...int) *ticket {
	for _, doing := range doings {
		if i := slices.IndexFunc(s.tickets, func(t *ticket) bool { return t.doing == doing }); i >= 0 {
			return s.tickets[i]
		}
	}
	return nil
}

// customer returns the key's customer: the one just seen, else the one
// remembered.
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

// other returns the ticket that decides about a key that has no open ticket of
// ours.
func (s *subject) other() *ticket {
	return s.first(DoingLost, DoingAdoptable, DoingForeign, DoingCopy, DoingMerged, DoingProject, DoingRecognised)
}

// standing returns the ticket that the end of the problem would be about.
func (s *subject) standing() *ticket { return cmp.Or(s.ours, s.first(DoingMerged), s.last) }

// covered reports whether the problem has an open ticket of its own.
func (s *subject) covered() bool { return s.ours != nil || s.first(DoingMerged, DoingProject) != nil }

// join collects what is known about each key.
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

// joinEvidence adds what the observation says.
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
		s.clash = s.clash || s.issue != nil || s.healthy != nil || s.suppressed != nil && *s.suppressed != *p
		s.suppressed = p
	}
}

func (d *differ) subjectOf(k Key) *subject {
	s := d.subject(k.ID())
	s.key = k
	return s
}

// subject returns the subject of a key. Each marker without a readable key gets
// a subject of its own.
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

// joinTickets assigns each ticket to its key. A ticket that moved between two
// pages while they were read is listed twice but counts once. The entry that
// was updated last counts; if that does not decide, the content does. The order
// never does.
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
			continue // another owner's; a damaged marker may have lost its owner
		}
		d.joinTicket(t)
	}
}

func (d *differ) joinTicket(t *ticket) {
	var stop bool
	t.doing, stop = d.board.Doing(t.Ticket)
	m, updated := t.Mark, cleanTime(t.Updated)
	if !t.marked() {
		m = mark.Mark{Owner: m.Owner, Key: m.Key} // nothing else of it counts
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
		// The oldest ticket stands for the key. One in stage done does so only
		// when there is no other.
		if s.ours == nil || s.ours.Stage == StageDone && t.Stage != StageDone {
			s.ours = t
		}
	}
}
