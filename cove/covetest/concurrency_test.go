package covetest_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/covedesk/covedesk/cove/covetest"
)

func TestSeedWhileServing(t *testing.T) {
	srv := covetest.NewServer(covetest.Config{})
	first := srv.AddDevice(covetest.Device{Name: "d", Sources: map[string]covetest.Source{"D01": {Status: 5}}})
	var wg sync.WaitGroup
	for n := range 4 {
		wg.Go(func() {
			w := &wire{t: t, srv: srv, http: &http.Client{Transport: srv.Transport()}, path: "/jsonapi"}
			w.login()
			for range 50 {
				rows := w.rows(map[string]any{"Columns": []string{"AU", "AR", "F0", "T7"}, "OrderBy": "AU ASC"})
				if len(rows) == 0 || rows[0].AccountID != first {
					t.Errorf("rows %v", ids(rows))
					return
				}
				w.must("ModifyPartner", map[string]any{"partnerInfo": map[string]any{"Id": srv.RootID(), "ExternalCode": fmt.Sprint(n)}}, nil)
			}
		})
		wg.Go(func() {
			for i := range 50 {
				p := srv.AddPartner(covetest.Partner{Name: fmt.Sprintf("p%d-%d", n, i)})
				d := srv.AddDevice(covetest.Device{PartnerID: p, Sources: map[string]covetest.Source{"D02": {Status: 2}}})
				srv.EditDevice(d, func(d *covetest.Device) { d.Sources["D01"] = covetest.Source{Status: 8, Errors: 1} })
				srv.AddSession(d, covetest.Session{Source: "D01", Status: 8})
				srv.EditPartner(p, func(p *covetest.Partner) { p.ExternalCode = "x" })
				srv.Inject(covetest.Fault{Kind: covetest.Latency, Delay: 1, Method: "Login"})
				_ = srv.Requests()
				if i%2 == 0 {
					srv.RemoveDevice(d)
					if !srv.RemovePartner(p) {
						t.Errorf("partner %d stays", p)
					}
				}
			}
		})
	}
	wg.Wait()
	if got := len(srv.DeviceIDs()); got != 1+4*25 {
		t.Errorf("%d devices", got)
	}
}
