package reconcile

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ParsePolicy reads a policy from JSON: what is not mentioned is as in
// [DefaultPolicy], unknown members are refused with their path, and the policy
// is valid ([Policy.Validate]).
func ParsePolicy(data []byte) (Policy, error) {
	p := DefaultPolicy()
	if err := json.Unmarshal(data, &p); err != nil {
		return Policy{}, err
	}
	if err := p.Validate(); err != nil {
		return Policy{}, err
	}
	return p, nil
}

// span is a duration as people write it: "36h", "90m", "30d".
type span time.Duration

func (s span) MarshalText() ([]byte, error) {
	d := time.Duration(s)
	if day := 24 * time.Hour; d != 0 && d%day == 0 {
		return fmt.Appendf(nil, "%dd", d/day), nil
	}
	return []byte(d.String()), nil
}

func (s *span) UnmarshalText(text []byte) error {
	if days, ok := strings.CutSuffix(string(text), "d"); ok {
		n, err := strconv.ParseInt(days, 10, 32)
		if err != nil || n > int64(maxDuration/(24*time.Hour)) {
			return fmt.Errorf("reconcile: %q is not a number of days", text)
		}
		*s = span(time.Duration(n) * 24 * time.Hour)
		return nil
	}
	d, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("reconcile: %q is not a duration such as 24h or 30d", text)
	}
	*s = span(d)
	return nil
}

const maxDuration time.Duration = 1<<63 - 1

// The JSON forms of the types that hold durations.
type (
	policyJSON struct {
		Allow           []ActionKind `json:"allow"`
		Stages          Stages       `json:"stages"`
		ReopenWithin    span         `json:"reopenWithin"`
		Snooze          span         `json:"snooze"`
		UpdateEvery     span         `json:"updateEvery"`
		OpenAfter       span         `json:"openAfter"`
		CloseAfter      span         `json:"closeAfter"`
		Gone            span         `json:"gone"`
		Scope           string       `json:"scope"`
		CorrelateWithin span         `json:"correlateWithin"`
		GroupStorm      stormJSON    `json:"groupStorm"`
		GlobalStorm     stormJSON    `json:"globalStorm"`
		StormCompany    string       `json:"stormCompany"`
		Windows         []Window     `json:"windows"`
		Renew           renewJSON    `json:"renew"`
		Duplicates      Duplicates   `json:"duplicates"`
		Budget          Budget       `json:"budget"`
	}
	stormJSON struct {
		Limit  int  `json:"limit"`
		Window span `json:"window"`
	}
	renewJSON struct {
		Mode  RenewMode `json:"mode"`
		After span      `json:"after"`
	}
)

func (p Policy) json() policyJSON {
	return policyJSON{
		p.Allow, p.Stages, span(p.ReopenWithin), span(p.Snooze), span(p.UpdateEvery), span(p.OpenAfter), span(p.CloseAfter),
		span(p.Gone), p.Scope, span(p.CorrelateWithin), stormJSON{p.GroupStorm.Limit, span(p.GroupStorm.Window)},
		stormJSON{p.GlobalStorm.Limit, span(p.GlobalStorm.Window)}, p.StormCompany, p.Windows,
		renewJSON{p.Renew.Mode, span(p.Renew.After)}, p.Duplicates, p.Budget,
	}
}

func (j policyJSON) policy() Policy {
	return Policy{
		j.Allow, j.Stages, time.Duration(j.ReopenWithin), time.Duration(j.Snooze), time.Duration(j.UpdateEvery), time.Duration(j.OpenAfter),
		time.Duration(j.CloseAfter), time.Duration(j.Gone), j.Scope, time.Duration(j.CorrelateWithin),
		Storm{j.GroupStorm.Limit, time.Duration(j.GroupStorm.Window)}, Storm{j.GlobalStorm.Limit, time.Duration(j.GlobalStorm.Window)},
		j.StormCompany, j.Windows, Renew{j.Renew.Mode, time.Duration(j.Renew.After)}, j.Duplicates, j.Budget,
	}
}

// MarshalJSON implements [json.Marshaler].
func (p Policy) MarshalJSON() ([]byte, error) { return json.Marshal(p.json()) }

// UnmarshalJSON implements [json.Unmarshaler].
func (p *Policy) UnmarshalJSON(data []byte) error {
	var raw any
	if err := json.Unmarshal(data, &raw); err != nil {
		return err
	}
	var e InputError
	e.unknown("policy", raw, reflect.TypeFor[policyJSON]())
	if err := e.orNil(); err != nil {
		return err
	}
	j := p.json()
	if err := json.Unmarshal(data, &j); err != nil {
		return fmt.Errorf("reconcile: policy: %w", err)
	}
	*p = j.policy()
	return nil
}

// unknown names the members of a JSON value that the type does not have.
func (e *InputError) unknown(path string, raw any, t reflect.Type) {
	switch raw := raw.(type) {
	case []any:
		if t.Kind() == reflect.Slice {
			for i, v := range raw {
				e.unknown(fmt.Sprintf("%s[%d]", path, i), v, t.Elem())
			}
		}
	case map[string]any:
		if t.Kind() != reflect.Struct {
			return
		}
		known := make(map[string]reflect.Type)
		var names []string
		for f := range t.Fields() {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			known[name] = f.Type
			names = append(names, name)
		}
		for _, name := range slices.Sorted(maps.Keys(raw)) {
			if t, ok := known[name]; ok {
				e.unknown(path+"."+name, raw[name], t)
			} else {
				e.add(path+"."+name, "is not known (one of %s)", strings.Join(names, ", "))
			}
		}
	}
}
