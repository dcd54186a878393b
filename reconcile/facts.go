package reconcile

import "crypto/sha256"

// facts are what is compared of an issue or a ticket, in a few numbers. They are
// taken in the order of the input, where the memory lies, so that the pass in
// the order of keys need not follow every text to where it is.
type facts struct {
	source, group           uint64 // of SourceID and GroupID
	summary, company, state uint64 // of the digests
	hash                    [16]byte
}

// ticketFacts is a ticket with its facts.
type ticketFacts struct {
	*Ticket
	facts

	clean bool // the mark needs no cleaning
}

// unpackable is what pack gives for what is no hash. Nothing equals it.
const unpackable = 1 << 63

// pack turns a short hash of n characters into a number.
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

// packHash packs the hash that hashText would give.
func packHash(n int, text string) uint64 {
	var stack [8 + 4*SummaryLimit]byte
	sum := sha256.Sum256(lengthPrefixed(stack[:0], text))
	var out [16]byte
	base32Lower.Encode(out[:], sum[:10])
	p := uint64(0)
	for _, c := range out[:n] {
		p = p<<5 | uint64(base32Value[c])
	}
	return p
}

const (
	sourceLen = 4
	groupLen  = 7
	digestLen = 5
)

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

// surveyor takes facts.
type surveyor struct {
	sources, groups, companies, states packed

	row inputHash
}

func newSurveyor() *surveyor {
	return &surveyor{sources: newPacked(sourceLen), groups: newPacked(groupLen), companies: newPacked(digestLen), states: newPacked(digestLen)}
}

// issue takes the facts of a clean issue.
func (v *surveyor) issue(f *facts, is *Issue) {
	f.source, f.group = v.sources.of(is.Key.Source), v.groups.of(is.Group)
	f.summary, f.company, f.state = packHash(digestLen, is.Summary), v.companies.of(is.Company), v.states.of(stateText(is))
	v.row.issue(is)
	v.row.take(&f.hash)
}

func (v *surveyor) ticket(f *ticketFacts, t *Ticket) {
	m := &t.Mark
	f.Ticket = t
	f.source, f.group = pack(sourceLen, m.Source), pack(groupLen, m.Group)
	f.summary, f.company, f.state = pack(digestLen, string(m.Digests.Summary)), pack(digestLen, string(m.Digests.Company)), pack(digestLen, string(m.Digests.State))
	f.clean = cleanMark(*m) == *m
	v.row.ticket(t)
	v.row.take(&f.hash)
}
