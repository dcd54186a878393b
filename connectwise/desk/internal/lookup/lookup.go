package lookup

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/covedesk/covedesk/internal/strict"
)

// Same reports whether two names are the same. An empty name equals no other.
func Same(a, b string) bool {
	return b != "" && strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b))
}

// In reports whether a name is one of a list.
func In(list []string, name string) bool {
	return slices.ContainsFunc(list, func(n string) bool { return Same(n, name) })
}

// Means reports whether a text names a record, by its name or its id.
func Means(written, name string, id int64) bool {
	return Same(name, written) || ID(id) == strings.TrimSpace(written)
}

// ID returns the id of a record as text.
func ID(id int64) string { return strconv.FormatInt(id, 10) }

// shown is how many names a fault suggests.
const shown = 3

// Suggest returns the end of a fault: the existing names that are most similar
// to the wrong one, most similar first.
func Suggest(wrong string, exist []string) string {
	if len(exist) == 0 {
		return "there are none"
	}
	nearest := strict.Nearest(wrong, exist, shown)
	for i, name := range nearest {
		nearest[i] = fmt.Sprintf("%q", name)
	}
	return "there is " + strings.Join(nearest, ", ")
}

// Company returns the service desk's number of a company.
func Company(company string) (int64, error) {
	id, err := strconv.ParseInt(company, 10, 64)
	if err != nil || id <= 0 {
		return 0, fmt.Errorf("desk: company %q is not a company id", company)
	}
	return id, nil
}
