package mark

import "github.com/covedesk/covedesk/internal/text"

// Digest is what a marker remembers of a text: 5 characters of lower-case
// base32, the first 25 bits of its SHA-256. It answers "is this still what we
// wrote?", not "which text was it?". The empty Digest means "not known"; it
// differs from that of every text.
type Digest string

// Recovered is the digest of "". As a state digest it says that the problem was
// seen to be over: its next failure is a new problem. A problem's state is
// therefore never ""; one without a state of its own takes " ".
const Recovered Digest = "v5kxb"

// DigestOf gives the digest of a text.
func DigestOf(s string) Digest { return Digest(text.Hash(5, s)) }

// Digests are the digests of the four things that are written to a ticket.
type Digests struct {
	// Summary is the digest of the summary as the ticket held it after the
	// write.
	Summary Digest `json:"summary,omitzero"`
	// Company is the digest of the company id as written.
	Company Digest `json:"company,omitzero"`
	// Priority belongs to whoever maps a severity to a priority and writes it.
	Priority Digest `json:"priority,omitzero"`
	// State is the digest of the problem's state as last written about; see
	// [Digests.Wrote] for summaries that the server changed. It is [Recovered]
	// once the problem was seen to be over.
	State Digest `json:"state,omitzero"`
}

// Wrote gives the digests after a write of a state and a summary, of which the
// server's answer holds the summary kept. Servers cut, trim and replace; where
// kept is not what was sent, the state digest takes in what was sent as well,
// so that the change is not mistaken for a person's edit and the same text is
// not written again every run. The state "" gives [Recovered] whatever the
// answer holds. Company and Priority stay as they are.
func (d Digests) Wrote(state, sent, kept string) Digests {
	d.Summary, d.State = DigestOf(kept), DigestOf(state)
	if kept != sent && state != "" {
		d.State = changedBy(state, sent)
	}
	return d
}

// Unchanged reports whether state and summary are those that were last sent,
// whatever the server made of the summary.
func (d Digests) Unchanged(state, summary string) bool {
	return d.Summary == DigestOf(summary) && d.State == DigestOf(state) || d.State == changedBy(state, summary)
}

func changedBy(state, sent string) Digest { return DigestOf(state + "\n" + sent) }
