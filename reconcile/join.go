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
	clash      bool // the observation contradicts itself
	known      *Known
	storm      bool // the key stands for many

	ours       *ticket // the open ticket that stands for the key
	lost       *ticket // ours, its marker lost
	adoptable  *ticket // the eldest open one that can be taken over
	recognised *ticket
	foreign    *ticket
	copied     *ticket
	merged     *ticket // merged into an open one
	project    *ticket
	tool       *ticket // shows that an older tool still runs
	last       *ticket // of those closed, the one closed last
	open       []*ticket
	closed     []*ticket // in the order of their closes

	over   bool // the problem is over, by health or absence
	folded mark.KeyID
	action Action // without a kind: there is nothing to account for
}

// ticket is a ticket with what follows from its facts.
type ticket struct {
	*Ticket
	mark  mark.Mark // clean
	doing int
}

// named says that the observation says something of the key.
func (s *subject) named() bool { return s.issue != nil || s.healthy != nil || s.suppressed != nil }

// joined brings what is known about each key together, in the order of key ids.
func (d *differ) joined() {
	d.byID = make(map[mark.KeyID]*subject, len(d.obs.Issues)+len(d.board.Tickets))
	d.joinEvidence()
	d.tickets = uniqueTickets(d.board.Tickets)
	for i := range d.tickets {
		d.joinTicket(&d.tickets[i])
	}
	for id, k := range d.board.Known {
		s := d.byID[id]
		if s == nil && k.Storm == "" {
			continue
		}
		if s == nil {
			s = d.add(id)
		}
		s.known, s.storm = &k, s.storm || isStorm(k.Key)
		if s.key == (Key{}) {
			s.key = k.Key
		}
	}
	slices.SortFunc(d.all, func(a, b *subject) int {
		return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.ticketID(), b.ticketID()))
	})
	for _, s := range d.all {
		slices.SortStableFunc(s.closed, func(a, b *ticket) int { return closedAt(a.Ticket).Compare(closedAt(b.Ticket)) })
		if n := len(s.closed); n > 0 {
			s.last = s.closed[n-1]
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
		if s.healthy == nil || cmp.Or(h.Since.Compare(s.healthy.Since), cmp.Compare(h.Customer, s.healthy.Customer), cmp.Compare(h.Detail, s.healthy.Detail)) > 0 {
			s.healthy = h
		}
	}
	for i := range d.obs.Suppressed {
		p := &d.obs.Suppressed[i]
		s := d.subjectOf(p.Key)
		s.clash = s.clash || s.suppressed != nil && (s.suppressed.Reason != p.Reason || s.suppressed.State != p.State)
		s.suppressed = p
	}
	for _, s := range d.all {
		s.clash = s.clash || s.issue != nil && (s.healthy != nil || s.suppressed != nil) || s.healthy != nil && s.suppressed != nil
	}
}

// ticketID tells keys apart that cannot be read: each has one ticket.
func (s *subject) ticketID() int64 {
	if len(s.open) > 0 {
		return s.open[0].ID
	}
	return 0
}

func (d *differ) subjectOf(k Key) *subject {
	id := k.ID()
	s := d.byID[id]
	if s == nil {
		s = d.add(id)
	}
	s.key = k
	return s
}

func (d *differ) add(id mark.KeyID) *subject {
	s := &subject{id: id}
	d.all = append(d.all, s)
	if id != "" { // markers whose key cannot be read have nothing in common
		d.byID[id] = s
	}
	return s
}

func sameIssue(a, b *Issue) bool {
	x, y := *a, *b
	x.Since, y.Since = time.Time{}, time.Time{}
	return a.Since.Equal(b.Since) && reflect.DeepEqual(x, y)
}

// joinTicket puts a ticket to its key by whose doing it is. The tickets come in
// the order of their ids, so that the eldest comes first.
func (d *differ) joinTicket(t *Ticket) {
	if t.Mark.Owner != d.board.Owner && (t.Mark.Owner != "" || !t.foreign()) {
		return // another owner's; what was damaged may have lost its owner
	}
	k := &ticket{Ticket: t, mark: cleanMark(t)}
	var stop bool
	k.doing, stop = d.board.Doing(t)
	switch k.doing {
	case DoingReleased, DoingCopyClosed, DoingNotOurs:
		return
	}
	s := d.byID[k.mark.Key]
	if s == nil || k.mark.Key == "" {
		s = d.add(k.mark.Key)
	}
	s.storm = s.storm || t.marked() && k.mark.State == mark.Storm
	d.reopened = d.reopened || k.doing == DoingReopened
	if stop {
		d.stop = true
		first(&s.tool, k)
	}
	switch k.doing {
	case DoingMergedOver, DoingForeignClosed, DoingClosed, DoingToolClosed, DoingClosedByPerson:
		s.closed = append(s.closed, k)
	case DoingReopened, DoingToolRewrote, DoingEdited, DoingOurs:
		// The eldest stands for the key; one that people call done only when
		// there is no other.
		if s.ours == nil || s.ours.Stage == StageDone && t.Stage != StageDone {
			s.ours = k
		}
	default:
		first(map[int]**ticket{
			DoingMerged: &s.merged, DoingProject: &s.project, DoingLost: &s.lost, DoingForeign: &s.foreign, DoingCopy: &s.copied,
			DoingAdoptable: &s.adoptable, DoingRecognised: &s.recognised, DoingToolEntered: &s.recognised,
		}[k.doing], k)
	}
	if t.Open && t.MergedInto == 0 {
		s.open = append(s.open, k)
	}
}

func first(p **ticket, t *ticket) {
	if *p == nil {
		*p = t
	}
}

// compareTickets orders tickets by id, and of the entries for one ticket puts
// the one first that counts.
func compareTickets(a, b Ticket) int {
	if c := cmp.Or(cmp.Compare(a.ID, b.ID), b.Updated.Compare(a.Updated)); c != 0 {
		return c
	}
	return strings.Compare(fmt.Sprintf("%#v", b), fmt.Sprintf("%#v", a))
}
