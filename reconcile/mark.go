package reconcile

import (
	"encoding/binary"
	"fmt"
	"time"
)

// Mark is what we remember in a ticket: whose it is, which key it is about and
// what we last wrote. Whoever applies plans encodes it into the ticket and
// reads it back; there is no other memory.
//
// The marker has room for times from 1970 to 2038-11-25 in whole seconds and
// for 1295 reopenings.
type Mark struct {
	// Owner is the installation that writes the ticket. Tickets of other
	// owners are nobody's business here.
	Owner string `json:"owner,omitzero"`
	// Source is [SourceID] of the key's source, Group [GroupID] of its group.
	Source  string  `json:"source,omitzero"`
	Group   string  `json:"group,omitzero"`
	Key     KeyID   `json:"key,omitzero"`
	Digests Digests `json:"digests,omitzero"`
	// Severity as last written.
	Severity Severity  `json:"severity,omitzero"`
	State    MarkState `json:"state,omitzero"`
	// NotePending says that the note which belongs to the last write may be
	// missing; it is the one with [NoteID]. It decides nothing here: whoever
	// applies plans looks for the note and writes it.
	NotePending bool `json:"notePending,omitzero"`
	// Reopens counts how often we reopened the ticket.
	Reopens int `json:"reopens,omitzero"`
	// Written is when we last wrote about the problem.
	Written time.Time `json:"written,omitzero"`
	// AbsentSince is when the problem was first not seen any more, while
	// [Policy].CloseAfter or [Policy].Gone let the ticket wait; else zero.
	AbsentSince time.Time `json:"absentSince,omitzero"`
}

// MarkState is what we last did to a ticket. Its text form is "open", "closed"
// or "storm"; the zero value is "".
type MarkState byte

// The states; the values are the characters that a marker holds.
const (
	// MarkOpen: we created, reopened or took over the ticket.
	MarkOpen MarkState = 'o'
	// MarkClosed: we closed it.
	MarkClosed MarkState = 'c'
	// MarkStorm: it stands for many problems of a group.
	MarkStorm MarkState = 's'
)

// String is the text form; an unknown value gives "state(120)".
func (s MarkState) String() string {
	switch s {
	case 0:
		return ""
	case MarkOpen:
		return "open"
	case MarkClosed:
		return "closed"
	case MarkStorm:
		return "storm"
	}
	return fmt.Sprintf("state(%d)", byte(s))
}

func (s MarkState) known() bool {
	return s == 0 || s == MarkOpen || s == MarkClosed || s == MarkStorm
}

// MarshalText implements [encoding.TextMarshaler].
func (s MarkState) MarshalText() ([]byte, error) {
	if !s.known() {
		return nil, fmt.Errorf("reconcile: no such mark state: %d", byte(s))
	}
	return []byte(s.String()), nil
}

// UnmarshalText implements [encoding.TextUnmarshaler].
func (s *MarkState) UnmarshalText(text []byte) error {
	for _, known := range [...]MarkState{0, MarkOpen, MarkClosed, MarkStorm} {
		if known.String() == string(text) {
			*s = known
			return nil
		}
	}
	return fmt.Errorf("reconcile: no such mark state: %q", text)
}

// NoteID names the note that belongs to a write, and the write itself
// ([Action].ID): 16 characters of lower-case base32 over the ticket and what
// its mark says after the write. It can be computed again from the ticket
// alone, so a note that may have been lost can be looked for. The priority
// digest, NotePending and AbsentSince are not part of it. For a ticket that is
// still to be created the ticket id is 0.
func NoteID(ticket int64, m Mark) string {
	var stack [256]byte
	b := stack[:0]
	for _, s := range [...]string{m.Owner, string(m.Key), string(m.Digests.Summary), string(m.Digests.Company), string(m.Digests.State)} {
		b = lengthPrefixed(b, s)
	}
	b = binary.BigEndian.AppendUint64(b, uint64(ticket))
	b = append(b, byte(m.Severity), byte(m.State))
	b = binary.BigEndian.AppendUint64(b, uint64(m.Reopens))
	var written int64
	if !m.Written.IsZero() {
		written = m.Written.Unix()
	}
	b = binary.BigEndian.AppendUint64(b, uint64(written))
	return encodeHash(16, b)
}
