package desk

import (
	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/place"
)

// Marker is where tickets keep their marker: externalXRef, or a custom field.
type Marker struct{ place place.Place }

// Marker is where this desk's tickets keep theirs.
func (d *Desk) Marker() Marker { return Marker{d.place} }

// String names it for people.
func (m Marker) String() string { return m.place.String() }

// Query lists the tickets whose marker begins so and that meet the condition.
func (m Marker) Query(prefix string, met connectwise.Condition, fields ...string) *connectwise.ListOptions {
	return m.place.Query(prefix, met, fields...)
}

// Text is what the ticket holds there; "" also where the server hides it.
func (m Marker) Text(t *connectwise.Ticket) string { return m.place.Text(t) }

// Put gives a ticket that is to be made its marker.
func (m Marker) Put(t *connectwise.Ticket, marker string) { m.place.Put(t, marker) }
