package reconcile

import "github.com/covedesk/covedesk/reconcile/mark"

// Key names what can have a problem and so can have a ticket: a source
// ("cove") and a subject in it ("3785154", an account id). The caller gives
// both; they are never derived from a summary or another text that people
// change. Neither may be empty and both must be valid UTF-8.
type Key struct {
	Source  string `json:"source,omitzero"`
	Subject string `json:"subject,omitzero"`
}

// String gives source and subject for people, as in "cove/3785154". It is not
// reversible.
func (k Key) String() string { return k.Source + "/" + k.Subject }

// ID is the fixed-length name of the key that a ticket's marker carries.
func (k Key) ID() mark.KeyID { return mark.KeyIDOf(k.Source, k.Subject) }
