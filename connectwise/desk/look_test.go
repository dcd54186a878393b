package desk

import (
	"context"
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
	looks := []look{{snapshot: snap}}
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

// The note of a close that a killed run left out says what is seen of the end, in
// the words of whoever saw it.
func TestEndedBeforeItsNote(t *testing.T) {
	key := reconcile.Key{Feed: "rmm", Subject: "a"}
	looks := []look{{snapshot: &reconcile.Snapshot{
		Observation: reconcile.Observation{Feeds: []reconcile.Feed{{Name: "rmm"}}, Healthy: []reconcile.Healthy{{Key: reconcile.Key{Feed: "rmm", Subject: "b"}}, {Key: key, Detail: "40 % free"}}},
		Compose: func(_ context.Context, a reconcile.Action) (reconcile.Text, error) {
			return reconcile.Text{Internal: a.Key.Subject + ": " + a.Cause}, nil
		},
	}}}
	got, err := composer(looks)(t.Context(), reconcile.Action{Kind: reconcile.Close, KeyID: key.ID(), Note: true})
	if err != nil || got.Internal != "a: 40 % free" {
		t.Errorf("%q, %v", got.Internal, err)
	}
}
