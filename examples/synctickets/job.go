package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/cove/monitor"
	"github.com/covedesk/covedesk/examples/internal/bridge"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// job is the whole bridge between the two services.
type job struct {
	*bridge.Bridge
	options
	demo bool
}

// sync does the job once, shows what was done and writes the files that were asked
// for. The report is never nil. A file that could not be written changes nothing
// about the tickets.
func (j *job) sync(ctx context.Context) (*desk.Report, error) {
	run, err := j.deskOptions()
	if err != nil {
		return &desk.Report{}, err
	}
	step, done := j.Progress("asking and writing")
	j.Step = step
	report, err := j.Sync(ctx, j.partner, run)
	done()
	if err != nil && report.Health() == desk.HealthFine {
		return report, err // nothing had begun
	}
	j.show(report)
	return report, errors.Join(err, j.files(report))
}

// files writes the plan and the lists.
func (j *job) files(report *desk.Report) error {
	var errs []error
	if j.planOut != "" && report.Plan.Format != "" {
		errs = append(errs, program.WriteFile(j.planOut, func(w io.Writer) error {
			encoder := json.NewEncoder(w)
			encoder.SetIndent("", "\t")
			return encoder.Encode(report.Plan)
		}))
	}
	if fleet := j.Fleet(); j.csv != "" && fleet != nil {
		write := func(name string, list func(io.Writer) error) {
			errs = append(errs, program.WriteFile(filepath.Join(j.csv, name), list))
		}
		write(monitor.DevicesName(report.Began, monitor.CSV), func(w io.Writer) error { return fleet.WriteDevices(w, monitor.CSV) })
		write(monitor.ActionsName(report.Began, monitor.CSV), func(w io.Writer) error { return fleet.WriteActions(w, monitor.CSV, actions(report)) })
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("the tickets are as reported, but: %w", err)
	}
	return nil
}

// actions are those of the plan, with the tickets that were made.
func actions(report *desk.Report) []monitor.ActionRow {
	tickets := map[string]int64{}
	for _, r := range report.Results {
		tickets[r.Action.ID] = r.Ticket
	}
	var rows []monitor.ActionRow
	for _, a := range report.Plan.Actions {
		ticket := a.Ticket
		if made := tickets[a.ID]; a.ID != "" && made != 0 {
			ticket = made
		}
		rows = append(rows, monitor.ActionRow{Action: a, Ticket: ticket})
	}
	return rows
}
