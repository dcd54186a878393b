package setup

import (
	"maps"
	"slices"

	"github.com/covedesk/covedesk/internal/strict"
)

// Map says what the values of another system (its statuses, its priorities) are on
// tickets, and the other way round. On both sides a value is given by its name, on
// tickets also by its id. It is data, for a section of a settings file.
type Map struct {
	ToTicket   map[string]string `json:"toTicket"`   // what theirs is on a ticket
	FromTicket map[string]string `json:"fromTicket"` // what a ticket's is for them
}

// Translation is a [Map] in which nothing is missing.
type Translation struct {
	to   map[string]Option
	from map[int64]string
}

// Complete holds the map against all values of the other system and all that
// tickets can have, such as the statuses of a board in [Choices]. The error names
// every value that is not mapped, in either direction, and every name that is none
// of them, each with its path and the nearest right names: a program refuses to save
// such a map.
func (m Map) Complete(theirs []string, tickets []Option) (*Translation, error) {
	t := &Translation{map[string]Option{}, map[int64]string{}}
	var names []string
	for _, o := range tickets {
		names = append(names, o.Name)
	}
	var faults strict.Faults
	unknown := func(path, name string, among []string) {
		faults.Add(path, "%q is not known; the nearest are %q", name, strict.Nearest(name, among, 3))
	}
	for _, their := range slices.Sorted(maps.Keys(m.ToTicket)) {
		to, path := m.ToTicket[their], "toTicket."+their
		i := slices.IndexFunc(theirs, func(s string) bool { return same(s, their) })
		j := slices.IndexFunc(tickets, func(o Option) bool { return o.is(to) })
		switch {
		case i < 0:
			unknown(path, their, theirs)
		case j < 0:
			unknown(path, to, names)
		default:
			t.to[theirs[i]] = tickets[j]
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.FromTicket)) {
		their, path := m.FromTicket[name], "fromTicket."+name
		i := slices.IndexFunc(theirs, func(s string) bool { return same(s, their) })
		j := slices.IndexFunc(tickets, func(o Option) bool { return o.is(name) })
		switch {
		case j < 0:
			unknown(path, name, names)
		case i < 0:
			unknown(path, their, theirs)
		default:
			t.from[tickets[j].ID] = theirs[i]
		}
	}
	for _, their := range theirs {
		_, ok := t.to[their]
		faults.Need(ok, "toTicket", "%q is not mapped", their)
	}
	for _, o := range tickets {
		_, ok := t.from[o.ID]
		faults.Need(ok, "fromTicket", "%q is not mapped", o.Name)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	return t, nil
}

// ToTicket is what their value is on a ticket; false where they have no such value.
func (t *Translation) ToTicket(theirs string) (Option, bool) {
	o, ok := t.to[theirs]
	return o, ok
}

// FromTicket is what the value with the id is for them; false for one that is new
// on the service desk since the map was completed.
func (t *Translation) FromTicket(id int64) (string, bool) {
	theirs, ok := t.from[id]
	return theirs, ok
}
