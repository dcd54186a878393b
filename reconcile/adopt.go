package reconcile

import "github.com/covedesk/covedesk/reconcile/mark"

// adopt decides when an older tool's ticket is open for the key and none of
// ours is. It writes the marker, and nothing else.
func (d *differ) adopt(a *Action, s *subject, t *ticket) {
	if s.issue == nil && s.healthy == nil {
		keep(a, CodeNotAdopted)
		return
	}
	a.After = d.claim(s, t)
	a.After.Digests.Priority = personsDigest
	a.Kind, a.Code = Adopt, CodeAdoptable
}

// takeBack writes the lost marker of one of our tickets again, or corrects the
// marker after an older tool changed the ticket.
func (d *differ) takeBack(a *Action, s *subject, t *ticket) {
	d.about(a, s, t)
	switch t.doing {
	case DoingToolRewrote:
		a.After.Digests = kept(s, t, t.Mark.Digests)
	case DoingLost:
		a.After = d.claim(s, t)
		if s.issue != nil {
			a.After.Digests.Company = mark.DigestOf(s.issue.Company)
		}
	case DoingToolClosed:
		a.After.State = mark.Closed
		if t.Verbatim {
			a.After.Digests = kept(s, t, t.Mark.Digests)
		}
	}
	markOnly(a, CodeTakenBack)
}

// kept returns the digests of a ticket whose summary is the older tool's. That
// summary is not a person's edit; the next update writes ours.
func kept(s *subject, t *ticket, was mark.Digests) mark.Digests {
	if s.issue != nil && was.Unchanged(stateText(s.issue), s.issue.Summary) {
		return was.Wrote(stateText(s.issue), s.issue.Summary, t.Summary)
	}
	was.Summary = mark.DigestOf(t.Summary)
	return was
}

// claim returns the mark for a ticket that has none.
func (d *differ) claim(s *subject, t *ticket) mark.Mark {
	m := mark.Mark{Owner: d.board.Owner, Key: s.id, State: mark.Open, Written: d.at}
	d.place(s, &m)
	m.Digests = mark.Digests{Summary: personsDigest, Company: personsDigest, State: adoptedState}
	if is := s.issue; is != nil {
		m.Severity, m.Digests = is.Severity, m.Digests.Wrote(stateText(is), is.Summary, is.Summary)
	}
	if t.Verbatim {
		m.Digests = kept(s, t, m.Digests)
	}
	return m
}
