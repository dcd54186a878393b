package desk

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// hiding removes these tickets from the lists by marker. Reads by id still
// return them.
func (j *job) hiding(ids ...int64) {
	j.t.Helper()
	j.through(func(r *http.Request, next http.RoundTripper) (*http.Response, error) {
		resp, err := next.RoundTrip(r)
		if err != nil || r.Method != http.MethodGet || !strings.HasSuffix(r.URL.Path, "/service/tickets") || !strings.Contains(r.URL.Query().Get("conditions"), "lastUpdated") {
			return resp, err
		}
		var rows []map[string]any
		body, err := io.ReadAll(resp.Body)
		must(j.t, err)
		must(j.t, json.Unmarshal(body, &rows))
		body, err = json.Marshal(slices.DeleteFunc(rows, func(row map[string]any) bool { return slices.Contains(ids, int64(row["id"].(float64))) }))
		must(j.t, err)
		short := answer(r, resp.StatusCode, string(body))
		short.Header = resp.Header.Clone()
		short.Header.Del("Content-Length")
		return short, nil
	})
}

// RULES 5, Load: what the memory knows open and the list lacks is read by its id.
// Only a ticket that is open and ours proves that the list is incomplete: then the
// run is blind and nothing is created. What people did to a ticket explains itself.
func TestListIncomplete(t *testing.T) {
	for _, test := range []struct {
		name   string
		before func(j *job, id int64) error
		lacks  string // what the report says of the list; "": nothing is wrong with it
	}{
		{"one is open and ours", nil, "it lacks 1 that are open and ours"},
		{"closed by a person", func(j *job, id int64) error { return j.person().CloseTicket(id) }, ""},
		{"converted", func(j *job, id int64) error {
			return j.person().ConvertTicket(id, connectwisetest.ByName("Renewal"), connectwisetest.ByName("Hardware"))
		}, ""},
		{"deleted", func(j *job, id int64) error { return j.person().DeleteTicket(id) }, ""},
		{"another program's text", func(j *job, id int64) error {
			return j.person().EditTicket(id, func(t *connectwisetest.Ticket) { setMarker(t, "RMM-4711") })
		}, ""},
		{"emptied", func(j *job, id int64) error {
			return j.person().EditTicket(id, func(t *connectwisetest.Ticket) { setMarker(t, "") })
		}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			j := newCase(t, nil)
			w := many(3)
			j.night(w)
			gone := j.srv.Tickets()[0].ID
			if test.before != nil {
				must(t, test.before(j, gone))
			}
			j.hiding(gone)
			w["new"] = "bad"
			r := j.night(w)
			created := slices.Contains(did(r), "create new done")
			blind := slices.ContainsFunc(r.Findings, func(f Finding) bool {
				return f.Health == HealthBlind && f.What == "list" && strings.Contains(f.Why, test.lacks)
			})
			if want := test.lacks != ""; blind != want || created == want || (r.Health() == HealthBlind) != want {
				t.Errorf("blind %v, created %v: %s, did %q, findings %v", blind, created, r.Health(), did(r), r.Findings)
			}
		})
	}
}

// However many a list lacks, their keys keep their tickets, and once it shows them
// all again the run goes on as if nothing had been.
func TestListIncompleteAndWholeAgain(t *testing.T) {
	j := newCase(t, nil)
	w := many(12)
	j.night(w)
	var gone []int64
	for _, tk := range j.srv.Tickets()[:7] {
		gone = append(gone, tk.ID)
	}
	whole := j.client
	j.hiding(gone...)
	w["new"] = "bad"
	for range 2 {
		r := j.night(w)
		if j.expect(r); r.Health() != HealthBlind || !strings.Contains(r.String(), "it lacks 7 that are open and ours") {
			t.Errorf("%s", r)
		}
	}
	j.client = whole
	r := j.night(w)
	if j.expect(r, "create new done"); r.Health() != HealthFine {
		t.Errorf("%s", r)
	}
	j.one(13)
}
