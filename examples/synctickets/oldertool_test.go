package main

import (
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/examples/internal/bridge"
	"github.com/covedesk/covedesk/examples/internal/program"
	"github.com/covedesk/covedesk/examples/programtest"
	"github.com/covedesk/covedesk/internal/world"
)

// T10, O14, O15: the older tool's ticket is taken over, not made again. When that
// tool writes on it afterwards nothing is written at all, until a person has
// acknowledged that it has been stopped.
func TestCaseT10O14O15OlderTool(t *testing.T) {
	t.Parallel()
	place, w := programtest.Somewhere(t)
	b, err := bridge.Open(place.Program(), "")
	if err != nil {
		t.Fatal(err)
	}
	report, err := b.Sync(t.Context(), "", desk.Options{DryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	due := report.Plan.Actions[0]
	theirs := "COVE SVR SRV-01 #" + due.Key.Subject + " - FS Failed - Access is denied"
	var company connectwisetest.Ref
	for _, c := range w.ConnectWise.Companies() {
		if c.Identifier == due.Issue.Company || strconv.FormatInt(c.ID, 10) == due.Issue.Company {
			company = connectwisetest.ByID(c.ID)
		}
	}
	id := w.ConnectWise.AddTicket(connectwisetest.Ticket{
		Summary: theirs, Board: connectwisetest.ByName(world.Board), Company: company, EnteredBy: "apimember", Entered: w.Now().Add(-48 * time.Hour),
	})

	_, stdout, _ := place.Run(run, "-json", "-adopt-only")
	if got := one(t, stdout); got.Adopted != 1 || got.Created != 0 {
		t.Fatalf("-adopt-only: %+v", got)
	}
	_, stdout, _ = place.Run(run, "-json")
	if got := one(t, stdout); got.Created == 0 || got.Created != got.Issues-1 || got.Kept == 0 {
		t.Errorf("after the adoption: %+v", got)
	}

	w.Advance(time.Hour)
	if err := w.ConnectWise.AsPerson("apimember").EditTicket(id, func(t *connectwisetest.Ticket) { t.Summary = theirs + " again" }); err != nil {
		t.Fatal(err)
	}
	w.ConnectWise.ResetRequests()
	code, stdout, stderr := place.Run(run)
	stop := regexp.MustCompile(`stop ([a-z0-9]+):.*#?\d+`).FindStringSubmatch(stdout)
	if code != program.Failed || stop == nil || programtest.Wrote(w) != 0 {
		t.Fatalf("the older tool still writes: exit %d, %d writes\n%s\n%s", code, programtest.Wrote(w), stdout, stderr)
	}
	if code, _, stderr := place.Run(run, "-acknowledge", stop[1]); code.Broken() {
		t.Errorf("acknowledged: exit %d, %s", code, stderr)
	}
	if code, stdout, _ := place.Run(run, "-json"); code.Broken() || one(t, stdout).Created != 0 {
		t.Errorf("afterwards: exit %d, %s", code, stdout)
	}
}
