package connectwisetest_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// attempt creates a ticket and returns what the client saw.
func attempt(ctx context.Context, client *http.Client, base string, c connectwisetest.Credentials) string {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/v4_6_release/apis/3.0/service/tickets", strings.NewReader(minimal))
	if err != nil {
		return err.Error()
	}
	r.SetBasicAuth(c.Company+"+"+c.PublicKey, c.PrivateKey)
	r.Header.Set("clientId", c.ClientID)
	resp, err := client.Do(r)
	if err != nil {
		return "error"
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		return "broken body"
	}
	if retry := resp.Header.Get("Retry-After"); retry != "" {
		return resp.Status + " after " + retry + " " + string(b)
	}
	if !json.Valid(b) {
		return resp.Status + " no JSON"
	}
	return resp.Status
}

func TestFaults(t *testing.T) {
	for name, tc := range map[string]struct {
		fault connectwisetest.Fault
		seen  string
		made  int
	}{
		"refused":           {connectwisetest.Fault{Kind: connectwisetest.RefuseConnection}, "error", 0},
		"reset before":      {connectwisetest.Fault{Kind: connectwisetest.ResetBefore}, "error", 0},
		"reset after":       {connectwisetest.Fault{Kind: connectwisetest.ResetAfter}, "error", 1},
		"503 before":        {connectwisetest.Fault{Kind: connectwisetest.StatusBefore, Status: 503}, "503 Service Unavailable", 0},
		"500 after":         {connectwisetest.Fault{Kind: connectwisetest.StatusAfter}, "500 Internal Server Error", 1},
		"429":               {connectwisetest.Fault{Kind: connectwisetest.TooManyRequests, RetryAfter: "7"}, `429 Too Many Requests after 7 {"error":"ConnectWiseAPI","message":"Too many requests. Please try again in 7 seconds."}`, 0},
		"timeout":           {connectwisetest.Fault{Kind: connectwisetest.Timeout}, "500 Internal Server Error", 0},
		"HTML":              {connectwisetest.Fault{Kind: connectwisetest.HTML}, "502 Bad Gateway no JSON", 0},
		"login page":        {connectwisetest.Fault{Kind: connectwisetest.HTML, Status: 200}, "200 OK no JSON", 0},
		"truncated":         {connectwisetest.Fault{Kind: connectwisetest.Truncate}, "broken body", 1},
		"garbage":           {connectwisetest.Fault{Kind: connectwisetest.Garbage}, "200 OK no JSON", 1},
		"hanging":           {connectwisetest.Fault{Kind: connectwisetest.Hang, Delay: time.Millisecond}, "error", 0},
		"hanging afterward": {connectwisetest.Fault{Kind: connectwisetest.HangAfter, Delay: time.Millisecond}, "error", 1},
		"slow":              {connectwisetest.Fault{Kind: connectwisetest.Latency, Delay: time.Millisecond}, "201 Created", 1},
	} {
		for _, wire := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				a := desk(t, connectwisetest.Config{})
				base := "http://cw.test"
				if wire {
					if err := a.srv.Listen("127.0.0.1:0", false); err != nil {
						t.Fatal(err)
					}
					t.Cleanup(a.srv.Close)
					base = a.srv.URL
				}
				a.srv.Inject(tc.fault)
				if seen := attempt(t.Context(), a.srv.Client(), base, a.creds); seen != tc.seen {
					t.Errorf("client saw %q, want %q", seen, tc.seen)
				}
				if n := len(a.srv.Tickets()); n != tc.made {
					t.Errorf("%d tickets made, want %d", n, tc.made)
				}
				if seen := attempt(t.Context(), a.srv.Client(), base, a.creds); seen != "201 Created" {
					t.Errorf("the next request saw %q", seen)
				}
			})
		}
	}
}

func TestFaultPositions(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	a.srv.Inject(
		connectwisetest.Fault{At: 2, Kind: connectwisetest.StatusBefore, Status: 503},
		connectwisetest.Fault{Method: "GET", Path: "SERVICE/boards", Skip: 1, Times: 2, Kind: connectwisetest.StatusBefore, Status: 504},
	)
	var got []int
	for _, path := range []string{"system/info", "system/info", "service/boards", "service/boards", "service/priorities", "service/boards", "service/boards"} {
		got = append(got, a.get(path).status)
	}
	if diff := cmp.Diff([]int{200, 503, 200, 504, 200, 504, 200}, got); diff != "" {
		t.Error(diff)
	}
	log := a.srv.Requests()
	if len(log) != 7 || log[1].Fault != connectwisetest.StatusBefore || log[1].Status != 503 || log[6].Number != 7 || log[0].Member != "apimember" {
		t.Errorf("log: %+v", log)
	}
	if n := a.srv.Count("GET", "boards"); n != 4 {
		t.Errorf("%d requests for boards", n)
	}
	a.srv.ResetRequests()
	a.srv.ClearFaults()
	a.srv.Inject(connectwisetest.Fault{Times: -1, Kind: connectwisetest.HTML})
	a.get("system/info").want(502)
	a.get("system/info").want(502)
	if a.srv.Calls() != 2 {
		t.Errorf("%d calls after the reset", a.srv.Calls())
	}
}

func TestFaultErrorsInMemory(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	for kind, want := range map[connectwisetest.FaultKind]struct {
		op  string
		err error
	}{connectwisetest.RefuseConnection: {"dial", syscall.ECONNREFUSED}, connectwisetest.ResetBefore: {"read", syscall.ECONNRESET}} {
		a.srv.Inject(connectwisetest.Fault{Kind: kind})
		resp, err := a.http.Do(mustRequest(t, "http://cw.test/login/companyinfo/training"))
		if err == nil {
			_ = resp.Body.Close()
		}
		op, ok := errors.AsType[*net.OpError](err)
		if !ok || op.Op != want.op || !errors.Is(err, want.err) {
			t.Errorf("kind %d: %v", kind, err)
		}
	}
}

func TestHangEndsWithContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := desk(t, connectwisetest.Config{Now: time.Now})
		a.srv.Inject(connectwisetest.Fault{Kind: connectwisetest.Hang})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		r, _ := http.NewRequestWithContext(ctx, http.MethodGet, "http://cw.test/login/companyinfo/training", nil)
		start := time.Now()
		resp, err := a.srv.Client().Do(r)
		if err == nil {
			_ = resp.Body.Close()
		}
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Minute {
			t.Errorf("after %v: %v", time.Since(start), err)
		}
	})
}

func TestListLag(t *testing.T) {
	now := noon
	a := desk(t, connectwisetest.Config{Now: func() time.Time { return now }})
	a.srv.SetListLag(5 * time.Second)
	list := func(want string) {
		t.Helper()
		var got []string
		for _, r := range a.get("service/tickets", "fields", "summary").want(200).list() {
			got = append(got, r["summary"].(string))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("at %s the list shows %q, want %q", now.Format("05"), s, want)
		}
	}
	a.do("POST", "service/tickets", `{"summary":"a","company":{"id":250}}`).want(201)
	a.get("service/tickets/70001").want(200)
	list("")
	now = now.Add(2 * time.Second)
	a.do("PATCH", "service/tickets/70001", `[{"op":"replace","path":"summary","value":"b"}]`).want(200)
	list("")
	now = now.Add(3 * time.Second)
	list("a")
	if got := a.get("service/tickets/70001").object()["summary"]; got != "b" {
		t.Errorf("by id: %v", got)
	}
	now = now.Add(2 * time.Second)
	list("b")
	a.do("DELETE", "service/tickets/70001", "").want(204)
	a.get("service/tickets/70001").want(404)
	list("b")
	if got := a.get("service/tickets/count").body; got != `{"count":1}` {
		t.Errorf("count %s", got)
	}
	now = now.Add(5 * time.Second)
	list("")
}

func TestPeople(t *testing.T) {
	a := desk(t, connectwisetest.Config{})
	id := a.srv.AddTicket(connectwisetest.Ticket{Summary: "x", Company: connectwisetest.ByID(250), ExternalXRef: "mark", Owner: connectwisetest.ByIdentifier("admin")})
	other := a.srv.AddTicket(connectwisetest.Ticket{Summary: "y", Company: connectwisetest.ByID(250)})
	tech := a.srv.AsPerson("tech1")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(tech.CloseTicket(id))
	v, _ := a.srv.Ticket(id)
	if !v.Closed || v.ClosedBy != "tech1" || v.UpdatedBy != "tech1" || !v.ClosedDate.Equal(noon) {
		t.Errorf("closed: %+v", v)
	}
	must(tech.ReopenTicket(id))
	must(tech.EditTicket(id, func(t *connectwisetest.Ticket) {
		t.Status.Name = "Waiting"
		t.Company = connectwisetest.ByIdentifier("BOLT")
		t.Owner = connectwisetest.Ref{}
		t.Summary = "edited"
	}))
	v, _ = a.srv.Ticket(id)
	if v.Status.Name != "Waiting" || v.Company.ID != 251 || v.Owner.ID != 0 || v.Summary != "edited" || v.Closed || v.Site.Name != "Main" || v.ExternalXRef != "mark" {
		t.Errorf("edited: %+v", v)
	}
	must(tech.MoveTicket(id, connectwisetest.ByName("Projects")))
	if v, _ = a.srv.Ticket(id); v.Status.Name != "Inbox" || v.Board.Name != "Projects" {
		t.Errorf("moved: %+v", v)
	}
	clone, err := tech.CopyTicket(id)
	must(err)
	if v, _ = a.srv.Ticket(clone); v.ExternalXRef != "mark" || v.EnteredBy != "tech1" {
		t.Errorf("copy: %+v", v)
	}
	must(tech.MergeTickets(id, other))
	if v, _ = a.srv.Ticket(other); v.MergedInto != id || !v.Closed {
		t.Errorf("merged: %+v", v)
	}
	if _, err := tech.AddNote(id, connectwisetest.Note{Text: "done", Internal: true}); err != nil {
		t.Fatal(err)
	}
	if n := a.srv.Notes(id); len(n) != 1 || n[0].CreatedBy != "tech1" || !n[0].Internal || n[0].Discussion {
		t.Errorf("notes: %+v", n)
	}
	must(tech.DeleteTicket(clone))
	if err := tech.CloseTicket(clone); err == nil {
		t.Error("a deleted ticket could be closed")
	}
	if a.srv.Calls() != 0 || len(a.srv.Mails()) != 0 {
		t.Error("people left traces in the request log or the mails")
	}
}
