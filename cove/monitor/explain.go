package monitor

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/internal/strict"
	"github.com/covedesk/covedesk/internal/text"
)

// An Explanation says why a device got its verdict: the columns that were read,
// the rule that was applied to each, and the result.
type Explanation struct {
	At         time.Time `json:"at"`
	Device     int64     `json:"device"`
	Name       string    `json:"name"`
	Customer   string    `json:"customer"`
	Site       string    `json:"site,omitzero"`
	CustomerID string    `json:"customerID"`
	Class      string    `json:"class"`
	Why        string    `json:"why"` // why it has that class
	Columns    []Fact    `json:"columns"`
	// Rules are the fields of the rules that apply to the class, by their paths in
	// JSON ("server.stale"). Fields that are off are left out.
	Rules []Fact `json:"rules"`
	// Sources are the judgements on each active source; empty when the device
	// was judged as a whole.
	Sources []SourceExplained `json:"sources,omitzero"`
	Outcome string            `json:"outcome"`
	// Kind, Severity, State and Summary are those of the problem. Reason says why
	// the device is suppressed, or which errors were ignored.
	Kind     string `json:"kind,omitzero"`
	Severity string `json:"severity,omitzero"`
	State    string `json:"state,omitzero"`
	Summary  string `json:"summary,omitzero"`
	Reason   string `json:"reason,omitzero"`
}

// A Fact is a column or a field of the rules, with its value.
type Fact struct {
	Name    string `json:"name"`
	Meaning string `json:"meaning,omitzero"`
	Value   string `json:"value"`
}

// A SourceExplained is the judgement on one source.
type SourceExplained struct {
	Source    string `json:"source"`
	Name      string `json:"name"`
	Columns   []Fact `json:"columns"`
	Rule      string `json:"rule"`      // "server.stale: good backup at most 26 h old"
	Judged    string `json:"judged"`    // the status that counted
	Age       string `json:"age"`       // of the last good backup
	Condition string `json:"condition"` // "good", "failed", ..., "unproven"
	Severity  string `json:"severity,omitzero"`
	Reason    string `json:"reason,omitzero"` // why nothing is proven
}

// Explain says why a device got its verdict. It returns false when the run did
// not see the device.
func (f *Fleet) Explain(id int64) (Explanation, bool) {
	v, ok := f.Verdict(id)
	if !ok {
		return Explanation{}, false
	}
	d := v.Device
	j := judgeOf(v, &f.rules, f.At)
	e := Explanation{
		At: f.At, Device: d.ID, Name: deviceName(d), Customer: v.Customer.Name, Site: v.Customer.Site, CustomerID: v.CustomerID(),
		Class: cmp.Or(v.Class.String(), "unknown"), Why: "an override of the rules says so", Outcome: v.Outcome.String(), State: v.State, Summary: v.Summary, Reason: v.Reason,
		Kind: where(v.Outcome == Problem, v.Kind.String()), Severity: where(v.Outcome == Problem, v.Severity.String()),
		Columns: []Fact{
			{"AT", "account type", d.AccountType.String()},
			{"OT", "OS type", d.OSType.String()},
			{"OS", "OS version", d.OS},
			{"OI", "profile", strings.TrimPrefix(strings.TrimSpace(fmt.Sprint(d.ProfileID, " ", d.Profile)), "0")},
			{"I78", "active sources", d.Sources.String()},
			{"CD", "created", when(d.Created)},
			{"TS", "last contact", when(d.Seen)},
			{"ED", "expires", when(d.Expires)},
			{"IS", "seeding", d.Seeding.String()},
			{"T0", "status of the last session of any source", statusNumber(d.Total.Status)},
			{"TL", "newest success of any source", when(d.Total.LastSuccess)},
		},
		Rules: f.rules.used(v.Class),
	}
	if class, why := classOf(d, &f.rules); class == v.Class {
		e.Why = why
	}
	if j.class.Storage {
		e.Columns = append(e.Columns, Fact{"YS", "storage status", d.StorageStatus.String()})
	}
	for _, code := range j.class.columns() {
		c, _ := cove.LookupColumn(code)
		e.Columns = append(e.Columns, Fact{code, c.Name, d.Rest[code]})
	}
	for _, m := range d.Malformed {
		e.Columns = append(e.Columns, Fact{m.Column, "could not be read", m.Value})
	}
	for _, code := range d.Refused {
		e.Columns = append(e.Columns, Fact{code, "may not be read by this user", "?"})
	}
	if j.excluded(v, f.rules.override(d, &v.Customer)) != "" || v.Kind == Offline || v.State == Offline.String() || v.ReplacedBy != 0 {
		return e, true
	}
	for s := range (d.Sources &^ total).All() {
		e.Sources = append(e.Sources, f.explainSource(v, &j, s))
	}
	return e, true
}

// used returns the fields that decide about a class, without those that are
// off.
func (r *Rules) used(c Class) []Fact {
	data, _ := strict.Encode(plainRules(*r)) // rules that cannot be written are not listed
	var all map[string]json.RawMessage
	_ = json.Unmarshal(data, &all)
	var used []Fact
	add := func(field string, value json.RawMessage) {
		switch text := strings.Trim(string(value), `"`); text {
		case "false", "0", "0s", "{}", "[]", "null", "none":
		default:
			used = append(used, Fact{Name: field, Value: text})
		}
	}
	for _, field := range []string{c.String(), "severityAges"} {
		var members map[string]json.RawMessage
		_ = json.Unmarshal(all[field], &members)
		for _, name := range slices.Sorted(maps.Keys(members)) {
			add(field+"."+name, members[name])
		}
	}
	for _, field := range []string{"sources", "newGrace", "seedingGrace", "customerStates"} {
		add(field, all[field])
	}
	return used
}

func (f *Fleet) explainSource(v *Verdict, j *judge, s cove.DataSource) SourceExplained {
	rule := v.Class.String() + ".stale"
	if _, own := f.rules.Sources[s]; own {
		rule = "sources." + s.String()
	}
	st, _ := statsOf(v.Device, s)
	finding, reason := j.source(s)
	x := SourceExplained{
		Source: s.String(), Name: sourceName(s), Rule: rule + ": good backup at most " + duration(f.rules.limit(s, j.class)) + " old",
		Judged: statusNumber(st.Status), Condition: finding.Condition.String(), Reason: reason, Age: "unknown, never successful",
	}
	x.Columns = []Fact{
		{s.String() + "F00", "status", statusNumber(st.Status)},
		{s.String() + "F06", "errors", fmt.Sprint(st.Errors)},
		{s.String() + "F09", "last success", when(st.LastSuccess)},
		{s.String() + "F16", "status of the last success", statusNumber(st.LastSuccessStatus)},
		{s.String() + "F17", "status of the last completed session", statusNumber(st.LastCompletedStatus)},
		{s.String() + "F18", "last completed", when(st.LastCompleted)},
		{s.String() + "F08", "28 days, newest right", barText(st.ColorBar)},
	}
	if st.Status.Running() {
		x.Judged = statusNumber(st.LastCompletedStatus) + ", the last completed one"
	}
	if !st.LastSuccess.IsZero() {
		x.Age = length(j.until.Sub(st.LastSuccess)) + where(j.until.Before(f.At), " at the last contact")
	}
	switch {
	case finding.Condition != Good:
		x.Severity = finding.Severity.String()
	case reason != "":
		x.Condition = "unproven"
	case v.ignored.Has(s):
		x.Reason = f.rules.whyIgnored(v)
	}
	return x
}

func statusNumber(s cove.SessionStatus) string { return fmt.Sprintf("%d %s", uint8(s), s) }

func when(t time.Time) string { return where(!t.IsZero(), t.UTC().Format(time.RFC3339)) }

// String returns the explanation for people, a line for each thing that
// counted. It is printable whatever the columns hold.
func (e Explanation) String() string {
	var b strings.Builder
	line := func(format string, args ...any) { b.WriteString(text.Show(fmt.Sprintf(format, args...), 1000) + "\n") }
	line("%s, device %d of %s%s, at %s", e.Name, e.Device, e.Customer, where(e.Site != "", " / "+e.Site), when(e.At))
	line("Class %s: %s.", e.Class, e.Why)
	columns := func(indent string, list []Fact) {
		for _, c := range list {
			if c.Value != "" {
				b.WriteString(indent)
				line("%s %s: %s", c.Name, c.Meaning, c.Value)
			}
		}
	}
	columns("  ", e.Columns)
	line("Rules: %s.", joined(e.Rules, ", ", func(r Fact) string { return r.Name + " " + r.Value }))
	for _, s := range e.Sources {
		line("%s %s: %s%s", s.Source, s.Name, s.Condition, where(s.Severity != "", ", "+s.Severity))
		line("- Rule %s. Age %s.", s.Rule, s.Age)
		line("- Judged by status %s%s.", s.Judged, where(s.Reason != "", ": "+s.Reason))
		columns("    ", s.Columns)
	}
	why := cmp.Or(e.Reason, e.State)
	line("Verdict: %s%s%s%s", e.Outcome, where(e.Kind != "", ", "+e.Kind), where(e.Severity != "", ", "+e.Severity), where(why != "", ": "+why))
	if e.Summary != "" {
		line("Ticket: %s", e.Summary)
	}
	return b.String()
}
