package mark

import "github.com/covedesk/covedesk/internal/text"

// Digest is what a marker remembers of a text: 5 characters of lower-case
// base32, the first 25 bits of its SHA-256. It answers "is this still what we
// wrote?", not "which text was it?". The empty Digest means unknown; it differs
// from the digest of every text.
type Digest string

// Recovered is the digest of "". As a state digest it says that the problem was
// seen to be over: its next failure is a new problem. A problem's state is
// therefore never ""; a problem without a state has the state " ".
const Recovered Digest = "v5kxb"

// DigestOf returns the digest of a text.
func DigestOf(s string) Digest { return Digest(text.Hash(5, s)) }

// Digests are the digests of the four things that we write to a ticket.
type Digests struct {
	// Summary is the digest of the summary that the ticket held after the write.
	Summary Digest `json:"summary,omitzero"`
	// Company is the digest of the company id that was written.
	Company Digest `json:"company,omitzero"`
	// Priority is the digest of the priority. Whoever maps severities to
	// priorities and writes them sets it.
	Priority Digest `json:"priority,omitzero"`
	// State is the digest of the problem's state that was last written about; see
	// [Digests.Wrote] for summaries that the server changed. It is [Recovered]
	// once the problem was seen to be over.
	State Digest `json:"state,omitzero"`
}

// Wrote returns the digests after a write of a state and a summary. kept is the
// summary in the server's answer. A server may cut, trim or replace text. If
// kept differs from sent, the state digest covers state and sent together: then
// the server's change is not mistaken for a person's edit, and the same text is
// not written again in every run. For the state "" the state digest is always
// [Recovered]. Company and Priority stay as they are.
func (d Digests) Wrote(state, sent, kept string) Digests {
	d.Summary, d.State = DigestOf(kept), DigestOf(state)
	if kept != sent && state != "" {
		d.State = changedBy(state, sent)
	}
	return d
}

// Unchanged reports whether state and summary equal those that were last sent,
// even if the server changed the summary.
func (d Digests) Unchanged(state, summary string) bool {
	return d.Summary == DigestOf(summary) && d.State == DigestOf(state) || d.State == changedBy(state, summary)
}

func changedBy(state, sent string) Digest { return DigestOf(state + "\n" + sent) }
