package desk

import (
	"testing"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile"
)

// Load: five or more gone at once, and more than half of them, are a stop: then
// nothing is created, for other problems neither.
func TestLostAtOnce(t *testing.T) {
	for _, test := range []struct {
		have, gone int
		stop       bool
	}{{6, 4, false}, {10, 5, false}, {9, 5, true}} {
		j := newCase(t, nil)
		w := many(test.have)
		j.night(w)
		for _, tk := range j.srv.Tickets()[:test.gone] {
			must(t, j.person().DeleteTicket(tk.ID))
		}
		w["new"] = "bad"
		r := j.night(w)
		made := r.Count(reconcile.Create, Done)
		if test.stop {
			j.stop(r)
			if made != 0 {
				t.Errorf("%+v: %d created", test, made)
			}
		} else if made != test.gone+1 || r.Health() == HealthFailed {
			t.Errorf("%+v: %d created, %s", test, made, r)
		}
	}
}

// Its acknowledgement drops what is gone: a run that could not make new tickets for
// it is not stopped again.
func TestLostAcknowledgedOnce(t *testing.T) {
	j := newCase(t, nil)
	w := many(9)
	j.night(w)
	for _, tk := range j.srv.Tickets()[:6] {
		must(t, j.person().DeleteTicket(tk.ID))
	}
	stop := j.stop(j.night(w))
	j.srv.Inject(connectwisetest.Fault{Method: "POST", Path: "service/tickets", Kind: connectwisetest.StatusBefore, Status: 500, Times: -1})
	j.nightWith(Options{Acknowledge: []string{stop}}, w)
	j.srv.ClearFaults()
	if r := j.night(w); r.Count(reconcile.Create, Done) != 6 || r.Health() == HealthFailed {
		t.Errorf("%s", r)
	}
}

// Without a memory a ticket is only taken for ours where our member entered it: a
// person's with the same summary is nobody's business.
func TestMemoryLostPersonsTicket(t *testing.T) {
	j := newCase(t, nil)
	j.person()
	j.seed(connectwisetest.Ticket{
		Summary: "COVE SVR 1 - failed", Board: connectwisetest.ByName("Service Desk"), Company: connectwisetest.ByID(j.company), EnteredBy: "jsmith",
	}, "")
	j.expect(j.night(world{"1": "bad"}), "create 1 done")
}
