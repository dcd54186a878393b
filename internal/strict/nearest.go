package strict

import (
	"cmp"
	"slices"
	"strings"
)

// Nearest returns at most n of the names, the most similar to the given one
// first. Case does not matter. A name that contains the given one, or is
// contained in it, counts as at most one letter away.
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

// longestName is the longest name that is compared letter by letter.
const longestName = 100

// editDistance returns how many letters must be inserted, removed or changed to
// get from a to b.
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
