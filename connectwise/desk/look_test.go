package desk

import (
	"fmt"
	"testing"

	"github.com/covedesk/covedesk/reconcile"
)

// A snapshot that knows all customers says so in its feeds.
func TestFeedsListAllCustomers(t *testing.T) {
	snap := &reconcile.Snapshot{
		Observation: reconcile.Observation{Feeds: []reconcile.Feed{{Name: "a", Everything: true}, {Name: "b", Customers: []string{"x"}}}},
		Customers:   []reconcile.Customer{{ID: "c1"}, {ID: "c2"}},
	}
	looks := []look{{snapshot: snap}, {}}
	if got := observe(looks, reconcile.Request{}, nil); got.Feeds[0].Customers != nil {
		t.Errorf("not whole, and yet %v", got.Feeds[0])
	}
	snap.Whole = true
	got := observe(looks, reconcile.Request{}, []string{"b"})
	if fmt.Sprint(got.Feeds[0].Customers, got.Feeds[1].Customers) != "[c1 c2] [x]" || snap.Feeds[0].Customers != nil {
		t.Errorf("got %v, and the snapshot holds %v", got.Feeds, snap.Feeds)
	}
	if got.Feeds[0].Vouched || !got.Feeds[1].Vouched {
		t.Errorf("a person vouches for b: %+v", got.Feeds)
	}
}
