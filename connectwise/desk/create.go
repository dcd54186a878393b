package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
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

// createFor is create with a last line for the text.
func (r *run) createFor(ctx context.Context, a reconcile.Action, last string) Result {
	d := r.desk
	result := Result{Action: a, Outcome: Failed}
	d.mu.Lock()
	result.Err = cmp.Or(d.unkept, r.lookUp)
	d.mu.Unlock()
	if result.Err != nil {
		return result
	}
	if id, ok := r.exists[a.KeyID]; ok {
		result.Outcome, result.Ticket = Skipped, id
		result.Why = "ticket " + decimal(id) + " exists already"
		return result
	}
	if a.Issue == nil {
		result.Err = errors.New("desk: a create without an issue")
		return result
	}
	company, err := strconv.ParseInt(a.Issue.Company, 10, 64)
	if err != nil || company <= 0 {
		result.Err = fmt.Errorf("desk: company %q is not a company id", a.Issue.Company)
		return result
	}
	home, status := d.home, d.home.fresh
	var routed []ticketField
	i := d.routeOf(a.Issue, a.Issue.Severity)
	if i >= 0 {
		home, routed = d.routes[i], d.targetsOf[i].fields
		status = cmp.Or(d.targetsOf[i].status, home.fresh)
	}
	if i >= 0 && d.config.Routes[i].NoTicket {
		result.Outcome, result.Why = Skipped, "a route of the configuration says that there is no ticket for it"
		return result
	}
	after := a.After
	urgency := d.urgency(a.Issue, a.Issue.Severity)
	priority := urgency.priority
	after.Digests.Priority = ""
	if priority.ID != 0 {
		after.Digests.Priority = priorityDigest(priority)
	}
	marker, err := mark.Format(after)
	if err != nil {
		result.Err = err
		return result
	}
	text, degraded := r.text(ctx, a)
	result.Degraded = degraded
	text, files := d.shorten(text, a.ID)
	if last != "" {
		text.Internal = strings.TrimSpace(text.Internal) + "\n\n" + last
	}
	ticket := &connectwise.Ticket{
		Summary:                 a.Summary,
		Board:                   connectwise.ByID(home.ref.ID),
		Status:                  connectwise.ByID(status),
		Company:                 connectwise.ByID(company),
		InitialInternalAnalysis: text.Internal,
	}
	set, left := d.setFields(ticket, a, home, slices.Concat(d.fields, routed))
	if left != nil {
		result.Degraded = errors.Join(degraded, left)
	}
	ticket.Impact, ticket.Severity = cmp.Or(urgency.impact, ticket.Impact), cmp.Or(urgency.severity, ticket.Severity)
	if priority.ID != 0 {
		ticket.Priority = connectwise.ByID(priority.ID)
	}
	if d.discusses(a.Issue) {
		ticket.InitialDescription = text.Discussion
	}
	if d.config.Prepare != nil {
		ours := *ticket
		if err := d.config.Prepare(ctx, a, ticket); err != nil {
			result.Err = fmt.Errorf("desk: prepare: %w", err)
			return result
		}
		ticket.Summary, ticket.Company = ours.Summary, ours.Company
		ticket.Board, ticket.Status, ticket.Priority = ours.Board, ours.Status, ours.Priority
	}
	d.place.put(ticket, marker)
	fields := []LogField{
		{Name: "summary", New: ticket.Summary},
		{Name: "board", New: home.ref.Name},
		{Name: "status", New: home.nameOf(status)},
		{Name: "company", New: decimal(company)},
		{Name: "priority", New: priority.Name},
		{Name: d.place.member(), New: marker},
	}
	fields = append(fields, set...)
	var made *connectwise.Ticket
	err = r.logged(ctx, a, "create", 0, fields, func(ctx context.Context) (id int64, err error) {
		made, err = d.client.Service.Tickets.Create(ctx, ticket, d.creation()...)
		if err != nil {
			return 0, err
		}
		return made.ID, nil
	})
	if made != nil {
		result.Ticket = made.ID
		d.remember(made.ID, marker, a.KeyID)
		d.opened(1)
	}
	if err != nil {
		result.Err = err
		if errors.Is(err, connectwise.ErrOutcomeUnknown) {
			result.Outcome = Unknown
			d.mu.Lock()
			d.unknown = d.config.Now()
			d.mu.Unlock()
		}
		return result
	}
	if err := d.place.kept(made, marker); err != nil {
		// Every later run would make this ticket again, and so with all others.
		result.Err = fmt.Errorf("desk: ticket %d was made but %w; no more are made", made.ID, err)
		d.mu.Lock()
		d.unkept = result.Err
		d.mu.Unlock()
		return result
	}
	result.Outcome = Done
	return r.attach(ctx, r.configure(ctx, result), files)
}
