package desk

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile"
)

// Sentences of the promise (docs/promises.md) that no other test would miss.

func isCreate(r *http.Request) bool {
	return r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/service/tickets")
}

// Behind: of two open tickets for one key the newer one is closed, if this run
// created it, nobody has touched it, and the older one is open and ours.
func TestLookBehind(t *testing.T) {
	edit := func(change func(*connectwisetest.Ticket)) func(*job, int64, int64) error {
		return func(j *job, _, younger int64) error { return j.person().EditTicket(younger, change) }
	}
	for _, test := range []struct {
		name    string
		do      func(j *job, elder, younger int64) error // before the run looks behind
		younger bool                                     // the other writer's ticket is the newer one
		goes    bool                                     // the one that this run made
		shows   string                                   // what the server says of that one besides
	}{
		{"nobody", nil, false, true, ""},
		{"the other's is the younger", nil, true, false, ""},
		{"owner", edit(func(t *connectwisetest.Ticket) { t.Owner = connectwisetest.ByIdentifier("jsmith") }), false, false, ""},
		{"resource", nil, false, false, `"resources": "jsmith",`},
		{"time", nil, false, false, `"actualHours": 0.5,`},
		{"renamed", edit(func(t *connectwisetest.Ticket) { t.Summary = "Call Jane" }), false, false, ""},
		{"priority", edit(func(t *connectwisetest.Ticket) { t.Priority = connectwisetest.ByName("Theirs") }), false, false, ""},
		{"customer", edit(func(t *connectwisetest.Ticket) { t.CustomerUpdated = true }), false, false, ""},
		{"note", func(j *job, _, younger int64) error {
			_, err := j.person().AddNote(younger, connectwisetest.Note{Text: "I am on it.", Internal: true})
			return err
		}, false, false, ""},
		{"the elder is closed", func(j *job, elder, _ int64) error { return j.person().CloseTicket(elder) }, false, false, ""},
		{"the elder is deleted", func(j *job, elder, _ int64) error { return j.person().DeleteTicket(elder) }, false, false, ""},
		{"the elder is released", func(j *job, elder, _ int64) error {
			return j.person().EditTicket(elder, func(t *connectwisetest.Ticket) { setMarker(t, "released") })
		}, false, false, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			j := newCase(t, func(c *Config) { c.Priorities = []PriorityRule{{Priority: "Ours"}} })
			j.srv.AddPriority(connectwisetest.Priority{Name: "Ours"})
			j.srv.AddPriority(connectwisetest.Priority{Name: "Theirs"})
			j.person()
			other := func(body []byte) int64 {
				text := regexp.MustCompile(`cdk1:[^"]*`).Find(body)
				tk := connectwisetest.Ticket{
					Summary: "COVE SVR 1 - failed", Board: connectwisetest.ByName("Service Desk"), Company: connectwisetest.ByID(j.company),
					EnteredBy: "apimember", Entered: j.now, Updated: j.now,
				}
				return j.seed(tk, string(text))
			}
			var elder, ours int64
			j.through(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
				if isCreate(r) && ours == 0 {
					body, err := io.ReadAll(r.Body)
					must(t, err)
					r.Body = io.NopCloser(bytes.NewReader(body))
					if !test.younger {
						elder = other(body)
					}
					made, err := next.RoundTrip(r)
					tickets := j.srv.Tickets()
					ours = tickets[len(tickets)-1].ID
					if test.younger {
						other(body)
					}
					return made, err
				}
				if r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "/"+lookup.ID(ours)) {
					resp, err := next.RoundTrip(r)
					must(t, err)
					body, err := io.ReadAll(resp.Body)
					must(t, err)
					return answer(r, resp.StatusCode, strings.Replace(string(body), "{", "{"+test.shows, 1)), nil
				}
				if ours != 0 && test.do != nil { // what comes next looks behind
					do := test.do
					test.do = nil
					resp, err := next.RoundTrip(r)
					must(t, do(j, elder, ours))
					return resp, err
				}
				return next.RoundTrip(r)
			})
			j.night(world{"1": "bad"})
			if got := j.ticket(ours).Closed; got != test.goes {
				t.Errorf("the ticket that the run made is closed: %v", got)
			}
		})
	}
}

// Merged otherwise than into an open parent: as if a person had closed it. While
// the parent is open the ticket is kept for however long.
func TestParentClosed(t *testing.T) {
	for _, closed := range []bool{false, true} {
		j := newCase(t, nil)
		j.night(world{"1": "bad"})
		parent := j.srv.AddTicket(connectwisetest.Ticket{Summary: "all of it", Board: connectwisetest.ByName("Service Desk"), Company: connectwisetest.ByID(j.company)})
		must(t, j.person().MergeTickets(parent, j.srv.Tickets()[0].ID))
		if closed {
			must(t, j.person().CloseTicket(parent))
		}
		j.expect(j.night(world{"1": "bad"}))
		j.later(reconcile.DefaultPolicy().Snooze)
		if r := j.night(world{"1": "bad"}); closed != slices.Contains(did(r), "create 1 done") {
			t.Errorf("the parent is closed: %v; did %q", closed, did(r))
		}
	}
}

// The company that a person has set is never written again, nor is the one of an
// adopted ticket, which counts as a person's.
func TestCompanyStays(t *testing.T) {
	for _, whose := range []string{"adopted", "set by a person", "ours"} {
		b := newBench(t, legacy)
		b.adopt = recognise
		theirs := b.srv.AddCompany(connectwisetest.Company{Identifier: "THEIRS", Name: "Theirs Ltd"})
		mapped := b.srv.AddCompany(connectwisetest.Company{Identifier: "MAPPED", Name: "Mapped Ltd"})
		b.srv.AsPerson("oldtool")
		b.open()
		want := b.company
		if whose == "adopted" {
			b.old("Cove: 1 - backup failed", "oldtool", "", b.company)
		}
		id := b.run(world{"1": "bad"}).Results[0].Ticket
		switch whose {
		case "set by a person":
			must(t, b.person().EditTicket(id, func(t *connectwisetest.Ticket) { t.Company = connectwisetest.ByID(theirs) }))
			want = theirs
		case "ours":
			want = mapped
		}
		b.company = mapped // the mapping names another one from now on
		b.later(2 * time.Hour)
		b.only(b.run(world{"1": "worse"}), reconcile.Update, Done)
		if got := b.ticket(id); got.Company.ID != want || got.Summary != "COVE SVR 1 - failed" {
			t.Errorf("%s: company %d, want %d; summary %q", whose, got.Company.ID, want, got.Summary)
		}
	}
}

// The stop's one line says which ticket, when, under whose name, and what to do;
// it stands until it is acknowledged, also when what it was raised for is gone.
func TestOlderToolStopStands(t *testing.T) {
	j, id := newOldTool(t)
	j.night(world{"1": "bad", "2": "bad"})
	j.night(world{"1": "bad", "2": "bad"})
	j.later(30 * time.Minute)
	at := j.now
	must(t, j.tool().EditTicket(id, func(t *connectwisetest.Ticket) { t.Summary = "Cove: 1 - still failed" }))
	must(t, j.tool().CloseTicket(id))
	r := j.night(world{"1": "bad", "2": "worse"})
	stop := j.nothingWritten(r)
	want := regexp.MustCompile(`an older tool still runs: it closed ticket \d+ at ` + at.UTC().Format(time.DateTime) + ` UTC as member oldtool\. .*Stop the older tool, then acknowledge`)
	if !want.MatchString(r.String()) {
		t.Errorf("%s\nwant %s", r, want)
	}
	must(t, j.person().DeleteTicket(id))
	j.nothingWritten(j.night(world{"1": "bad", "2": "worse"}))
	r = j.nightWith(Options{Acknowledge: []string{stop}}, world{"1": "bad", "2": "worse"})
	j.expect(r, "create 1 done", "update 2 done")
}

// Create: where the server drops the marker it gets it by one PATCH; that a PATCH
// is put off is no sign that the marker is not kept.
func TestMarkerByPatch(t *testing.T) {
	for _, limited := range []int{0, 1, 2 * changeAttempts} {
		synctest.Test(t, func(t *testing.T) {
			putOff := limited >= 2*changeAttempts
			j := newCase(t, nil)
			j.through(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
				if isCreate(r) {
					body, err := io.ReadAll(r.Body)
					must(t, err)
					body = regexp.MustCompile(`cdk1:[^"]*`).ReplaceAll(body, nil)
					r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
				}
				if r.Method == http.MethodPatch && limited > 0 {
					limited--
					return answer(r, http.StatusTooManyRequests, `{"code":"RateLimited","message":"slow down"}`), nil
				}
				return next.RoundTrip(r)
			})
			r := j.night(world{"1": "bad", "2": "bad"})
			if putOff {
				j.expect(r, "create 1 failed", "create 2 failed")
				r = j.night(world{"1": "bad", "2": "bad"})
				j.expect(r, "mark 1 done", "mark 2 done")
			} else {
				j.expect(r, "create 1 done", "create 2 done")
			}
			for _, tk := range j.srv.Tickets() {
				if marker(tk) == "" {
					t.Errorf("ticket %d has no marker: %s", tk.ID, r)
				}
			}
			if r.Health() != HealthFine {
				t.Errorf("%s", r)
			}
		})
	}
}

// A create that was sent late in a long run may be carried out later still: its key
// waits from then on.
func TestLateCreateOfALongRun(t *testing.T) {
	j := newCase(t, nil)
	j.through(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		if isCreate(r) && len(j.srv.Tickets()) == 0 {
			j.later(2 * Late) // others came first
			return nil, errNoAnswer
		}
		return next.RoundTrip(r)
	})
	j.expect(j.night(world{"1": "bad"}), "create 1 unknown")
	j.later(3 * time.Minute)
	j.expect(j.sync(j.fleet(world{"1": "bad"})))
}

// Change: fields, status and marker are one PATCH; then the note, and one PATCH
// that says that it is there.
func TestChangeIsOnePatch(t *testing.T) {
	j := newCase(t, nil)
	j.night(world{"1": "bad"})
	ticket := "service/tickets/" + lookup.ID(j.srv.Tickets()[0].ID)
	for _, state := range []string{"worse", ""} {
		j.night(world{"1": state})
		if diff := cmp.Diff([]string{"PATCH " + ticket, "POST " + ticket + "/notes", "PATCH " + ticket}, j.writes()); diff != "" {
			t.Errorf("%q: %s", state, diff)
		}
	}
}

// Memory: one of a newer format is refused although it is this tenant's.
func TestMemoryOfANewerFormat(t *testing.T) {
	j := newCase(t, nil)
	j.night(world{"1": "bad"})
	data, err := os.ReadFile(j.path)
	must(t, err)
	newer := bytes.Replace(data, []byte(`"format": 1`), []byte(`"format": 2`), 1)
	if bytes.Equal(newer, data) {
		t.Fatal(string(data))
	}
	must(t, os.WriteFile(j.path, newer, 0o600))
	j.open()
	if _, err := j.desk.Sync(t.Context(), j.fleet(world{"1": ""})); err == nil || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("error %v", err)
	}
	if now, err := os.ReadFile(j.path); err != nil || !bytes.Equal(now, newer) {
		t.Errorf("it was overwritten: %v", err)
	}
}

// Memory: the last good run is the last that ended fine or with attention, and it
// is known by when it began. What the last report asked for is not new again.
func TestLastGoodRun(t *testing.T) {
	j := newCase(t, nil)
	last := func() time.Time {
		data, err := os.ReadFile(j.path)
		must(t, err)
		var m struct{ LastGood time.Time }
		must(t, json.Unmarshal(data, &m))
		return m.LastGood
	}
	j.through(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		if isCreate(r) {
			j.later(time.Minute)
		}
		return next.RoundTrip(r)
	})
	began := j.now.Add(time.Hour)
	j.night(world{"1": "bad", "2": "bad"})
	if got := last(); !got.Equal(began) {
		t.Errorf("the last good run began at %v, want %v", got, began)
	}
	j.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "service/tickets", Kind: connectwisetest.StatusBefore, Status: 500})
	if r := j.night(world{"1": "bad", "2": "bad", "3": "bad"}); r.Health() != HealthFailed || !last().Equal(began) {
		t.Errorf("%s, last good %v", r.Health(), last())
	}
	must(t, j.person().EditTicket(j.srv.Tickets()[0].ID, func(t *connectwisetest.Ticket) { setMarker(t, "CW-1") }))
	j.later(Late)
	for _, isNew := range []bool{true, false} {
		r := j.night(world{"1": "bad", "2": "bad", "3": "bad"})
		if !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.What == "held" && f.New == isNew }) {
			t.Errorf("want new %v: %+v", isNew, r.Findings)
		}
	}
}

// Breaker: a server that hangs ends the run like one that refuses.
func TestBreakerHang(t *testing.T) {
	j := newCase(t, nil)
	j.through(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		if isCreate(r) {
			return nil, os.ErrDeadlineExceeded
		}
		return next.RoundTrip(r)
	})
	j.later(time.Hour)
	r, err := j.open().desk.Sync(t.Context(), j.fleet(many(20)))
	if got := r.Outcomes(); err == nil || got[Unknown] != 3 || got[Skipped] != 17 || !strings.Contains(err.Error(), "3 failures in a row") {
		t.Errorf("%v, error %v", got, err)
	}
}

// No stop outlives its acknowledgement: what the older tool rewrote just before a
// good run, whose list did not show it yet, is acknowledged like anything else.
func TestOlderToolRewroteUnseen(t *testing.T) {
	j, id := newOldTool(t)
	w := world{"1": "bad"}
	j.night(w)
	j.night(w)
	j.later(-5 * time.Minute)
	must(t, j.tool().EditTicket(id, func(t *connectwisetest.Ticket) { t.Summary = "Cove: 1 - still failed" }))
	j.later(5 * time.Minute)
	stop := j.nothingWritten(j.night(w))
	if r := j.nightWith(Options{Acknowledge: []string{stop}}, w); r.Health() == HealthFailed {
		t.Errorf("%s", r)
	}
	if r := j.night(w); r.Health() != HealthFine {
		t.Errorf("%s", r)
	}
}
