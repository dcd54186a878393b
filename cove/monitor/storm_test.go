package monitor

import (
	"fmt"
	"testing"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

func TestStorm(t *testing.T) {
	fleet := func(bad int) *Fleet {
		var devices []*cove.Device
		for i := range 60 {
			d := server()
			d.ID, d.ComputerName, d.StorageLocation = int64(1000+i), fmt.Sprintf("SRV-%02d", i), "us-tr1"
			if i%3 == 0 {
				d.StorageLocation = "us-va2"
			}
			if i < bad {
				d.FilesAndFolders = failing(7 * day)
			}
			if i == 2 && bad > 2 {
				d.FilesAndFolders = failing(20 * day) // it comes first
				d.SystemState = failing(2 * day)      // and does not begin now
			}
			devices = append(devices, d)
		}
		other := failingServer()
		other.PartnerID, other.Customer = 9, "Cedar Law"
		return Judge(append(devices, other), birchTree(), eastern(), now)
	}
	for _, row := range []struct {
		name   string
		bad    int
		action reconcile.Action
	}{
		{"storm-create", 5, reconcile.Action{
			Kind: reconcile.Create, Issue: &reconcile.Issue{Customer: "400001"}, Related: []int64{70009},
			After: mark.Mark{State: mark.Storm, Customer: mark.CustomerID("400001")},
		}},
		{"storm-all", 55, reconcile.Action{Kind: reconcile.Create, Issue: &reconcile.Issue{}, After: mark.Mark{State: mark.Storm}}},
		{"storm-close", 0, reconcile.Action{
			Kind: reconcile.Close, Before: mark.Mark{State: mark.Storm, Customer: mark.CustomerID("400001")},
			After: mark.Mark{State: mark.Closed, Customer: mark.CustomerID("400001")},
		}},
		{"storm-over", 2, reconcile.Action{
			Kind: reconcile.Close, Code: reconcile.CodeStormOver, Before: mark.Mark{State: mark.Storm, Customer: mark.CustomerID("400001")},
		}},
	} {
		text, err := fleet(row.bad).Compose(t.Context(), row.action)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, row.name, text.Internal+"\n--- discussion\n"+text.Discussion+"\n")
	}
}

// TestStormSince: the text says when the oldest problem began and when most of
// them did, as far as Cove says.
func TestStormSince(t *testing.T) {
	c := (&Rules{}).clock(now)
	began := func(ages ...time.Duration) (list []*Verdict) {
		for _, age := range ages {
			list = append(list, &Verdict{Findings: []Finding{{Condition: Failed, Since: ago(age)}}})
		}
		return list
	}
	empty := &Verdict{Findings: []Finding{{Condition: NoSelection, Since: now}, {Condition: Failed}}}
	for _, row := range []struct {
		list []*Verdict
		want string
	}{
		{[]*Verdict{empty}, "Cove does not tell since when."},
		{append(began(day), empty), "The oldest since Sun 22 Nov 12:00 (UTC)."},
		{began(day, 2*day), "The oldest since Sat 21 Nov 12:00 (UTC)."},
		{began(day, 3*day, 2*day), "The oldest since Fri 20 Nov 12:00 (UTC), most since Sat 21 Nov 12:00 or later."},
	} {
		if got := sinceText(row.list, c); got != row.want {
			t.Errorf("%q, want %q", got, row.want)
		}
	}
}
