package reconcile

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/strict"
)

// UnmarshalJSON implements [json.Unmarshaler], strictly: unknown members and
// members of another kind are refused, all at once, each with its path, as
// [InputFault]s; what is not mentioned stays as it is. The policy is not
// validated ([Policy.Validate]).
func (p *Policy) UnmarshalJSON(data []byte) error {
	type plain Policy
	err := strict.Decode(data, (*plain)(p))
	var found strict.Faults
	if !errors.As(err, &found) {
		return err
	}
	var f faults
	for _, fault := range found {
		f.add(strings.TrimSuffix("policy."+fault.Path, "."), "%s", fault.Text)
	}
	return f.err()
}

// MarshalJSON implements [json.Marshaler]. Durations are texts.
func (p Policy) MarshalJSON() ([]byte, error) {
	windows := make([]windowJSON, len(p.Windows))
	for i := range p.Windows {
		windows[i] = p.Windows[i].json()
	}
	return json.Marshal(struct {
		Allow           []ActionKind       `json:"allow"`
		OnRecovery      map[Stage]Recovery `json:"onRecovery"`
		ReopenWithin    strict.Duration    `json:"reopenWithin"`
		Snooze          strict.Duration    `json:"snooze"`
		UpdateEvery     strict.Duration    `json:"updateEvery"`
		OpenAfter       strict.Duration    `json:"openAfter"`
		CloseAfter      strict.Duration    `json:"closeAfter"`
		AbsentAfter     strict.Duration    `json:"absentAfter"`
		MassAbsence     float64            `json:"massAbsence"`
		CorrelateWithin strict.Duration    `json:"correlateWithin"`
		CustomerStorm   stormJSON          `json:"customerStorm"`
		GlobalStorm     stormJSON          `json:"globalStorm"`
		StormCompany    string             `json:"stormCompany"`
		Windows         []windowJSON       `json:"windows"`
		ListDuplicates  bool               `json:"listDuplicates"`
		MaxCreate       int                `json:"maxCreate"`
		MaxClose        int                `json:"maxClose"`
	}{
		Allow: p.Allow, OnRecovery: p.OnRecovery, ReopenWithin: strict.Duration(p.ReopenWithin), Snooze: strict.Duration(p.Snooze),
		UpdateEvery: strict.Duration(p.UpdateEvery), OpenAfter: strict.Duration(p.OpenAfter), CloseAfter: strict.Duration(p.CloseAfter),
		AbsentAfter: strict.Duration(p.AbsentAfter), MassAbsence: p.MassAbsence, CorrelateWithin: strict.Duration(p.CorrelateWithin),
		CustomerStorm: p.CustomerStorm.json(), GlobalStorm: p.GlobalStorm.json(), StormCompany: p.StormCompany, Windows: windows,
		ListDuplicates: p.ListDuplicates, MaxCreate: p.MaxCreate, MaxClose: p.MaxClose,
	})
}

type stormJSON struct {
	Limit  int             `json:"limit"`
	Window strict.Duration `json:"window"`
}

func (s Storm) json() stormJSON { return stormJSON{Limit: s.Limit, Window: strict.Duration(s.Window)} }

type windowJSON struct {
	Name      string    `json:"name,omitzero"`
	From      time.Time `json:"from,omitzero"`
	Until     time.Time `json:"until,omitzero"`
	Days      []string  `json:"days,omitzero"`
	Start     string    `json:"start,omitzero"`
	End       string    `json:"end,omitzero"`
	Zone      string    `json:"zone,omitzero"`
	Customers []string  `json:"customers,omitzero"`
	Subjects  []string  `json:"subjects,omitzero"`
	Classes   []string  `json:"classes,omitzero"`
}

func (w *Window) json() windowJSON {
	j := windowJSON{
		Name: w.Name, From: w.From, Until: w.Until, Start: w.Start, End: w.End,
		Customers: w.Customers, Subjects: w.Subjects, Classes: w.Classes,
	}
	for _, day := range w.Days {
		j.Days = append(j.Days, strings.ToLower(day.String()))
	}
	if w.Zone != nil {
		j.Zone = w.Zone.String()
	}
	return j
}
