package recipes

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/connectwise/desk/filestate"
)

// tenant is one service desk and what is watched for it.
type tenant struct {
	name        string
	credentials connectwise.Credentials
	config      desk.Config
	monitors    []desk.Monitor
}

// syncAll does the job of all tenants at once. Each has a client of its own, and so
// the pace that its tenant allows, and a memory of its own; what fails for one is
// nothing to the others.
func syncAll(ctx context.Context, folder string, tenants []tenant) error {
	errs := make([]error, len(tenants))
	var all sync.WaitGroup
	for i, t := range tenants {
		all.Go(func() {
			if err := t.sync(ctx, folder); err != nil {
				errs[i] = fmt.Errorf("%s: %w", t.name, err)
			}
		})
	}
	all.Wait()
	return errors.Join(errs...)
}

func (t tenant) sync(ctx context.Context, folder string) error {
	client, err := connectwise.NewClient(t.credentials)
	if err != nil {
		return err
	}
	t.config.State = filestate.Open(filepath.Join(folder, t.name+".json"))
	d, err := desk.New(ctx, client, t.config)
	if err != nil {
		return err
	}
	report, err := d.Sync(ctx, t.monitors...)
	if err == nil && report.Health() > desk.HealthAttention {
		err = errors.New(report.String())
	}
	return err
}

func TestTenants(t *testing.T) {
	t.Parallel()
	var tenants []tenant
	var servers []*connectwisetest.Server
	for _, name := range []string{"acme", "birch", "cedar"} {
		srv := tenantOf(t, name)
		servers = append(servers, srv)
		tenants = append(tenants, tenant{
			name: name, credentials: connectwise.Credentials(srv.Credentials()),
			monitors: []desk.Monitor{desk.ActiveAlerts("rmm", []desk.Alert{{Key: name, Company: "ACME", Summary: name + " is down"}})},
		})
	}
	tenants[1].credentials.PrivateKey = "revoked"
	err := syncAll(t.Context(), t.TempDir(), tenants)
	if !errors.Is(err, connectwise.ErrUnauthorized) {
		t.Errorf("error %v", err)
	}
	for i, want := range []string{"acme is down", "", "cedar is down"} {
		got := ""
		for _, ticket := range servers[i].Tickets() {
			got += ticket.Summary
		}
		if got != want {
			t.Errorf("%s: tickets %q", tenants[i].name, got)
		}
	}
}
