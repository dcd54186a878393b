package main

import (
	"fmt"

	"github.com/covedesk/covedesk/connectwise/desk"
)

// totals are what -json prints. Its members are a contract.
type totals struct {
	Demo bool `json:"demo,omitzero"`
	desk.Totals
	CoveCalls        int64 `json:"coveCalls"`
	ConnectWiseCalls int64 `json:"connectwiseCalls"`
}

// show says what was done, or in a dry run would be, and what a person should
// look at.
func (j *job) show(report *desk.Report) {
	cove, connectWise := j.Calls()
	if j.json {
		j.Show(report, totals{j.demo, report.Totals(), cove, connectWise})
		return
	}
	j.Show(report, nil)
	for _, line := range care(report) {
		_, _ = fmt.Fprintln(j.Stdout, line)
	}
	_, _ = fmt.Fprintf(j.Stdout, "%d Cove and %d ConnectWise calls\n", cove, connectWise)
}
