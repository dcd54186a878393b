package desk

import (
	"cmp"
	"fmt"
)

// Settings are the names a desk works with, those that the configuration left
// to the board included. A program shows them before it writes anything.
type Settings struct {
	Owner        string
	Member       string // the API member's identifier
	Board        string
	NewStatus    string
	ClosedStatus string
	VerifyStatus string // "" when there is none
	Marker       string // where markers stand: "externalXRef" or the caption of Config.MarkerField
	// Warnings are what works, but perhaps not as meant.
	Warnings []string
}

// Settings are what [New] found.
func (d *Desk) Settings() Settings {
	s := Settings{
		Owner:        d.owner,
		Member:       d.member,
		Board:        d.home.ref.Name,
		NewStatus:    d.home.nameOf(d.home.fresh),
		ClosedStatus: d.home.nameOf(d.home.closed),
		VerifyStatus: d.home.nameOf(d.home.verify),
		Marker:       cmp.Or(d.place.caption, d.place.member()),
	}
	for _, id := range []int64{d.home.closed, d.home.verify} {
		if status, ok := d.home.status(id); ok && status.TimeEntryNotAllowed {
			s.Warnings = append(s.Warnings, fmt.Sprintf("no time can be entered on tickets in status %q: who worked on one must reopen it first", status.Name))
		}
	}
	if d.config.Mail {
		s.Warnings = append(s.Warnings, "Mail is on: customers may be mailed; WhoIsMailed says who")
	}
	return s
}
