package reconcile

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"hash"
	"slices"
	"time"
)

// inputHash hashes what a plan is decided from, in the order of keys: evidence,
// marks and states of tickets, policy; not the texts that decide nothing. It
// collects small pieces before it hashes them.
type inputHash struct {
	sum hash.Hash
	buf []byte
}

func newInputHash() *inputHash {
	return &inputHash{sum: sha256.New(), buf: make([]byte, 0, 1<<15+1<<12)}
}

// digest ends the hash.
func (h *inputHash) digest() string {
	h.flush()
	return encodeSum(32, h.sum.Sum(nil))
}

func (h *inputHash) flush() {
	h.sum.Write(h.buf)
	h.buf = h.buf[:0]
}

func (h *inputHash) number(n int64) { h.buf = binary.AppendVarint(h.buf, n) }

func (h *inputHash) text(s string) {
	h.buf = binary.AppendUvarint(h.buf, uint64(len(s)))
	h.buf = append(h.buf, s...)
}

func (h *inputHash) list(texts []string) {
	sorted := slices.Compact(slices.Sorted(slices.Values(texts)))
	h.number(int64(len(sorted)))
	for _, s := range sorted {
		h.text(s)
	}
}

func (h *inputHash) time(t time.Time) {
	h.number(t.Unix()) // the zero time has a number of its own
	h.number(int64(t.Nanosecond()))
}

func (h *inputHash) flags(flags ...bool) {
	bits := int64(0)
	for _, f := range flags {
		bits <<= 1
		if f {
			bits |= 1
		}
	}
	h.number(bits)
}

// head hashes what concerns all keys.
func (h *inputHash) head(d *differ) {
	policy, err := json.Marshal(d.policy)
	if err != nil {
		// check has refused every policy that has no JSON form.
		panic(err)
	}
	h.text(Format)
	h.text(string(policy))
	h.text(d.board.Owner)
	h.text(cleanText(d.obs.Scope))
	h.time(d.at)
	h.time(d.board.ClosedSince)
	h.flags(d.board.Partial, d.obs.Partial)
	failed := make([]string, len(d.board.Failed))
	for i, id := range d.board.Failed {
		failed[i] = string(id)
	}
	h.list(d.obs.Sources)
	h.list(d.obs.Unseen)
	h.list(failed)
}

// take ends the hash of a row and begins the next.
func (h *inputHash) take(to *[16]byte) {
	sum := sha256.Sum256(h.buf)
	copy(to[:], sum[:])
	h.buf = h.buf[:0]
}

// key hashes the rows of one key. Entries that name it twice have no order of
// their own.
func (h *inputHash) key(d *differ, id KeyID, rows []row) {
	if rows[0].prefix < illegible {
		h.number(int64(rows[0].prefix))
		h.number(int64(rows[0].tail))
	} else {
		h.text(string(id))
	}
	for len(rows) > 0 {
		n := 1
		for n < len(rows) && rows[0].kind != rowTicket && rows[n].kind == rows[0].kind {
			n++
		}
		h.buf = append(h.buf, byte(rows[0].kind))
		var one [16]byte
		if n == 1 {
			d.rowHash(&one, rows[0])
			h.buf = append(h.buf, one[:]...)
		} else {
			var all []string
			for _, r := range rows[:n] {
				d.rowHash(&one, r)
				all = append(all, string(one[:]))
			}
			h.list(all)
		}
		rows = rows[n:]
	}
	if len(h.buf) > 1<<15 {
		h.flush()
	}
}

func (d *differ) rowHash(to *[16]byte, r row) {
	switch r.kind {
	case rowIssue:
		*to = d.issueFacts[r.index].hash
	case rowTicket:
		*to = d.ticketFacts[r.index].hash
	case rowHealthy:
		d.survey.row.text(d.obs.Healthy[r.index].Group)
		d.survey.row.time(d.obs.Healthy[r.index].Since)
		d.survey.row.take(to)
	case rowParked:
		d.survey.row.text(d.obs.Parked[r.index].State)
		d.survey.row.take(to)
	}
}

func (h *inputHash) issue(is *Issue) {
	h.text(is.Group)
	h.text(is.Company)
	h.text(is.Kind)
	h.text(is.Class)
	h.text(is.Summary)
	h.text(is.State)
	h.number(int64(is.Severity))
	h.time(is.Since)
}

func (h *inputHash) ticket(t *Ticket) {
	m := &t.Mark
	h.number(t.ID)
	h.text(m.Owner)
	h.text(m.Source)
	h.text(m.Group)
	h.text(string(m.Digests.Summary))
	h.text(string(m.Digests.Company))
	h.text(string(m.Digests.State))
	h.buf = append(h.buf, byte(m.Severity), byte(m.State), byte(t.Stage))
	h.number(int64(m.Reopens))
	h.time(m.Written)
	h.time(m.AbsentSince)
	h.time(t.Created)
	h.time(t.Closed)
	h.time(t.Updated)
	h.number(t.MergedInto)
	h.flags(m.NotePending, t.Claim, t.Damaged, t.Open, t.ParentOpen, t.ByUs, t.ClosedByUs, t.Silenced, t.OtherBoard)
	h.number(int64(len(t.Edited)))
	if len(t.Edited) > 0 {
		for _, f := range sortedFields(t.Edited) {
			h.text(string(f))
		}
	}
	if t.Kind != "" {
		h.text(t.Kind)
	}
}
