package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/alerts"
)

// source names the feed: the first part of every key.
const source = "rmm"

// alert is an alert from a tool. Its JSON form is an object. Members that are
// not named here are kept as labels, for texts and templates.
type alert struct {
	// Key identifies the problem ("db01/disk"). It must not contain texts that
	// change: alerts with the same key have the same ticket.
	Key string
	// Customer is the customer of the problem, by a name or id that is matched
	// to a company. Company is the company itself, by identifier or id.
	Customer, Company string
	// Class is the class of the affected thing ("server"), Kind the kind of
	// problem ("disk"). Priorities and routes can depend on them.
	Class, Kind string
	Severity    reconcile.Severity
	// Summary is the ticket's summary, Text what happened.
	Summary, Text string
	// Time is when it happened; zero means when the alert is drained. Set it
	// always or never, because a clear that is older than its problem has no
	// effect.
	Time time.Time
	// Clear says that the problem is over.
	Clear bool
	// Attach are the paths of files. In the spool they are names in the folder
	// files.
	Attach []string
	Labels map[string]string
}

// labels are the labels that every alert may have, with their names in texts.
var labels = []struct{ name, words string }{
	{"AlertName", "Alert"}, {"Who", "Who"}, {"Action", "Action"}, {"ObjectType", "Object type"}, {"What", "What"}, {"When", "When"},
	{"Where", "Where"}, {"Workstation", "Workstation"}, {"Details", "Details"}, {"DataSource", "Data source"},
	{"MonitoringPlanName", "Monitoring plan"}, {"Item", "Item"}, {"Computer", "Sent by"},
}

// members returns the members of the JSON form that are not labels.
func (a *alert) members() map[string]any {
	return map[string]any{
		"key": &a.Key, "customer": &a.Customer, "company": &a.Company, "class": &a.Class, "kind": &a.Kind, "severity": &a.Severity,
		"summary": &a.Summary, "text": &a.Text, "time": &a.Time, "clear": &a.Clear, "attach": &a.Attach,
	}
}

// flags defines the flags of an alert.
func (a *alert) flags(flags *flag.FlagSet, given *bool) {
	a.Labels = map[string]string{}
	set := func(name, usage string, take func(string) error) {
		flags.Func(name, usage, func(s string) error { *given = true; return take(s) })
	}
	text := func(name, usage string, into *string) {
		set(name, usage, func(s string) error { *into = s; return nil })
	}
	a.Severity = reconcile.SeverityMedium
	text("key", "`identity` of the problem, such as db01/disk: one key, one ticket", &a.Key)
	text("customer", "`name` or id of the customer, which is matched to a company", &a.Customer)
	text("company", "identifier or `id` of the company itself", &a.Company)
	text("class", "`sort` of thing that has the problem, such as server", &a.Class)
	text("kind", "`sort` of problem, such as disk", &a.Kind)
	text("summary", "`summary` of the ticket", &a.Summary)
	text("text", "what happened, a `text` of any length", &a.Text)
	set("severity", "`severity`: low, medium, high, critical (default medium)", func(s string) error { return a.Severity.UnmarshalText([]byte(s)) })
	set("time", "`time` at which it happened, as 2006-01-02T15:04:05Z (default: now)", func(s string) (err error) {
		a.Time, err = time.Parse(time.RFC3339, s)
		return err
	})
	set("attach", "`file` for the ticket; may be repeated", func(s string) error { a.Attach = append(a.Attach, s); return nil })
	set("field", "`name=value` for texts and templates, such as Who=jdoe; may be repeated", func(s string) error {
		name, value, found := strings.Cut(s, "=")
		if !found || name == "" {
			return errors.New("want name=value")
		}
		a.Labels[name] = value
		return nil
	})
	flags.BoolFunc("clear", "the problem is over", func(s string) error { *given, a.Clear = true, s != "false"; return nil })
}

// parseAlert reads the JSON form. Its error lists everything that is wrong.
func parseAlert(line []byte) (alert, error) {
	a := alert{Severity: reconcile.SeverityMedium, Labels: map[string]string{}}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(bytes.TrimPrefix(line, []byte("\ufeff")), &raw); err != nil {
		return a, fmt.Errorf("no JSON object on one line: %w", err)
	}
	known := a.members()
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(raw)) {
		value := raw[name]
		if into, ok := known[name]; !ok {
			a.Labels[name] = plain(value)
		} else if err := json.Unmarshal(value, into); err != nil {
			errs = append(errs, fmt.Errorf("%s: %s: %w", name, value, err))
		}
	}
	return a, errors.Join(append(errs, a.check())...)
}

// check returns an error if the key is not valid.
func (a *alert) check() error {
	if a.Key == "" {
		return errors.New("key: there is none, and without it nobody knows which ticket is meant")
	}
	return alerts.Event{Issue: reconcile.Issue{Key: reconcile.Key{Subject: a.Key}}}.Validate(alerts.Rules{Feed: source})
}

// plain returns a JSON value as text: a string without its quotation marks, any
// other value as it is written.
func plain(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) != nil {
		text = string(value)
	}
	return text
}

// MarshalJSON implements json.Marshaler.
func (a alert) MarshalJSON() ([]byte, error) {
	all := a.members()
	for name, value := range a.Labels {
		if all[name] == nil {
			all[name] = value
		}
	}
	return json.Marshal(all)
}

// event returns the alert as an event of package alerts. The argument told is
// the detail from which the text of the ticket is made.
func (a *alert) event(told string) alerts.Event {
	return alerts.Event{
		Issue: reconcile.Issue{
			Key: reconcile.Key{Subject: a.Key}, Customer: a.Customer, Company: a.Company, Class: a.Class, Kind: a.Kind, Severity: a.Severity,
			Summary: cmp.Or(a.Summary, a.Labels["AlertName"], a.Key), Detail: told, Labels: a.Labels,
		},
		Time: a.Time, Over: a.Clear,
	}
}

// words returns the text of the alert with its labels, one on each line.
func (a *alert) words() string {
	lines := []string{a.Text}
	if a.Text == "" && a.Clear {
		lines = []string{a.Summary}
	}
	names := map[string]bool{}
	for _, l := range labels {
		names[l.name] = true
		if value := a.Labels[l.name]; value != "" {
			lines = append(lines, l.words+": "+value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(a.Labels)) {
		if value := a.Labels[name]; value != "" && !names[name] {
			lines = append(lines, name+": "+value)
		}
	}
	return clean(strings.Trim(strings.Join(lines, "\n"), "\n"))
}

// clean removes control characters, and characters that separate records.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
}
