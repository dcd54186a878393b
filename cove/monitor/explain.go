package monitor

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/covedesk/covedesk/cove"
)

// An Explanation says why a device got its verdict: the columns that were
// read, the rule that was applied to each and what came of it.
type Explanation struct {
	At       time.Time    `json:"at"`
	Device   int64        `json:"device"`
	Name     string       `json:"name"`
	Customer string       `json:"customer"`
	Site     string       `json:"site,omitzero"`
	Group    string       `json:"group"`
	Class    string       `json:"class"`
	Why      string       `json:"why"` // why it is of that class
	Columns  []ColumnUsed `json:"columns"`
	// Rules are the fields of the rules that hold for the class, by their paths
	// in JSON ("server.stale"), without those that are off.
	Rules []RuleUsed `json:"rules"`
	// Sources are the judgements on each active source; empty when the device
	// was judged as a whole.
	Sources []SourceExplained `json:"sources,omitzero"`
	Outcome string            `json:"outcome"`
	// Kind, Severity, State and Summary are those of the problem; Reason says
	// why the device is parked.
	Kind     string `json:"kind,omitzero"`
	Severity string `json:"severity,omitzero"`
	State    string `json:"state,omitzero"`
	Summary  string `json:"summary,omitzero"`
	Reason   string `json:"reason,omitzero"`
}

// A ColumnUsed is a column with what it held.
type ColumnUsed struct {
	Code    string `json:"code"`
	Meaning string `json:"meaning"`
	Value   string `json:"value"`
}

// A RuleUsed is a field of the rules with its value as JSON has it.
type RuleUsed struct {
	Field string `json:"field"`
	Value string `json:"value"`
}

// A SourceExplained is the judgement on one source.
type SourceExplained struct {
	Source    string       `json:"source"`
	Name      string       `json:"name"`
	Columns   []ColumnUsed `json:"columns"`
	Rule      string       `json:"rule"`      // "good backup at most 26 h old"
	From      string       `json:"from"`      // the field of the rules: "server.stale"
	Judged    string       `json:"judged"`    // the status that counted
	Age       string       `json:"age"`       // of the last good backup
	Condition string       `json:"condition"` // "good", "failed", ..., "unproven"
	Severity  string       `json:"severity,omitzero"`
	Reason    string       `json:"reason,omitzero"` // why nothing is proven
}

// Explain says why a device got its verdict; false when the run did not meet
// the device.
func (f *Fleet) Explain(id int64) (Explanation, bool) {
	v, ok := f.Verdict(id)
	if !ok {
		return Explanation{}, false
	}
	d, r := v.Device, &f.rules
	cr := r.Class(v.Class)
	e := Explanation{
		At: f.At, Device: d.ID, Name: deviceName(d), Customer: v.Customer.Name, Site: v.Customer.Site, Group: v.Group(),
		Class: v.Class.String(), Why: r.whyClass(v), Outcome: v.Outcome.String(), State: v.State, Summary: v.Summary, Reason: v.Reason,
		Columns: []ColumnUsed{
			{"AT", "account type", d.AccountType.String()},
			{"OT", "OS type", d.OSType.String()},
			{"OS", "OS version", d.OS},
			{"OI", "profile", profileText(d)},
			{"I78", "active sources", d.Sources.String()},
			{"CD", "created", when(d.Created)},
			{"TS", "last contact", when(d.Seen)},
			{"ED", "expires", when(d.Expires)},
			{"IS", "seeding", d.Seeding.String()},
			{"T0", "status of the last session of any source", statusNumber(d.Total.Status)},
			{"TL", "newest success of any source", when(d.Total.LastSuccess)},
		},
		Rules: r.used(v.Class),
	}
	if cr.Storage {
		e.Columns = append(e.Columns, ColumnUsed{"YS", "storage status", d.StorageStatus.String()})
		e.Columns = append(e.Columns, restColumns(d, storageColumns)...)
	}
	if cr.Recovery > 0 {
		e.Columns = append(e.Columns, restColumns(d, recoveryColumns)...)
	}
	if v.Outcome == Problem {
		e.Kind, e.Severity = v.Kind.String(), v.Severity.String()
	}
	for i := range d.Malformed {
		m := &d.Malformed[i]
		e.Columns = append(e.Columns, ColumnUsed{m.Column, "could not be read", m.Value})
	}
	if excluded(d, &v.Customer, r, cr, f.At) != "" || v.Kind == Offline || v.State == Offline.String() || v.ReplacedBy != 0 {
		return e, true
	}
	for s := range d.Sources.All() {
		if s == cove.SourceTotal {
			continue
		}
		e.Sources = append(e.Sources, f.explainSource(v, s, cr))
	}
	return e, true
}

// restColumns are columns that cove.Device has no field for.
func restColumns(d *cove.Device, codes []string) []ColumnUsed {
	used := make([]ColumnUsed, len(codes))
	for i, code := range codes {
		c, _ := cove.LookupColumn(code)
		used[i] = ColumnUsed{code, c.Name, d.Rest[code]}
	}
	return used
}

// used are the fields that decide about a class.
func (r *Rules) used(c Class) []RuleUsed {
	var used []RuleUsed
	for _, s := range r.settings() {
		group, _, _ := strings.Cut(s.path, ".")
		switch group {
		case c.String(), "tiers", "newGrace", "seedingGrace", "sources", "customerStates", "ignore":
		default:
			continue
		}
		value, err := json.Marshal(s.value)
		if err != nil {
			continue
		}
		switch text := strings.Trim(string(value), `"`); text {
		case "false", "0", "0h", "{}", "[]", "null":
		default:
			used = append(used, RuleUsed{s.path, text})
		}
	}
	return used
}

func (f *Fleet) explainSource(v *Verdict, s cove.DataSource, cr *ClassRules) SourceExplained {
	x := SourceExplained{Source: s.String(), Name: sourceName(s), From: v.Class.String() + ".stale"}
	if _, own := f.rules.Sources[s]; own {
		x.From = "sources." + s.String()
	}
	x.Rule = "good backup at most " + duration(f.rules.limit(s, cr)) + " old"
	st, ok := statsOf(v.Device, s)
	if !ok {
		x.Condition, x.Reason = "unproven", "its columns are not known"
		return x
	}
	x.Columns = []ColumnUsed{
		{s.String() + "F00", "status", statusNumber(st.Status)},
		{s.String() + "F06", "errors", fmt.Sprint(st.Errors)},
		{s.String() + "F09", "last success", when(st.LastSuccess)},
		{s.String() + "F16", "status of the last success", statusNumber(st.LastSuccessStatus)},
		{s.String() + "F17", "status of the last completed session", statusNumber(st.LastCompletedStatus)},
		{s.String() + "F18", "last completed", when(st.LastCompleted)},
		{s.String() + "F08", "28 days, newest right", barText(st.ColorBar)},
	}
	finding, reason := judgeSource(v.Device, s, st, &f.rules, cr, f.At, v.ignored.Has(s))
	x.Judged, x.Condition, x.Reason = statusNumber(st.Status), finding.Condition.String(), reason
	if st.Status.Running() {
		x.Judged = statusNumber(st.LastCompletedStatus) + ", the last completed one"
	}
	if !st.LastSuccess.IsZero() {
		x.Age = length(f.At.Sub(st.LastSuccess))
		if seen := contactOf(v.Device); cr.UntilContact && !seen.IsZero() && seen.Before(f.At) {
			x.Age = length(seen.Sub(st.LastSuccess)) + " at the last contact"
		}
	}
	switch {
	case finding.Condition != Good:
		x.Severity = finding.Severity.String()
	case reason != "":
		x.Condition = "unproven"
	case v.ignored.Has(s):
		x.Reason = "its errors are such as the rules ignore"
	}
	return x
}

// whyClass says why a device is of its class.
func (r *Rules) whyClass(v *Verdict) string {
	d := v.Device
	switch o := r.override(d, &v.Customer); {
	case o != nil && o.Class != 0:
		return "an override of the rules says so"
	case v.Class == ClassM365 && d.AccountType == cove.AccountM365:
		return "AT is M365"
	case v.Class == ClassM365:
		return "its sources are those of Microsoft 365"
	case v.Class == ClassServer && d.OSType == cove.OSServer:
		return "OT is Server"
	case v.Class == ClassServer:
		return "OS names a server"
	case v.Class == ClassDocuments:
		return "its profile is one of documentsProfiles"
	case d.OSType == cove.OSWorkstation:
		return "OT is Workstation"
	}
	return "OT is undefined"
}

func profileText(d *cove.Device) string {
	if d.ProfileID == 0 {
		return d.Profile
	}
	return strings.TrimSpace(fmt.Sprint(d.ProfileID, " ", d.Profile))
}

func statusNumber(s cove.SessionStatus) string { return fmt.Sprintf("%d %s", uint8(s), s) }

func when(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// String writes the explanation for people, a line for each thing that counted.
func (e Explanation) String() string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("%s, device %d of %s%s, at %s", e.Name, e.Device, e.Customer, prefixed(" / ", e.Site), when(e.At))
	line("Class %s: %s.", e.Class, e.Why)
	columns := func(indent string, list []ColumnUsed) {
		for _, c := range list {
			if c.Value != "" {
				line("%s%s %s: %s", indent, c.Code, c.Meaning, c.Value)
			}
		}
	}
	columns("  ", e.Columns)
	rules := make([]string, len(e.Rules))
	for i, r := range e.Rules {
		rules[i] = r.Field + " " + r.Value
	}
	line("Rules: %s.", strings.Join(rules, ", "))
	for _, s := range e.Sources {
		line("%s %s: %s%s", s.Source, s.Name, s.Condition, prefixed(", ", s.Severity))
		line("  Rule %s: %s. Age %s.", s.From, s.Rule, or(s.Age, "unknown, never successful"))
		line("  Judged by status %s%s.", or(s.Judged, "none"), prefixed(": ", s.Reason))
		columns("    ", s.Columns)
	}
	line("Verdict: %s%s%s%s", e.Outcome, prefixed(", ", e.Kind), prefixed(", ", e.Severity), prefixed(": ", or(e.Reason, e.State)))
	if e.Summary != "" {
		line("Ticket: %s", e.Summary)
	}
	return b.String()
}

func prefixed(prefix, text string) string {
	if text == "" {
		return ""
	}
	return prefix + text
}

func or(text, other string) string {
	if text == "" {
		return other
	}
	return text
}
