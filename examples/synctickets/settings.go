package main

import (
	"errors"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/connectwise/desk/setup"
	"github.com/covedesk/covedesk/cove/monitor"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// settings are what the file says.
type settings struct {
	partner string // name or id; empty: the login's own
	desk    desk.Config
	rules   monitor.Rules
	notify  program.Notify
}

// read reads the file; without one everything is as by default. The tickets of
// the older tool are taken over, whatever the file says.
func (s *settings) read(path string) error {
	s.rules = monitor.DefaultRules()
	sections := []setup.Section{{Name: "partner", Into: &s.partner}, {Name: "rules", Into: &s.rules}, {Name: "notify", Into: &s.notify}}
	file, err := setup.Parse([]byte("{}"), sections...)
	if path != "" {
		file, err = setup.Read(path, sections...)
	}
	if err != nil {
		return program.End(program.Wrong, err)
	}
	if file.CreateMissing() {
		return program.End(program.Wrong, errors.New("desk.missingCompany: companies are made by synccustomers, not here"))
	}
	s.desk = file.Config(monitor.Source)
	if s.desk.Adopt.Summary == "" {
		s.desk.Adopt.Summary = monitor.LegacyPattern
	}
	if s.rules.Zone == nil {
		s.rules.Zone = file.Zone()
	}
	return nil
}
