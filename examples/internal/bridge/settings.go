package bridge

import (
	"cmp"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/connectwise/desk/onboard"
	"github.com/covedesk/covedesk/connectwise/desk/setup"
	"github.com/covedesk/covedesk/cove/monitor"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// Settings are the settings of the file.
type Settings struct {
	File    *setup.File
	Partner string // name or id; empty: the login's own
	Desk    desk.Config
	Rules   monitor.Rules
	Notify  program.Notify
}

// Read reads the file; without a file all defaults apply. Tickets of the older
// tool are always adopted.
func Read(path string) (*Settings, error) {
	s := &Settings{Rules: monitor.DefaultRules()}
	sections := []setup.Section{{Name: "partner", Into: &s.Partner}, {Name: "rules", Into: &s.Rules}, {Name: "notify", Into: &s.Notify}}
	file, err := setup.Parse([]byte("{}"), sections...)
	if path != "" {
		file, err = setup.Read(path, sections...)
	}
	if err != nil {
		return nil, program.End(program.Wrong, err)
	}
	s.File, s.Desk = file, file.Config(monitor.Source)
	if file.CreateMissing() {
		s.Desk.Onboard = &onboard.Maker{}
	}
	s.Desk.Adopt.Summary = cmp.Or(s.Desk.Adopt.Summary, monitor.LegacyPattern)
	if s.Rules.Zone == nil {
		s.Rules.Zone = file.Zone()
	}
	return s, nil
}

// Owner returns the owner of the desk's tickets.
func (s *Settings) Owner() string { return cmp.Or(s.Desk.Owner, desk.DefaultOwner) }
