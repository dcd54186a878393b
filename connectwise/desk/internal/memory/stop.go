package memory

import (
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/text"
)

// Stop is the reason why a desk creates nothing, or, for [OlderTool], writes
// nothing, until a person acknowledges the stop by its id. A stop also ends
// when its cause is gone.
type Stop struct {
	// ID is derived from the cause, so the same cause has the same id in every
	// run, even after the memory was lost.
	ID string `json:"id"`
	// What is one of the constants.
	What string `json:"what"`
	// Why says what was seen and what to do.
	Why   string    `json:"why"`
	Since time.Time `json:"since"`
}

// Kinds of stops.
const (
	// Lost: open tickets have disappeared, or their markers were emptied, more
	// than people are likely to have done.
	Lost = "tickets lost"
	// MarkerNotKept: the server creates tickets without their markers, so every
	// run would create them again.
	MarkerNotKept = "marker not kept"
	// OlderTool: an older tool still changes our tickets.
	OlderTool = "older tool"
)

// NewStop returns the stop of a cause. The texts in cause must be the same
// whenever the cause is the same.
func NewStop(what, why string, at time.Time, cause ...string) Stop {
	return Stop{ID: text.Hash(4, append([]string{what}, cause...)...), What: what, Why: why, Since: at}
}

// Raise records a stop. A stop that stands already keeps its time.
func (m *Memory) Raise(stop Stop) {
	if i := slices.IndexFunc(m.Stops, func(s Stop) bool { return s.ID == stop.ID }); i >= 0 {
		m.Stops[i].Why = stop.Why
	} else {
		m.Stops = append(m.Stops, stop)
	}
}

// Acknowledge ends the stops with these ids. It returns them, and the ids that
// name no stop.
func (m *Memory) Acknowledge(ids []string) (ended []Stop, unknown []string) {
	for _, id := range ids {
		i := slices.IndexFunc(m.Stops, func(s Stop) bool { return s.ID == strings.ToLower(strings.TrimSpace(id)) })
		if i < 0 {
			unknown = append(unknown, id)
			continue
		}
		ended = append(ended, m.Stops[i])
		m.Stops = slices.Delete(m.Stops, i, i+1)
	}
	return ended, unknown
}

// Stands reports whether a stop of this kind stands.
func (m *Memory) Stands(what string) bool {
	return slices.ContainsFunc(m.Stops, func(s Stop) bool { return s.What == what })
}

// Stopped returns a sentence that says why nothing may be created; "" if
// creating is allowed.
func (m *Memory) Stopped() string {
	var why []string
	for _, s := range m.Stops {
		why = append(why, s.What+" (stop "+s.ID+")")
	}
	return strings.Join(why, ", ")
}
