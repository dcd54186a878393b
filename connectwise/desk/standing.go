package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/reconcile"
)

// standingKey is the key of the standing ticket.
var standingKey = reconcile.Key{Feed: "covedesk", Subject: "held"}

// standingLines is the highest number of lines in the standing ticket.
const standingLines = 100

// stand adds an issue to the observation if problems wait for a decision, or
// its recovery if none does any more, and tells whether a new plan is needed.
// So the standing ticket of Config.OwnCompany is planned like any other.
func (s *syncRun) stand(_ context.Context, obs *reconcile.Observation, plan reconcile.Plan) (again bool, err error) {
	if s.desk.provider == "" {
		return false, nil
	}
	id := standingKey.ID()
	_, known := plan.Known[id]
	var lines, state []string
	severity := reconcile.SeverityLow
	for i := range plan.Actions {
		a := &plan.Actions[i]
		if a.KeyID == id {
			known = true
			continue
		}
		for _, f := range questions(a) {
			if f.What == whatOtherFeed { // the feed may not have been looked at in this run
				continue
			}
			line := f.Why
			if f.Ticket != 0 {
				line += fmt.Sprintf(" (ticket %d)", f.Ticket)
			}
			lines, state = append(lines, line), append(state, f.ID)
			if a.Issue != nil {
				severity = max(severity, a.Issue.Severity)
			}
		}
	}
	if len(lines) == 0 && !known {
		return false, nil
	}
	obs.Feeds = append(obs.Feeds, reconcile.Feed{Name: standingKey.Feed})
	switch {
	case known && s.report.Health() >= HealthBlind:
		obs.Suppressed = append(obs.Suppressed, reconcile.Suppressed{Key: standingKey, Reason: "not everything could be seen"})
	case len(lines) == 0:
		obs.Healthy = append(obs.Healthy, reconcile.Healthy{Key: standingKey, Since: obs.At, Detail: "Nothing waits for a decision."})
	default:
		slices.Sort(lines)
		slices.Sort(state)
		if more := len(lines) - standingLines; more > 0 {
			lines = append(lines[:standingLines], fmt.Sprintf("and %d more", more))
		}
		obs.Issues = append(obs.Issues, reconcile.Issue{
			Key: standingKey, Company: s.desk.provider, Kind: "held", Severity: severity,
			Summary: "covedesk: problems that wait for a decision",
			State:   strings.Join(state, " "),
			Detail:  "These are not dealt with until a person decides:\n\n" + strings.Join(lines, "\n"),
		})
	}
	return true, nil
}
