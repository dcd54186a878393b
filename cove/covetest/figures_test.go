//go:build unix

package covetest_test

import (
	"fmt"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/covedesk/covedesk/cove/covetest"
)

// used returns the CPU time of this process, so that other work on the machine
// does not count.
func used() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkFigures measures a large tenant: 200,000 devices with four sources
// each.
//
//	go test -run '^$' -bench Figures -benchtime 1x ./cove/covetest
func BenchmarkFigures(b *testing.B) {
	if testing.Short() {
		b.Skip("takes seconds")
	}
	for range b.N {
		figures(b)
	}
}

func figures(t *testing.B) {
	const devices = 200000
	at := time.Unix(1763769600, 0)
	start := used()
	srv := covetest.Start(covetest.Config{Now: func() time.Time { return at }})
	defer srv.Close()
	empty := used() - start
	var partner int64
	for i := range devices {
		if i%100 == 0 {
			partner = srv.AddPartner(covetest.Partner{Name: fmt.Sprint("Customer ", i/100)})
		}
		source := covetest.Source{Status: 5, LastSuccess: at.Add(-time.Duration(i%5000) * time.Second), ProtectedSize: 1 << 30, ColorBar: "5555555555555555555555555558"}
		srv.AddDevice(covetest.Device{PartnerID: partner, ComputerName: fmt.Sprint("PC", i), OS: "Windows 11 Pro", OSType: 1 + i%2, Seen: at, Profile: "Servers",
			Sources: map[string]covetest.Source{"D01": source, "D02": source, "D06": source, "D10": source}})
	}
	full := used() - start
	w := dial(t, srv)
	start = used()
	rows := w.rows(map[string]any{"Filter": "TL < 1.hours().ago() and OT == 2", "OrderBy": "CD DESC, AU ASC", "Columns": []string{"AU", "AN", "MN", "AR", "OT", "TS", "TL", "T0", "F0", "FL"}})
	page := used() - start
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	t.Logf("start %v, with its devices after %v, first page of %d rows %v, heap %d MB", empty, full, len(rows), page, m.HeapAlloc>>20)
	switch {
	case len(rows) != 1000:
		t.Errorf("%d rows", len(rows))
	case empty > 2*time.Second || page > 500*time.Millisecond || m.HeapAlloc > 1<<30:
		t.Errorf("want a start under 2 s, a page under 500 ms and a heap under 1 GB")
	}
	runtime.KeepAlive(srv)
}
