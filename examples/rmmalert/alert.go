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

// alert is what a tool has told. Its JSON form is an object; members that are not
// named here are kept as labels, for texts and templates.
type alert struct {
	// Key is the identity of the problem ("db01/disk"), never made of words that
	// change: what has the same key has the same ticket.
	Key string
	// Customer is whose problem it is, by a name or id that is matched to a company;
	// Company is the company itself, by identifier or id.
	Customer, Company string
	// Class is what sort of thing has the problem ("server"), Kind what sort of
	// problem it is ("disk"): priorities and routes go by them.
	Class, Kind string
	Severity    reconcile.Severity
	// Summary is the ticket's summary, Text what happened.
	Summary, Text string
	// Time is when; zero is when the alert is drained. Give it always or never:
	// an end that is older than its problem ends nothing.
	Time time.Time
	// Clear says that the problem is over.
	Clear bool
	// Attach are files. In the spool they are names in its folder of files.
	Attach []string
	Labels map[string]string
}

// labels are those that every alert may have, and what people call them.
var labels = []struct{ name, words string }{
	{"AlertName", "Alert"}, {"Who", "Who"}, {"Action", "Action"}, {"ObjectType", "Object type"}, {"What", "What"}, {"When", "When"},
	{"Where", "Where"}, {"Workstation", "Workstation"}, {"Details", "Details"}, {"DataSource", "Data source"},
	{"MonitoringPlanName", "Monitoring plan"}, {"Item", "Item"}, {"Computer", "Sent by"},
}

// members are those of the JSON form that are no labels.
func (a *alert) members() map[string]any {
	return map[string]any{
		"key": &a.Key, "customer": &a.Customer, "company": &a.Company, "class": &a.Class, "kind": &a.Kind, "severity": &a.Severity,
		"summary": &a.Summary, "text": &a.Text, "time": &a.Time, "clear": &a.Clear, "attach": &a.Attach,
	}
}

// flags adds the flags of an alert.
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

// parseAlert reads the JSON form and says everything that is wrong with it.
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

// check says what is wrong with the identity.
func (a *alert) check() error {
	if a.Key == "" {
		return errors.New("key: there is none, and without it nobody knows which ticket is meant")
	}
	return alerts.Event{Issue: reconcile.Issue{Key: reconcile.Key{Subject: a.Key}}}.Validate(alerts.Rules{Feed: source})
}

// plain is a value as text: a text without its quotation marks, anything else as
// it is written.
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

// event is the alert for package alerts. told is what it says, from which the text
// of the ticket is made.
func (a *alert) event(told string) alerts.Event {
	return alerts.Event{
		Issue: reconcile.Issue{
			Key: reconcile.Key{Subject: a.Key}, Customer: a.Customer, Company: a.Company, Class: a.Class, Kind: a.Kind, Severity: a.Severity,
			Summary: cmp.Or(a.Summary, a.Labels["AlertName"], a.Key), Detail: told, Labels: a.Labels,
		},
		Time: a.Time, Over: a.Clear,
	}
}

// words are all that the alert says, a line a label.
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

// clean takes out what would steer a terminal, or be taken for the end of a record.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && unicode.IsControl(r) {
			return -1
		}
		return r
	}, s)
}
