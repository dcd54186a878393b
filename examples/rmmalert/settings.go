package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/connectwise/desk/onboard"
	"github.com/covedesk/covedesk/connectwise/desk/setup"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/alerts"
)

// defaultOwner is the owner of the tickets, different from that of other
// programs.
const defaultOwner = "rmm"

// section is the section "alerts" of the settings file.
type section struct {
	// Customer is the customer of alerts that do not name one.
	Customer string `json:"customer"`
	// Labels are the members of alerts that templates may use, in addition to
	// those that every alert may have.
	Labels []string `json:"labels"`

	// Consolidate is how long repetitions are collected into one update. A
	// repetition that comes later than NewAfter after the first alert gets its
	// own ticket; 0 means never. With EachItsOwn each alert gets its own
	// ticket.
	Consolidate time.Duration `json:"consolidate"`
	NewAfter    time.Duration `json:"newAfter"`
	EachItsOwn  bool          `json:"eachItsOwn"`
	// LookBack is how old an alert may be in the first run.
	LookBack time.Duration `json:"lookBack"`
	// MaxProblems and MaxAge bound the problems that are remembered, MaxDetails the
	// details that are collected for one update.
	MaxProblems int           `json:"maxProblems"`
	MaxAge      time.Duration `json:"maxAge"`
	MaxDetails  int           `json:"maxDetails"`

	// Details is "all" if every detail shall be in the note, "first" if only
	// the first shall be and a file holds the others.
	Details string `json:"details"`
	// Unattached says what to do with files that the service desk did not
	// accept: "keep" keeps them in the spool's folder kept, "ignore" deletes
	// them, "fail" keeps them and fails the run.
	Unattached string `json:"unattached"`

	// MaxQueued and MaxWait bound the alerts that wait in the spool; the oldest
	// that exceed them are dropped and counted. Batch is how many alerts a run
	// processes; the run ends after Timeout.
	MaxQueued int           `json:"maxQueued"`
	MaxWait   time.Duration `json:"maxWait"`
	Batch     int           `json:"batch"`
	Timeout   time.Duration `json:"timeout"`
}

func defaultSection() section {
	r := alerts.DefaultRules(source)
	return section{
		Consolidate: r.Consolidate, NewAfter: r.NewAfter, LookBack: r.LookBack, MaxProblems: r.MaxAlerts, MaxAge: r.MaxAge, MaxDetails: r.MaxDetails,
		Details: "all", Unattached: "keep", MaxQueued: 300_000, MaxWait: 7 * 24 * time.Hour, Batch: 10_000, Timeout: 10 * time.Minute,
	}
}

func (s *section) rules() alerts.Rules {
	return alerts.Rules{
		Feed: source, Consolidate: s.Consolidate, NewAfter: s.NewAfter, EachItsOwn: s.EachItsOwn, LookBack: s.LookBack,
		MaxAlerts: s.MaxProblems, MaxAge: s.MaxAge, MaxDetails: s.MaxDetails,
	}
}

// Validate returns an error that lists everything that is wrong, by member.
func (s *section) Validate() error {
	var errs []error
	need := func(well bool, format string, args ...any) {
		if !well {
			errs = append(errs, fmt.Errorf(format, args...))
		}
	}
	for name, d := range map[string]time.Duration{
		"consolidate": s.Consolidate, "newAfter": s.NewAfter, "lookBack": s.LookBack, "maxAge": s.MaxAge, "maxWait": s.MaxWait,
	} {
		need(d >= 0, "%s: is negative", name)
	}
	need(min(s.MaxProblems, s.MaxDetails, s.MaxQueued) >= 0, "maxProblems, maxDetails, maxQueued: may not be negative")
	need(s.Batch > 0, "batch: at least 1")
	need(s.Timeout > 0, "timeout: more than 0")
	need(slices.Contains([]string{"all", "first"}, s.Details), "details: %q is neither all nor first", s.Details)
	need(slices.Contains([]string{"keep", "ignore", "fail"}, s.Unattached), "unattached: %q is none of keep, ignore, fail", s.Unattached)
	return errors.Join(errs...)
}

// settings are the settings of the file.
type settings struct {
	file   *setup.File
	desk   desk.Config
	alerts section
	notify program.Notify
}

// readSettings reads the file; without a file all defaults apply.
func readSettings(path string) (*settings, error) {
	s := &settings{alerts: defaultSection()}
	data := []byte("{}")
	var err error
	if path != "" {
		data, err = os.ReadFile(path)
	}
	if err == nil {
		s.file, err = setup.Parse(data, setup.Section{Name: "alerts", Into: &s.alerts}, setup.Section{Name: "notify", Into: &s.notify})
	}
	if err == nil {
		s.desk = s.file.Config(source)
		s.desk.Owner = cmp.Or(s.desk.Owner, defaultOwner)
		s.desk.Policy.UpdateEvery = 0 // alerts.consolidate says when updates are due
		if s.file.CreateMissing() {
			s.desk.Onboard = &onboard.Maker{}
		}
		err = s.check(data)
	}
	if err != nil {
		return nil, program.End(program.Wrong, fmt.Errorf("settings %s:\n%w", path, err))
	}
	return s, nil
}

// check finds an error that would otherwise show only on a ticket: a template
// with a label that no alert has.
func (s *settings) check(data []byte) error {
	var texts struct {
		Desk   struct{ Title, Description, Internal string }
		Policy struct{ UpdateEvery json.RawMessage }
	}
	if err := json.Unmarshal(data, &texts); err != nil {
		return err
	}
	templates := map[string]string{"desk.title": texts.Desk.Title, "desk.description": texts.Desk.Description, "desk.internal": texts.Desk.Internal}
	for _, f := range s.desk.Fields {
		templates["desk.fields."+f.Path] = f.Value
	}
	for i, r := range s.desk.Routes {
		for _, f := range r.Fields {
			templates[fmt.Sprintf("desk.routes[%d].fields.%s", i, f.Path)] = f.Value
		}
	}
	var errs []error
	for _, path := range slices.Sorted(maps.Keys(templates)) {
		if err := s.checkTemplate(templates[path]); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", path, err))
		}
	}
	if texts.Policy.UpdateEvery != nil {
		errs = append(errs, errors.New("policy.updateEvery: alerts are collected for as long as alerts.consolidate says; leave this out"))
	}
	return errors.Join(errs...)
}

// checkTemplate tries a template on an alert that has every label, and on one
// whose labels are all empty.
func (s *settings) checkTemplate(text string) error {
	for _, value := range []string{"x", ""} {
		known := map[string]string{}
		for _, l := range labels {
			known[l.name] = value
		}
		for _, name := range s.alerts.Labels {
			known[name] = value
		}
		action := reconcile.Action{Kind: reconcile.Create, Key: reconcile.Key{Feed: source, Subject: "x"}, Related: []int64{1}, Issue: &reconcile.Issue{Labels: known}}
		err := desk.TryTemplate(text, action)
		if err != nil {
			_, missing, found := strings.Cut(err.Error(), "map has no entry for key ")
			if !found {
				return err
			}
			return fmt.Errorf("no alert has a label %s; there are %s; alerts.labels names further ones",
				missing, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
		}
	}
	return nil
}
