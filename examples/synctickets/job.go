package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync/atomic"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/monitor"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/reconcile"
)

// job is the whole bridge between the two services.
type job struct {
	options
	settings
	program     *program.Program
	cove        *cove.Client
	connectwise *connectwise.Client
	demo        bool

	fleet                       *monitor.Fleet // of the last look
	coveCalls, connectwiseCalls atomic.Int64
	step                        func() // of the progress bar
}

func newJob(p *program.Program, o options) *job {
	return &job{program: p, options: o, step: func() {}}
}

func (j *job) countCove(cove.Call) {
	j.coveCalls.Add(1)
	j.step()
}

func (j *job) countConnectWise(connectwise.Call) {
	j.connectwiseCalls.Add(1)
	j.step()
}

// sync does the job once, shows what was done and writes the files that were asked
// for. The report is never nil. A file that could not be written changes nothing
// about the tickets.
func (j *job) sync(ctx context.Context) (*desk.Report, error) {
	j.coveCalls.Store(0)
	j.connectwiseCalls.Store(0)
	run, err := j.deskOptions()
	if err != nil {
		return &desk.Report{}, err
	}
	d, err := desk.New(ctx, j.connectwise, j.desk)
	if err != nil {
		return &desk.Report{}, err
	}
	step, done := j.program.Progress("asking and writing")
	j.step = step
	report, err := d.SyncWith(ctx, run, desk.MonitorFunc(monitor.Source, j.look))
	done()
	j.show(report)
	return report, errors.Join(err, j.files(report))
}

// look asks Cove, and keeps what it saw for the lists.
func (j *job) look(ctx context.Context, r reconcile.Request) (*reconcile.Snapshot, error) {
	fleet, err := monitor.Collect(ctx, j.cove, j.rules, r.At)
	if err != nil {
		return nil, err
	}
	j.fleet = fleet
	return fleet.Snapshot(), nil
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
	if j.csv != "" && j.fleet != nil {
		write := func(name string, list func(io.Writer) error) {
			errs = append(errs, program.WriteFile(filepath.Join(j.csv, name), list))
		}
		write(monitor.IssuesName(report.Began, monitor.CSV), func(w io.Writer) error { return j.fleet.WriteIssues(w, monitor.CSV) })
		write(monitor.ActionsName(report.Began, monitor.CSV), func(w io.Writer) error { return j.fleet.WriteActions(w, monitor.CSV, actions(report)) })
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
