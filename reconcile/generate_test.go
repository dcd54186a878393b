package reconcile_test

import (
	"fmt"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
	"pgregory.net/rapid"
)

// The generators draw from small pools, so that keys collide, tickets meet
// issues and times meet thresholds.

var (
	sources  = []string{"cove", "rmm"}
	subjects = []string{"1", "2", "3", "4"}
	groups   = []string{"c1", "c2", "c3"}
	states   = []string{"D01:failed", "D01:failed D02:stale2", "offline", ""}
	texts    = []string{"COVE SVR #1 - Files failed", "COVE WKS #2 - offline", "  two\r\nlines ", "Größe überschritten"}
	hours    = []time.Duration{0, 1, 4, 23, 24, 25, 48, 72, 500}
)

func drawHours(t *rapid.T, label string) time.Duration {
	return rapid.SampledFrom(hours).Draw(t, label) * time.Hour
}

func drawKey(t *rapid.T) reconcile.Key {
	return reconcile.Key{Source: rapid.SampledFrom(sources).Draw(t, "source"), Subject: rapid.SampledFrom(subjects).Draw(t, "subject")}
}

func drawIssue(t *rapid.T, k reconcile.Key) reconcile.Issue {
	is := reconcile.Issue{
		Key: k, Group: rapid.SampledFrom(groups).Draw(t, "group"),
		Company: rapid.SampledFrom([]string{"250", "251", "250", "251", ""}).Draw(t, "company"),
		Kind:    "failed", Class: rapid.SampledFrom([]string{"server", "workstation"}).Draw(t, "class"),
		Severity: reconcile.Severity(rapid.IntRange(1, 4).Draw(t, "severity")),
		Summary:  rapid.SampledFrom(texts).Draw(t, "summary"), State: rapid.SampledFrom(states).Draw(t, "state"),
		Detail: "Access is denied.",
	}
	if rapid.Bool().Draw(t, "since known") {
		is.Since = now.Add(-drawHours(t, "since"))
	}
	return is
}

// drawObservation gives every key of the pools one kind of evidence or none.
func drawObservation(t *rapid.T) reconcile.Observation {
	obs := reconcile.Observation{At: now, Sources: sources}
	for _, source := range sources {
		for _, subject := range subjects {
			drawEvidence(t, &obs, reconcile.Key{Source: source, Subject: subject})
		}
	}
	if rapid.IntRange(0, 4).Draw(t, "sources") == 0 {
		obs.Sources = sources[:1]
	}
	if rapid.IntRange(0, 4).Draw(t, "unseen") == 0 {
		obs.Unseen = groups[:1]
	}
	obs.Partial = rapid.IntRange(0, 5).Draw(t, "partial") == 0
	return obs
}

func drawEvidence(t *rapid.T, obs *reconcile.Observation, k reconcile.Key) {
	switch rapid.IntRange(0, 4).Draw(t, "evidence of "+k.String()) {
	case 0, 1:
		obs.Issues = append(obs.Issues, drawIssue(t, k))
	case 2:
		h := reconcile.Healthy{Key: k, Group: rapid.SampledFrom(groups).Draw(t, "group")}
		if rapid.Bool().Draw(t, "since known") {
			h.Since = now.Add(-drawHours(t, "since"))
		}
		obs.Healthy = append(obs.Healthy, h)
	case 3:
		obs.Parked = append(obs.Parked, reconcile.Parked{
			Key: k, Group: rapid.SampledFrom(groups).Draw(t, "group"), Reason: "No contact.",
			State: rapid.SampledFrom([]string{"", "offline"}).Draw(t, "parked state"),
		})
	}
}

// drawTicket gives a ticket that we, or people, may have left behind.
func drawTicket(t *rapid.T, id int64) reconcile.Ticket {
	is := drawIssue(t, drawKey(t))
	if is.Company == "" {
		is.Company = "250"
	}
	tk := ticketFor(id, is)
	tk.Stage = reconcile.Stage(rapid.IntRange(0, 3).Draw(t, "stage"))
	tk.Mark.Written = now.Add(-drawHours(t, "written"))
	tk.Created = tk.Mark.Written.Add(-drawHours(t, "age"))
	tk.Mark.Reopens = rapid.SampledFrom([]int{0, 0, 1, 1295}).Draw(t, "reopens")
	odd := func(label string) bool { return rapid.IntRange(0, 7).Draw(t, label) == 0 }
	if odd("absent") {
		tk.Mark.AbsentSince = now.Add(-drawHours(t, "absent since"))
	}
	if odd("noted") {
		tk.Mark.Digests.State = mark.DigestOf("")
	}
	if rapid.IntRange(0, 2).Draw(t, "closed") == 0 {
		closed(drawHours(t, "closed"), rapid.Bool().Draw(t, "by us"))(&tk)
	}
	if odd("edited") {
		tk.Summary, tk.Edited = "A person's words", []reconcile.Field{reconcile.FieldSummary, reconcile.FieldPriority}
	}
	if odd("merged") {
		tk.MergedInto, tk.ParentOpen = id+1000, rapid.Bool().Draw(t, "parent open")
	}
	if odd("claim") {
		tk.Claim, tk.ByUs = true, false
	}
	if odd("copy") {
		tk.ByUs = false
	}
	tk.Damaged = odd("damaged")
	tk.Silenced = odd("silenced")
	tk.OtherBoard = odd("other board")
	return tk
}

func drawBoard(t *rapid.T) reconcile.Board {
	b := reconcile.Board{Owner: owner}
	for i := range rapid.IntRange(0, 12).Draw(t, "tickets") {
		b.Tickets = append(b.Tickets, drawTicket(t, int64(100+i)))
	}
	b.Partial = rapid.IntRange(0, 5).Draw(t, "board partial") == 0
	return b
}

// drawPolicy draws a policy that decides about each key alone.
func drawPolicy(t *rapid.T) reconcile.Policy {
	p := reconcile.DefaultPolicy()
	p.ReopenWithin = drawHours(t, "reopenWithin")
	p.Snooze = drawHours(t, "snooze")
	p.OpenAfter = rapid.SampledFrom([]time.Duration{0, 0, 4 * time.Hour}).Draw(t, "openAfter")
	p.UpdateEvery = drawHours(t, "updateEvery")
	p.CloseAfter = rapid.SampledFrom([]time.Duration{0, 0, 4 * time.Hour, 48 * time.Hour}).Draw(t, "closeAfter")
	p.Gone = rapid.SampledFrom([]time.Duration{0, 24 * time.Hour, 72 * time.Hour}).Draw(t, "gone")
	for _, r := range []*reconcile.Recovery{&p.Stages.New, &p.Stages.Working, &p.Stages.Waiting, &p.Stages.Done} {
		*r = reconcile.Recovery(rapid.IntRange(0, 3).Draw(t, "recovery"))
	}
	return p
}

// drawAnyPolicy adds what looks at many keys at once, or takes several rounds.
func drawAnyPolicy(t *rapid.T) reconcile.Policy {
	p := drawPolicy(t)
	p.GroupStorm = reconcile.Storm{Limit: rapid.IntRange(0, 2).Draw(t, "group limit"), Window: 24 * time.Hour}
	p.GlobalStorm = reconcile.Storm{Limit: rapid.IntRange(0, 4).Draw(t, "global limit"), Window: time.Hour}
	p.StormCompany = "1"
	p.Duplicates = reconcile.Duplicates(rapid.IntRange(0, 2).Draw(t, "duplicates"))
	p.Renew = reconcile.Renew{Mode: reconcile.RenewMode(rapid.IntRange(0, 2).Draw(t, "renew")), After: 72 * time.Hour}
	p.Budget = reconcile.Budget{
		Opens:     rapid.IntRange(0, 3).Draw(t, "opens"),
		MinCloses: rapid.IntRange(0, 2).Draw(t, "closes"), CloseShare: rapid.SampledFrom([]float64{0, 0.2, 1}).Draw(t, "share"),
	}
	if rapid.Bool().Draw(t, "window") {
		p.Windows = []reconcile.Window{{Name: "patches", From: now.Add(-time.Hour), Until: now.Add(time.Hour), Classes: []string{"workstation"}}}
	}
	if rapid.Bool().Draw(t, "allow") {
		p.Allow = rapid.SliceOfN(rapid.SampledFrom([]reconcile.ActionKind{reconcile.Create, reconcile.Update, reconcile.Close, reconcile.MarkOnly}), 1, 3).Draw(t, "allowed")
	}
	return p
}

func drawAnyScene(t *rapid.T) scene {
	s := drawScene(t)
	s.policy = drawAnyPolicy(t)
	for i := range s.board.Tickets {
		tk := &s.board.Tickets[i]
		if s.board.Failed == nil || rapid.Bool().Draw(t, "failed") {
			s.board.Failed = append(s.board.Failed, tk.Mark.Key)
		}
	}
	return s
}

// scene is one input of Diff.
type scene struct {
	obs    reconcile.Observation
	board  reconcile.Board
	policy reconcile.Policy
}

func drawScene(t *rapid.T) scene {
	return scene{drawObservation(t), drawBoard(t), drawPolicy(t)}
}

func (s scene) plan(t interface{ Fatalf(string, ...any) }) reconcile.Plan {
	p, err := reconcile.Diff(s.obs, s.board, s.policy)
	if err != nil {
		t.Fatalf("Diff: %v", err)
	}
	return p
}

// then gives the scene after the plan was carried out.
func (s scene) then(p reconcile.Plan) scene {
	s.board = p.Apply(s.board)
	return s
}

// live says that a ticket stands for its key for as long as it is open.
func live(t reconcile.Ticket) bool {
	return t.Mark.Owner == owner && (t.Open || t.MergedInto != 0 && t.ParentOpen)
}

func describe(a reconcile.Action) string {
	return fmt.Sprintf("%s %s ticket %d (%s): %s", a.Kind, a.Key, a.Ticket, a.Code, a.Reason())
}
