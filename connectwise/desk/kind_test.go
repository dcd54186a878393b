package desk

import (
	"slices"
	"testing"
	"time"

	"github.com/covedesk/covedesk/reconcile"
)

// A new ticket names the latest closed one of its kind at the customer, when
// the desk is told how to know a ticket's kind.
func TestKindLetsNewTicketsNameOthers(t *testing.T) {
	for _, told := range []bool{false, true} {
		b := newBench(t, nil)
		if told {
			b.config.Kind = func(summary string) string {
				if summary == "" {
					t.Error("asked about a ticket without a summary")
				}
				return "failed"
			}
		}
		b.open()
		first := b.run(world{"1": "x"}).Results[0].Ticket
		b.later(time.Hour)
		b.run(world{"1": ""})
		var similar []int64
		b.later(time.Hour)
		for _, r := range b.run(world{"2": "x"}).Results {
			if r.Action.Kind == reconcile.Create {
				similar = r.Action.Similar
			}
		}
		var want []int64
		if told {
			want = []int64{first}
		}
		if !slices.Equal(similar, want) {
			t.Errorf("told of kinds %v: the new ticket names %v, want %v", told, similar, want)
		}
	}
}
