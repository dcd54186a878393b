package reconcile

import "github.com/covedesk/covedesk/reconcile/mark"

// Key names what can have a problem and so can have a ticket: a feed ("cove")
// and a subject in it ("3785154", an account id). The caller gives both; they
// are never derived from a summary or another text that people change. Neither
// may be empty, both must be valid UTF-8, and a subject must not begin with
// "storm:". Their length does not matter.
type Key struct {
	Feed    string `json:"feed,omitzero"`
	Subject string `json:"subject,omitzero"`
}

// String gives feed and subject for people, as in "cove/3785154". It is not
// reversible.
func (k Key) String() string { return k.Feed + "/" + k.Subject }

// ID is the fixed-length name of the key that a ticket's marker carries.
func (k Key) ID() mark.KeyID { return mark.KeyIDOf(k.Feed, k.Subject) }
