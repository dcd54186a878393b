package setup

import (
	"maps"
	"slices"

	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/internal/strict"
)

// Map maps values of another system, such as statuses or priorities, to values
// of tickets and back. Values are given by name, those of tickets also by id. A
// Map is data for a section of a settings file.
type Map struct {
	ToTicket   map[string]string `json:"toTicket"`   // their value → the ticket's value
	FromTicket map[string]string `json:"fromTicket"` // the ticket's value → their value
}

// Translation is a complete [Map]. Values that were added to the service desk
// later are not in it.
type Translation struct {
	ToTicket   map[string]Option // by their value
	FromTicket map[int64]string  // by the id of the ticket's
}

// Complete checks the map against all values of the other system and all values
// that tickets can have, such as the statuses of a board from [Choices]. The
// error names every value that is not mapped, in either direction, and every
// unknown name, each with its path and the most similar valid names. A program
// should refuse to save such a map.
func (m Map) Complete(theirs []string, tickets []Option) (*Translation, error) {
	names := make([]string, len(tickets))
	for i, o := range tickets {
		names[i] = o.Name
	}
	their := func(s string) int {
		return slices.IndexFunc(theirs, func(their string) bool { return lookup.Same(their, s) })
	}
	ticket := func(s string) int { return slices.IndexFunc(tickets, func(o Option) bool { return o.is(s) }) }
	var faults strict.Faults
	complete := func(path string, given map[string]string, from, to func(string) int, keys, values []string) map[int]int {
		found := map[int]int{}
		for _, key := range slices.Sorted(maps.Keys(given)) {
			i, j := from(key), to(given[key])
			const unknown = "%q is not known; the nearest are %q"
			faults.Need(i >= 0, path+"."+key, unknown, key, strict.Nearest(key, keys, 3))
			faults.Need(j >= 0, path+"."+key, unknown, given[key], strict.Nearest(given[key], values, 3))
			found[i] = j
		}
		for i, key := range keys {
			_, ok := found[i]
			faults.Need(ok, path, "%q is not mapped", key)
		}
		return found
	}
	to := complete("toTicket", m.ToTicket, their, ticket, theirs, names)
	from := complete("fromTicket", m.FromTicket, ticket, their, names, theirs)
	if err := faults.Err(); err != nil {
		return nil, err
	}
	t := &Translation{map[string]Option{}, map[int64]string{}}
	for i, j := range to {
		t.ToTicket[theirs[i]] = tickets[j]
	}
	for i, j := range from {
		t.FromTicket[tickets[i].ID] = theirs[j]
	}
	return t, nil
}
