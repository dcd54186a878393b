package reconcile_test

import (
	"time"

	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
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
	return reconcile.Key{Feed: rapid.SampledFrom(sources).Draw(t, "source"), Subject: rapid.SampledFrom(subjects).Draw(t, "subject")}
}

func drawIssue(t *rapid.T, k reconcile.Key) reconcile.Issue {
	is := reconcile.Issue{
		Key: k, Customer: rapid.SampledFrom(groups).Draw(t, "group"),
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

// drawObservation gives each key of the pools one kind of evidence, or none.
func drawObservation(t *rapid.T) reconcile.Observation {
	obs := reconcile.Observation{At: now}
	for _, source := range sources {
		f := reconcile.Feed{Name: source, Kind: reconcile.FeedKind(rapid.IntRange(0, 2).Draw(t, "kind"))}
		f.Everything = rapid.Bool().Draw(t, "everything")
		f.Customers = rapid.SampledFrom([][]string{nil, groups[:1], groups}).Draw(t, "customers")
		f.Sure = rapid.Bool().Draw(t, "sure")
		obs.Feeds = append(obs.Feeds, f)
		for _, subject := range subjects {
			drawEvidence(t, &obs, reconcile.Key{Feed: source, Subject: subject})
		}
	}
	return obs
}

func drawEvidence(t *rapid.T, obs *reconcile.Observation, k reconcile.Key) {
	switch rapid.IntRange(0, 4).Draw(t, "evidence of "+k.String()) {
	case 0, 1:
		obs.Issues = append(obs.Issues, drawIssue(t, k))
	case 2:
		h := reconcile.Healthy{Key: k, Customer: rapid.SampledFrom(groups).Draw(t, "group")}
		if rapid.Bool().Draw(t, "since known") {
			h.Since = now.Add(-drawHours(t, "since"))
		}
		obs.Healthy = append(obs.Healthy, h)
	case 3:
		obs.Suppressed = append(obs.Suppressed, reconcile.Suppressed{
			Key: k, Customer: rapid.SampledFrom(groups).Draw(t, "group"), Reason: "No contact.",
			State: rapid.SampledFrom([]string{"", "offline"}).Draw(t, "parked state"),
		})
	}
}

// drawTicket draws a ticket that we, or people, may have left behind.
func drawTicket(t *rapid.T, id int64) reconcile.Ticket {
	is := drawIssue(t, drawKey(t))
	if is.Company == "" {
		is.Company = "250"
	}
	is.Summary = normal(is.Summary)
	tk := ticketFor(id, is)
	tk.Stage = reconcile.Stage(rapid.IntRange(0, 3).Draw(t, "stage"))
	tk.Mark.Written = now.Add(-drawHours(t, "written"))
	tk.Created = tk.Mark.Written.Add(-drawHours(t, "age"))
	tk.Updated = tk.Mark.Written
	tk.Mark.Reopens = rapid.SampledFrom([]int{0, 0, 1, 1295}).Draw(t, "reopens")
	odd := func(label string) bool { return rapid.IntRange(0, 7).Draw(t, label) == 0 }
	if odd("absent") {
		tk.Mark.AbsentSince = now.Add(-drawHours(t, "absent since"))
	}
	if odd("noted") {
		tk.Mark.Digests.State = rapid.SampledFrom([]mark.Digest{mark.Recovered, goneNoted}).Draw(t, "which note")
	}
	if rapid.IntRange(0, 2).Draw(t, "closed") == 0 {
		closed(drawHours(t, "closed"), rapid.Bool().Draw(t, "by us"))(&tk)
	}
	if odd("edited") {
		tk.Summary, tk.Differs = "A person's words", []string{reconcile.FieldSummary, reconcile.FieldPriority}
		tk.Verbatim = tk.Open && rapid.Bool().Draw(t, "verbatim")
	}
	if odd("merged") {
		tk.MergedInto, tk.ParentOpen = id+1000, rapid.Bool().Draw(t, "parent open")
	}
	switch rapid.IntRange(0, 15).Draw(t, "whose") {
	case 0:
		adoptable(&tk)
		tk.SameCompany = rapid.Bool().Draw(t, "same company")
	case 1:
		copied(&tk)
	case 2:
		tk.Place = mark.Damaged
	case 3:
		tk.Place, tk.Mark = mark.Nothing, mark.Mark{Owner: owner, Key: tk.Mark.Key}
	case 4:
		tk.Place = mark.Released
	case 5:
		tk.Project = true
	case 6:
		tk.ClosedByTool = !tk.Open
	}
	tk.Silenced, tk.OtherBoard, tk.Touched = odd("silenced"), odd("other board"), odd("touched")
	return tk
}

func drawBoard(t *rapid.T) reconcile.Board {
	b := reconcile.Board{Owner: owner}
	for i := range rapid.IntRange(0, 12).Draw(t, "tickets") {
		b.Tickets = append(b.Tickets, drawTicket(t, int64(100+i)))
	}
	b.Partial = rapid.IntRange(0, 5).Draw(t, "board partial") == 0
	if rapid.IntRange(0, 9).Draw(t, "stopped") == 0 {
		b.Stopped = "markers are not kept"
	}
	if rapid.Bool().Draw(t, "memory") {
		b.Known = make(map[mark.KeyID]reconcile.Known)
		for range rapid.IntRange(0, 6).Draw(t, "known") {
			k := reconcile.Known{Key: drawKey(t), Customer: rapid.SampledFrom(groups).Draw(t, "customer"), Named: now.Add(-drawHours(t, "named"))}
			if rapid.Bool().Draw(t, "absent") {
				k.AbsentSince = now.Add(-drawHours(t, "absent since"))
			}
			b.Known[k.ID()] = k
		}
	}
	return b
}

// drawPolicy draws a policy that decides about each key alone.
func drawPolicy(t *rapid.T) reconcile.Policy {
	p := reconcile.DefaultPolicy()
	p.ReopenWithin = drawHours(t, "reopenWithin")
	p.Snooze = drawHours(t, "snooze")
	p.OpenAfter = rapid.SampledFrom([]time.Duration{0, 0, 4 * time.Hour}).Draw(t, "openAfter")
	p.UpdateEvery = drawHours(t, "updateEvery")
	p.CorrelateWithin = drawHours(t, "correlateWithin")
	p.CloseAfter = rapid.SampledFrom([]time.Duration{0, 0, 4 * time.Hour, 48 * time.Hour}).Draw(t, "closeAfter")
	p.AbsentAfter = rapid.SampledFrom([]time.Duration{0, 24 * time.Hour, 72 * time.Hour}).Draw(t, "absentAfter")
	for stage := range reconcile.StageDone + 1 {
		p.OnRecovery[stage] = reconcile.Recovery(rapid.IntRange(0, 3).Draw(t, "recovery"))
	}
	p.ListDuplicates, p.MassAbsence = true, 1
	p.CustomerStorm, p.GlobalStorm = reconcile.Storm{}, reconcile.Storm{}
	return p
}

// drawAnyPolicy adds the fields that look at many keys at once or need several
// rounds.
func drawAnyPolicy(t *rapid.T) reconcile.Policy {
	p := drawPolicy(t)
	p.MassAbsence = rapid.SampledFrom([]float64{0, 0.5, 1}).Draw(t, "massAbsence")
	p.CustomerStorm = reconcile.Storm{Limit: rapid.IntRange(0, 2).Draw(t, "customer limit"), Window: 24 * time.Hour}
	p.GlobalStorm = reconcile.Storm{Limit: rapid.IntRange(0, 4).Draw(t, "global limit"), Window: time.Hour}
	p.StormCompany = rapid.SampledFrom([]string{"", "1"}).Draw(t, "storm company")
	p.ListDuplicates = rapid.Bool().Draw(t, "list duplicates")
	p.MaxCreate = rapid.IntRange(0, 3).Draw(t, "maxCreate")
	p.MaxClose = rapid.IntRange(0, 2).Draw(t, "maxClose")
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
	return s
}

func drawScene(t *rapid.T) scene {
	return scene{drawObservation(t), drawBoard(t), drawPolicy(t)}
}

// live reports whether a ticket stands for its key while it is open.
func live(t reconcile.Ticket) bool {
	board := reconcile.Board{Owner: owner}
	switch doing, _ := board.Doing(&t); doing {
	case reconcile.DoingMerged, reconcile.DoingProject, reconcile.DoingForeign, reconcile.DoingCopy, reconcile.DoingReopened, reconcile.DoingToolRewrote,
		reconcile.DoingEdited, reconcile.DoingOurs, reconcile.DoingLost, reconcile.DoingAdoptable, reconcile.DoingRecognised:
		return t.Mark.Owner == owner
	}
	return false
}

// normal is a summary as it is written.
func normal(s string) string {
	p, err := reconcile.Diff(observe(issue("1", func(is *reconcile.Issue) { is.Summary = s })), boardOf(), reconcile.DefaultPolicy())
	if err != nil {
		panic(err)
	}
	return p.Actions[0].Summary
}
