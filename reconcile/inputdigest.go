package reconcile

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"hash"
	"slices"
	"time"
)

// inputDigest hashes what the plan was decided from, in the order of keys:
// evidence, marks and states of tickets, policy; not the texts, of which the
// digests of summary and state are enough.
func (d *differ) inputDigest() string {
	h := inputHash{sum: sha256.New()}
	policy, err := json.Marshal(d.policy)
	if err != nil {
		// check has refused every policy that has no JSON form.
		panic(err)
	}
	h.text(Format, string(policy), d.board.Owner, cleanText(d.obs.Scope))
	h.time(d.at)
	h.time(d.board.ClosedSince)
	h.flags(d.board.Partial, d.obs.Partial)
	failed := make([]string, len(d.board.Failed))
	for i, id := range d.board.Failed {
		failed[i] = string(id)
	}
	for _, list := range [...][]string{d.obs.Sources, d.obs.Unseen, failed} {
		sorted := slices.Clone(list)
		slices.Sort(sorted)
		sorted = slices.Compact(sorted)
		h.number(int64(len(sorted)))
		h.text(sorted...)
	}
	rows := d.join.rows
	for i := 0; i < len(rows); {
		// Entries that name one key twice have no order of their own.
		end := i + 1
		for end < len(rows) && rows[i].kind != rowTicket && d.join.compare(rows[i], rows[end]) == 0 {
			end++
		}
		if end == i+1 {
			d.hashRow(&h, rows[i])
		} else {
			d.hashEqual(&h, rows[i:end])
		}
		i = end
	}
	h.flush()
	return encodeSum(32, h.sum.Sum(nil))
}

func (d *differ) hashEqual(h *inputHash, rows []row) {
	var parts []string
	for _, r := range rows {
		part := inputHash{sum: sha256.New()}
		d.hashRow(&part, r)
		part.flush()
		parts = append(parts, string(part.sum.Sum(nil)))
	}
	slices.Sort(parts)
	h.text(parts...)
}

func (d *differ) hashRow(h *inputHash, r row) {
	h.number(int64(r.kind))
	h.text(string(d.join.id(r)))
	switch r.kind {
	case rowIssue:
		is := &d.issues[r.index]
		h.text(is.Group, is.Company, is.Kind, is.Class, is.Summary, is.State)
		h.number(int64(is.Severity))
		h.time(is.Since)
	case rowHealthy:
		h.time(d.obs.Healthy[r.index].Since)
	case rowParked:
		h.text(d.obs.Parked[r.index].State)
	case rowTicket:
		h.ticket(&d.join.tickets[r.index])
	}
}

// inputHash collects small pieces before it hashes them.
type inputHash struct {
	sum hash.Hash
	buf []byte
}

func (h *inputHash) flush() {
	h.sum.Write(h.buf)
	h.buf = h.buf[:0]
}

func (h *inputHash) number(n int64) {
	h.buf = binary.BigEndian.AppendUint64(h.buf, uint64(n))
	if len(h.buf) > 1<<15 {
		h.flush()
	}
}

func (h *inputHash) text(texts ...string) {
	for _, s := range texts {
		h.number(int64(len(s)))
		h.buf = append(h.buf, s...)
	}
}

func (h *inputHash) time(t time.Time) {
	if t.IsZero() {
		h.number(-1 << 63)
		return
	}
	h.number(t.Unix())
	h.number(int64(t.Nanosecond()))
}

func (h *inputHash) flags(flags ...bool) {
	for _, f := range flags {
		if f {
			h.buf = append(h.buf, 1)
		} else {
			h.buf = append(h.buf, 0)
		}
	}
}

func (h *inputHash) ticket(t *Ticket) {
	m := &t.Mark
	h.number(t.ID)
	h.text(m.Owner, m.Source, m.Group, string(m.Digests.Summary), string(m.Digests.Company), string(m.Digests.State))
	h.buf = append(h.buf, byte(m.Severity), byte(m.State), byte(t.Stage))
	h.number(int64(m.Reopens))
	h.time(m.Written)
	h.time(m.AbsentSince)
	h.time(t.Created)
	h.time(closedAt(t))
	h.number(t.MergedInto)
	h.flags(m.NotePending, t.Claim, t.Damaged, t.Open, t.ParentOpen, t.ByUs, t.ClosedByUs, t.Silenced, t.OtherBoard)
	h.number(int64(len(t.Edited)))
	for _, f := range sortedFields(t.Edited) {
		h.text(string(f))
	}
}
