package strict

import (
	"cmp"
	"slices"
	"strings"
)

// Nearest gives at most n of the names, those that are most like the given one
// first. Letters count alike in either case; a name that holds the other is
// near, whatever the number of letters that differ.
func Nearest(name string, among []string, n int) []string {
	type candidate struct {
		name            string
		distance, edits int
	}
	name = strings.ToLower(strings.TrimSpace(name))
	candidates := make([]candidate, 0, len(among))
	for _, other := range among {
		folded := strings.ToLower(other)
		edits := editDistance(name, folded)
		distance := edits
		if name != "" && folded != "" && (strings.Contains(folded, name) || strings.Contains(name, folded)) {
			distance = min(distance, 1)
		}
		candidates = append(candidates, candidate{other, distance, edits})
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.edits, b.edits), cmp.Compare(a.name, b.name))
	})
	var out []string
	for _, c := range candidates[:min(n, len(candidates))] {
		out = append(out, c.name)
	}
	return out
}

// longestName bounds what is compared letter by letter.
const longestName = 100

// editDistance is the number of letters to insert, remove or change between a
// and b.
func editDistance(a, b string) int {
	from, to := []rune(a), []rune(b)
	from, to = from[:min(len(from), longestName)], to[:min(len(to), longestName)]
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i, r := range from {
		diagonal := row[0]
		row[0] = i + 1
		for j, s := range to {
			cost := diagonal
			if r != s {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(to)]
}
