package desk

import (
	"context"
	"fmt"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/answers"
	"github.com/covedesk/covedesk/connectwise/desk/internal/load"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// look is the look-up before the first create of a run. It finds our tickets
// that were created or changed since the plan was made, by key. So it finds
// tickets of an earlier run whose creation was not confirmed, and what was done
// when the plan was applied before.
func (r *run) look(ctx context.Context) {
	r.looked.Do(func() {
		if r.lookUp = r.newer(ctx); r.lookUp != nil {
			r.lookUp = fmt.Errorf("desk: look-up before creating: %w", r.lookUp)
		}
	})
}

func (r *run) newer(ctx context.Context) error {
	highest := int64(0)
	for _, a := range r.plan.Actions {
		highest = max(highest, a.Ticket)
	}
	rows, hidden, err := r.desk.place.List(ctx, r.desk.client, r.desk.owner, connectwise.Where("(id > ? and closedFlag = ?) or lastUpdated >= ?",
		highest, false, r.plan.At.Add(-r.desk.config.Settle)))
	if err != nil {
		return err
	}
	if hidden {
		return fmt.Errorf("the server hides %s of some tickets", r.desk.place)
	}
	for _, row := range rows {
		// A damaged marker counts as far as it can be read. An old closed
		// ticket of the key does not prevent a new one, nor does a merged
		// ticket or a person's copy.
		if row.MergedParentTicket.ID != 0 || !r.desk.program(row) {
			continue
		}
		m, err := mark.Parse(r.desk.place.Text(row))
		if row.ID > highest && (err != nil || !row.ClosedFlag) || err == nil && !m.Written.Before(r.plan.At) {
			r.exists[m.Key] = row.ID
		}
	}
	return nil
}

// behind checks, after creates, whether another writer has created tickets for
// the same keys. Of two tickets the newer one is closed, if this run created it
// and nobody has touched it. The other writer does the same with its own.
func (r *run) behind(ctx context.Context, report *Report) error {
	made := map[mark.KeyID]int{}
	for i, result := range report.Results {
		if result.Action.Kind == reconcile.Create && result.Outcome == Done {
			made[result.Action.KeyID] = i
		}
	}
	if len(made) == 0 || ctx.Err() != nil {
		return nil //nolint:nilerr // the end of the run is reported elsewhere
	}
	rows, _, err := r.desk.place.List(ctx, r.desk.client, r.desk.owner, connectwise.Where("lastUpdated >= ?", r.plan.At.Add(-r.desk.config.Settle)))
	if err != nil {
		return fmt.Errorf("desk: look behind after creating: %w", err)
	}
	for _, row := range rows {
		m, err := mark.Parse(r.desk.place.Text(row))
		i, ours := made[m.Key]
		if err != nil || !ours || row.ClosedFlag || row.MergedParentTicket.ID != 0 || !r.desk.writers.Us(row.Info.EnteredBy) || row.ID >= report.Results[i].Ticket {
			continue
		}
		if closed := r.withdraw(ctx, report.Results[i], row.ID); closed.Outcome == Done {
			report.Results[i].Why = fmt.Sprintf("another writer had made ticket %d for it, so ticket %d was closed", row.ID, report.Results[i].Ticket)
			report.Results[i].Ticket, report.Results[i].Status = row.ID, row.Status.Name
			delete(made, m.Key)
		}
	}
	return nil
}

// withdraw closes a ticket that this run has created although an older one
// exists.
func (r *run) withdraw(ctx context.Context, created Result, elder int64) Result {
	a := created.Action
	a.Kind, a.Code, a.Recovery, a.Note = reconcile.Close, reconcile.CodeDuplicate, reconcile.RecoveryClose, true
	a.Ticket, a.Related, a.Changes, a.Issue = created.Ticket, []int64{elder}, nil, nil
	s := r.step(a)
	if err := s.read(ctx); err != nil {
		return s.end(err)
	}
	m, err := mark.Parse(r.desk.place.Text(s.ticket))
	if err != nil {
		return s.end(err)
	}
	a.Status, a.Before, a.After = strings.TrimSpace(s.ticket.Status.Name), m, m
	a.After.State, a.After.Digests.State, a.After.NotePending = mark.Closed, mark.Recovered, false
	a.ID = a.After.NoteID(a.Ticket)
	s.action = a
	return s.end(s.change(ctx))
}

// program reports whether a ticket was entered by us or by an older tool.
func (d *Desk) program(t *connectwise.Ticket) bool {
	return d.writers.Us(t.Info.EnteredBy) || d.writers.Tool(t.Info.EnteredBy)
}

// guardDuplicate returns an error if a duplicate with this mark must not be
// closed. It remembers a duplicate in which somebody has written a note, so that
// later runs close others of its key.
func (s *step) guardDuplicate(ctx context.Context, m mark.Mark) error {
	d, t := s.desk, s.ticket
	if len(s.action.Related) == 0 {
		return drifted("nothing says which ticket it is a duplicate of")
	}
	elder := s.action.Related[0]
	other, err := d.client.Service.Tickets.Get(ctx, elder)
	if answers.Gone(err) {
		return drifted("ticket %d, of which it is a duplicate, does not exist any more", elder)
	}
	if err != nil {
		return err
	}
	place, its := mark.Look(d.place.Text(other), d.owner)
	stands := !other.ClosedFlag && other.MergedParentTicket.ID == 0 && place == mark.Ours && its.Key == m.Key
	switch {
	case !stands || !d.program(other):
		return drifted("ticket %d, of which it is a duplicate, is not open and ours any more", elder)
	case load.Touched(t) || t.CustomerUpdatedFlag || !d.writers.Us(t.Info.EnteredBy),
		len(load.Edited(t, m.Digests)) > 0, len(d.priorities.Edited(t, m.Digests.Priority)) > 0:
		return drifted("somebody has had to do with it")
	}
	for n, err := range d.client.Service.Tickets.Notes(t.ID).List(ctx, nil) {
		if err != nil {
			return err
		}
		if n.CustomerUpdatedFlag || n.Contact.ID != 0 || n.CreatedBy != "" && !d.writers.Us(n.CreatedBy) {
			s.mu.Lock()
			s.stays[t.ID] = m.Key
			s.mu.Unlock()
			return drifted("somebody has written a note in it")
		}
	}
	return nil
}
