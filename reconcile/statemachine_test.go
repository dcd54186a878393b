package reconcile_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
	"pgregory.net/rapid"
)

// world is a small managed service provider: devices that fail and recover, a
// board that people work on, a planner whose writes may get lost on the way and
// a clock that is not always right.
type world struct {
	at      time.Time
	failing map[string]string // subject → state; a subject that is not there is healthy
	gone    map[string]bool
	since   map[string]time.Time
	board   reconcile.Board
	policy  reconcile.Policy
	words   map[int64]string // summaries that people have written
	touched map[int64]bool   // tickets whose stage people have set
}

func (w *world) observe(t *rapid.T) reconcile.Observation {
	obs := reconcile.Observation{At: w.at, Sources: []string{"cove"}}
	for _, subject := range subjects {
		k := key(subject)
		switch state := w.failing[subject]; {
		case w.gone[subject]:
		case state == "parked":
			obs.Parked = append(obs.Parked, reconcile.Parked{Key: k, Group: "c1", Reason: "No contact.", State: "offline"})
		case state != "":
			obs.Issues = append(obs.Issues, reconcile.Issue{
				Key: k, Group: "c1", Company: "250", Class: "server", Severity: reconcile.SeverityLow,
				Summary: "COVE SVR #" + subject + " - failed", State: state, Since: w.since[subject],
			})
		default:
			obs.Healthy = append(obs.Healthy, reconcile.Healthy{Key: k, Group: "c1", Since: w.at})
		}
	}
	if rapid.IntRange(0, 9).Draw(t, "partial") == 0 {
		// Half of it was not read.
		obs.Partial = true
		obs.Issues, obs.Healthy = obs.Issues[:len(obs.Issues)/2], obs.Healthy[:len(obs.Healthy)/2]
	}
	return obs
}

func (w *world) diff(t *rapid.T, obs reconcile.Observation) reconcile.Plan {
	plan, err := reconcile.Diff(obs, w.board, w.policy)
	if err != nil {
		t.Fatalf("Diff: %v", err)
	}
	for _, a := range plan.Actions {
		if a.Kind == reconcile.Close && a.Code == reconcile.CodeRecovered && w.failing[a.Key.Subject] != "" {
			t.Fatalf("closed although it fails: %s", describe(a))
		}
		if a.Kind == reconcile.Close && a.Stage != reconcile.StageNew {
			t.Fatalf("closed in the hands of people: %s", describe(a))
		}
		if a.Kind == reconcile.Update && a.Stage == reconcile.StageDone && a.Issue != nil {
			t.Fatalf("a ticket that is done is written about instead of reopened: %s", describe(a))
		}
	}
	return plan
}

// carryOut applies a part of the plan, as a server does it: texts are
// normalised, some writes fail, of some only the answer is lost (which for the
// board is the same as success).
func (w *world) carryOut(t *rapid.T, plan reconcile.Plan) {
	if rapid.Bool().Draw(t, "some writes fail") {
		plan.Actions = slices.DeleteFunc(plan.Actions, func(reconcile.Action) bool { return rapid.IntRange(0, 2).Draw(t, "fails") == 0 })
	}
	w.board = server(plan.Apply(w.board))
	w.mark()
}

// mark gives the tickets what a desk knows of people's edits.
func (w *world) mark() {
	for i := range w.board.Tickets {
		w.board.Tickets[i].Edited = edited(w.board.Tickets[i])
	}
}

// someTicket draws a ticket to act on. Where there is none the action is not
// possible, and skipping it is how rapid is told to draw another.
func (w *world) someTicket(t *rapid.T, which func(reconcile.Ticket) bool) *reconcile.Ticket {
	var at []int
	for i := range w.board.Tickets {
		if which(w.board.Tickets[i]) {
			at = append(at, i)
		}
	}
	if len(at) == 0 {
		t.Skip("no such ticket")
	}
	return &w.board.Tickets[rapid.SampledFrom(at).Draw(t, "ticket")]
}

func isOpen(tk reconcile.Ticket) bool { return tk.Open }

func (w *world) check(t *rapid.T) {
	open := make(map[mark.KeyID][]int64)
	for _, tk := range w.board.Tickets {
		if words, ok := w.words[tk.ID]; ok && tk.Summary != words {
			t.Fatalf("ticket %d: %q overwrites %q", tk.ID, tk.Summary, words)
		}
		if tk.Open && tk.ByUs && tk.MergedInto == 0 && tk.Mark.State != mark.Closed {
			open[tk.Mark.Key] = append(open[tk.Mark.Key], tk.ID)
		}
	}
	for id, tickets := range open {
		if len(tickets) > 1 && !slices.ContainsFunc(tickets, func(id int64) bool { return w.touched[id] }) {
			t.Fatalf("key %s has the open tickets %d, and nobody reopened any", id, tickets)
		}
	}
}

func TestStateMachine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := &world{
			at: now, failing: make(map[string]string), gone: make(map[string]bool), since: make(map[string]time.Time),
			board: boardOf(), policy: reconcile.DefaultPolicy(), words: make(map[int64]string), touched: make(map[int64]bool),
		}
		w.policy.CloseAfter = rapid.SampledFrom([]time.Duration{0, 8 * time.Hour}).Draw(t, "closeAfter")
		w.policy.Gone = rapid.SampledFrom([]time.Duration{0, 48 * time.Hour}).Draw(t, "gone")
		w.policy.Snooze = rapid.SampledFrom([]time.Duration{0, 24 * time.Hour}).Draw(t, "snooze")
		t.Repeat(map[string]func(*rapid.T){
			"": w.check,
			"run": func(t *rapid.T) {
				w.carryOut(t, w.diff(t, w.observe(t)))
			},
			"run on an old plan": func(t *rapid.T) {
				plan := w.diff(t, w.observe(t))
				w.carryOut(t, w.diff(t, w.observe(t)))
				w.carryOut(t, plan) // the tickets have drifted; nothing happens twice
			},
			"device fails": func(t *rapid.T) {
				subject := rapid.SampledFrom(subjects).Draw(t, "device")
				w.failing[subject] = rapid.SampledFrom([]string{"D01:failed", "D01:stale1", "parked"}).Draw(t, "state")
				w.since[subject] = w.at
				delete(w.gone, subject)
			},
			"device recovers": func(t *rapid.T) {
				delete(w.failing, rapid.SampledFrom(subjects).Draw(t, "device"))
			},
			"device vanishes": func(t *rapid.T) {
				subject := rapid.SampledFrom(subjects).Draw(t, "device")
				w.gone[subject] = true
				delete(w.failing, subject)
			},
			"clock": func(t *rapid.T) {
				w.at = w.at.Add(time.Duration(rapid.IntRange(-2, 30).Draw(t, "hours")) * time.Hour)
			},
			"person rewords": func(t *rapid.T) {
				tk := w.someTicket(t, func(reconcile.Ticket) bool { return true })
				tk.Summary = fmt.Sprintf("My words %d", rapid.IntRange(0, 9).Draw(t, "words"))
				w.words[tk.ID] = tk.Summary
				w.mark()
			},
			"person works": func(t *rapid.T) {
				tk := w.someTicket(t, isOpen)
				tk.Stage = reconcile.Stage(rapid.IntRange(0, 3).Draw(t, "stage"))
				tk.Updated = w.at
			},
			"person closes": func(t *rapid.T) {
				tk := w.someTicket(t, isOpen)
				tk.Open, tk.Closed, tk.Updated, tk.ClosedByUs = false, w.at, w.at, false
			},
			"person reopens": func(t *rapid.T) {
				tk := w.someTicket(t, func(tk reconcile.Ticket) bool { return !tk.Open && tk.MergedInto == 0 })
				tk.Open, tk.Closed, tk.ClosedByUs, tk.Stage = true, time.Time{}, false, reconcile.StageWorking
				w.touched[tk.ID] = true
			},
			"person copies": func(t *rapid.T) {
				tk := *w.someTicket(t, isOpen)
				tk.ID = int64(len(w.board.Tickets) + 1000)
				tk.ByUs = false
				w.board.Tickets = append(w.board.Tickets, tk)
			},
			"person merges": func(t *rapid.T) {
				tk := w.someTicket(t, isOpen)
				tk.Open, tk.Closed, tk.MergedInto, tk.ParentOpen = false, w.at, 1, rapid.Bool().Draw(t, "parent open")
			},
		})

		// Whatever has happened: whole, undisturbed runs settle it, and then
		// every problem has an open ticket or a reason why not.
		obs := w.observe(t)
		obs.Partial = true // the lists may be halved; it is evidence that counts
		for range 2*len(w.board.Tickets) + 3 {
			plan := w.diff(t, obs)
			if countWrites(plan, reconcile.Create, reconcile.Update, reconcile.Reopen, reconcile.Close, reconcile.MarkOnly, reconcile.Adopt) == 0 {
				for _, a := range plan.Actions {
					if a.Issue != nil && a.Ticket == 0 {
						t.Fatalf("a problem without a ticket: %s", describe(a))
					}
				}
				return
			}
			w.board = server(plan.Apply(w.board))
			w.check(t)
		}
		t.Fatal("the runs do not settle")
	})
}
