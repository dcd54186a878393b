package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/examples/internal/bridge"
	"github.com/covedesk/covedesk/examples/internal/program"
)

// job is a run of synctickets.
type job struct {
	*bridge.Bridge
	options
	demo bool
}

// sync makes a run, shows what was done, and writes the requested files. The
// report is never nil. A file that could not be written does not affect the
// tickets.
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
		return report, err // nothing was started
	}
	j.show(ctx, report)
	return report, errors.Join(err, j.files(report))
}

// files writes the plan and the lists.
func (j *job) files(report *desk.Report) (err error) {
	if j.planOut != "" && report.Plan.Format != "" {
		err = program.WriteFile(j.planOut, func(w io.Writer) error {
			encoder := json.NewEncoder(w)
			encoder.SetIndent("", "\t")
			return encoder.Encode(report.Plan)
		})
	}
	if j.csv != "" {
		err = errors.Join(err, j.WriteLists(j.csv, report))
	}
	if err != nil {
		return fmt.Errorf("the tickets are as reported, but: %w", err)
	}
	return nil
}

// totals is the object that -json prints. Its members are a contract.
type totals struct {
	Demo bool `json:"demo,omitzero"`
	desk.Totals
	CoveCalls        int64 `json:"coveCalls"`
	ConnectWiseCalls int64 `json:"connectwiseCalls"`
}

// show prints what was done, or in a dry run would be done, and what a person
// should look at.
func (j *job) show(ctx context.Context, report *desk.Report) {
	if j.json {
		cove, connectWise := j.Calls()
		j.Show(report, totals{j.demo, report.Totals(), cove, connectWise})
		return
	}
	j.Show(report, nil)
	for _, line := range j.Care(ctx, report) {
		_, _ = fmt.Fprintln(j.Stdout, line)
	}
	cove, connectWise := j.Calls()
	_, _ = fmt.Fprintf(j.Stdout, "%d Cove and %d ConnectWise calls\n", cove, connectWise)
}
