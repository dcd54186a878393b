package recipes

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// psa is what another service desk must be able to do. Marker is a field of its
// tickets that nobody else writes and that lists show.
type psa interface {
	// Tickets are those that are open, and those closed since.
	Tickets(ctx context.Context, since time.Time) ([]psaTicket, error)
	Create(ctx context.Context, t psaTicket) error
	// Change writes summary, open and marker, all at once, and adds the note.
	Change(ctx context.Context, t psaTicket, note string) error
}

type psaTicket struct {
	ID                             int64
	Company, Summary, Text, Marker string
	Open, Ours                     bool // Ours: our API user entered it
	Created, Updated, Closed       time.Time
}

// syncOnce does the job once and gives what the next run has to know.
func syncOnce(ctx context.Context, desk psa, obs reconcile.Observation, policy reconcile.Policy, owner string, known map[mark.KeyID]reconcile.Known) (map[mark.KeyID]reconcile.Known, error) {
	since := obs.At.Add(-policy.Horizon())
	tickets, err := desk.Tickets(ctx, since)
	if err != nil {
		return known, err // what cannot be read is not "nothing there"
	}
	board := reconcile.Board{Owner: owner, ClosedSince: since, Known: known}
	at := map[int64]psaTicket{}
	for _, t := range tickets {
		at[t.ID] = t
		ticket := reconcile.Ticket{
			ID: t.ID, Open: t.Open, Stage: reconcile.StageNew, Company: t.Company, Summary: t.Summary,
			Created: t.Created, Updated: t.Updated, Closed: t.Closed, EnteredByUs: t.Ours, SameCompany: true,
		}
		ticket.Place, ticket.Mark = mark.Look(t.Marker, owner)
		if wrote := ticket.Mark.Digests.Summary; wrote != "" && wrote != mark.DigestOf(t.Summary) {
			ticket.Differs = append(ticket.Differs, reconcile.FieldSummary) // somebody's edit, never written again
		}
		board.Tickets = append(board.Tickets, ticket)
	}
	plan, err := reconcile.Diff(obs, board, policy)
	if err != nil {
		return known, err
	}
	for _, a := range plan.Actions {
		if !a.Kind.Writes() {
			continue
		}
		marker, err := a.After.Format()
		if err != nil {
			return known, err
		}
		if a.Kind == reconcile.Create {
			err = desk.Create(ctx, psaTicket{Company: a.Issue.Company, Summary: a.Summary, Text: a.Text().Internal, Marker: marker, Open: true})
		} else {
			t := at[a.Ticket]
			t.Marker, t.Open = marker, t.Open && a.Recovery != reconcile.RecoveryClose || a.Kind == reconcile.Reopen
			for _, c := range a.Changes {
				if c.Field == reconcile.FieldSummary {
					t.Summary = c.New
				}
			}
			err = desk.Change(ctx, t, a.Text().Internal)
		}
		if err != nil {
			return known, err // the next run finds what was written by its marker
		}
	}
	return plan.Known, nil
}

// helpdesk is such a service desk, in memory.
type helpdesk struct {
	now     time.Time
	tickets []psaTicket
	notes   []string
}

func (h *helpdesk) Tickets(context.Context, time.Time) ([]psaTicket, error) { return h.tickets, nil }

func (h *helpdesk) Create(_ context.Context, t psaTicket) error {
	t.ID, t.Ours, t.Created, t.Updated = int64(len(h.tickets)+1), true, h.now, h.now
	h.tickets = append(h.tickets, t)
	return nil
}

func (h *helpdesk) Change(_ context.Context, t psaTicket, note string) error {
	if t.Updated = h.now; !t.Open && t.Closed.IsZero() {
		t.Closed = h.now
	}
	h.tickets[t.ID-1] = t
	if note != "" {
		h.notes = append(h.notes, note)
	}
	return nil
}

func TestAnotherPSA(t *testing.T) {
	t.Parallel()
	h := &helpdesk{now: time.Date(2026, 11, 29, 7, 0, 0, 0, time.UTC)}
	disk := reconcile.Issue{Key: reconcile.Key{Feed: "rmm", Subject: "db01/disk"}, Customer: "birch", Company: "250", Summary: "db01: disk C: is full"}
	var known map[mark.KeyID]reconcile.Known
	for _, active := range [][]reconcile.Issue{{disk}, {disk}, {}, {}} {
		var err error
		known, err = syncOnce(t.Context(), h, reconcile.Observation{
			At: h.now, Issues: active, Feeds: []reconcile.Feed{{Name: "rmm", Kind: reconcile.ActiveAlerts, Everything: true}},
		}, reconcile.DefaultPolicy(), "desk-k3xq", known)
		if err != nil {
			t.Fatal(err)
		}
		h.now = h.now.Add(15 * time.Minute)
	}
	if len(h.tickets) != 1 || h.tickets[0].Open || len(h.notes) != 1 || !strings.Contains(h.tickets[0].Text, "db01: disk C: is full") {
		t.Errorf("%+v\nnotes %q", h.tickets, h.notes)
	}
}
