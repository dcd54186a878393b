package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// silence keeps a write from sending mail, unless Config.Mail wants it sent.
// Notes send none by themselves, so there the member is always written.
func (d *Desk) silence() connectwise.Op {
	return connectwise.Set("processNotifications", d.config.Mail)
}

// creation are the members of a new ticket that keep it from sending mail, now
// and on later changes by people.
func (d *Desk) creation() []connectwise.Op {
	ops := []connectwise.Op{d.silence()}
	if !d.config.Mail {
		for _, flag := range []string{"automaticEmailContactFlag", "automaticEmailResourceFlag", "automaticEmailCcFlag"} {
			ops = append(ops, connectwise.Set(flag, false))
		}
	}
	return ops
}

// create makes the ticket with one request that holds the marker and the text,
// so there is no moment at which it exists without its marker.
func (r *run) create(ctx context.Context, a reconcile.Action) Result {
	return r.createFor(ctx, a, "")
}

// mayCreate says whether the ticket is to be made, else what becomes of the
// action.
func (r *run) mayCreate(a reconcile.Action) (result Result, ok bool) {
	result = Result{Action: a, Outcome: Failed}
	if result.Err = cmp.Or(r.markerLost(), r.lookUp); result.Err != nil {
		return result, false
	}
	if id, ok := r.exists[a.KeyID]; ok {
		result.Outcome, result.Ticket = Skipped, id
		result.Why = "ticket " + decimal(id) + " exists already"
		return result, false
	}
	if a.Issue == nil {
		result.Err = errors.New("desk: a create without an issue")
		return result, false
	}
	return result, true
}

// createFor is create with a last line for the text.
func (r *run) createFor(ctx context.Context, a reconcile.Action, last string) Result {
	d := r.desk
	result, ok := r.mayCreate(a)
	if !ok {
		return result
	}
	company, err := companyID(a.Issue.Company)
	if err != nil {
		result.Err = err
		return result
	}
	home, status, routed, none := d.routed(a.Issue)
	if none {
		result.Outcome, result.Why = Skipped, "a route of the configuration says that there is no ticket for it"
		return result
	}
	after := a.After
	urgency := d.urgency(a.Issue, a.Issue.Severity)
	after.Digests.Priority = urgency.digest()
	marker, err := after.Format()
	if err != nil {
		result.Err = err
		return result
	}
	words, degraded, err := r.text(ctx, a)
	if err != nil {
		return fail(result, err)
	}
	result.Degraded = degraded
	words, files := d.shorten(words, a.ID)
	if last != "" {
		words.Internal = strings.TrimSpace(words.Internal) + "\n\n" + last
	}
	ticket := &connectwise.Ticket{
		Summary:                 a.Summary,
		Board:                   connectwise.ByID(home.ref.ID),
		Status:                  connectwise.ByID(status),
		Company:                 connectwise.ByID(company),
		InitialInternalAnalysis: words.Internal,
	}
	set, left := d.setFields(ticket, a, home, slices.Concat(d.fields, routed))
	if left != nil {
		result.Degraded = errors.Join(degraded, left)
	}
	ticket.Impact, ticket.Severity = cmp.Or(urgency.impact, ticket.Impact), cmp.Or(urgency.severity, ticket.Severity)
	if urgency.priority.ID != 0 {
		ticket.Priority = connectwise.ByID(urgency.priority.ID)
	}
	if d.discusses(a.Issue) {
		ticket.InitialDescription = words.Discussion
	}
	if err := r.prepare(ctx, a, ticket); err != nil {
		result.Err = err
		return result
	}
	d.place.put(ticket, marker)
	fields := []LogField{
		{Name: "summary", New: ticket.Summary},
		{Name: "board", New: home.ref.Name},
		{Name: "status", New: home.nameOf(status)},
		{Name: "company", New: decimal(company)},
		{Name: "priority", New: urgency.priority.Name},
		{Name: d.place.member(), New: marker},
	}
	result = r.post(ctx, result, ticket, after, append(fields, set...))
	if result.Outcome != Done {
		return result
	}
	return r.attach(ctx, r.configure(ctx, result), files)
}

// routed says where a new ticket goes; none says that there is to be none.
func (d *Desk) routed(issue *reconcile.Issue) (home *board, status int64, fields []ticketField, none bool) {
	i := d.routeOf(issue, issue.Severity)
	if i < 0 {
		return d.home, d.home.fresh, nil, false
	}
	home = d.routes[i]
	return home, cmp.Or(d.targetsOf[i].status, home.fresh), d.targetsOf[i].fields, d.config.Routes[i].NoTicket
}

// prepare lets Config.Prepare change a new ticket, as far as it may.
func (r *run) prepare(ctx context.Context, a reconcile.Action, ticket *connectwise.Ticket) error {
	if r.desk.config.Prepare == nil {
		return nil
	}
	ours := *ticket
	if err := r.desk.config.Prepare(ctx, a, ticket); err != nil {
		return fmt.Errorf("desk: prepare: %w", err)
	}
	ticket.Summary, ticket.Company = ours.Summary, ours.Company
	ticket.Board, ticket.Status, ticket.Priority = ours.Board, ours.Status, ours.Priority
	return nil
}

// post makes the ticket, and sees to it that it keeps its marker and that the
// marker knows what the server made of the summary.
func (r *run) post(ctx context.Context, result Result, ticket *connectwise.Ticket, after mark.Mark, fields []LogField) Result {
	d, a := r.desk, result.Action
	var made *connectwise.Ticket
	err := r.logged(ctx, a, "create", 0, fields, func(ctx context.Context) (id int64, err error) {
		made, err = d.client.Service.Tickets.Create(ctx, ticket, d.creation()...)
		if err != nil {
			return 0, err
		}
		return made.ID, nil
	})
	marker := d.place.text(ticket)
	if made != nil && made.ID != 0 {
		result.Ticket = made.ID
	}
	if err != nil {
		result.Err = err
		if errors.Is(err, connectwise.ErrOutcomeUnknown) {
			result.Outcome = Unknown
		}
		return result
	}
	if d.place.kept(made, marker) != nil {
		if made, err = r.insist(ctx, a, made.ID, ticket.Summary, after); err != nil {
			return fail(result, err)
		}
	}
	if kept := text.Line(made.Summary); kept != a.Summary {
		// Else what the server made of it would count as a person's edit.
		after.Digests = after.Digests.Wrote(stateText(a.Issue), a.Summary, kept)
		if _, err := r.patch(ctx, a, "marker", made, nil, after); err != nil {
			result.Degraded = errors.Join(result.Degraded, fmt.Errorf("desk: ticket %d: the server changed the summary, and the marker does not know: %w", made.ID, err))
		}
	}
	result.Outcome, result.Status = Done, made.Status.Name
	return result
}

// insist gives a new ticket the marker that the answer to its creation lacks.
// The ticket is read first, because an answer may be about another one.
func (r *run) insist(ctx context.Context, a reconcile.Action, id int64, summary string, after mark.Mark) (*connectwise.Ticket, error) {
	d := r.desk
	marker, err := after.Format()
	if err != nil {
		return nil, err
	}
	t, err := d.client.Service.Tickets.Get(ctx, id)
	switch {
	case isGone(err) || err == nil && (!d.isMember(t.Info.EnteredBy) || text.Line(t.Summary) != text.Line(summary) && d.place.text(t) != marker):
		return nil, fmt.Errorf("desk: the answer to the creation names ticket %d, which is not the new one: %w", id, connectwise.ErrOutcomeUnknown)
	case err != nil:
		return nil, err
	case d.place.kept(t, marker) == nil:
		return t, nil
	}
	if made, err := r.patch(ctx, a, "marker", t, nil, after); err == nil {
		return made, nil
	}
	if t, err = d.client.Service.Tickets.Get(ctx, id); err != nil {
		return nil, err
	}
	lost := d.place.kept(t, marker)
	if lost == nil {
		return t, nil
	}
	// Every later run would make this ticket again, and so with all others.
	err = fmt.Errorf("desk: ticket %d was made but %w; no more are made", id, lost)
	r.stopCreating(err)
	return nil, err
}

// stopCreating keeps this run, and those after it, from making more tickets.
func (r *run) stopCreating(why error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unkept = why
	stop := newStop(StopMarkerNotKept, why.Error()+". Find out what empties the field, then acknowledge", r.desk.now(), r.desk.owner, r.desk.place.String())
	r.stops = append(r.stops, stop)
}

// markerLost is why no more tickets are made; nil while they are.
func (r *run) markerLost() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.unkept
}
