package desk

import (
	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/place"
)

// Marker is the field of tickets that holds the marker: externalXRef or a
// custom field.
type Marker struct{ place place.Place }

// Marker returns the field that holds this desk's markers.
func (d *Desk) Marker() Marker { return Marker{d.place} }

// String names it for people.
func (m Marker) String() string { return m.place.String() }

// Query returns the options that list the tickets whose marker begins with the
// prefix and that match the condition.
func (m Marker) Query(prefix string, met connectwise.Condition, fields ...string) *connectwise.ListOptions {
	return m.place.Query(prefix, met, fields...)
}

// Text returns the text in a ticket's marker field; "" also if the server hides
// the field.
func (m Marker) Text(t *connectwise.Ticket) string { return m.place.Text(t) }

// Put sets the marker of a new ticket.
func (m Marker) Put(t *connectwise.Ticket, marker string) { m.place.Put(t, marker) }
