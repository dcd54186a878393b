package bridge

import (
	"errors"
	"io"
	"path/filepath"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/cove/monitor"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// WriteLists writes every device and every action of a run as two dated lists into
// a folder, with the columns of the older tool's.
func (b *Bridge) WriteLists(folder string, report *desk.Report) error {
	fleet := b.Fleet()
	if fleet == nil {
		return nil // the look failed, and the report says so
	}
	tickets := map[string]int64{} // including tickets that this run created
	for _, r := range report.Results {
		tickets[r.Action.ID] = r.Ticket
	}
	var rows []monitor.ActionRow
	for _, a := range report.Plan.Actions {
		row := monitor.ActionRow{Action: a}
		if a.ID != "" {
			row.Ticket = tickets[a.ID]
		}
		rows = append(rows, row)
	}
	return errors.Join(
		program.WriteFile(filepath.Join(folder, monitor.DevicesName(report.Began, monitor.CSV)), func(w io.Writer) error { return fleet.WriteDevices(w, monitor.CSV) }),
		program.WriteFile(filepath.Join(folder, monitor.ActionsName(report.Began, monitor.CSV)), func(w io.Writer) error { return fleet.WriteActions(w, monitor.CSV, rows) }),
	)
}
