package mark

import (
	"encoding/binary"
	"time"

	"github.com/covedesk/covedesk/internal/text"
)

// Mark is what a marker says. The zero Mark is that of no ticket and has no
// text form.
//
// A marker has room for times from 1970 to 2038-12-24 in whole seconds and for
// [MaxReopens] reopenings.
type Mark struct {
	// Owner is the installation that writes the ticket ([OwnerOf]). Tickets of
	// other owners are nobody's business here.
	Owner string `json:"owner,omitzero"`
	// Source is [SourceID] of the key's source.
	Source string `json:"source,omitzero"`
	// Customer is [CustomerID] of the key's customer.
	Customer string  `json:"customer,omitzero"`
	Key      KeyID   `json:"key,omitzero"`
	Digests  Digests `json:"digests,omitzero"`
	// Severity as last written.
	Severity Severity `json:"severity,omitzero"`
	State    State    `json:"state,omitzero"`
	// NotePending says that the note which belongs to the last write may be
	// missing; it is the one with [Mark.NoteID].
	NotePending bool `json:"notePending,omitzero"`
	// Reopens counts how often we reopened the ticket.
	Reopens int `json:"reopens,omitzero"`
	// Written is when we last wrote about the problem.
	Written time.Time `json:"written,omitzero"`
	// AbsentSince is since when the problem is healthy or absent, while the
	// ticket waits for its close; zero while it does not.
	AbsentSince time.Time `json:"absentSince,omitzero"`
}

// NoteID names the note that belongs to a write, and the write itself: 16
// characters of lower-case base32 over the ticket and what its mark says after
// the write. It can be computed again from the ticket alone, so a note that may
// have been lost can be looked for. Source, customer, the priority digest,
// NotePending and AbsentSince are not part of it. For a ticket that is still to
// be created the ticket id is 0.
func (m Mark) NoteID(ticket int64) string {
	b := text.AppendParts(nil, m.Owner, string(m.Key), string(m.Digests.Summary), string(m.Digests.Company), string(m.Digests.State))
	b = binary.BigEndian.AppendUint64(b, uint64(ticket))
	b = append(b, byte(m.Severity), m.State.letter())
	b = binary.BigEndian.AppendUint64(b, uint64(m.Reopens))
	b = binary.BigEndian.AppendUint64(b, uint64(seconds(m.Written)))
	return text.HashBytes(16, b)
}
