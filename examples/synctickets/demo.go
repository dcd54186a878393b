package main

import (
	"context"
	"fmt"
	"time"

	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/internal/world"
)

// betweenRounds is how far the world's clock moves from one round to the next.
const betweenRounds = 6 * time.Hour

// runDemo does the job several times against the in-memory servers.
func runDemo(ctx context.Context, s settings, screen *screen) error {
	if s.rounds < 1 || s.customers < 1 || s.devices < s.customers {
		return fmt.Errorf("want at least one round, one customer and a device for each customer")
	}
	w := world.New(world.Config{Seed: s.seed, Customers: s.customers, Devices: s.devices})
	defer w.Close()
	if err := w.Listen(); err != nil {
		return err
	}
	j, err := demoJob(w, s, screen)
	if err != nil {
		return err
	}
	for n := 1; n <= s.rounds; n++ {
		if n > 1 && !s.frozen {
			w.Advance(betweenRounds)
		}
		if err := j.round(ctx, n); err != nil {
			return fmt.Errorf("round %d: %w", n, err)
		}
	}
	return nil
}

// demoJob is the job with the world's servers in the place of the real ones.
func demoJob(w *world.World, s settings, screen *screen) (*job, error) {
	// One ticket after the other, so that two runs are equal to the byte.
	j := &job{settings: s, screen: screen, now: w.Now, atOnce: 1}
	// The servers are ours: there is nobody to be polite to.
	unlimited := rate.NewLimiter(rate.Inf, 1)

	var err error
	// Its HTTP client trusts the certificate of the world's storage node.
	j.cove, err = cove.NewClient(cove.Credentials(w.Cove.Credentials()), cove.WithHTTPClient(w.Cove.Client()), cove.WithBaseURL(w.Cove.URL), cove.WithLimiter(unlimited), cove.WithObserver(j.countCove))
	if err != nil {
		return nil, err
	}
	keys := w.ConnectWise.Credentials()
	j.connectwise, err = connectwise.NewClient(connectwise.Credentials{
		Site: w.ConnectWise.URL, Company: keys.Company, PublicKey: keys.PublicKey, PrivateKey: keys.PrivateKey, ClientID: keys.ClientID,
	}, connectwise.WithLimiter(unlimited), connectwise.WithObserver(j.countConnectWise))
	return j, err
}
