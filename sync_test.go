package covedesk_test

import (
	"path/filepath"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/connectwise/desk/filestate"
	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/monitor"
	"github.com/covedesk/covedesk/internal/world"
)

// The README's program, one process a run, works for a day on a make-believe
// provider: tickets open, change and close, and a run in which nothing has
// changed writes nothing.
func TestSyncAgainstTheWorld(t *testing.T) {
	w := world.New(world.Config{Seed: 2, Customers: 12, Devices: 150})
	if err := w.Listen(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	unlimited := rate.NewLimiter(rate.Inf, 1)
	coveClient, err := cove.NewClient(cove.Credentials(w.Cove.Credentials()), cove.WithHTTPClient(w.Cove.Client()), cove.WithBaseURL(w.Cove.URL), cove.WithLimiter(unlimited))
	if err != nil {
		t.Fatal(err)
	}
	keys := w.ConnectWise.Credentials()
	psa, err := connectwise.NewClient(connectwise.Credentials{
		Site: w.ConnectWise.URL, Company: keys.Company, PublicKey: keys.PublicKey, PrivateKey: keys.PrivateKey, ClientID: keys.ClientID,
	}, connectwise.WithLimiter(unlimited))
	if err != nil {
		t.Fatal(err)
	}
	state := filepath.Join(t.TempDir(), "state.json")
	run := func() (*desk.Report, int) {
		t.Helper()
		w.ConnectWise.ResetRequests()
		d, err := desk.New(t.Context(), psa, desk.Config{Board: world.Board, State: filestate.Open(state), Now: w.Now, AtOnce: 1})
		if err != nil {
			t.Fatal(err)
		}
		report, err := d.Sync(t.Context(), monitor.New(coveClient, monitor.DefaultRules()))
		if err != nil {
			t.Fatal(err)
		}
		if got := report.Health(); got > desk.HealthAttention {
			t.Fatalf("%s: %s", got, report)
		}
		writes := w.ConnectWise.Count("PATCH", "") + w.ConnectWise.Count("POST", "") - w.ConnectWise.Count("POST", "/search")
		return report, writes
	}
	var created, updated, closed int
	for range 8 {
		report, _ := run()
		totals := report.Totals()
		created, updated, closed = created+totals.Created, updated+totals.Updated, closed+totals.Closed
		w.Advance(time.Minute)
		if report, writes := run(); writes != 0 {
			t.Errorf("nothing has changed, and %d writes were sent: %s", writes, report)
		}
		w.Advance(6 * time.Hour)
	}
	if created == 0 || updated == 0 || closed == 0 {
		t.Errorf("%d created, %d updated, %d closed: the test shows too little", created, updated, closed)
	}
}
