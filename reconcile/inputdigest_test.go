package reconcile_test

import (
	"testing"
	"time"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// TestDigestCoversWhatDecides changes one thing at a time that a decision may
// depend on.
func TestDigestCoversWhatDecides(t *testing.T) {
	s := scene{
		obs: reconcile.Observation{
			At: now, Sources: sources, Unseen: groups[:1], Scope: "all",
			Issues:  []reconcile.Issue{issue("1"), issue("2")},
			Healthy: []reconcile.Healthy{{Key: key("3"), Group: "c1", Since: now}},
			Parked:  []reconcile.Parked{{Key: key("4"), Reason: "excluded", State: "offline"}},
		},
		board:  boardOf(ticketFor(70001, issue("1"))),
		policy: reconcile.DefaultPolicy(),
	}
	s.policy.Scope = "all"
	seen := map[string]string{s.plan(t).Digest: "nothing"}
	try := func(what string, s scene) {
		digest := s.plan(t).Digest
		if before, ok := seen[digest]; ok {
			t.Errorf("%s has the digest of %s", what, before)
		}
		seen[digest] = what
	}

	for what, edit := range map[string]func(*scene){
		"observation.at":      func(s *scene) { s.obs.At = now.Add(time.Second) },
		"observation.sources": func(s *scene) { s.obs.Sources = sources[:1] },
		"observation.unseen":  func(s *scene) { s.obs.Unseen = groups[:2] },
		"observation.partial": func(s *scene) { s.obs.Partial = true },
		"observation.scope":   func(s *scene) { s.obs.Scope = "some" },
		"board.closedSince":   func(s *scene) { s.board.ClosedSince = now.AddDate(-1, 0, 0) },
		"board.failed":        func(s *scene) { s.board.Failed = []mark.KeyID{key("1").ID()} },
		"board.partial":       func(s *scene) { s.board.Partial = true },
		"policy":              func(s *scene) { s.policy.UpdateEvery++ },
	} {
		s := s
		edit(&s)
		try(what, s)
	}
	for what, edit := range map[string]func(*reconcile.Issue){
		"key":      func(is *reconcile.Issue) { is.Key.Subject = "5" },
		"group":    func(is *reconcile.Issue) { is.Group = "c2" },
		"company":  func(is *reconcile.Issue) { is.Company = "251" },
		"kind":     func(is *reconcile.Issue) { is.Kind = "stale" },
		"class":    func(is *reconcile.Issue) { is.Class = "workstation" },
		"severity": func(is *reconcile.Issue) { is.Severity++ },
		"summary":  func(is *reconcile.Issue) { is.Summary += "." },
		"state":    func(is *reconcile.Issue) { is.State += "." },
		"since":    func(is *reconcile.Issue) { is.Since = is.Since.Add(1) },
		"borders":  func(is *reconcile.Issue) { is.Kind, is.Class = is.Kind+is.Class[:1], is.Class[1:] },
	} {
		s := s
		s.obs.Issues = []reconcile.Issue{issue("1", edit), issue("2")}
		try("issue."+what, s)
	}
	for what, healthy := range map[string]reconcile.Healthy{
		"key":   {Key: key("5"), Group: "c1", Since: now},
		"group": {Key: key("3"), Group: "c2", Since: now},
		"since": {Key: key("3"), Group: "c1", Since: now.Add(1)},
	} {
		s := s
		s.obs.Healthy = []reconcile.Healthy{healthy}
		try("healthy."+what, s)
	}
	for what, parked := range map[string]reconcile.Parked{
		"key":   {Key: key("5"), State: "offline"},
		"state": {Key: key("4"), State: "gone"},
	} {
		s := s
		s.obs.Parked = []reconcile.Parked{parked}
		try("parked."+what, s)
	}
	for what, edit := range map[string]func(*reconcile.Ticket){
		"id":                func(t *reconcile.Ticket) { t.ID++ },
		"mark.source":       func(t *reconcile.Ticket) { t.Mark.Source = "aaaa" },
		"mark.group":        func(t *reconcile.Ticket) { t.Mark.Customer = "aaaaaaa" },
		"mark.key":          func(t *reconcile.Ticket) { t.Mark.Key = key("5").ID() },
		"mark.key, forged":  func(t *reconcile.Ticket) { t.Mark.Key = "5" },
		"mark.summary":      func(t *reconcile.Ticket) { t.Mark.Digests.Summary = "aaaaa" },
		"mark.company":      func(t *reconcile.Ticket) { t.Mark.Digests.Company = "aaaaa" },
		"mark.state digest": func(t *reconcile.Ticket) { t.Mark.Digests.State = "aaaaa" },
		"mark.severity":     func(t *reconcile.Ticket) { t.Mark.Severity++ },
		"mark.state":        func(t *reconcile.Ticket) { t.Mark.State = mark.Closed },
		"mark.notePending":  func(t *reconcile.Ticket) { t.Mark.NotePending = true },
		"mark.reopens":      func(t *reconcile.Ticket) { t.Mark.Reopens++ },
		"mark.written":      func(t *reconcile.Ticket) { t.Mark.Written = now },
		"mark.absentSince":  func(t *reconcile.Ticket) { t.Mark.AbsentSince = now },
		"claim":             func(t *reconcile.Ticket) { t.Claim = true },
		"damaged":           func(t *reconcile.Ticket) { t.Damaged = true },
		"damaged, no owner": func(t *reconcile.Ticket) { t.Damaged, t.Mark.Owner = true, "" },
		"open":              func(t *reconcile.Ticket) { t.Open = false },
		"stage":             func(t *reconcile.Ticket) { t.Stage = reconcile.StageWaiting },
		"created":           func(t *reconcile.Ticket) { t.Created = now },
		"closed":            func(t *reconcile.Ticket) { t.Closed = now },
		"updated":           func(t *reconcile.Ticket) { t.Updated = now },
		"mergedInto":        func(t *reconcile.Ticket) { t.MergedInto = 70000 },
		"parentOpen":        func(t *reconcile.Ticket) { t.ParentOpen = true },
		"byUs":              func(t *reconcile.Ticket) { t.ByUs = false },
		"closedByUs":        func(t *reconcile.Ticket) { t.ClosedByUs = true },
		"silenced":          func(t *reconcile.Ticket) { t.Silenced = true },
		"edited":            func(t *reconcile.Ticket) { t.Edited = []reconcile.Field{reconcile.FieldSummary} },
		"kind":              func(t *reconcile.Ticket) { t.Kind = "failed" },
		"otherBoard":        func(t *reconcile.Ticket) { t.OtherBoard = true },
	} {
		s := s
		s.board = boardOf(ticketFor(70001, issue("1"), edit))
		try("ticket."+what, s)
	}
	twice := s
	twice.board = boardOf(ticketFor(70001, issue("1")), ticketFor(70002, issue("1")))
	try("a second ticket", twice)
}
