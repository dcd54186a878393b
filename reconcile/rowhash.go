package reconcile

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"time"
)

// rowHash stands for one entry of the input.
type rowHash [16]byte

// hashed collects the bytes that are to be hashed.
type hashed struct{ buf []byte }

func (h *hashed) number(n int64) { h.buf = binary.AppendVarint(h.buf, n) }

func (h *hashed) text(s string) {
	h.buf = binary.AppendUvarint(h.buf, uint64(len(s)))
	h.buf = append(h.buf, s...)
}

func (h *hashed) list(texts []string) {
	sorted := slices.Compact(slices.Sorted(slices.Values(texts)))
	h.number(int64(len(sorted)))
	for _, s := range sorted {
		h.text(s)
	}
}

func (h *hashed) time(t time.Time) {
	h.number(t.Unix()) // the zero time has a number of its own
	h.number(int64(t.Nanosecond()))
}

func (h *hashed) flags(flags ...bool) {
	bits := int64(0)
	for _, f := range flags {
		bits <<= 1
		if f {
			bits |= 1
		}
	}
	h.number(bits)
}

// row ends the hash of one entry and begins the next.
func (h *hashed) row() rowHash {
	sum := sha256.Sum256(h.buf)
	h.buf = h.buf[:0]
	return rowHash(sum[:])
}

func (h *hashed) issue(is *Issue) rowHash {
	h.text(is.Group)
	h.text(is.Company)
	h.text(is.Kind)
	h.text(is.Class)
	h.text(is.Summary)
	h.text(is.State)
	h.number(int64(is.Severity))
	h.time(is.Since)
	return h.row()
}

func (h *hashed) healthy(e *Healthy) rowHash {
	h.text(e.Group)
	h.time(e.Since)
	return h.row()
}

func (h *hashed) parked(p *Parked) rowHash {
	h.text(p.State)
	return h.row()
}

func (h *hashed) ticket(t *Ticket) rowHash {
	m := &t.Mark
	h.number(t.ID)
	h.text(m.Owner)
	h.text(m.Source)
	h.text(m.Customer)
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
	h.text(t.Kind)
	return h.row()
}
