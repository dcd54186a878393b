package reconcile

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// rowKind says which list a row comes from.
type rowKind uint8

const (
	rowIssue rowKind = iota
	rowHealthy
	rowParked
	rowTicket
)

// row is one entry of one list, to be sorted by key id. It holds no pointers:
// prefix and tail are the two halves of the id as numbers.
type row struct {
	prefix, tail uint64
	index        uint32
	kind         rowKind
}

// join brings what is known about each key together: all rows, sorted by key
// id. It takes the place of maps from ids to entries, costs one sort, and its
// order is the plan's.
type join struct {
	tickets []Ticket
	rows    []row
	ids     strings.Builder // of which id gives parts
}

const keyIDLen = 24

func newJoin(obs *Observation, board *Board) *join {
	j := &join{tickets: board.Tickets}
	j.rows = make([]row, 0, len(obs.Issues)+len(obs.Healthy)+len(obs.Parked)+len(board.Tickets))
	j.addKeys(rowIssue, len(obs.Issues), func(i int) *Key { return &obs.Issues[i].Key })
	j.addKeys(rowHealthy, len(obs.Healthy), func(i int) *Key { return &obs.Healthy[i].Key })
	j.addKeys(rowParked, len(obs.Parked), func(i int) *Key { return &obs.Parked[i].Key })
	j.addTickets(board)
	j.sort()
	return j
}

// addTickets adds those of the board's owner. A damaged marker may have lost its
// owner; another owner's ticket has not.
func (j *join) addTickets(board *Board) {
	added := len(j.rows)
	rows := j.rows[added : added+len(board.Tickets)]
	inParts(len(rows), func(from, to int) {
		for i := from; i < to; i++ {
			if t := &board.Tickets[i]; t.Mark.Owner == board.Owner || t.Damaged && t.Mark.Owner == "" {
				rows[i] = rowOf(t.Mark.Key, i, rowTicket)
			}
		}
	})
	rows = slices.DeleteFunc(rows, func(r row) bool { return r.kind != rowTicket })
	j.rows = j.rows[:added+len(rows)]
}

// addKeys hashes the keys of one list.
func (j *join) addKeys(kind rowKind, n int, key func(int) *Key) {
	rows := j.rows[len(j.rows) : len(j.rows)+n]
	inParts(n, func(from, to int) {
		var buf []byte
		for i := from; i < to; i++ {
			k := key(i)
			buf = lengthPrefixed(lengthPrefixed(buf[:0], k.Source), k.Subject)
			sum := sha256.Sum256(buf)
			first, last := binary.BigEndian.Uint64(sum[:]), binary.BigEndian.Uint64(sum[7:])<<4 // from bits 0 and 60 on
			rows[i] = row{packBits(keyIDLen/2, first) << 3, packBits(keyIDLen/2, last), uint32(i), kind}
		}
	})
	j.rows = j.rows[:len(j.rows)+n]
}

// illegible is the bit of the prefixes of ids that no key has. They come last.
const illegible = 1 << 63

// rowOf packs an id into two numbers of twelve base32 digits each, so that rows
// order as the ids do.
func rowOf(id mark.KeyID, index int, kind rowKind) row {
	r := row{index: uint32(index), kind: kind}
	if len(id) == keyIDLen {
		r.prefix, r.tail = pack(keyIDLen/2, string(id[:keyIDLen/2])), pack(keyIDLen/2, string(id[keyIDLen/2:]))
		if r.prefix != unpackable && r.tail != unpackable {
			r.prefix <<= 3
			return r
		}
	}
	var b [8]byte
	copy(b[:], id)
	r.prefix, r.tail = illegible|binary.BigEndian.Uint64(b[:])>>1, 0
	return r
}

// sort brings the rows into the order of compare. Ids are hashes, so their first
// bits spread evenly: three passes of a radix sort over 33 of them leave
// next to nothing to compare.
func (j *join) sort() {
	const digit, buckets = 11, 1 << 11
	from, to := j.rows, make([]row, len(j.rows))
	for shift := 64 - 3*digit; shift < 64; shift += digit {
		var starts [buckets]uint32
		for _, r := range from {
			starts[r.prefix>>shift%buckets]++
		}
		sum := uint32(0)
		for i, n := range starts {
			starts[i] = sum
			sum += n
		}
		for _, r := range from {
			at := &starts[r.prefix>>shift%buckets]
			to[*at] = r
			*at++
		}
		from, to = to, from
	}
	j.rows = from
	for i := 0; i < len(from); {
		end := i + 1
		for end < len(from) && from[end].prefix>>(64-3*digit) == from[i].prefix>>(64-3*digit) {
			end++
		}
		if end > i+1 {
			slices.SortFunc(from[i:end], j.compare)
		}
		i = end
	}
}

// id gives the key id of a row.
func (j *join) id(r row) mark.KeyID {
	if r.prefix >= illegible { // only a ticket's can be
		return j.tickets[r.index].Mark.Key
	}
	var id [keyIDLen]byte
	unpackTo(id[:keyIDLen/2], r.prefix>>3)
	unpackTo(id[keyIDLen/2:], r.tail)
	at := j.ids.Len()
	j.ids.Write(id[:])
	return mark.KeyID(j.ids.String()[at:])
}

// compare orders rows by key id, then list, then ticket id. Rows of one key and
// list other than tickets keep no order; who uses them must not care.
func (j *join) compare(a, b row) int {
	if c := j.compareIDs(a, b); c != 0 {
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

func (j *join) compareIDs(a, b row) int {
	switch {
	case a.prefix != b.prefix:
		return cmp.Compare(a.prefix, b.prefix)
	case a.prefix < illegible:
		return cmp.Compare(a.tail, b.tail)
	}
	return cmp.Compare(j.id(a), j.id(b))
}

// next gives the end of the run of rows that share the key id of row i.
func (j *join) next(i int) int {
	end := i + 1
	for end < len(j.rows) && j.compareIDs(j.rows[i], j.rows[end]) == 0 {
		end++
	}
	return end
}

// first gives the start of the run of rows that ends before row end.
func (j *join) first(end int) int {
	start := end - 1
	if r := j.rows[start]; r.prefix >= illegible && j.id(r) == "" {
		return start // markers whose key cannot be read have nothing in common
	}
	for start > 0 && j.compareIDs(j.rows[start-1], j.rows[end-1]) == 0 {
		start--
	}
	return start
}

// find gives the rows of a key's id.
func (j *join) find(id mark.KeyID) []row {
	at, found := slices.BinarySearchFunc(j.rows, rowOf(id, 0, 0), j.compareIDs)
	if !found {
		return nil
	}
	return j.rows[at:j.next(at)]
}
