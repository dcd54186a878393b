package desk

import (
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// Stop is why a desk does not create any more, or, for [StopOlderTool], does not
// write at all, until a person has looked. A person acknowledges it by its id
// (Options.Acknowledge), once; it ends by itself when its cause is gone.
type Stop struct {
	// ID is made from the cause, so that the same cause has the same id in
	// every run, also after the memory was lost.
	ID string `json:"id"`
	// What is one of the Stop constants.
	What string `json:"what"`
	// Why says for people what was seen and what to do.
	Why   string    `json:"why"`
	Since time.Time `json:"since"`
	// Acknowledged is when a person acknowledged it; zero while it stands.
	Acknowledged time.Time `json:"acknowledged,omitzero"`
	// Keys are the keys it is about, as far as it is about some.
	Keys []mark.KeyID `json:"keys,omitempty"`
}

// What stops a desk.
const (
	// StopLost: open tickets have vanished, or their markers were emptied, more
	// than people do in a day.
	StopLost = "tickets lost"
	// StopMarkerNotKept: the server makes tickets without their markers, so
	// that every run would make them again.
	StopMarkerNotKept = "marker not kept"
	// StopOlderTool: an older tool still writes on our tickets.
	StopOlderTool = "older tool"
)

// newStop makes the stop of a cause, given in words that are the same whenever
// the cause is.
func newStop(what, why string, at time.Time, cause ...string) Stop {
	return Stop{ID: text.Hash(4, append([]string{what}, cause...)...), What: what, Why: why, Since: at}
}

// raise notes that a run has met a stop's cause. One that stands already keeps
// its time; one that was acknowledged stays so.
func (m *memory) raise(stop Stop) {
	i := slices.IndexFunc(m.Stops, func(s Stop) bool { return s.ID == stop.ID })
	if i < 0 {
		m.Stops = append(m.Stops, stop)
		return
	}
	m.Stops[i].Why, m.Stops[i].Keys = stop.Why, stop.Keys
}

// acknowledge notes that a person knows of the stops with these ids, and gives
// the ids that name none.
func (m *memory) acknowledge(at time.Time, ids []string) (unknown []string) {
	for _, id := range ids {
		i := slices.IndexFunc(m.Stops, func(s Stop) bool { return s.ID == strings.ToLower(strings.TrimSpace(id)) })
		switch {
		case i < 0:
			unknown = append(unknown, id)
		case m.Stops[i].Acknowledged.IsZero():
			m.Stops[i].Acknowledged = at
		}
	}
	return unknown
}

// standing are the stops that nobody has acknowledged.
func (m *memory) standing() []Stop {
	return slices.DeleteFunc(slices.Clone(m.Stops), func(s Stop) bool { return !s.Acknowledged.IsZero() })
}

// stands says that an unacknowledged stop of the kind stands.
func (m *memory) stands(what string) bool {
	return slices.ContainsFunc(m.standing(), func(s Stop) bool { return s.What == what })
}

// end removes stops whose cause is gone.
func (m *memory) end(gone func(Stop) bool) { m.Stops = slices.DeleteFunc(m.Stops, gone) }

// stopped says in a sentence why nothing may be created; "" when it may.
func (m *memory) stopped() string {
	var why []string
	for _, s := range m.standing() {
		why = append(why, s.What+" (stop "+s.ID+")")
	}
	return strings.Join(why, ", ")
}
