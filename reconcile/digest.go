package reconcile

import (
	"crypto/sha256"
	"encoding/binary"
)

// Digest is what a marker remembers of a text: 5 characters of lower-case
// base32, the first 25 bits of its SHA-256. It answers "is this still what we
// wrote?", not "which text was it?".
type Digest string

// DigestOf gives the digest of a text. The digest of "" is a digest like any
// other: as a state digest it says that the recovery has been noted.
func DigestOf(text string) Digest { return Digest(hashText(5, text)) }

// is says whether d is the digest of a text, without making one.
func (d Digest) is(text string) bool {
	var stack [8 + 4*SummaryLimit]byte
	b := binary.BigEndian.AppendUint64(stack[:0], uint64(len(text)))
	sum := sha256.Sum256(append(b, text...))
	var out [8]byte
	base32Lower.Encode(out[:], sum[:5])
	return string(out[:5]) == string(d)
}

// Digests are the digests of the four things that are written to a ticket.
// The empty Digest means "not known": it differs from every text.
type Digests struct {
	// Summary is the digest of the normalised summary as written
	// ([NormalizeSummary]).
	Summary Digest `json:"summary,omitzero"`
	// Company is the digest of the company id as written (decimal).
	Company Digest `json:"company,omitzero"`
	// Priority belongs to whoever applies plans: it maps a class and a severity
	// to a priority and keeps here what it wrote. Diff carries it along.
	Priority Digest `json:"priority,omitzero"`
	// State is the digest of Issue.State as last written about, or the digest
	// of "" after a recovery has been noted.
	State Digest `json:"state,omitzero"`
}
