package mark

import (
	"encoding/binary"
	"time"

	"github.com/covedesk/covedesk/internal/text"
)

// Mark is what a marker says. The zero Mark means that there is no marker; it
// has no text form.
//
// A marker has room for times from 1970 to 2038-12-24 in whole seconds and for
// [MaxReopens] reopenings.
type Mark struct {
	// Owner is the installation that writes the ticket ([OwnerOf]). It ignores the
	// tickets of other owners.
	Owner string `json:"owner,omitzero"`
	// Source is [SourceID] of the key's source.
	Source string `json:"source,omitzero"`
	// Customer is [CustomerID] of the key's customer.
	Customer string  `json:"customer,omitzero"`
	Key      KeyID   `json:"key,omitzero"`
	Digests  Digests `json:"digests,omitzero"`
	// Severity is the severity that was last written.
	Severity Severity `json:"severity,omitzero"`
	State    State    `json:"state,omitzero"`
	// NotePending says that the note of the last write may be missing.
	// [Mark.NoteID] identifies that note.
	NotePending bool `json:"notePending,omitzero"`
	// Reopens counts how many times we reopened the ticket.
	Reopens int `json:"reopens,omitzero"`
	// Written is when we last wrote about the problem.
	Written time.Time `json:"written,omitzero"`
	// AbsentSince is when the problem was first seen healthy or absent, while the
	// ticket waits for its close; otherwise it is zero.
	AbsentSince time.Time `json:"absentSince,omitzero"`
}

// NoteID identifies a write and its note: 16 characters of lower-case base32,
// computed from the ticket and from what its mark says after the write. The
// ticket alone is enough to compute it again, so a program can look for a note
// that may be missing. Source, Customer, Digests.Priority, NotePending and
// AbsentSince have no influence. For a ticket that is still to be created the
// ticket id is 0.
func (m Mark) NoteID(ticket int64) string {
	b := text.AppendParts(nil, m.Owner, string(m.Key), string(m.Digests.Summary), string(m.Digests.Company), string(m.Digests.State))
	b = binary.BigEndian.AppendUint64(b, uint64(ticket))
	b = append(b, byte(m.Severity), m.State.letter())
	b = binary.BigEndian.AppendUint64(b, uint64(m.Reopens))
	b = binary.BigEndian.AppendUint64(b, uint64(seconds(m.Written)))
	return text.HashBytes(16, b)
}
