//go:build unix

package covedesk_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// benchFleet returns n issues and n tickets. Nine in ten belong together, and
// one in nine of those has changed. The rest are problems without a ticket and
// tickets whose problem is over.
func benchFleet(n int) (reconcile.Observation, reconcile.Board) {
	at := time.Date(2026, 11, 20, 6, 0, 0, 0, time.UTC)
	obs := reconcile.Observation{At: at, Feeds: []reconcile.Feed{{Name: "cove", Kind: reconcile.Inventory, Everything: true}}}
	board := reconcile.Board{Owner: "desk-k3xq", Tickets: make([]reconcile.Ticket, n), Known: make(map[mark.KeyID]reconcile.Known, n)}
	for i := range n {
		key := reconcile.Key{Feed: "cove", Subject: strconv.Itoa(1_000_000 + 7*i)}
		is := reconcile.Issue{
			Key: key, Customer: strconv.Itoa(345_000 + i/20), Company: strconv.Itoa(200 + i/20), Kind: "failed", Class: "server", Severity: reconcile.SeverityMedium,
			Summary: "COVE SVR SRV-FS01 #" + key.Subject + " - Files failed: access denied", State: "D01:failed", Since: at.Add(-30 * time.Hour),
		}
		of := key
		if i%10 == 0 {
			of.Subject += "-over"
			obs.Healthy = append(obs.Healthy, reconcile.Healthy{Key: of, Customer: is.Customer, Since: at})
		}
		board.Known[of.ID()] = reconcile.Known{Key: of, Customer: is.Customer, Named: is.Since}
		board.Tickets[n-1-i] = reconcile.Ticket{
			ID: int64(70_000 + i), Place: mark.Ours, Open: true, EnteredByUs: true, Remembered: true, SameCompany: true, Status: "New", Company: is.Company,
			Summary: is.Summary, Created: at.Add(-48 * time.Hour), Updated: at.Add(-48 * time.Hour),
			Mark: mark.Mark{
				Owner: board.Owner, Source: mark.SourceID("cove"), Customer: mark.CustomerID(is.Customer), Key: of.ID(), Severity: is.Severity, State: mark.Open,
				Digests: mark.Digests{Summary: mark.DigestOf(is.Summary), Company: mark.DigestOf(is.Company), Priority: mark.DigestOf("3"), State: mark.DigestOf(is.State)},
				Written: at.Add(-48 * time.Hour),
			},
		}
		if i%10 == 1 {
			is.State += " D02:failed"
		}
		obs.Issues = append(obs.Issues, is)
	}
	return obs, board
}

// BenchmarkDiff compares the CPU of Diff on n issues and n tickets with that of
// decoding as many full tickets from JSON, which every run does before it: at
// most 0.5 of it. At a million keys it is at most 13 times that at a hundred
// thousand.
//
//	go test -run '^$' -bench Diff -benchtime 1x .
func BenchmarkDiff(b *testing.B) {
	ticket, err := os.ReadFile("connectwise/testdata/ticket.json")
	if err != nil {
		b.Fatal(err)
	}
	spent := make(map[int]time.Duration)
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("keys=%d", n), func(b *testing.B) {
			obs, board := benchFleet(n)
			policy := reconcile.DefaultPolicy()
			var diff, decode time.Duration
			for b.Loop() {
				start := cpu(b)
				if plan, err := reconcile.Diff(obs, board, policy); err != nil || len(plan.Actions) < n {
					b.Fatal(len(plan.Actions), err)
				}
				diff += cpu(b) - start
				if n > 100_000 {
					continue
				}
				start = cpu(b)
				for range n {
					var t connectwise.Ticket
					if err := json.Unmarshal(ticket, &t); err != nil {
						b.Fatal(err)
					}
				}
				decode += cpu(b) - start
			}
			spent[n] = diff / time.Duration(b.N)
			b.ReportMetric(float64(diff.Nanoseconds())/float64(b.N*n), "cpu-ns/key")
			if decode > 0 {
				b.ReportMetric(float64(diff)/float64(decode), "of-decoding")
				if 2*diff > decode {
					b.Errorf("Diff takes %s, decoding %s", diff, decode)
				}
			} else if before := spent[100_000]; before > 0 {
				b.ReportMetric(float64(spent[n])/float64(before), "times-100000")
				if spent[n] > 13*before {
					b.Errorf("a million keys take %s, a hundred thousand %s", spent[n], before)
				}
			}
		})
	}
}

// cpu returns the CPU time that the process has used so far.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
