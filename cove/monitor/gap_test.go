package monitor

import (
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
	"github.com/covedesk/covedesk/reconcile"
)

// TestGap: with two calls a closing note says, to the hour, which source was
// without a good backup. If the sessions do not say it, the note gives whole
// days.
func TestGap(t *testing.T) {
	const inHours = "Files had no good backup for 5 days 1 h, from Wed 18 Nov 05:00 to Mon 23 Nov 06:00."
	const inDays = "Before that, from 20 Nov on, 3 days passed without a good backup."
	for _, row := range []struct {
		name   string
		spoken time.Duration // 0: never
		fault  string
		want   string
	}{
		{"told", 3 * day, "", inHours},
		{"spoken of while it was good", 9 * day, "", inDays}, // the sessions show no problem at that time
		{"never spoken of", 0, "", inDays},
		{"no sessions", 3 * day, "QuerySessions", inDays},
		{"no account", 3 * day, "GetAccountInfoById", inDays},
	} {
		srv, client := startCove(t, covetest.Config{})
		srv.EditDevice(2, func(d *covetest.Device) {
			d.Sources = map[string]covetest.Source{
				"D01": {Status: 5, LastSuccess: ago(time.Hour), ColorBar: "5552225"}, "D02": {Status: 5, LastSuccess: ago(time.Hour), ColorBar: "555"},
			}
		})
		session := func(source string, status int, end time.Duration) {
			srv.AddSession(2, covetest.Session{Source: source, Status: status, Start: ago(end + time.Hour), End: ago(end)})
		}
		for _, age := range []time.Duration{10 * day, 9*day + time.Hour, 8 * day, 5*day + 2*time.Hour, time.Hour} {
			session("D01", 5, age)
		}
		for _, age := range []time.Duration{4 * day, 3 * day, 2 * day} {
			session("D01", 2, age)
		}
		srv.AddSession(2, covetest.Session{Source: "D02", Status: 12, Start: ago(3*day - time.Hour), End: ago(3*day - 2*time.Hour)}) // started again
		for i := range 240 / 24 {                                                                                                    // every day, all well
			session("D02", 5, time.Duration(i)*day+time.Hour)
		}
		f, err := Collect(t.Context(), client, eastern(), now)
		if err != nil {
			t.Fatal(err)
		}
		if row.fault != "" {
			srv.Inject(covetest.Fault{Method: row.fault, Kind: covetest.StatusBefore, Times: -1})
		}
		srv.ResetRequests()
		v, _ := f.Verdict(2)
		text, err := f.Compose(t.Context(), action(f, v.Device, reconcile.Close, func(a *reconcile.Action) {
			a.Recovery = reconcile.RecoveryClose
			if row.spoken != 0 {
				a.Before.Written = ago(row.spoken)
			}
		}))
		if err != nil {
			t.Fatal(err)
		}
		_, got, _ := strings.Cut(text.Internal, "(UTC-05:00).")
		if got = strings.TrimSpace(got); got != row.want {
			t.Errorf("%s:\n got %q\nwant %q", row.name, got, row.want)
		}
		if n := srv.Calls(); n > 2 {
			t.Errorf("%s: %d calls", row.name, n)
		}
	}
}

// TestGapOf: a time without a good backup that is shorter than the rules' limit
// is a gap only if a session in it was bad.
func TestGapOf(t *testing.T) {
	at := func(hours int, status cove.SessionStatus) cove.Session {
		return cove.Session{Source: cove.SourceMSSQL, Status: status, End: ago(time.Duration(hours) * time.Hour)}
	}
	for _, row := range []struct {
		name     string
		sessions []cove.Session
		start    int // hours ago; 0: none
		bad      bool
	}{
		{"well", []cove.Session{at(1, 5), at(2, 5), at(12, 5), at(13, 5)}, 12, false},
		{"one failed", []cove.Session{at(1, 5), at(2, 5), at(3, 2), at(12, 8)}, 12, true},
		{"one failed since", []cove.Session{at(1, 2), at(2, 5), at(12, 5)}, 12, false},
		{"never good before", []cove.Session{at(2, 5), at(3, 2)}, 0, false},
		{"not good yet", []cove.Session{at(2, 2), at(12, 5)}, 0, false},
		{"still running", []cove.Session{{Source: cove.SourceMSSQL, Status: 5}, at(2, 5), at(12, 5)}, 12, false},
		{"another source", []cove.Session{{Source: cove.SourceVMware, Status: 2, End: ago(4 * time.Hour)}, at(2, 5), at(12, 5)}, 12, false},
	} {
		g, bad := gapOf(cove.SourceMSSQL, row.sessions, ago(5*time.Hour))
		ok := !g.end.IsZero()
		if ok != (row.start != 0) || ok && (!g.start.Equal(ago(time.Duration(row.start)*time.Hour)) || !g.end.Equal(ago(2*time.Hour)) || bad != row.bad) {
			t.Errorf("%s: %v %+v", row.name, ok, g)
		}
	}
}
