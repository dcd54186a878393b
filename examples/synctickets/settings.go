package main

import (
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/cove/monitor"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// settings are what the file says.
type settings struct {
	partner string
	desk    desk.Config
	rules   monitor.Rules
	notify  program.Notify
}

// read reads the file; without one everything is as by default.
func (s *settings) read(path string) error {
	s.rules = monitor.DefaultRules()
	return nil
}
