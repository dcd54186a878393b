package cove_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
)

var day = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)

// systemDevice has a failed and two good sessions.
func systemDevice(srv *covetest.Server) int64 {
	id := srv.AddDevice(covetest.Device{Name: "srv-01_x2", Sources: map[string]covetest.Source{"D01": {Status: 8}, "D02": {Status: 5}}})
	srv.AddSession(id, covetest.Session{ID: 825, Source: "D01", Status: 5, Start: day.Add(-24 * time.Hour), End: day.Add(-23 * time.Hour)})
	srv.AddSession(id, covetest.Session{
		ID: 826, Source: "D01", Status: 8, Start: day, End: day.Add(time.Hour), SelectedSize: 483729375232, Flags: []string{"Synchronized"},
		Errors: []covetest.SessionError{
			{ID: 9911, Code: 1800, Text: "Access is denied", Filename: `D:\Shares\q3.xlsx`, Count: 2, Time: day.Add(time.Minute), Files: []string{`D:\Shares\q3.xlsx`, `D:\Shares\q4.xlsx`}},
			{ID: 9912, Code: 5, Text: "It&apos;s locked", Filename: `D:\x`, Time: day.Add(2 * time.Minute)},
		},
	})
	srv.AddSession(id, covetest.Session{ID: 828, Source: "D01", Type: "Restore", Status: 2, Start: day.Add(4 * time.Hour), End: day.Add(5 * time.Hour)})
	srv.AddSession(id, covetest.Session{
		ID: 827, Source: "D02", Status: 2, Start: day.Add(2 * time.Hour), End: day.Add(3 * time.Hour),
		Errors: []covetest.SessionError{{ID: 9913, Text: "VSS error", Time: day.Add(2 * time.Hour)}},
	})
	return id
}

func sessionIDs(sessions []cove.Session) []int64 {
	var ids []int64
	for _, s := range sessions {
		ids = append(ids, s.ID)
	}
	return ids
}

func errorIDs(list []cove.SessionError) []int64 {
	var ids []int64
	for _, e := range list {
		ids = append(ids, e.ID)
	}
	return ids
}

func TestSystemSessions(t *testing.T) {
	for _, sw := range []covetest.Switches{{}, {NodeNeedsVisa: true}} {
		t.Run(fmt.Sprintf("needs visa %v", sw.NodeNeedsVisa), func(t *testing.T) {
			srv, c := start(t, covetest.Config{Switches: sw})
			a, err := c.Account(t.Context(), systemDevice(srv))
			if err != nil {
				t.Fatal(err)
			}
			for _, tt := range []struct {
				name string
				q    cove.SessionQuery
				want []int64
			}{
				{"all", cove.SessionQuery{}, []int64{827, 826, 825}},
				{"source", cove.SessionQuery{Source: cove.SourceFilesAndFolders}, []int64{826, 825}},
				{"system state", cove.SessionQuery{Source: cove.SourceSystemState}, []int64{827}},
				{"not completed", cove.SessionQuery{Without: []cove.SessionStatus{cove.StatusCompleted}}, []int64{827, 826}},
				{"since", cove.SessionQuery{Since: day}, []int64{827, 826}},
				{"limit", cove.SessionQuery{Limit: 1}, []int64{827}},
			} {
				got, err := c.Sessions(t.Context(), a, tt.q)
				if err != nil {
					t.Fatalf("%s: %v", tt.name, err)
				}
				if diff := cmp.Diff(tt.want, sessionIDs(got)); diff != "" {
					t.Errorf("%s (-want +got):\n%s", tt.name, diff)
				}
			}
			got, err := c.Sessions(t.Context(), a, cove.SessionQuery{Source: cove.SourceFilesAndFolders, Limit: 1})
			if err != nil {
				t.Fatal(err)
			}
			want := cove.Session{
				ID: 826, Source: cove.SourceFilesAndFolders, Type: "BatchBackup", Status: cove.StatusCompletedWithErrors, Start: day, End: day.Add(time.Hour),
				Errors: 3, SelectedSize: 483729375232, Flags: []string{"Synchronized"}, Version: got[0].Version,
			}
			if diff := cmp.Diff(want, got[0]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSystemErrors(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	a, err := c.Account(t.Context(), systemDevice(srv))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		q    cove.SessionErrorQuery
		want []int64
	}{
		{"all", cove.SessionErrorQuery{}, []int64{9913, 9912, 9911}},
		{"session", cove.SessionErrorQuery{SessionID: 826}, []int64{9912, 9911}},
		{"since", cove.SessionErrorQuery{Since: day.Add(2 * time.Minute)}, []int64{9913, 9912}},
		{"limit", cove.SessionErrorQuery{Limit: 1}, []int64{9913}},
	} {
		got, err := c.SessionErrors(t.Context(), a, tt.q)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if diff := cmp.Diff(tt.want, errorIDs(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	got, err := c.SessionErrors(t.Context(), a, cove.SessionErrorQuery{SessionID: 826, Source: cove.SourceFilesAndFolders})
	if err != nil {
		t.Fatal(err)
	}
	want := []cove.SessionError{
		{ID: 9912, SessionID: 826, Source: cove.SourceFilesAndFolders, Code: 5, Text: "It's locked", Item: `D:\x`, Count: 1, Time: day.Add(2 * time.Minute)},
		{
			ID: 9911, SessionID: 826, Source: cove.SourceFilesAndFolders, Code: 1800, Text: "Access is denied", Item: `D:\Shares\q3.xlsx`, Count: 2,
			Time: day.Add(time.Minute),
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if _, err := c.SessionErrors(t.Context(), a, cove.SessionErrorQuery{Source: cove.SourceFilesAndFolders}); !errors.Is(err, cove.ErrInvalid) {
		t.Errorf("a source, which errors of a system do not say: %v", err)
	}
}

func TestM365(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	id := srv.AddDevice(covetest.Device{Name: "tenant", AccountType: 2, Sources: map[string]covetest.Source{"D19": {Status: 8}, "D20": {Status: 5}}})
	failed := func(sessionID int64, at time.Time) covetest.Session {
		return covetest.Session{ID: sessionID, Source: "D19", Status: 8, Start: at, End: at.Add(time.Minute), Errors: []covetest.SessionError{
			{Text: "The mailbox is either inactive, soft-deleted, or hosted on-premise.", Filename: "jo@birch.example", Time: at},
		}}
	}
	srv.AddSession(id, failed(67890, day))
	srv.AddSession(id, failed(67891, day.Add(4*time.Hour)))
	srv.AddSession(id, covetest.Session{ID: 67892, Source: "D20", Status: 5, Start: day, End: day.Add(time.Minute)})
	srv.AddSession(id, covetest.Session{ID: 67893, Source: "D20", Type: "Restore", Status: 2, Start: day, End: day.Add(time.Minute)})
	a, err := c.Account(t.Context(), id)
	if err != nil || !a.M365() {
		t.Fatal(a, err)
	}
	for _, tt := range []struct {
		name string
		q    cove.SessionQuery
		want []int64
	}{
		{"source", cove.SessionQuery{Source: cove.SourceM365Exchange}, []int64{67891, 67890}},
		{"status", cove.SessionQuery{Source: cove.SourceM365OneDrive, Without: []cove.SessionStatus{cove.StatusCompleted}}, nil},
		{"since", cove.SessionQuery{Source: cove.SourceM365Exchange, Since: day.Add(time.Hour)}, []int64{67891}},
		{"limit", cove.SessionQuery{Source: cove.SourceM365Exchange, Limit: 1}, []int64{67891}},
	} {
		got, err := c.Sessions(t.Context(), a, tt.q)
		if err != nil {
			t.Fatalf("%s: %v", tt.name, err)
		}
		if diff := cmp.Diff(tt.want, sessionIDs(got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
	}
	if list, err := c.SessionErrors(t.Context(), a, cove.SessionErrorQuery{SessionID: 67891, Since: day.Add(5 * time.Hour)}); err != nil || len(list) != 0 {
		t.Errorf("younger than the session: %+v, %v", list, err)
	}
	for _, q := range []cove.SessionErrorQuery{{}, {Source: cove.SourceM365Exchange}, {SessionID: 67891}} {
		list, err := c.SessionErrors(t.Context(), a, q)
		if err != nil {
			t.Fatal(err)
		}
		if len(list) != 1 || list[0].SessionID != 67891 || list[0].Item != "jo@birch.example" || !strings.HasPrefix(list[0].Text, "The mailbox is either inactive") || list[0].Source != cove.SourceM365Exchange {
			t.Errorf("%+v: %+v", q, list)
		}
	}
	if _, err := c.Sessions(t.Context(), a, cove.SessionQuery{Source: cove.SourceMSSQL}); !errors.Is(err, cove.ErrInvalid) {
		t.Errorf("a system source on Microsoft 365: %v", err)
	}
}

func TestSelfSignedNode(t *testing.T) {
	srv, c := start(t, covetest.Config{Switches: covetest.Switches{SelfSignedNode: true}}, cove.WithRetry(cove.Retry{Attempts: 1}))
	a, err := c.Account(t.Context(), systemDevice(srv))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Sessions(t.Context(), a, cove.SessionQuery{})
	var untrusted *cove.UntrustedNodeError
	if !errors.As(err, &untrusted) || untrusted.Host != a.Node.Host {
		t.Fatalf("got %v", err)
	}
	// Pin the certificate that the node presents, as a user would after
	// checking it.
	conn, err := tls.Dial("tcp", a.Node.Host, &tls.Config{InsecureSkipVerify: true}) //nolint:gosec,noctx // to learn the certificate
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(conn.ConnectionState().PeerCertificates[0])
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	settings := &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12} // for all nodes
	pinned, err := c.With(cove.WithHTTPClient(&http.Client{Transport: &http.Transport{TLSClientConfig: settings}}))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if got, err := pinned.Sessions(t.Context(), a, cove.SessionQuery{}); err != nil || len(got) != 3 {
			t.Errorf("pinned: %d sessions, error %v", len(got), err)
		}
	}
}

// A node that wants the visa too does not get it, and the error says why.
func TestNodeThatWantsTheVisa(t *testing.T) {
	srv, c := unwired(t, covetest.Config{Switches: covetest.Switches{NodeNeedsVisa: true}})
	a, err := c.Account(t.Context(), systemDevice(srv))
	if err != nil {
		t.Fatal(err)
	}
	_, err = c.Sessions(t.Context(), a, cove.SessionQuery{})
	if !errors.Is(err, cove.ErrUnauthorized) || !strings.Contains(err.Error(), "storage node "+a.Node.Host) || strings.Contains(err.Error(), "logging in again") {
		t.Errorf("got %v", err)
	}
	if got := srv.Count("QuerySessions"); got != 1 {
		t.Errorf("%d requests to the node", got)
	}
}

// When a service ignores the data source asked for, its sessions keep their own
// source.
func TestM365SessionsOfAnotherSource(t *testing.T) {
	c := scripted{map[string]string{"Login": goodLogin, "GetAccountInfoById": goodTenant}, `{"result":{"result":[` +
		`{"Id":3,"Status":"Failed","StartTime":1763765000,"DataSourceType":"OneDrive"},{"Id":2,"Status":"Failed","StartTime":1763764000,"DataSource":"Exchange"},{"Id":1,"Status":"Failed","StartTime":1763763000}]}}`}.client(t)
	a, err := c.Account(t.Context(), 7)
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Sessions(t.Context(), a, cove.SessionQuery{Source: cove.SourceM365Exchange})
	if diff := cmp.Diff([]int64{2, 1}, sessionIDs(got)); diff != "" || err != nil {
		t.Errorf("(-want +got):\n%s%v", diff, err)
	}
}

// recorder records which values are sent to which host.
type recorder struct {
	next http.RoundTripper
	seen []string
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := req.GetBody()
	if err != nil {
		return nil, err
	}
	var b strings.Builder
	if err := req.Write(&b); err != nil {
		return nil, err
	}
	req.Body = body
	r.seen = append(r.seen, req.URL.Scheme+"://"+req.URL.Host+" "+b.String())
	return r.next.RoundTrip(req)
}

// Password and visa are sent only to the configured host, and a device's token
// only to its node. None appears in a printed account.
func TestTokenGoesToItsNodeAlone(t *testing.T) {
	const token = "1b5e0c0a-7777-token"
	srv := covetest.NewServer(covetest.Config{})
	id := srv.AddDevice(covetest.Device{Name: "srv-01_x2", Token: token, Sources: map[string]covetest.Source{"D01": {Status: 8}}})
	rec := &recorder{next: srv.Transport()}
	c, err := cove.NewClient(cove.Credentials(srv.Credentials()),
		cove.WithBaseURL(srv.URL), cove.WithHTTPClient(&http.Client{Transport: rec}), cove.WithLimiter(rate.NewLimiter(rate.Inf, 1)))
	if err != nil {
		t.Fatal(err)
	}
	a, err := c.Account(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	if text := fmt.Sprintf("%v %+v %#v %v %+v", a, a, a, *a, *a); strings.Contains(text, token) {
		t.Errorf("the token shows in %s", text)
	}
	if _, err := c.SessionErrors(t.Context(), a, cove.SessionErrorQuery{}); err != nil {
		t.Fatal(err)
	}
	nodes := 0
	for _, request := range rec.seen {
		toNode := strings.HasPrefix(request, "https://"+a.Node.Host+" ")
		if toNode {
			nodes++
		}
		if strings.Contains(request, token) != toNode {
			t.Errorf("token: %s", request)
		}
		if toNode && (strings.Contains(request, "visa") || strings.Contains(request, srv.Credentials().Password)) {
			t.Errorf("visa or password at the node: %s", request)
		}
	}
	if nodes != 1 {
		t.Errorf("%d requests to the node", nodes)
	}
}

func TestNodeHostsThatAreNone(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	for _, host := range []string{"x/../y", "user@host", "host?q", "h h"} {
		a, err := c.Account(t.Context(), systemDevice(srv))
		if err != nil {
			t.Fatal(err)
		}
		srv.RemoveDevice(a.ID)
		a.Node.Host = host
		srv.ResetRequests()
		if _, err := c.Sessions(t.Context(), a, cove.SessionQuery{}); err == nil || srv.Calls() != 0 {
			t.Errorf("%q: error %v, %d calls", host, err, srv.Calls())
		}
	}
	if _, err := c.Sessions(t.Context(), &cove.Account{ID: 1}, cove.SessionQuery{}); !errors.Is(err, cove.ErrForbidden) {
		t.Errorf("no token: %v", err)
	}
}
