package mark

import (
	"errors"
	"strings"

	"github.com/covedesk/covedesk/internal/strict"
)

// Release is what a person writes in the place of the marker to take a ticket
// out of our hands for good, in whatever letters.
const Release = "released"

// Place is what stands in the place of a ticket where markers are kept.
type Place uint8

// What can stand there.
const (
	// Nothing: the place is empty.
	Nothing Place = iota
	// Released: [Release]. A person took the ticket.
	Released
	// Ours: a marker of the owner that asks.
	Ours
	// Damaged: it begins as a marker and is none, and names the owner that asks
	// or none that can be read. Such a ticket is held, never guessed at.
	Damaged
	// Foreign: anything else: another owner's marker, whole or damaged, one of
	// another version, another program's reference.
	Foreign
)

var places = strict.Names{What: "place", Names: []string{"nothing", "released", "our marker", "a damaged marker", "something else"}}

// String says for people what stands there.
func (p Place) String() string { return places.Text(uint8(min(p, Foreign))) }

// Look says what text, the content of the place, is to the owner. The Mark is
// whole for [Ours]; for [Damaged] it has owner and key as far as they can be
// read, as [Parse] returns them; else it is zero.
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
