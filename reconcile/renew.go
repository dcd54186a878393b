package reconcile

import "time"

// RenewMode says when a problem with an open ticket gets another one. Its text
// form is "never", "after" or "always".
type RenewMode uint8

// The modes.
const (
	// RenewNever keeps one ticket for a problem, however long it lasts.
	RenewNever RenewMode = iota
	// RenewAfter opens a new ticket once the youngest is as old as Renew.After.
	RenewAfter
	// RenewAlways opens a new ticket where an update would be written.
	RenewAlways
)

var renewNames = [...]string{"never", "after", "always"}

// String is the text form; a value out of range gives "renew mode(9)".
func (m RenewMode) String() string { return nameOf(renewNames[:], "renew mode", m) }

// MarshalText implements [encoding.TextMarshaler].
func (m RenewMode) MarshalText() ([]byte, error) { return marshalName(renewNames[:], "renew mode", m) }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (m *RenewMode) UnmarshalText(text []byte) error {
	return unmarshalName(renewNames[:], "renew mode", m, text)
}

// Renew makes a planner that keeps one ticket for a problem behave like products
// that open another one after an interval even though one is open. The youngest
// ticket stands for the key; the older ones are listed and, when the problem is
// over, ended one a run.
//
//	before (never)         keep    a problem that has lasted for 31 days
//	after  (after, 30d)    create, related #70001
//
// Other products: "update interval" 86,400 s, beyond which a repetition makes a
// new ticket.
type Renew struct {
	Mode RenewMode `json:"mode,omitzero"`
	// After is the age at which RenewAfter opens a new ticket.
	After time.Duration `json:"after,omitzero"`
}

func (r Renew) check(e *InputError) {
	if r.Mode > RenewAlways {
		e.add("policy.renew.mode", "%d is not a mode", r.Mode)
	}
	if r.After < 0 || r.Mode == RenewAfter && r.After == 0 {
		e.add("policy.renew.after", "%s is not an age", r.After)
	}
}

// renew turns what is done about an open ticket into a new ticket, where the
// policy wants one.
func (d *differ) renew(a *Action, s *subject) {
	switch d.policy.Renew.Mode {
	case RenewNever:
		return
	case RenewAfter:
		if s.ours.Created.IsZero() || d.at.Sub(s.ours.Created) < d.policy.Renew.After {
			return
		}
	case RenewAlways:
		if a.Kind != Update {
			return
		}
	}
	if s.ours.Silenced || s.issue.Company == "" || d.board.Partial || d.tooFresh(a, s.issue) {
		return
	}
	*a = Action{Key: a.Key, KeyID: a.KeyID, Issue: a.Issue, Summary: a.Summary}
	s.ticket = 0
	for i := len(s.open) - 1; i >= 0; i-- {
		a.Related = append(a.Related, s.open[i].ID)
	}
	d.create(a, s, CodeRenewed)
}
