package desk

import (
	"context"
	"fmt"
	"os"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// strangeFaults are the kinds that end by themselves.
var strangeFaults = []connectwisetest.FaultKind{
	connectwisetest.RefuseConnection, connectwisetest.ResetBefore, connectwisetest.ResetAfter, connectwisetest.StatusBefore, connectwisetest.StatusAfter,
	connectwisetest.TooManyRequests, connectwisetest.Timeout, connectwisetest.HTML, connectwisetest.HTMLAfter, connectwisetest.Garbage, connectwisetest.Truncate,
}

// Whatever breaks, whenever processes die and memories are lost: after quiet runs
// each problem has one open ticket, what is over has none, and no note stands
// twice.
func TestStrangeWeather(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(struct{ testing.TB }{t}, func(rt *rapid.T) {
			j := newCase(t, nil)
			j.srv.SetListLag(rapid.SampledFrom([]time.Duration{0, 0, 30 * time.Second}).Draw(rt, "lag"))
			subjects := []string{"1", "2", "3", "4", "5"}
			w := world{}
			for _, s := range subjects {
				w[s] = ""
			}
			steps := rapid.IntRange(1, 6).Draw(rt, "steps")
			for range steps {
				for _, s := range subjects {
					w[s] = rapid.SampledFrom([]string{w[s], w[s], "", "bad", "worse"}).Draw(rt, "state")
				}
				for range rapid.IntRange(0, 3).Draw(rt, "faults") {
					j.srv.Inject(connectwisetest.Fault{
						Method: rapid.SampledFrom([]string{"", "GET", "POST", "PATCH"}).Draw(rt, "method"),
						Path:   rapid.SampledFrom([]string{"service/tickets", "/notes", "company", "service/tickets/7"}).Draw(rt, "path"),
						Kind:   rapid.SampledFrom(strangeFaults).Draw(rt, "kind"),
						Skip:   rapid.IntRange(0, 8).Draw(rt, "skip"), Times: rapid.IntRange(1, 3).Draw(rt, "times"),
						Delay: time.Duration(rapid.IntRange(10, 50).Draw(rt, "delay")) * time.Second,
					})
				}
				if rapid.IntRange(0, 9).Draw(rt, "lost") == 0 {
					_ = os.Remove(j.path)
				}
				j.later(time.Duration(rapid.IntRange(1, 200).Draw(rt, "minutes")) * time.Minute)
				ctx, cancel := context.WithCancel(t.Context())
				end := rapid.IntRange(1, 12).Draw(rt, "end")
				n := 0
				if d, err := New(ctx, j.client, j.config); err == nil {
					_, _ = d.SyncWith(ctx, Options{OnResult: func(Result) {
						if n++; n == end {
							cancel()
						}
					}}, j.fleet(w))
				}
				cancel()
				j.srv.ClearFaults()
			}
			j.later(Late + DefaultSettle + time.Second)
			var r *Report
			for range 3 {
				r = j.sync(j.fleet(w))
				j.later(time.Hour)
			}
			if r.Health() > HealthAttention || len(r.Results) != 0 {
				rt.Errorf("not quiet: %s, %v, %v", r.Health(), did(r), r.Findings)
			}
			open := map[mark.KeyID]int{}
			for _, tk := range j.srv.Tickets() {
				m, err := mark.Parse(marker(tk))
				if err != nil {
					rt.Errorf("ticket %d: marker %q", tk.ID, marker(tk))
				}
				if !tk.Closed {
					open[m.Key]++
				}
				refs := j.refs(tk.ID)
				slices.Sort(refs)
				if len(slices.Compact(slices.Clone(refs))) != len(refs) {
					rt.Errorf("ticket %d: notes %q", tk.ID, refs)
				}
				if m.NotePending {
					rt.Errorf("ticket %d: a note is pending", tk.ID)
				}
			}
			for _, s := range subjects {
				want := 0
				if w[s] != "" {
					want = 1
				}
				if got := open[key(s).ID()]; got != want {
					rt.Errorf("%d open tickets of %s, which is %q; %s", got, s, w[s], fmt.Sprint(r.Findings))
				}
			}
		})
	})
}
