package alerts

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/covedesk/covedesk/reconcile"
)

// format is the version of the state's JSON form.
const format = 1

// State is what is remembered from one [Update] to the next. Its zero value is
// that before the first one. Keep it as JSON; it is changed by nobody else.
type State struct {
	// Dropped counts the events, and the problems that were going on, that were
	// dropped so far because they were too old or too many.
	Dropped int

	started time.Time
	alerts  []alert // by the order of their first events
	seen    []string
}

// alert is a problem that events have told of.
type alert struct {
	Subject string          `json:"subject"` // of the key in tickets
	Base    string          `json:"base"`    // the subject that events name
	Issue   reconcile.Issue `json:"issue"`   // as last offered
	First   time.Time       `json:"first"`
	Last    time.Time       `json:"last"`
	Offered time.Time       `json:"offered"` // when an update was last offered
	Batch   int             `json:"batch"`   // how many were
	Over    time.Time       `json:"over,omitzero"`

	// Next is the issue that the next offer will show, Waiting what was told
	// since the last one, Offering what the last one holds and nobody has
	// confirmed as written.
	Next     reconcile.Issue `json:"next"`
	Waiting  []string        `json:"waiting,omitzero"`
	Offering []string        `json:"offering,omitzero"`
	// WaitingCut and Cut count the details that MaxDetails left out of each.
	WaitingCut int `json:"waitingCut,omitzero"`
	Cut        int `json:"cut,omitzero"`
}

// document is the JSON form.
type document struct {
	Format  int       `json:"format"`
	Started time.Time `json:"started,omitzero"`
	Dropped int       `json:"dropped,omitzero"`
	Alerts  []alert   `json:"alerts,omitzero"`
	Seen    []string  `json:"seen,omitzero"`
}

// MarshalJSON implements json.Marshaler.
func (s State) MarshalJSON() ([]byte, error) {
	return json.Marshal(document{format, s.started, s.Dropped, s.alerts, s.seen})
}

// UnmarshalJSON implements json.Unmarshaler. A document of a newer format is
// refused, so that nothing that it remembers is lost.
func (s *State) UnmarshalJSON(data []byte) error {
	var d document
	if err := json.Unmarshal(data, &d); err != nil {
		return fmt.Errorf("alerts: state: %w", err)
	}
	if d.Format != format {
		return fmt.Errorf("alerts: state of format %d, want %d", d.Format, format)
	}
	*s = State{d.Dropped, d.Started, d.Alerts, d.Seen}
	return nil
}

// Said gives the state once the tickets of the keys have been written: what was
// collected for them and stands there is not told again. Details of keys that
// are not named come again with the next update, so that a write that failed
// loses nothing.
func (s State) Said(keys ...reconcile.Key) State {
	s.alerts = slices.Clone(s.alerts)
	for i := range s.alerts {
		if slices.Contains(keys, s.alerts[i].Issue.Key) {
			s.alerts[i].Offering, s.alerts[i].Cut = nil, 0
		}
	}
	return s
}

// Due is when the next [Update] has something to offer although no event has come:
// details that wait for the end of their interval. Zero: there are none.
func (s State) Due(r Rules) (due time.Time) {
	for _, a := range s.alerts {
		at := a.Offered.Add(r.Consolidate)
		if len(a.Waiting) > 0 && (due.IsZero() || at.Before(due)) {
			due = at
		}
	}
	return due
}
