package monitor

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
	"github.com/covedesk/covedesk/reconcile"
)

var lockedFile = covetest.SessionError{Text: "The process cannot access the file", Filename: `C:\mail.pst`}

// ignorePst are rules under which Collect reads errors before the verdict.
func ignorePst() Rules {
	r := DefaultRules()
	r.Ignore = []Ignore{{Text: "*.pst"}}
	return r
}

// TestIgnoreManyErrors: a list of errors that may be incomplete ignores
// nothing.
func TestIgnoreManyErrors(t *testing.T) {
	for n, want := range map[int]string{detailsLimit - 1: "healthy ", detailsLimit: "problem D01:errors"} {
		srv, client := startCove(t, covetest.Config{})
		srv.EditDevice(2, func(d *covetest.Device) {
			d.Sources["D01"] = covetest.Source{Status: 8, Errors: int64(n), LastSuccess: ago(time.Hour)}
		})
		session := covetest.Session{Source: "D01", Status: 8, Start: ago(2 * time.Hour), End: ago(time.Hour)}
		for i := range n {
			session.Errors = append(session.Errors, covetest.SessionError{Text: lockedFile.Text, Filename: fmt.Sprintf(`C:\%d.pst`, i)})
		}
		srv.AddSession(2, session)
		f, err := Collect(t.Context(), client, ignorePst(), now)
		if err != nil {
			t.Fatal(err)
		}
		if got := states(f)[2]; got != want {
			t.Errorf("%d errors: %q, want %q", n, got, want)
		}
	}
}

// TestIgnoreCounts: a device whose errors are ignored does not count as one
// with a problem in the texts of the others.
func TestIgnoreCounts(t *testing.T) {
	srv, client := startCove(t, covetest.Config{})
	srv.EditDevice(2, func(d *covetest.Device) {
		d.Sources["D01"] = covetest.Source{Status: 8, Errors: 1, LastSuccess: ago(time.Hour)}
	})
	srv.AddSession(2, covetest.Session{Source: "D01", Status: 8, Start: ago(2 * time.Hour), End: ago(time.Hour), Errors: []covetest.SessionError{lockedFile}})
	f, err := Collect(t.Context(), client, ignorePst(), now)
	if err != nil {
		t.Fatal(err)
	}
	v, _ := f.Verdict(1)
	if got := f.who(v); !strings.Contains(got, "3 of 5 devices of this customer in trouble") {
		t.Error(got)
	}
}

// counting counts the running requests.
type counting struct {
	http.RoundTripper
	now, most atomic.Int64
}

func (c *counting) RoundTrip(req *http.Request) (*http.Response, error) {
	n := c.now.Add(1)
	defer c.now.Add(-1)
	for most := c.most.Load(); n > most && !c.most.CompareAndSwap(most, n); most = c.most.Load() {
	}
	time.Sleep(time.Second) // fake time of the synctest bubble
	return c.RoundTripper.RoundTrip(req)
}

// TestDetailsAtOnce: the errors of several devices are read at the same time,
// but only of a few.
func TestDetailsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, client := startCove(t, covetest.Config{})
		for i := range 200 {
			id := srv.AddDevice(covetest.Device{PartnerID: 400001, OSType: 2, Created: ago(99 * day), Seen: now, Sources: map[string]covetest.Source{
				"D01": {Status: 8, Errors: 1, LastSuccess: ago(time.Hour)},
			}})
			srv.AddSession(id, covetest.Session{Source: "D01", Status: 8, Start: ago(time.Duration(i+120) * time.Minute), End: ago(time.Hour), Errors: []covetest.SessionError{lockedFile}})
		}
		watched := &counting{RoundTripper: srv.Transport()}
		client, err := client.With(cove.WithHTTPClient(&http.Client{Transport: watched}))
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		f, err := Collect(t.Context(), client, ignorePst(), now)
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Faults) != 1 { // the fault of device 5
			t.Errorf("devices that waited for others ran out of time: %v", f.Faults[1:])
		}
		if most := watched.most.Load(); most > detailsAtOnce || most < 2 {
			t.Errorf("%d requests at a time, want several and at most %d", most, detailsAtOnce)
		}
		if took := time.Since(start); took > 2*time.Minute {
			t.Errorf("took %v", took)
		}
	})
}

// TestDetailsTimeout: a storage node that does not answer delays a text by less
// than a minute.
func TestDetailsTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		srv, f := startSessions(t)
		srv.Inject(covetest.Fault{Method: "GetAccountInfoById", Kind: covetest.Hang, Times: -1})
		start := time.Now()
		text := composeOf(t, f, 1, reconcile.Create).Internal
		if took := time.Since(start); took > time.Minute || !strings.Contains(text, "could not be read") {
			t.Errorf("after %v:\n%s", took, text)
		}
	})
}

// TestCancelled: a cancelled run ends with an error wherever it is, and never
// with a partial result.
func TestCancelled(t *testing.T) {
	for _, row := range []struct {
		method string
		skip   int
		rules  Rules
	}{{"EnumerateAccountStatistics", 1, DefaultRules()}, {"GetAccountInfoById", 0, ignorePst()}} {
		srv, client := startCove(t, covetest.Config{})
		for id := range int64(5000) {
			srv.AddDevice(covetest.Device{ID: 1000 + id, PartnerID: 400001, Name: fmt.Sprint("more-", id)})
		}
		srv.EditDevice(2, func(d *covetest.Device) {
			d.Sources["D01"] = covetest.Source{Status: 8, Errors: 1, LastSuccess: ago(time.Hour)}
		})
		ctx, cancel := context.WithCancel(t.Context())
		cut, err := client.With(cove.WithHTTPClient(&http.Client{Transport: cutting{srv.Transport(), row.method, row.skip, new(atomic.Int64), cancel}}))
		if err != nil {
			t.Fatal(err)
		}
		if f, err := Collect(ctx, cut, row.rules, now); f != nil || !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v, %v", row.method, f != nil, err)
		}
	}
	srv, f := startSessions(t)
	ctx, cancel := context.WithCancel(t.Context())
	var err error
	f.reader.client, err = f.reader.client.With(cove.WithHTTPClient(&http.Client{Transport: cutting{srv.Transport(), "QueryErrors", 0, new(atomic.Int64), cancel}}))
	if err != nil {
		t.Fatal(err)
	}
	v, _ := f.Verdict(1)
	if text, err := f.Compose(ctx, action(f, v.Device, reconcile.Create, nil)); !errors.Is(err, context.Canceled) || text != (reconcile.Text{}) {
		t.Errorf("%v:\n%s", err, text.Internal)
	}
}

// cutting cancels a run at a request.
type cutting struct {
	http.RoundTripper
	method string
	skip   int
	met    *atomic.Int64
	cancel func()
}

func (c cutting) RoundTrip(req *http.Request) (*http.Response, error) {
	if body, err := req.GetBody(); err == nil {
		head := make([]byte, 200)
		n, _ := body.Read(head)
		if strings.Contains(string(head[:n]), c.method) && c.met.Add(1) > int64(c.skip) {
			c.cancel()
			return nil, req.Context().Err()
		}
	}
	return c.RoundTripper.RoundTrip(req)
}

// TestTenantErrors: for a tenant the errors of the newest session count, and no
// old ones.
func TestTenantErrors(t *testing.T) {
	srv, f := startSessions(t)
	srv.AddSession(4, covetest.Session{Source: "D05", Status: 2, Start: ago(2 * time.Hour), End: ago(2 * time.Hour), Errors: []covetest.SessionError{{Description: "an error of the session before"}}})
	srv.AddSession(4, covetest.Session{Source: "D05", Status: 2, Start: ago(time.Minute), End: ago(time.Minute), Errors: []covetest.SessionError{{Description: "an error of the newest session"}, {Description: "another of its errors"}}})
	text := composeOf(t, f, 4, reconcile.Create).Internal
	if strings.Contains(text, "session before") || !strings.Contains(text, "an error of the newest session") || !strings.Contains(text, "another of its errors") {
		t.Error(text)
	}
	srv, client := startCove(t, covetest.Config{})
	srv.EditDevice(4, func(d *covetest.Device) {
		d.Sources["D05"] = covetest.Source{Status: 2, Errors: 1, LastSuccess: ago(4 * day)}
	})
	srv.AddSession(4, covetest.Session{Source: "D05", Status: 2, Start: ago(3 * day), End: ago(3 * day), Errors: []covetest.SessionError{{Description: "an old error"}}})
	f, err := Collect(t.Context(), client, DefaultRules(), now)
	if err != nil {
		t.Fatal(err)
	}
	if text := composeOf(t, f, 4, reconcile.Create).Internal; strings.Contains(text, "an old error") || !strings.Contains(text, "SharePoint: last session failed") {
		t.Error(text)
	}
}

// TestOneCause: M6. One cause explains a tenant only if every error has it and
// every service has failed.
func TestOneCause(t *testing.T) {
	consent := cove.SessionError{Text: "AADSTS65001: no consent", Source: cove.SourceM365Teams}
	broken := tenant()
	for _, s := range []*cove.SourceStats{&broken.M365Exchange, &broken.M365OneDrive, &broken.M365SharePoint, &broken.M365Teams} {
		*s = failing(day)
	}
	stale := *broken
	stale.M365Teams = with(func(s *cove.SourceStats) { s.LastSuccess = ago(day) })
	for _, row := range []struct {
		name   string
		device *cove.Device
		errors []cove.SessionError
		want   string
	}{
		{"one", broken, []cove.SessionError{consent, consent}, "consent needed"},
		{"none read", broken, nil, ""},
		{"two", broken, []cove.SessionError{consent, {Text: "Mailbox not found"}}, ""},
		{"one unknown", broken, []cove.SessionError{consent, {Text: "Hm."}}, ""},
		{"one service is only stale", &stale, []cove.SessionError{consent}, ""},
	} {
		f := fleetOf(row.device)
		v, _ := f.Verdict(row.device.ID)
		if got := f.oneCause(v, row.errors); got != row.want {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}
}

// TestGroup: errors are grouped by text, the most frequent first, each with the
// first of its files by name, so that a text stays the same.
func TestGroup(t *testing.T) {
	v := check(failingServer())
	files := cove.SourceFilesAndFolders
	got := group(&v, []cove.SessionError{
		{Source: files, Text: "rare", Item: "x"}, {Source: files, Text: "very often", Item: "b"},
		{Source: files, Text: "very often", Item: "a"}, {Source: files, Text: "very often", Item: "c", Count: 3}, {Source: files, Text: "very often"},
	})
	want := []errorGroup{{files, "very often", "a", 6}, {files, "rare", "x", 1}}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestNoErrorsOfDevice: a failed recovery test has no session errors.
func TestNoErrorsOfDevice(t *testing.T) {
	srv, f := startSessions(t)
	d := server()
	d.Rest = map[string]string{"I80": "1", "RV0": "2"}
	r := eastern()
	r.Server.Recovery = 30 * day
	tested := Judge([]*cove.Device{d}, birchTree(), r, now)
	tested.reader.client = f.reader.client
	composeOf(t, tested, d.ID, reconcile.Create)
	if n := srv.Calls(); n != 0 {
		t.Errorf("%d calls", n)
	}
}
