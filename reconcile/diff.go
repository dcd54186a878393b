package reconcile

import (
	"cmp"
	"slices"
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// Diff compares an observation with a board and says what to do. The only
// error is an [*InputError].
//
// The plan holds one action for every issue, every parked key and every open
// ticket of the board's owner. It is ordered by what matters: actions that write
// before those that do not, in the order Create, Reopen, Adopt, Update, Close,
// Merge, Mark, Fold, Hold, Keep; within a kind the more severe first, then by
// class for Create, then by key id and ticket.
func Diff(obs Observation, board Board, policy Policy) (Plan, error) {
	if err := check(obs, board, policy); err != nil {
		return Plan{}, err
	}
	board.Tickets = uniqueTickets(board.Tickets)
	d := differ{
		policy: policy,
		board:  &board,
		at:     obs.At.UTC().Truncate(time.Second),
		obs:    &obs,
		hash:   newInputHash(),
		join:   newJoin(&obs, &board),
		survey: newSurveyor(),
		read:   make(map[string]bool),
		unseen: make(map[string]bool),

		openStorms: make(map[mark.KeyID]bool),
	}
	for _, s := range obs.Sources {
		d.read[mark.SourceID(s)] = true
	}
	for _, g := range obs.Unseen {
		d.unseen[mark.CustomerID(g)] = true
	}
	d.takeFacts()
	d.hash.head(&d)
	hashed := aside(func() { d.hash.keys(d.join) })
	d.run()
	perKey, free := len(d.actions), d.kept.free
	d.storms()
	d.spend()
	d.allow()
	d.name()
	<-hashed
	return Plan{Format: Format, At: d.at, Owner: board.Owner, Digest: d.hash.digest(), Actions: d.ordered(perKey, d.kept.free != free)}, nil
}

// differ is one run of Diff.
type differ struct {
	policy Policy
	at     time.Time
	obs    *Observation
	board  *Board
	join   *join
	hash   *inputHash
	survey *surveyor
	seen   byte // by readAhead

	issueFacts  []issueFacts
	ticketFacts []ticketFacts
	actions     []Action // all but Keep, at the beginning of kept.plan
	kept        keptActions

	read   map[string]bool // ids of the sources that were read
	unseen map[string]bool // ids of the groups that were not

	alike map[likeness][]*Ticket // closed tickets by what they share, once one is needed

	openStorms map[mark.KeyID]bool // storm tickets that are still to be decided about
}

// subject is everything that is known about one key.
type subject struct {
	id      mark.KeyID
	forged  bool // the id is none that a key has
	key     Key
	issue   *Issue
	facts   *facts // of the issue
	healthy *Healthy
	parked  *Parked
	clash   bool // the observation contradicts itself
	storm   bool // the key stands for many
	quiet   bool // and something they have in common is healthy

	ours    *ticketFacts // the open ticket that stands for the key
	claim   *ticketFacts // the eldest open one that can be adopted
	damaged *ticketFacts
	copied  *ticketFacts
	merged  *ticketFacts // merged into an open one
	last    *ticketFacts // of those closed, the one closed last
	ticket  int64        // the one the action is about
	open    []*ticketFacts
	closed  []*ticketFacts
}

// run decides about the keys from the last to the first; see keptActions.
func (d *differ) run() {
	keys := 0
	for i, r := range d.join.rows {
		if i == 0 || r.prefix != d.join.rows[i-1].prefix || r.prefix&illegible != 0 {
			keys++
		}
	}
	d.join.ids.Grow(keys * keyIDLen)
	d.kept = newKept(keys)
	// There are at most as many actions as keys, so that both kinds fit into
	// one array: these from its beginning, the kept ones from its end.
	d.actions = d.kept.plan[:0]
	var s subject
	near := len(d.join.rows)
	for end := near; end > 0; {
		if end <= near {
			near = max(0, end-rowsAhead)
			d.readAhead(d.join.rows[near:end])
		}
		start := d.join.first(end)
		id := d.join.id(d.join.rows[start])
		d.collect(&s, id, d.join.rows[start:end])
		d.decide(&s)
		end = start
	}
}

// collect fills s with what the rows of one key say.
func (d *differ) collect(s *subject, id mark.KeyID, rows []row) {
	*s = subject{id: id, forged: len(rows) > 0 && rows[0].prefix >= illegible, storm: s.storm, open: s.open[:0], closed: s.closed[:0]}
	for _, r := range rows {
		switch r.kind {
		case rowIssue:
			f := &d.issueFacts[r.index]
			s.clash = s.clash || s.issue != nil && !sameIssue(s.issue, f.Issue)
			s.issue, s.facts, s.key = f.Issue, &f.facts, f.Key
		case rowHealthy:
			h := &d.obs.Healthy[r.index]
			if s.healthy == nil || cmp.Or(h.Since.Compare(s.healthy.Since), cmp.Compare(h.Group, s.healthy.Group)) > 0 {
				s.healthy = h
			}
			s.key = h.Key
		case rowParked:
			p := &d.obs.Parked[r.index]
			s.clash = s.clash || s.parked != nil && (s.parked.Reason != p.Reason || s.parked.State != p.State)
			s.parked, s.key = p, p.Key
		case rowTicket:
			d.collectTicket(s, &d.ticketFacts[r.index])
		}
	}
	s.clash = s.clash || s.issue != nil && (s.healthy != nil || s.parked != nil) || s.healthy != nil && s.parked != nil
}

func sameIssue(a, b *Issue) bool {
	x, y := *a, *b
	same := x.Since.Equal(y.Since)
	x.Since, y.Since = time.Time{}, time.Time{}
	return same && x == y
}

func (d *differ) collectTicket(s *subject, t *ticketFacts) {
	first := func(p **ticketFacts) {
		if *p == nil {
			*p = t
		}
	}
	damaged := t.Damaged || s.forged
	switch {
	case t.MergedInto != 0 && (t.Open || t.ParentOpen):
		first(&s.merged)
	case !t.Open:
		if damaged || t.Claim || !t.ByUs {
			return // not ours to reopen
		}
		s.closed = append(s.closed, t)
		if s.last == nil || closedAt(t.Ticket).Compare(closedAt(s.last.Ticket)) >= 0 {
			s.last = t
		}
	case damaged:
		s.open = append(s.open, t)
		first(&s.damaged)
	case t.Claim:
		s.open = append(s.open, t)
		first(&s.claim)
	case !t.ByUs:
		s.open = append(s.open, t)
		first(&s.copied)
	default:
		s.open = append(s.open, t)
		// The eldest stands for the key, or the youngest where tickets are
		// renewed; one that people call done only when there is no other.
		done := t.Stage == StageDone
		switch {
		case s.ours == nil, s.ours.Stage == StageDone && !done:
			s.ours = t
		case d.policy.Renew.Mode != RenewNever && (!done || s.ours.Stage == StageDone):
			s.ours = t
		}
	}
}

// closedAt is when a closed ticket was closed, as well as that is known.
func closedAt(t *Ticket) time.Time {
	if t.Closed.IsZero() {
		return cleanTime(t.Updated)
	}
	return cleanTime(t.Closed)
}

// decide finds the action for one key, if there is something to account for.
func (d *differ) decide(s *subject) {
	a := d.begin(s)
	switch {
	case s.clash:
		d.about(a, s, firstOf(s.ours, s.claim, s.damaged, s.copied, s.merged))
		a.Issue, a.Summary = nil, "" // which of them would be a guess
		d.hold(a, CodeContradictory, "")
	case s.ours != nil && s.ours.Mark.State == mark.Storm && !s.storm && s.issue == nil && s.healthy == nil && s.parked == nil:
		d.openStorms[s.id] = true // decided later
		*a = Action{}
		return
	case s.ours != nil:
		d.about(a, s, s.ours)
		d.decideOpen(a, s)
		if s.issue != nil {
			d.renew(a, s)
		}
		d.deduplicate(a, s)
	case s.claim != nil:
		d.about(a, s, s.claim)
		d.decideClaim(a, s)
	case s.damaged != nil:
		d.about(a, s, s.damaged)
		d.hold(a, CodeDamaged, "")
	case s.copied != nil:
		d.about(a, s, s.copied)
		d.hold(a, CodeCopy, "")
	case s.merged != nil:
		d.about(a, s, s.merged)
		d.keep(a, CodeMerged)
	case s.issue != nil:
		d.decideNoTicket(a, s)
	case s.parked != nil:
		d.about(a, s, s.last)
		d.keep(a, CodeParked)
		a.Cause = cleanText(s.parked.Reason)
	default:
		*a = Action{} // nothing to account for
		return
	}
	d.maintain(a)
	if a.Kind == Keep {
		d.kept.keep()
		return
	}
	d.actions = append(d.actions, *a)
	if a != &d.actions[len(d.actions)-1] {
		*a = Action{}
	}
}

// allow holds what the policy does not allow.
func (d *differ) allow() {
	if len(d.policy.Allow) == 0 {
		return
	}
	for i := range d.actions {
		if a := &d.actions[i]; a.Kind.Writes() && !slices.Contains(d.policy.Allow, a.Kind) {
			d.hold(a, CodeNotAllowed, a.Kind)
		}
	}
}

// name gives the actions that write their ids.
func (d *differ) name() {
	inParts(len(d.actions), func(from, to int) {
		for i := from; i < to; i++ {
			if a := &d.actions[i]; a.Kind.Writes() {
				a.ID = mark.NoteID(a.Ticket, a.After)
			}
		}
	})
}

func firstOf(ts ...*ticketFacts) *ticketFacts {
	for _, t := range ts {
		if t != nil {
			return t
		}
	}
	return nil
}

// begin gives a new action with what is known of the key.
func (d *differ) begin(s *subject) *Action {
	a := d.kept.next(d.actions)
	a.Key, a.KeyID, a.Issue = s.key, s.id, s.issue
	if s.forged {
		a.KeyID = mark.KeyID(cleanText(string(s.id)))
	}
	if s.issue != nil {
		a.Summary = s.issue.Summary
	}
	return a
}

// about says which ticket the action is about; nil for none.
func (d *differ) about(a *Action, s *subject, t *ticketFacts) {
	if t == nil {
		return
	}
	a.Ticket, s.ticket = t.ID, t.ID
	a.Before = t.Mark
	if !t.clean {
		a.Before = cleanMark(t.Mark)
	}
	a.After = a.Before
	a.Stage = t.Stage
	a.Status = cleanText(t.Status)
	a.Edited = sortedFields(t.Edited)
	if a.Issue == nil {
		a.Summary = NormalizeSummary(t.Summary)
	}
	for _, other := range s.open {
		if other != t {
			a.Related = append(a.Related, other.ID)
		}
	}
}

func (d *differ) keep(a *Action, code ReasonCode) { a.Kind, a.Code, a.After = Keep, code, a.Before }

func (d *differ) hold(a *Action, code ReasonCode, would ActionKind) {
	a.Kind, a.Code, a.Would = Hold, code, would
	a.Changes, a.Recovery, a.Note, a.After = nil, RecoveryNone, false, a.Before
}

// mark writes a.After, of which the caller has changed what it means to.
func (d *differ) mark(a *Action, code ReasonCode) {
	a.Kind, a.Code = MarkOnly, code
	a.After.NotePending = false
}

// written completes an action that writes about the problem.
func (d *differ) written(a *Action, kind ActionKind, code ReasonCode) {
	a.Kind, a.Code, a.Note = kind, code, true
	a.After.NotePending = false
	a.After.AbsentSince = time.Time{}
	a.After.Written = d.at
}

func (d *differ) decideOpen(a *Action, s *subject) {
	switch {
	case s.issue != nil:
		d.openIssue(a, s)
	case s.healthy != nil:
		d.openHealthy(a, s)
	case s.parked != nil:
		d.openParked(a, s)
	default:
		d.openAbsent(a, s)
	}
}

// openIssue: the problem is there and so is a ticket.
func (d *differ) openIssue(a *Action, s *subject) {
	t, is := s.ours, s.issue
	noted := t.state == packedNoState
	switch {
	case t.Silenced && !noted:
		d.keep(a, CodeSilenced)
		return
	case t.Stage == StageDone && d.policy.ReopenWithin > 0:
		// When it was called done is not known; its last update comes close.
		if done := cleanTime(t.Updated); !noted && d.snoozed(a, is, done) {
			d.snooze(a, Reopen, done)
			return
		}
		switch {
		case d.board.Partial: // another ticket may be open that is not done
			d.hold(a, CodeBoardPartial, Reopen)
		case t.OtherBoard:
			d.hold(a, CodeOtherBoard, Reopen)
		default:
			d.reopen(a, s, CodeNotDone)
		}
		return
	}
	a.Changes = d.changes(a, s)
	rise := is.Severity > a.Before.Severity
	since := a.Before.Written
	switch {
	case len(a.Changes) == 0:
		d.openUnchanged(a, s)
	case !rise && within(d.at, since, d.policy.UpdateEvery):
		a.Changes = nil
		d.openUnchanged(a, s)
		if a.Kind == Keep {
			a.Code, a.Since, a.Until = CodeTooSoon, since, since.Add(d.policy.UpdateEvery)
		}
	default:
		code := CodeChanged
		switch {
		case noted:
			code, a.Since = CodeReturned, since
		case rise:
			code = CodeEscalated
		}
		d.stamp(a, s)
		d.written(a, Update, code)
	}
}

// openUnchanged: nothing to say, but the marker may need correcting.
func (d *differ) openUnchanged(a *Action, s *subject) {
	moved := s.ours.source != s.facts.source || s.ours.group != s.facts.group
	switch {
	case a.Before.State == mark.Closed:
		d.mark(a, CodeByPerson) // from now on it is an open ticket like any other
	case !a.Before.AbsentSince.IsZero():
		d.mark(a, CodeBack)
	case moved:
		d.mark(a, CodeMoved)
	case len(a.Edited) > 0 && d.differs(a, s):
		d.keep(a, CodeEdited)
		return
	default:
		d.keep(a, CodeUnchanged)
		return
	}
	a.After.AbsentSince = time.Time{}
	if a.Before.State == mark.Closed {
		a.After.State = mark.Open
	}
	if moved {
		s.facts.place(&a.After)
	}
}

// differs says whether the ticket differs from the issue in an edited field.
func (d *differ) differs(a *Action, s *subject) bool {
	return slices.Contains(a.Edited, FieldSummary) && a.Issue.Summary != NormalizeSummary(s.ours.Summary) ||
		slices.Contains(a.Edited, FieldCompany) && a.Issue.Company != "" && a.Issue.Company != s.ours.Company
}

// changes lists the fields whose values are not the ones last written, without
// those that people have changed and those the issue leaves open.
func (d *differ) changes(a *Action, s *subject) []Change {
	is, f := s.issue, s.facts
	t := firstOf(s.ours, s.last)
	var out []Change
	if f.summary != t.summary && !slices.Contains(a.Edited, FieldSummary) {
		out = append(out, Change{FieldSummary, NormalizeSummary(t.Summary), is.Summary})
	}
	if f.company != t.company && is.Company != "" && !slices.Contains(a.Edited, FieldCompany) {
		out = append(out, Change{FieldCompany, cleanText(t.Company), is.Company})
	}
	if is.Severity != a.Before.Severity {
		out = append(out, Change{FieldSeverity, a.Before.Severity.String(), is.Severity.String()})
	}
	if f.state != t.state {
		out = append(out, Change{Field: FieldState, New: is.State})
	}
	return out
}

// stamp makes a.After say what the ticket says once a.Changes are written.
func (d *differ) stamp(a *Action, s *subject) {
	is := s.issue
	s.facts.place(&a.After)
	a.After.Severity = is.Severity
	a.After.State = mark.Open
	if s.storm {
		a.After.State = mark.Storm
	}
	a.After.Digests.State = unpackDigest(s.facts.state)
	for _, c := range a.Changes {
		switch c.Field {
		case FieldSummary:
			a.After.Digests.Summary = unpackDigest(s.facts.summary)
		case FieldCompany:
			a.After.Digests.Company = unpackDigest(s.facts.company)
		}
	}
}

// openHealthy: the problem is over and a ticket is open.
func (d *differ) openHealthy(a *Action, s *subject) {
	a.Since = cleanTime(s.healthy.Since)
	d.recover(a, s, d.policy.CloseAfter, CodeRecovering, CodeRecovered)
}

// openAbsent: nothing names the key any more.
func (d *differ) openAbsent(a *Action, s *subject) {
	switch {
	case !d.read[a.Before.Source]:
		d.keep(a, CodeOtherSource)
	case d.obs.Partial:
		d.keep(a, CodePartial)
	case d.unseen[a.Before.Customer]:
		d.keep(a, CodeUnseen)
	case d.obs.Scope != d.policy.Scope:
		d.keep(a, CodeOtherScope)
	case s.quiet:
		d.recover(a, s, d.policy.CloseAfter, CodeRecovering, CodeStormOver)
	case d.policy.Gone <= 0:
		d.keep(a, CodeAbsent)
	default:
		d.recover(a, s, d.policy.Gone, CodeGoing, CodeGone)
	}
}

// recover ends an open ticket once the problem has been over for the given
// time.
func (d *differ) recover(a *Action, s *subject, after time.Duration, waiting, done ReasonCode) {
	how := d.policy.Stages.Of(s.ours.Stage)
	noted := a.Before.Digests.State == noState
	switch {
	case a.Before.State == mark.Closed:
		d.keep(a, CodeByPerson)
		return
	case how == RecoveryNone:
		d.keep(a, CodeLeft)
		return
	case noted:
		// From here on it is people's, whatever stage they move it to.
		d.keep(a, CodeNoted)
		return
	case how != RecoveryNote && s.ours.OtherBoard:
		d.hold(a, CodeOtherBoard, Close)
		return
	}
	if after > 0 {
		start := a.Before.AbsentSince
		if start.IsZero() || start.After(d.at) {
			a.After.AbsentSince = d.at
			d.mark(a, waiting)
			a.Since, a.Until = d.at, d.at.Add(after)
			return
		}
		a.Since = start
		if d.at.Sub(start) < after {
			d.keep(a, waiting)
			a.Until = start.Add(after)
			return
		}
	}
	kind := Close
	if how == RecoveryNote {
		kind = Update
	}
	a.Recovery = how
	a.After.Digests.State = noState
	if how == RecoveryClose {
		a.After.State = mark.Closed
	}
	d.written(a, kind, done)
}

// openParked: nothing can be said today. That itself may be worth a note.
func (d *differ) openParked(a *Action, s *subject) {
	a.Cause = cleanText(s.parked.Reason)
	state := cleanText(s.parked.State)
	news := parkedState(state)
	switch {
	case state != "" && a.Before.Digests.State != news && !s.ours.Silenced && s.ours.Stage != StageDone &&
		!within(d.at, a.Before.Written, d.policy.UpdateEvery):
		a.Changes = []Change{{Field: FieldState, New: state}}
		a.After.Digests.State = news
		d.written(a, Update, CodeParkedNews)
	case !a.Before.AbsentSince.IsZero():
		// It is known again, so the time of not being seen starts anew.
		a.After.AbsentSince = time.Time{}
		d.mark(a, CodeParked)
	default:
		d.keep(a, CodeParked)
	}
}

// decideClaim: an older tool's ticket is open for the key and none of ours.
func (d *differ) decideClaim(a *Action, s *subject) {
	if s.issue == nil && s.healthy == nil {
		if s.parked != nil {
			a.Cause = cleanText(s.parked.Reason)
		}
		d.keep(a, CodeNotAdopted)
		return
	}
	t := s.claim
	m := mark.Mark{Owner: d.board.Owner, Key: s.id, State: mark.Open, Written: d.at}
	if s.issue != nil {
		// The ticket stays as it is: what differs from the issue shows as
		// edited from now on and is not written.
		is := s.issue
		s.facts.place(&m)
		m.Severity = is.Severity
		m.Digests = s.facts.digests()
		if old := NormalizeSummary(t.Summary); old != is.Summary {
			a.Changes = append(a.Changes, Change{FieldSummary, old, is.Summary})
		}
		if is.Company == "" {
			m.Digests.Company = mark.DigestOf(cleanText(t.Company))
		} else if t.Company != is.Company {
			a.Changes = append(a.Changes, Change{FieldCompany, cleanText(t.Company), is.Company})
		}
	} else {
		m.Source, m.Customer = mark.SourceID(s.key.Source), mark.CustomerID(s.healthy.Group)
		m.Digests = mark.Digests{Summary: mark.DigestOf(NormalizeSummary(t.Summary)), Company: mark.DigestOf(cleanText(t.Company)), State: adoptedState}
	}
	a.Kind, a.Code, a.After = Adopt, CodeAdoptable, m
}

// decideNoTicket: the problem is there and no ticket is open for it.
func (d *differ) decideNoTicket(a *Action, s *subject) {
	is := s.issue
	code := CodeNew
	if t := s.last; t != nil {
		code = CodeRecurred
		closed := closedAt(t.Ticket)
		a.Since = closed
		// Silence granted by a person, for a problem that lasts.
		lasting := !t.ClosedByUs && !is.Since.After(closed) && t.Mark.Digests.State != noState
		asleep := time.Duration(0)
		if lasting && is.Severity <= t.Mark.Severity {
			asleep = d.policy.Snooze
		}
		reopen := d.policy.ReopenWithin > 0 && d.at.Sub(closed.Add(asleep)).Abs() <= d.policy.ReopenWithin && t.MergedInto == 0 && !t.OtherBoard
		would := Create
		if reopen {
			would = Reopen
		}
		switch {
		case t.Silenced && lasting:
			d.about(a, s, t)
			d.hold(a, CodeSilenced, would)
			return
		case asleep > 0 && within(d.at, closed, asleep):
			d.about(a, s, t)
			d.snooze(a, would, closed)
			return
		case reopen:
			d.about(a, s, t)
			switch {
			case d.board.Partial:
				d.hold(a, CodeBoardPartial, Reopen)
			case d.tooFresh(a, is):
				d.hold(a, CodeTooFresh, Reopen)
			default:
				d.reopen(a, s, CodeAgain)
			}
			return
		}
	}
	d.correlate(a, s)
	d.create(a, s, code)
}

// create makes a new ticket the action, or says why there is none.
func (d *differ) create(a *Action, s *subject, code ReasonCode) {
	is := s.issue
	switch {
	case d.board.Partial:
		d.hold(a, CodeBoardPartial, Create)
	case is.Company == "":
		d.hold(a, CodeUnmatched, Create)
		a.Cause = is.CompanyReason
	case d.tooFresh(a, is):
		d.hold(a, CodeTooFresh, Create)
	default:
		a.Kind, a.Code = Create, code
		a.After = mark.Mark{Owner: d.board.Owner, Key: s.id, Digests: s.facts.digests(), Written: d.at}
		d.stamp(a, s)
	}
}

// tooFresh says that a problem has not lasted for long enough.
func (d *differ) tooFresh(a *Action, is *Issue) bool {
	if is.Since.IsZero() || !within(d.at, is.Since, d.policy.OpenAfter) {
		return false
	}
	a.Since, a.Until = is.Since, is.Since.Add(d.policy.OpenAfter)
	return true
}

// snoozed says that a person has closed the ticket, or called it done, not long
// ago and for the problem as it is.
func (d *differ) snoozed(a *Action, is *Issue, closed time.Time) bool {
	return within(d.at, closed, d.policy.Snooze) && !is.Since.After(closed) && is.Severity <= a.Before.Severity
}

func (d *differ) snooze(a *Action, would ActionKind, closed time.Time) {
	d.hold(a, CodeSnoozed, would)
	a.Since, a.Until = closed, closed.Add(d.policy.Snooze)
}

// maxReopens is what two base36 digits of a marker can hold.
const maxReopens = 36*36 - 1

func (d *differ) reopen(a *Action, s *subject, code ReasonCode) {
	a.Changes = d.changes(a, s)
	d.stamp(a, s)
	a.After.Reopens = min(max(a.Before.Reopens, 0)+1, maxReopens)
	d.written(a, Reopen, code)
}

// within says that two times are less than d apart. A clock that has stepped
// back must neither hurry nor, for longer than d, hinder a write.
func within(a, b time.Time, d time.Duration) bool {
	return a.Sub(b).Abs() < d
}

// noState is the state digest of a ticket whose recovery has been noted;
// adoptedState the one of a ticket that was taken over without a problem.
var (
	noState      = mark.DigestOf("")
	adoptedState = mark.DigestOf("adopted")
)

// packedNoState is noState as facts have it.
var packedNoState = packHash(digestLen, "")

// stateText is what is remembered of an issue's state. An empty one counts as a
// blank, so that it can be told from "recovered".
func stateText(is *Issue) string {
	if is.State == "" {
		return " "
	}
	return is.State
}

// parkedState is what is remembered of news about a parked key. A text of two
// lines is never an issue's state by accident.
func parkedState(state string) mark.Digest { return mark.DigestOf("parked\n" + state) }
