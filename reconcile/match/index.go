package match

// index finds companies by a key. It holds positions in a list and no list of
// its own for each key: most keys have one company.
type index struct {
	companies []Company
	first     map[string]int
	next      []int // the company with the same key after each one, -1 for none
}

func newIndex(companies []Company) index {
	return index{companies: companies, first: make(map[string]int, len(companies)), next: make([]int, len(companies))}
}

// add puts the company at i before those that have the key already. An empty
// key finds nothing.
func (x index) add(key string, i int) {
	if key == "" {
		return
	}
	x.next[i] = -1
	if at, ok := x.first[key]; ok {
		x.next[i] = at
	}
	x.first[key] = i
}

// find returns the companies with the key, the last one added first.
func (x index) find(key string) []Company {
	i, ok := x.first[key]
	if !ok {
		return nil
	}
	var out []Company
	for ; i >= 0; i = x.next[i] {
		out = append(out, x.companies[i])
	}
	return out
}
