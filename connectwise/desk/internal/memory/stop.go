package memory

import (
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/text"
)

// Stop is why a desk does not create any more, or, for [OlderTool], does not
// write at all, until a person has looked. A person acknowledges it by its id,
// once; it ends by itself when its cause is gone.
type Stop struct {
	// ID is made from the cause, so that the same cause has the same id in
	// every run, also after the memory was lost.
	ID string `json:"id"`
	// What is one of the constants.
	What string `json:"what"`
	// Why says for people what was seen and what to do.
	Why   string    `json:"why"`
	Since time.Time `json:"since"`
}

// What stops a desk.
const (
	// Lost: open tickets have vanished, or their markers were emptied, more than
	// people do in a day.
	Lost = "tickets lost"
	// MarkerNotKept: the server makes tickets without their markers, so that
	// every run would make them again.
	MarkerNotKept = "marker not kept"
	// OlderTool: an older tool still writes on our tickets.
	OlderTool = "older tool"
)

// NewStop makes the stop of a cause, given in words that are the same whenever
// the cause is.
func NewStop(what, why string, at time.Time, cause ...string) Stop {
	return Stop{ID: text.Hash(4, append([]string{what}, cause...)...), What: what, Why: why, Since: at}
}

// Raise notes that a run has met a stop's cause. One that stands already keeps
// its time.
func (m *Memory) Raise(stop Stop) {
	if i := slices.IndexFunc(m.Stops, func(s Stop) bool { return s.ID == stop.ID }); i >= 0 {
		m.Stops[i].Why = stop.Why
	} else {
		m.Stops = append(m.Stops, stop)
	}
}

// Acknowledge ends the stops with these ids, because a person knows of them. It
// gives them, and the ids that name none.
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

// Stands says that a stop of the kind stands.
func (m *Memory) Stands(what string) bool {
	return slices.ContainsFunc(m.Stops, func(s Stop) bool { return s.What == what })
}

// Stopped says in a sentence why nothing may be created; "" when it may.
func (m *Memory) Stopped() string {
	var why []string
	for _, s := range m.Stops {
		why = append(why, s.What+" (stop "+s.ID+")")
	}
	return strings.Join(why, ", ")
}
