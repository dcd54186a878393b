package setup

import (
	"fmt"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk"
)

// Warnings are what works, but perhaps not as meant: statuses in which nobody can
// enter time, and mail to customers. A program shows them, with [desk.Desk.Home],
// before it writes anything.
func Warnings(d *desk.Desk) (warnings []string) {
	home := d.Home()
	for _, status := range []connectwise.BoardStatus{home.Closed, home.Verify} {
		if status.TimeEntryNotAllowed {
			warnings = append(warnings, fmt.Sprintf("no time can be entered on tickets in status %q: who worked on one must reopen it first", status.Name))
		}
	}
	if home.Mail {
		warnings = append(warnings, "Mail is on: customers may be mailed; WhoIsMailed says who")
	}
	return warnings
}
