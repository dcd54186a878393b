package reconcile

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// facts are what is compared of an issue or a ticket, in a few numbers. They are
// taken in the order of the input, where the memory lies, so that the pass in
// the order of keys need not follow every text to where it is.
type facts struct {
	source, group           uint64 // of SourceID and GroupID
	summary, company, state uint64 // of the digests
}

// place makes a mark say where the issue belongs.
func (f *facts) place(m *mark.Mark) {
	m.Source, m.Customer = unpack(sourceLen, f.source), unpack(groupLen, f.group)
}

// digests are the digests of the issue; the priority's is nobody's here.
func (f *facts) digests() mark.Digests {
	return mark.Digests{Summary: unpackDigest(f.summary), Company: unpackDigest(f.company), State: unpackDigest(f.state)}
}

func unpackDigest(p uint64) mark.Digest { return mark.Digest(unpack(digestLen, p)) }

// issueFacts is a clean issue with its facts.
type issueFacts struct {
	*Issue
	facts
}

// ticketFacts is a ticket with its facts.
type ticketFacts struct {
	*Ticket
	facts

	clean bool // the mark needs no cleaning
}

// The lengths of the hashes that facts hold.
const (
	sourceLen = 4
	groupLen  = 7
	digestLen = 5
)

// unpackable is what pack gives for what is no hash. Nothing equals it.
const unpackable = 1 << 63

// pack turns a hash of n characters, at most twelve, into a number. Numbers order
// as the texts do.
func pack(n int, text string) uint64 {
	if len(text) != n {
		return unpackable
	}
	p, all := uint64(0), byte(0)
	for i := range n {
		v := base32Value[text[i]]
		p, all = p<<5|uint64(v&31), all|v
	}
	if all >= 32 {
		return unpackable
	}
	return p
}

// unpack gives the text that pack made a number of.
func unpack(n int, p uint64) string {
	var text [12]byte
	unpackTo(text[:n], p)
	return string(text[:n])
}

func unpackTo(text []byte, p uint64) {
	for i := range slices.Backward(text) {
		text[i] = base32Digits[p&31]
		p >>= 5
	}
}

// packBits packs the first n base32 characters that stand for the bits, without
// making a text of them.
func packBits(n int, bits uint64) uint64 {
	p := uint64(0)
	for range n {
		p = p<<5 | (bits>>59+uint64(len("234567")))&31 // these come after the letters in base32, before them in order
		bits <<= 5
	}
	return p
}

// packHash packs the hash that hashText would give.
func packHash(n int, text string) uint64 {
	var stack [8 + 4*SummaryLimit]byte
	sum := sha256.Sum256(lengthPrefixed(stack[:0], text))
	return packBits(n, binary.BigEndian.Uint64(sum[:]))
}

// base32Digits are the base32 digits in the order of characters.
const base32Digits = "234567abcdefghijklmnopqrstuvwxyz"

// base32Value gives the place of a character in base32Digits, 32 for what is
// none of them.
var base32Value = func() (v [256]byte) {
	for i := range v {
		v[i] = 32
	}
	for i := range len(base32Digits) {
		v[base32Digits[i]] = byte(i)
	}
	return v
}()

// packed remembers the hashes of texts that many entries share.
type packed struct {
	n     int
	seen  map[string]uint64
	text  string // the last one: neighbours are often alike
	value uint64
}

func newPacked(n int) packed {
	return packed{n: n, seen: make(map[string]uint64), value: packHash(n, "")}
}

func (p *packed) of(text string) uint64 {
	if text != p.text {
		v, ok := p.seen[text]
		if !ok {
			v = packHash(p.n, text)
			p.seen[text] = v
		}
		p.text, p.value = text, v
	}
	return p.value
}

// takeFacts goes through the input in the order in which it lies in memory.
func (d *differ) takeFacts() {
	d.issueFacts = make([]issueFacts, len(d.obs.Issues))
	d.ticketFacts = make([]ticketFacts, len(d.board.Tickets))
	hashes := &d.hash.rows
	*hashes = [...][]rowHash{
		rowIssue:   make([]rowHash, len(d.obs.Issues)),
		rowHealthy: make([]rowHash, len(d.obs.Healthy)),
		rowParked:  make([]rowHash, len(d.obs.Parked)),
		rowTicket:  make([]rowHash, len(d.board.Tickets)),
	}
	inParts(len(d.obs.Issues), func(from, to int) {
		v := newSurveyor()
		for i := from; i < to; i++ {
			d.issueFacts[i], hashes[rowIssue][i] = v.issue(&d.obs.Issues[i])
		}
	})
	inParts(len(d.board.Tickets), func(from, to int) {
		v := newSurveyor()
		for i := from; i < to; i++ {
			d.ticketFacts[i], hashes[rowTicket][i] = v.ticket(&d.board.Tickets[i])
		}
	})
	for i := range d.obs.Healthy {
		hashes[rowHealthy][i] = d.survey.row.healthy(&d.obs.Healthy[i])
	}
	for i := range d.obs.Parked {
		hashes[rowParked][i] = d.survey.row.parked(&d.obs.Parked[i])
	}
}

// surveyor takes facts.
type surveyor struct {
	sources, groups, companies, states packed

	row hashed
}

func newSurveyor() *surveyor {
	return &surveyor{sources: newPacked(sourceLen), groups: newPacked(groupLen), companies: newPacked(digestLen), states: newPacked(digestLen)}
}

func (v *surveyor) issue(is *Issue) (issueFacts, rowHash) {
	is = cleanIssue(is)
	return issueFacts{
		Issue: is,
		facts: facts{
			source: v.sources.of(is.Key.Source), group: v.groups.of(is.Group),
			summary: packHash(digestLen, is.Summary), company: v.companies.of(is.Company), state: v.states.of(stateText(is)),
		},
	}, v.row.issue(is)
}

func (v *surveyor) ticket(t *Ticket) (ticketFacts, rowHash) {
	m := &t.Mark
	return ticketFacts{
		Ticket: t,
		facts: facts{
			source: pack(sourceLen, m.Source), group: pack(groupLen, m.Customer),
			summary: pack(digestLen, string(m.Digests.Summary)), company: pack(digestLen, string(m.Digests.Company)), state: pack(digestLen, string(m.Digests.State)),
		},
		clean: isCleanMark(m),
	}, v.row.ticket(t)
}
