package monitor

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/cove"
)

// LoadRules reads rules as JSON and validates them. What is not there keeps
// the value of [DefaultRules], or of the preset that a member "preset" names.
// Every fault names its field, such as "server.stale".
//
// Durations are texts such as "26h" or "90m", data sources are D-codes, the
// zone is a name of the IANA time zone database:
//
//	{"preset": "readme", "server": {"stale": "20h"}, "sources": {"D10": "2h"}, "zone": "America/New_York"}
func LoadRules(from io.Reader) (Rules, error) {
	const most = 1 << 20
	data, err := io.ReadAll(io.LimitReader(from, most+1))
	if err != nil {
		return Rules{}, fmt.Errorf("monitor: rules: %w", err)
	}
	if len(data) > most {
		return Rules{}, fmt.Errorf("monitor: rules: more than %d bytes", most)
	}
	r := DefaultRules()
	if err := r.UnmarshalJSON(data); err != nil {
		return Rules{}, err
	}
	if err := r.Validate(); err != nil {
		return Rules{}, err
	}
	return r, nil
}

// A setting is one field of rules as JSON holds it: a path and a pointer that
// encoding/json reads and writes.
type setting struct {
	path  string
	value any
}

// settings are the fields of rules in the order in which they are written. It
// is the only list of them, so that what is written can be read.
func (r *Rules) settings() []setting {
	list := []setting{{"partnerID", &r.PartnerID}}
	for _, c := range classes {
		rules, name := r.Class(c), c.String()+"."
		list = append(list,
			setting{name + "off", &rules.Off}, setting{name + "stale", (*span)(&rules.Stale)},
			setting{name + "offline", (*span)(&rules.Offline)}, setting{name + "listOffline", &rules.ListOffline},
			setting{name + "untilContact", &rules.UntilContact}, setting{name + "tolerateMissed", &rules.TolerateMissed},
			setting{name + "tolerateInterrupted", &rules.TolerateInterrupted},
			setting{name + "failures", &rules.Failures}, setting{name + "minErrors", &rules.MinErrors},
			setting{name + "storage", &rules.Storage}, setting{name + "recovery", (*span)(&rules.Recovery)})
	}
	return append(list,
		setting{"sources", &limits{&r.Sources}},
		setting{"tiers.medium", (*span)(&r.Tiers.Medium)}, setting{"tiers.high", (*span)(&r.Tiers.High)},
		setting{"tiers.critical", (*span)(&r.Tiers.Critical)},
		setting{"documentsProfiles", &r.DocumentsProfiles},
		setting{"newGrace", (*span)(&r.NewGrace)}, setting{"seedingGrace", (*span)(&r.SeedingGrace)},
		setting{"customerStates", &r.CustomerStates},
		setting{"overrides", &r.Overrides}, setting{"ignore", &r.Ignore},
		setting{"summary", &r.Summary}, setting{"templates", &r.Templates}, setting{"causes", &r.Causes},
		setting{"zone", &zone{&r.Zone}},
		setting{"systemsLink", &r.SystemsLink}, setting{"m365Link", &r.M365Link}, setting{"silence", &r.Silence},
	)
}

// MarshalJSON writes every field, in a fixed order.
func (r Rules) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	open := ""
	b.WriteByte('{')
	for _, s := range r.settings() {
		group, name, nested := strings.Cut(s.path, ".")
		if !nested {
			group, name = "", s.path
		}
		if open != "" && group != open {
			b.WriteByte('}')
		}
		if b.Bytes()[b.Len()-1] != '{' {
			b.WriteByte(',')
		}
		if group != "" && group != open {
			fmt.Fprintf(&b, "%q:{", group)
		}
		open = group
		value, err := json.Marshal(s.value)
		if err != nil {
			return nil, fmt.Errorf("monitor: rules: %s: %w", s.path, err)
		}
		fmt.Fprintf(&b, "%q:%s", name, value)
	}
	if open != "" {
		b.WriteByte('}')
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// UnmarshalJSON reads the fields that are there and leaves the others alone; a
// member "preset" is read before them and sets all. It reports every member
// that is no field or holds no value of its kind, and does not validate.
func (r *Rules) UnmarshalJSON(data []byte) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil {
		return fmt.Errorf("monitor: rules: %w", err)
	}
	next := r.clone()
	if raw, ok := members["preset"]; ok {
		var name string
		if err := json.Unmarshal(raw, &name); err != nil {
			return fault("preset", err)
		}
		preset, ok := Preset(name)
		if !ok {
			return fault("preset", fmt.Errorf("%q is none of %q", name, Presets()))
		}
		next = preset
		delete(members, "preset")
	}
	known := map[string]any{}
	groups := map[string]bool{}
	for _, s := range next.settings() {
		known[s.path] = s.value
		if group, _, nested := strings.Cut(s.path, "."); nested {
			groups[group] = true
		}
	}
	var faults []error
	read := func(path string, raw json.RawMessage) {
		value, ok := known[path]
		if !ok {
			faults = append(faults, fault(path, errors.New("there is no such field")))
		} else if err := strict(raw, value); err != nil {
			faults = append(faults, fault(path, err))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(members)) {
		if !groups[name] {
			read(name, members[name])
			continue
		}
		var inner map[string]json.RawMessage
		if err := json.Unmarshal(members[name], &inner); err != nil || inner == nil {
			faults = append(faults, fault(name, errors.New("is no object")))
			continue
		}
		for _, field := range slices.Sorted(maps.Keys(inner)) {
			read(name+"."+field, inner[field])
		}
	}
	if err := errors.Join(faults...); err != nil {
		return err
	}
	*r = next
	return nil
}

func fault(path string, err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		if wrong.Field != "" {
			path += "." + wrong.Field
		}
		err = fmt.Errorf("holds a %s where a value of another kind is needed", wrong.Value)
	}
	return fmt.Errorf("monitor: rules: %s: %w", path, err)
}

// strict decodes one value and refuses members that do not exist, and a null
// where only a list can be empty.
func strict(raw json.RawMessage, into any) error {
	if string(raw) == "null" {
		switch reflect.TypeOf(into).Elem().Kind() {
		case reflect.Slice, reflect.Map:
		default:
			return errors.New("is null: leave it out to keep its value")
		}
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// clone copies rules so that reading into the copy changes nothing of r.
func (r *Rules) clone() Rules {
	c := *r
	c.Sources, c.Templates = maps.Clone(r.Sources), maps.Clone(r.Templates)
	c.DocumentsProfiles, c.CustomerStates = slices.Clone(r.DocumentsProfiles), slices.Clone(r.CustomerStates)
	c.Overrides, c.Ignore, c.Causes = slices.Clone(r.Overrides), slices.Clone(r.Ignore), slices.Clone(r.Causes)
	return c
}

// A span is a duration as text: "26h", "90m".
type span time.Duration

// MarshalText writes whole hours as "26h".
func (s span) MarshalText() ([]byte, error) {
	d := time.Duration(s)
	if d%time.Hour == 0 {
		return fmt.Appendf(nil, "%dh", d/time.Hour), nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads what time.ParseDuration does.
func (s *span) UnmarshalText(text []byte) error {
	d, err := time.ParseDuration(string(text))
	if err != nil {
		return fmt.Errorf("%q is no duration such as \"26h\"", text)
	}
	*s = span(d)
	return nil
}

// A code is a data source as text: "D10".
type code cove.DataSource

// MarshalText writes the D-code; no source is empty.
func (c code) MarshalText() ([]byte, error) {
	if c == 0 {
		return nil, nil
	}
	return []byte(cove.DataSource(c).String()), nil
}

// UnmarshalText reads a D-code.
func (c *code) UnmarshalText(text []byte) error {
	*c = 0
	if len(text) == 0 {
		return nil
	}
	var set cove.DataSourceSet
	if err := set.UnmarshalText(text); err != nil || set.Len() != 1 {
		return fmt.Errorf("%q is no data source such as \"D10\"", text)
	}
	for s := range set.All() {
		*c = code(s)
	}
	return nil
}

// limits are the age limits of single sources.
type limits struct {
	to *map[cove.DataSource]time.Duration
}

// MarshalJSON writes {"D10":"2h"}.
func (l *limits) MarshalJSON() ([]byte, error) {
	out := map[code]span{}
	for s, d := range *l.to {
		out[code(s)] = span(d)
	}
	return json.Marshal(out)
}

// UnmarshalJSON replaces all limits.
func (l *limits) UnmarshalJSON(data []byte) error {
	var in map[code]span
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*l.to = nil
	if len(in) > 0 {
		*l.to = make(map[cove.DataSource]time.Duration, len(in))
	}
	for s, d := range in {
		(*l.to)[cove.DataSource(s)] = time.Duration(d)
	}
	return nil
}

// zone is a time zone by name.
type zone struct{ to **time.Location }

// MarshalText writes the name; UTC when there is none. A zone that was made up
// has no name to be found by.
func (z *zone) MarshalText() ([]byte, error) {
	name := (*z.to).String()
	if _, err := time.LoadLocation(name); err != nil || name == "" {
		return nil, fmt.Errorf("%q is no time zone such as \"America/New_York\"", name)
	}
	return []byte(name), nil
}

// UnmarshalText loads a zone of the IANA database.
func (z *zone) UnmarshalText(text []byte) error {
	location, err := time.LoadLocation(string(text))
	if err != nil {
		return fmt.Errorf("%q is no time zone such as \"America/New_York\"", text)
	}
	*z.to = location
	return nil
}

type ignoreJSON struct {
	Source code   `json:"source,omitzero"`
	Text   string `json:"text"`
}

// MarshalJSON writes the source as its D-code.
func (i Ignore) MarshalJSON() ([]byte, error) {
	return json.Marshal(ignoreJSON{code(i.Source), i.Text})
}

// UnmarshalJSON reads the source as its D-code.
func (i *Ignore) UnmarshalJSON(data []byte) error {
	var in ignoreJSON
	if err := strict(data, &in); err != nil {
		return err
	}
	*i = Ignore{cove.DataSource(in.Source), in.Text}
	return nil
}
