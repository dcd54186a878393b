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
	// ID is the same in every run as long as the cause is the same. Pass the ID
	// of a stop to Options.Acknowledge.
	ID     string `json:"id"`
	Health Health `json:"health"`
	// What is the kind of finding: "unmatched", "doubled", "held", "quiet",
	// "unread", "clock", "stop", "failed" and so on.
	What string `json:"what"`
	// Why is a sentence that says what was seen and what to do.
	Why string `json:"why"`
	// Ticket is the id of the ticket that the finding is about; 0 if there is
	// none.
	Ticket int64 `json:"ticket,omitzero"`
	// New says that the last run did not report it.
	New bool `json:"new,omitzero"`
}

// Kinds of findings that the code counts or compares.
const (
	whatDoubled   = "doubled"    // several open tickets for one key
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

// decisions are the reasons for holding a key that only a person can end. Other
// reasons end by themselves.
var decisions = map[string]string{
	reconcile.CodeUnmatched:     "unmatched",
	reconcile.CodeForeign:       "held",
	reconcile.CodeCopy:          "held",
	reconcile.CodeRecognised:    "held",
	reconcile.CodeContradictory: "held",
	reconcile.CodeOtherBoard:    "held",
	reconcile.CodeOlderTool:     "held",
}

// left are the reasons why an open ticket stays open although no monitor
// reports on its problem any more.
var left = map[string]string{
	reconcile.CodeAbsent:    "absent",
	reconcile.CodeNotListed: "not listed",
	reconcile.CodeOtherFeed: whatOtherFeed,
}

// questions returns what a person has to decide about an action.
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

// findings returns what a person should look at in a plan.
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

// brought reports whether the feed named at least one key.
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
