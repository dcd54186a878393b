package monitor

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

// oldID is the pattern by which the PowerShell tool finds the device of a
// ticket. It looks only at tickets that begin with "Cove", in any case.
var oldID = regexp.MustCompile(`#(\d+)\s+-`)

func TestSummary(t *testing.T) {
	long := strings.Repeat("LONG-NAME-", 12)
	for _, row := range []struct {
		name, want string
		device     func() *cove.Device
	}{
		{"server", "COVE SVR SRV-FS01 #2345678 - Files failed", failingServer},
		{"both sources", "COVE SVR SRV-FS01 #2345678 - Files and System State failed", func() *cove.Device {
			d := failingServer()
			d.SystemState = failing(5 * day)
			return d
		}},
		{"three sources", "COVE 365 birchdental.example #5131534 - Exchange, OneDrive and Teams stale", func() *cove.Device {
			d := tenant()
			for _, s := range []*cove.SourceStats{&d.M365Exchange, &d.M365OneDrive, &d.M365Teams} {
				s.LastSuccess = ago(day)
			}
			return d
		}},
		{"all four", "COVE 365 birchdental.example #5131534 - SharePoint, Exchange, OneDrive and Teams failed", func() *cove.Device {
			d := tenant()
			d.M365Exchange, d.M365OneDrive, d.M365SharePoint, d.M365Teams = failing(day), failing(day), failing(day), failing(day)
			return d
		}},
		{"more than a summary holds", "COVE 365 birchdental.example #5131534 - several sources failed, Exchange stale", func() *cove.Device {
			d := tenant()
			d.M365Exchange.LastSuccess = ago(day)
			d.M365OneDrive, d.M365SharePoint, d.M365Teams = failing(day), failing(day), failing(day)
			return d
		}},
		{"SharePoint of M365", "COVE 365 birchdental.example #5131534 - SharePoint completed with errors", func() *cove.Device {
			d := tenant()
			d.M365SharePoint.Errors = 5
			return d
		}},
		{"offline", "COVE SVR SRV-FS01 #2345678 - offline", func() *cove.Device { d := server(); d.Seen = ago(9 * day); return d }},
		{"long name", "COVE SVR LONG-NAME-LONG-NAME-LONG-NAME-LONG-NAME-LONG-NAME-LONG-NAME-LONG-N… #2345678 - Files failed", func() *cove.Device {
			d := failingServer()
			d.ComputerName = long
			return d
		}},
		{"a name like an id", "COVE SVR PC 99 - spare #2345678 - Files failed", func() *cove.Device {
			d := failingServer()
			d.ComputerName = "PC #99 - spare"
			return d
		}},
		{"no name at all", "COVE SVR #2345678 - Files failed", func() *cove.Device {
			d := failingServer()
			d.ComputerName, d.Name = "\t", "##"
			return d
		}},
	} {
		if got := check(row.device()).Summary; got != row.want {
			t.Errorf("%s:\n got %q\nwant %q", row.name, got, row.want)
		}
	}
}

// TestSummaryFoundByOldTool: M10. Whatever a device is called and whatever is
// wrong with it, the PowerShell tool's patterns find the ticket and its id, so
// that you can go back to that tool.
func TestSummaryFoundByOldTool(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := troubled.Draw(t, "device")
		v := check(d)
		m := oldID.FindStringSubmatch(v.Summary)
		if m == nil || m[1] != strconv.FormatInt(d.ID, 10) {
			t.Fatalf("the id %d is not found in %q", d.ID, v.Summary)
		}
		if !strings.HasPrefix(v.Summary, "COVE ") || text.Len(v.Summary) > reconcile.SummaryLimit || !utf8.ValidString(v.Summary) {
			t.Fatalf("bad summary %q", v.Summary)
		}
		if text.Line(v.Summary) != v.Summary {
			t.Fatalf("%q is not as it would be written", v.Summary)
		}
	})
}

// TestStateHoldsStill: M4. Summary and State depend neither on counts nor, as
// long as no limit is crossed, on the time.
func TestStateHoldsStill(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := anyDevice(t)
		before := check(d)
		for _, s := range []*cove.SourceStats{&d.FilesAndFolders, &d.SystemState, &d.M365Exchange} {
			if s.Errors > 0 {
				s.Errors += int64(rapid.IntRange(0, 1000).Draw(t, "more errors"))
			}
			s.SelectedSize += 1 << 20
			s.Duration += time.Minute
		}
		after := check(d)
		if before.State != after.State || before.Summary != after.Summary {
			t.Fatalf("%q %q became %q %q", before.State, before.Summary, after.State, after.Summary)
		}
	})
}

// anyDevice draws a device with whatever columns.
// troubled draws devices with a problem: only they have a summary.
var troubled = rapid.Custom(anyDevice).Filter(func(d *cove.Device) bool { return check(d).Outcome == Problem })

func anyDevice(t *rapid.T) *cove.Device {
	when := rapid.Custom(func(t *rapid.T) time.Time {
		if rapid.IntRange(0, 4).Draw(t, "none") == 0 {
			return time.Time{}
		}
		return ago(time.Duration(rapid.IntRange(-48, 24*60).Draw(t, "hours")) * time.Hour)
	})
	stats := rapid.Custom(func(t *rapid.T) cove.SourceStats {
		return cove.SourceStats{
			Status:              cove.SessionStatus(rapid.IntRange(0, 14).Draw(t, "status")),
			LastCompletedStatus: cove.SessionStatus(rapid.IntRange(0, 14).Draw(t, "completed")),
			LastSuccessStatus:   cove.SessionStatus(rapid.SampledFrom([]int{0, 5, 8}).Draw(t, "success")),
			LastSuccess:         when.Draw(t, "last success"),
			Errors:              int64(rapid.IntRange(0, 3).Draw(t, "errors")),
			ColorBar:            bar(rapid.StringMatching(`[0-9]{0,28}`).Draw(t, "bar")),
		}
	})
	return &cove.Device{
		ID:           rapid.Int64Range(1, 1<<62).Draw(t, "id"),
		Name:         rapid.String().Draw(t, "name"),
		ComputerName: rapid.String().Draw(t, "computer"),
		Alias:        rapid.String().Draw(t, "alias"),
		OSType:       cove.OSType(rapid.IntRange(0, 2).Draw(t, "os")),
		AccountType:  cove.AccountType(rapid.IntRange(0, 2).Draw(t, "account")),
		Sources:      cove.DataSourceSet(rapid.Uint64Range(0, 1<<24-1).Draw(t, "sources")),
		ProfileID:    int64(rapid.SampledFrom([]int{0, 5038}).Draw(t, "profile")),
		Created:      when.Draw(t, "created"), Seen: when.Draw(t, "seen"),
		FilesAndFolders: stats.Draw(t, "D01"), SystemState: stats.Draw(t, "D02"), M365Exchange: stats.Draw(t, "D19"), Total: stats.Draw(t, "D09"),
	}
}
