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
// the state before the first Update. Keep it as JSON; nothing but this package
// changes it.
type State struct {
	// Dropped counts the events and the open problems that were dropped so far
	// because they were too old or too many.
	Dropped int

	started time.Time
	alerts  []alert // in the order of their first events
	seen    []string
}

// alert is a problem that events have reported.
type alert struct {
	Subject string          `json:"subject"` // of the key in tickets
	Base    string          `json:"base"`    // the subject that events name
	Issue   reconcile.Issue `json:"issue"`   // as last offered
	First   time.Time       `json:"first"`
	Last    time.Time       `json:"last"`
	Offered time.Time       `json:"offered"` // when an update was last offered
	Batch   int             `json:"batch"`   // how many updates were
	Over    time.Time       `json:"over,omitzero"`

	// Next is the issue that the next offer will show. Waiting are the details
	// that came since the last offer. Offering are the details of the last offer,
	// until Said confirms that they were written.
	Next     reconcile.Issue `json:"next"`
	Waiting  []string        `json:"waiting,omitzero"`
	Offering []string        `json:"offering,omitzero"`
	// WaitingCut and Cut count the details that MaxDetails left out of Waiting and
	// of Offering.
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

// UnmarshalJSON implements json.Unmarshaler. It refuses a document of another
// format and leaves the state as it is.
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

// Said returns the state once the tickets of the keys have been written: the
// details that were offered for them are not written again. Details of other
// keys come again with the next update, so a failed write loses nothing.
func (s State) Said(keys ...reconcile.Key) State {
	s.alerts = slices.Clone(s.alerts)
	for i := range s.alerts {
		if slices.Contains(keys, s.alerts[i].Issue.Key) {
			s.alerts[i].Offering, s.alerts[i].Cut = nil, 0
		}
	}
	return s
}

// Due returns when the next [Update] has something to offer even if no event
// comes: the end of an interval for which details wait. Zero means that none
// wait.
func (s State) Due(r Rules) (due time.Time) {
	for _, a := range s.alerts {
		at := a.Offered.Add(r.Consolidate)
		if len(a.Waiting) > 0 && (due.IsZero() || at.Before(due)) {
			due = at
		}
	}
	return due
}
