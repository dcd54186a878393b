package reconcile

import (
	"github.com/covedesk/covedesk/reconcile/mark"
)

// Duplicates says what is done about the further open tickets of a key. Its text
// form is "list", "close" or "merge".
//
// Only a duplicate that nobody has touched is dealt with (stage new, no field
// edited, entered by us), and one a run, when nothing is to be written to the
// eldest ticket, which stays.
//
//	before (list)     keep   #70001, related #70005
//	after  (close)    close  #70005, related #70001; then keep #70001
type Duplicates uint8

// The ways to treat duplicates.
const (
	// DuplicatesList only names them in Action.Related.
	DuplicatesList Duplicates = iota
	// DuplicatesClose closes them with a reference to the eldest.
	DuplicatesClose
	// DuplicatesMerge merges them into the eldest.
	DuplicatesMerge
)

var duplicatesNames = [...]string{"list", "close", "merge"}

// String is the text form; a value out of range gives "duplicates(9)".
func (d Duplicates) String() string { return nameOf(duplicatesNames[:], "duplicates", d) }

// MarshalText implements [encoding.TextMarshaler].
func (d Duplicates) MarshalText() ([]byte, error) {
	return marshalName(duplicatesNames[:], "duplicates", d)
}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (d *Duplicates) UnmarshalText(text []byte) error {
	return unmarshalName(duplicatesNames[:], "duplicates", d, text)
}

// deduplicate makes the end of a duplicate the action of a key about whose
// eldest ticket nothing is to be done.
func (d *differ) deduplicate(a *Action, s *subject) {
	if d.policy.Duplicates == DuplicatesList || d.policy.Renew.Mode != RenewNever || a.Kind != Keep {
		return
	}
	for i := len(s.open) - 1; i >= 0; i-- {
		t := s.open[i]
		if t == s.ours || t.Claim || t.Damaged || !t.ByUs || t.Stage != StageNew || len(t.Edited) > 0 || t.Silenced || t.OtherBoard || t.Mark.State != mark.Open {
			continue
		}
		related := []int64{s.ours.ID}
		for _, other := range s.open {
			if other != t && other != s.ours {
				related = append(related, other.ID)
			}
		}
		*a = Action{Key: a.Key, KeyID: a.KeyID, Issue: a.Issue}
		d.about(a, s, t)
		a.Related = related
		a.After.State = mark.Closed
		a.After.Digests.State = noState
		a.Recovery = RecoveryClose
		kind := Close
		if d.policy.Duplicates == DuplicatesMerge {
			kind = Merge
		}
		d.written(a, kind, CodeDuplicate)
		return
	}
}
