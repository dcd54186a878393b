package desk

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

// Finding is something that a person should look at.
type Finding struct {
	// ID is the same in every run for as long as the cause is. That of a stop is
	// what Options.Acknowledge takes.
	ID     string `json:"id"`
	Health Health `json:"health"`
	// What sorts findings: "unmatched", "doubled", "held", "quiet", "unread",
	// "clock", "stop", "failed" and so on.
	What string `json:"what"`
	// Why is a sentence: what was seen and what to do.
	Why string `json:"why"`
	// Ticket is the ticket that it is about; 0 where there is none.
	Ticket int64 `json:"ticket,omitzero"`
	// New says that the last run did not report it.
	New bool `json:"new,omitzero"`
}

// The What of findings that are counted or told apart.
const (
	whatDoubled   = "doubled"    // tickets that are open twice
	whatOtherFeed = "other feed" // tickets of a feed that was not looked at
	whatUnread    = "unread"     // a look that failed or is incomplete
	whatList      = "list"       // a list of tickets that is incomplete
	whatFailed    = "failed"     // an action that failed, or whose outcome is unknown
	whatEnded     = "ended"      // the error that Sync returned
	whatDisabled  = "disabled"   // a customer whom a mapping switches off
)

func finding(health Health, what, why string, cause ...string) Finding {
	return Finding{ID: text.Hash(8, append([]string{what}, cause...)...), Health: health, What: what, Why: why}
}

// decisions are the reasons why a key is held that only a person can end. The
// others end by themselves.
var decisions = map[string]string{
	reconcile.CodeUnmatched:     "unmatched",
	reconcile.CodeForeign:       "held",
	reconcile.CodeCopy:          "held",
	reconcile.CodeRecognised:    "held",
	reconcile.CodeContradictory: "held",
	reconcile.CodeOtherBoard:    "held",
	reconcile.CodeOlderTool:     "held",
}

// left are the reasons why an open ticket is kept although nothing looks after
// its problem any more.
var left = map[string]string{
	reconcile.CodeAbsent:    "absent",
	reconcile.CodeNotListed: "not listed",
	reconcile.CodeOtherFeed: whatOtherFeed,
}

// questions are what a person has to decide about an action.
func questions(a *reconcile.Action) (found []Finding) {
	add := func(what, why string) {
		f := finding(HealthAttention, what, cmp.Or(a.Summary, a.Key.String())+": "+why, string(a.KeyID), fmt.Sprint(a.Ticket), a.Code)
		f.Ticket = a.Ticket
		found = append(found, f)
	}
	switch {
	case a.Kind == reconcile.Hold && decisions[a.Code] != "":
		add(decisions[a.Code], a.Reason())
	case a.Kind == reconcile.Keep && left[a.Code] != "":
		add(left[a.Code], a.Reason())
	}
	if a.Kind != reconcile.Create && a.Kind != reconcile.Fold && a.Code != reconcile.CodeDuplicate && a.Ticket != 0 && len(a.Related) > 0 {
		add(whatDoubled, fmt.Sprintf("further open tickets besides #%d: %s", a.Ticket, numbers(a.Related)))
	}
	return found
}

// findings are what a plan shows for a person to look at.
func findings(plan reconcile.Plan, obs reconcile.Observation) (found []Finding) {
	for i := range plan.Actions {
		found = append(found, questions(&plan.Actions[i])...)
	}
	for _, feed := range slices.Sorted(maps.Keys(plan.Quiet)) {
		health := HealthAttention
		if !brought(obs, feed) {
			health = HealthBlind
		}
		found = append(found, finding(health, "quiet", plan.Quiet[feed], feed))
	}
	return found
}

// brought says that the feed named anything at all.
func brought(obs reconcile.Observation, feed string) bool {
	return slices.ContainsFunc(obs.Issues, func(i reconcile.Issue) bool { return i.Key.Feed == feed }) ||
		slices.ContainsFunc(obs.Healthy, func(h reconcile.Healthy) bool { return h.Key.Feed == feed }) ||
		slices.ContainsFunc(obs.Suppressed, func(s reconcile.Suppressed) bool { return s.Key.Feed == feed })
}

func numbers(ids []int64) string {
	text := ""
	for i, id := range ids {
		if i > 0 {
			text += ", "
		}
		text += fmt.Sprintf("#%d", id)
	}
	return text
}
