package reconcile

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// rowKind says which list a row comes from.
type rowKind uint8

const (
	rowIssue rowKind = iota
	rowHealthy
	rowParked
	rowTicket
)

// row is one entry of one list, to be sorted by key id. It holds no pointers
// and little else than the first eight characters of the id, which decide
// nearly every comparison.
type row struct {
	prefix uint64
	index  uint32
	kind   rowKind
}

// join brings what is known about each key together: all rows, sorted by key
// id. It takes the place of maps from ids to entries, costs one sort, and its
// order is the plan's.
type join struct {
	obs     *Observation
	tickets []Ticket
	ids     [rowTicket]string // key ids of issues, healthy and parked, 24 characters each
	rows    []row
}

const keyIDLen = 24

func newJoin(obs *Observation, board *Board) *join {
	j := &join{obs: obs, tickets: board.Tickets}
	j.rows = make([]row, 0, len(obs.Issues)+len(obs.Healthy)+len(obs.Parked)+len(board.Tickets))
	j.addKeys(rowIssue, len(obs.Issues), func(i int) *Key { return &obs.Issues[i].Key })
	j.addKeys(rowHealthy, len(obs.Healthy), func(i int) *Key { return &obs.Healthy[i].Key })
	j.addKeys(rowParked, len(obs.Parked), func(i int) *Key { return &obs.Parked[i].Key })
	for i := range board.Tickets {
		t := &board.Tickets[i]
		// A damaged marker may have lost its owner; another owner's ticket has
		// not.
		if t.Mark.Owner != board.Owner && (!t.Damaged || t.Mark.Owner != "") {
			continue
		}
		j.rows = append(j.rows, row{prefixOf(string(t.Mark.Key)), uint32(i), rowTicket})
	}
	slices.SortFunc(j.rows, j.compare)
	return j
}

// addKeys hashes the keys of one list into one string, which the ids of all
// actions share.
func (j *join) addKeys(kind rowKind, n int, key func(int) *Key) {
	ids := make([]byte, n*keyIDLen)
	var buf []byte
	for i := range n {
		k := key(i)
		buf = binary.BigEndian.AppendUint64(buf[:0], uint64(len(k.Source)))
		buf = append(buf, k.Source...)
		buf = binary.BigEndian.AppendUint64(buf, uint64(len(k.Subject)))
		buf = append(buf, k.Subject...)
		sum := sha256.Sum256(buf)
		base32Lower.Encode(ids[i*keyIDLen:(i+1)*keyIDLen], sum[:keyIDLen*5/8])
	}
	j.ids[kind] = string(ids)
	for i := range n {
		j.rows = append(j.rows, row{prefixOf(j.ids[kind][i*keyIDLen:]), uint32(i), kind})
	}
}

// prefixOf packs the first eight bytes of an id, big-endian, so that prefixes
// order as the ids do.
func prefixOf(id string) uint64 {
	if len(id) >= 8 {
		return uint64(id[0])<<56 | uint64(id[1])<<48 | uint64(id[2])<<40 | uint64(id[3])<<32 |
			uint64(id[4])<<24 | uint64(id[5])<<16 | uint64(id[6])<<8 | uint64(id[7])
	}
	var b [8]byte
	copy(b[:], id)
	return binary.BigEndian.Uint64(b[:])
}

func (j *join) id(r row) KeyID {
	if r.kind == rowTicket {
		return j.tickets[r.index].Mark.Key
	}
	at := int(r.index) * keyIDLen
	return KeyID(j.ids[r.kind][at : at+keyIDLen])
}

// compare orders rows by key id, then list, then ticket id. Rows of one key and
// list other than tickets keep no order; who uses them must not care.
func (j *join) compare(a, b row) int {
	if a.prefix != b.prefix {
		return cmp.Compare(a.prefix, b.prefix)
	}
	if c := cmp.Compare(j.id(a), j.id(b)); c != 0 {
		return c
	}
	if a.kind != b.kind {
		return cmp.Compare(a.kind, b.kind)
	}
	if a.kind == rowTicket {
		return cmp.Compare(j.tickets[a.index].ID, j.tickets[b.index].ID)
	}
	return 0
}

// next gives the end of the run of rows that share the key id of row i.
func (j *join) next(i int) int {
	id := j.id(j.rows[i])
	for i++; i < len(j.rows) && j.rows[i].prefix == prefixOf(string(id)) && j.id(j.rows[i]) == id; i++ {
	}
	return i
}
