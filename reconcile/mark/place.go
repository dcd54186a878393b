package mark

import (
	"errors"
	"strings"

	"github.com/covedesk/covedesk/internal/strict"
)

// Release is what a person writes into the marker's field, in upper or lower
// case, to take a ticket out of our hands for good.
const Release = "released"

// Place says what the marker's field of a ticket holds.
type Place uint8

// What the field can hold.
const (
	// Nothing: the field is empty.
	Nothing Place = iota
	// Released: the field holds [Release]. A person took the ticket over.
	Released
	// Ours: the field holds a marker of the owner that asks.
	Ours
	// Damaged: the text begins like a marker but is not valid, and names the owner
	// that asks or no readable owner. Such a ticket is held.
	Damaged
	// Foreign: the field holds anything else: a marker of another owner (damaged
	// or not), a marker of another version, or another program's reference.
	Foreign
)

var places = strict.Names{What: "place", Names: []string{"nothing", "released", "our marker", "a damaged marker", "something else"}}

// String says for people what the field holds.
func (p Place) String() string { return places.Text(uint8(min(p, Foreign))) }

// Look says what text, the content of the marker's field, means to the owner.
// The Mark is complete for [Ours]. For [Damaged] it has owner and key if they
// are readable, as [Parse] returns them. Otherwise it is zero.
func Look(text, owner string) (Place, Mark) {
	text = strings.TrimSpace(text)
	switch {
	case text == "":
		return Nothing, Mark{}
	case strings.EqualFold(text, Release):
		return Released, Mark{}
	}
	m, err := Parse(text)
	switch {
	case err == nil && m.Owner == owner:
		return Ours, m
	case errors.Is(err, ErrDamaged) && (m.Owner == owner || m.Owner == ""):
		return Damaged, m
	}
	return Foreign, Mark{}
}
