package desk

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// nearestShown is how many right names a fault offers.
const nearestShown = 3

// suggest ends a fault with the names that exist and are nearest to the wrong
// one, nearest first.
func suggest(wrong string, names []string) string {
	if len(names) == 0 {
		return "there are none"
	}
	wrong = strings.ToLower(strings.TrimSpace(wrong))
	type candidate struct {
		name     string
		distance int
	}
	candidates := make([]candidate, 0, len(names))
	for _, name := range names {
		folded := strings.ToLower(name)
		distance := editDistance(wrong, folded)
		// "Closed" is meant by "close it" less than by ">Closed", whatever the
		// number of letters that differ.
		if wrong != "" && (strings.Contains(folded, wrong) || strings.Contains(wrong, folded)) {
			distance = min(distance, 1)
		}
		candidates = append(candidates, candidate{name, distance})
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.name, b.name))
	})
	quoted := make([]string, 0, nearestShown)
	for _, c := range candidates[:min(nearestShown, len(candidates))] {
		quoted = append(quoted, fmt.Sprintf("%q", c.name))
	}
	return "there is " + strings.Join(quoted, ", ")
}

// editDistance is the number of letters to insert, remove or change between a
// and b.
func editDistance(a, b string) int {
	from, to := []rune(a), []rune(b)
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
