package reconcile

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"hash"
	"slices"
)

// inputHash hashes what a plan is decided from, in the order of keys: evidence,
// marks and states of tickets, policy; not the texts that decide nothing. Each
// entry of the input is hashed by itself first, in the order of the input, where
// the memory lies.
type inputHash struct {
	hashed
	sum  hash.Hash
	rows [rowTicket + 1][]rowHash
}

func newInputHash() *inputHash {
	return &inputHash{sum: sha256.New(), hashed: hashed{make([]byte, 0, 1<<15+1<<12)}}
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

// keys hashes all rows. It changes nothing but the hash, so that keys can be
// decided about meanwhile.
func (h *inputHash) keys(j *join) {
	for end := len(j.rows); end > 0; {
		start := j.first(end)
		h.key(j, j.rows[start:end])
		end = start
	}
}

// key hashes the rows of one key. Entries that name it twice have no order of
// their own.
func (h *inputHash) key(j *join, rows []row) {
	if r := rows[0]; r.prefix < illegible {
		h.buf = binary.BigEndian.AppendUint64(h.buf, r.prefix)
		h.buf = binary.BigEndian.AppendUint64(h.buf, r.tail)
	} else {
		h.buf = binary.BigEndian.AppendUint64(h.buf, illegible)
		h.text(string(j.id(r)))
	}
	h.number(int64(len(rows)))
	for len(rows) > 0 {
		kind, n := rows[0].kind, 1
		for n < len(rows) && kind != rowTicket && rows[n].kind == kind {
			n++
		}
		alike := rows[:n]
		if n > 1 {
			alike = slices.SortedFunc(slices.Values(alike), func(a, b row) int {
				x, y := &h.rows[kind][a.index], &h.rows[kind][b.index]
				return bytes.Compare(x[:], y[:])
			})
		}
		for _, r := range alike {
			h.buf = append(h.buf, byte(kind))
			h.buf = append(h.buf, h.rows[kind][r.index][:]...)
		}
		rows = rows[n:]
	}
	if len(h.buf) > 1<<15 {
		h.flush()
	}
}
