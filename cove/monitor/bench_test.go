package monitor

import (
	"testing"

	"github.com/covedesk/covedesk/cove"
)

// BenchmarkCheck judges a healthy device of each class: at most 1 µs, no
// allocation.
func BenchmarkCheck(b *testing.B) {
	r := DefaultRules()
	for _, d := range []*cove.Device{server(), workstation(), documents(), tenant()} {
		class, _ := classOf(d, &r)
		b.Run(class.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if v := Check(d, birch, &r, now); v.Outcome != Healthy {
					b.Fatal(v.Outcome)
				}
			}
		})
	}
}

// TestCheckAllocates: judging a healthy device allocates nothing.
func TestCheckAllocates(t *testing.T) {
	r := DefaultRules()
	for _, d := range []*cove.Device{server(), workstation(), documents(), tenant()} {
		if n := testing.AllocsPerRun(100, func() { Check(d, birch, &r, now) }); n != 0 {
			t.Errorf("device %d: %v allocations", d.ID, n)
		}
	}
}
