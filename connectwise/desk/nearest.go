package desk

import (
	"fmt"
	"strings"

	"github.com/covedesk/covedesk/internal/strict"
)

// nearestShown is how many right names a fault offers.
const nearestShown = 3

// suggest ends a fault with the names that exist and are nearest to the wrong
// one, nearest first.
func suggest(wrong string, names []string) string {
	if len(names) == 0 {
		return "there are none"
	}
	nearest := strict.Nearest(wrong, names, nearestShown)
	for i, name := range nearest {
		nearest[i] = fmt.Sprintf("%q", name)
	}
	return "there is " + strings.Join(nearest, ", ")
}
