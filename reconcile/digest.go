package reconcile

// Digest is what a marker remembers of a text: 5 characters of lower-case
// base32, the first 25 bits of its SHA-256. It answers "is this still what we
// wrote?", not "which text was it?".
type Digest string

// DigestOf gives the digest of a text. The digest of "" is a digest like any
// other: as a state digest it says that the recovery has been noted.
func DigestOf(text string) Digest { return Digest(hashText(5, text)) }

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
