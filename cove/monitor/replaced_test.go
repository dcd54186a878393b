package monitor

import (
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile"
)

// TestReplaced: M5. A device that lost contact when a newer one of its name was
// created is not a problem, but only if the newer one has been backed up. The
// old one does not come back on days when the newer one fails.
func TestReplaced(t *testing.T) {
	for _, row := range []struct {
		name   string
		change func(old, young *cove.Device)
		want   string
	}{
		{"replaced", func(_, _ *cove.Device) {}, "suppressed replaced"},
		{"in another case", func(_, young *cove.Device) { young.ComputerName = "srv-fs01" }, "suppressed replaced"},
		{"another name", func(_, young *cove.Device) { young.ComputerName = "SRV-FS02" }, "problem offline2"},
		{"another customer", func(_, young *cove.Device) { young.PartnerID = 345678 }, "problem offline2"},
		{"the younger one fails", func(_, young *cove.Device) { young.FilesAndFolders = failing(5 * day) }, "suppressed replaced"},
		{"the younger one is lost too", func(_, young *cove.Device) { young.Seen = ago(4 * day) }, "suppressed replaced"},
		{"the younger one was never backed up", func(_, young *cove.Device) { young.SystemState = cove.SourceStats{} }, "problem offline2"},
		{"the younger one has no source", func(_, young *cove.Device) { young.Sources = 0 }, "problem offline2"},
		{"the younger one is not watched", func(_, young *cove.Device) { young.Alias = "lab-7" }, "problem offline2"},
		{"the younger one has expired", func(_, young *cove.Device) { young.Expires = ago(time.Hour) }, "problem offline2"},
		{"the old one is still there", func(old, _ *cove.Device) { old.Seen, old.FilesAndFolders = ago(time.Hour), failing(2*day) }, "problem D01:failed D02:stale2"},
		{"both without a name", func(old, young *cove.Device) { old.ComputerName, young.ComputerName = "", "" }, "problem offline2"},
		{"the younger one is the older", func(_, young *cove.Device) { young.Created = ago(500 * day) }, "problem offline2"},
	} {
		old, young := server(), server()
		old.ID, young.ID, young.Created = 1, 2, ago(7*day)
		old.Seen, old.FilesAndFolders.LastSuccess, old.SystemState.LastSuccess = ago(8*day), ago(8*day), ago(8*day)
		row.change(old, young)
		r := DefaultRules()
		r.Overrides = []Override{{Name: "LAB*", Exclude: true}}
		f := Judge([]*cove.Device{old, young}, birchTree(), r, now)
		if e, _ := f.Explain(1); row.want == "suppressed replaced" && len(e.Sources) != 0 {
			t.Errorf("%s: explained by its sources", row.name)
		}
		if got := states(f)[1]; got != row.want {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
		if v, _ := f.Verdict(1); (v.ReplacedBy == 2) != (row.want == "suppressed replaced") || (v.ReplacedBy == 2) != strings.Contains(v.Reason, "replaced by #2") {
			t.Errorf("%s: replaced by %d, %q", row.name, v.ReplacedBy, v.Reason)
		}
		if row.name == "replaced" {
			text, err := f.Compose(t.Context(), action(f, old, reconcile.Update, nil))
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "suppressed-replaced", text.Internal+"\n--- discussion\n"+text.Discussion+"\n")
		}
	}
}

// TestSuppressedHeadline: a device that was never in contact has no such time.
func TestSuppressedHeadline(t *testing.T) {
	d := &cove.Device{}
	c := (&Rules{}).clock(now)
	for _, row := range []struct {
		verdict Verdict
		want    string
	}{
		{Verdict{Device: d, ReplacedBy: 2}, "PROBABLY REPLACED BY another device of the same name (#2), which is backed up."},
		{Verdict{Device: d, State: "offline", Reason: "never heard of"}, "NO VERDICT: never heard of."},
		{Verdict{Device: server(), Reason: "excluded by the rules"}, "NO VERDICT: excluded by the rules."},
	} {
		if got := headline(&row.verdict, c); got != row.want {
			t.Errorf("%q, want %q", got, row.want)
		}
	}
}
