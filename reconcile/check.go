package reconcile

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/covedesk/covedesk/internal/strict"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// InputFault is one thing that is wrong with the inputs of [Diff] or with a
// policy: where ("observation.issues[3].key") and what. What Diff returns may be
// several of them, joined; no plan is made from such inputs.
type InputFault struct{ Path, Text string }

// Error gives path and text in one line.
func (f InputFault) Error() string { return "reconcile: " + f.Path + ": " + f.Text }

// faultLimit is how many faults are named: inputs with more are of another kind.
const faultLimit = 20

// inputFaults gives what was found as an error, nil when that is nothing.
func inputFaults(found strict.Faults) error {
	var errs []error
	for _, f := range found[:min(len(found), faultLimit)] {
		errs = append(errs, InputFault(f))
	}
	if more := len(found) - len(errs); more > 0 {
		errs = append(errs, fmt.Errorf("reconcile: and %d more faults", more))
	}
	return errors.Join(errs...)
}

// maxTime is the last second that six base36 digits of a marker can hold.
var maxTime = time.Unix(36*36*36*36*36*36-1, 0)

// check finds what no plan can be made from.
func check(obs *Observation, board *Board, policy *Policy) error {
	var f strict.Faults
	policy.check(&f)
	switch {
	case obs.At.IsZero():
		f.Add("observation.at", "is not set")
	case obs.At.Before(time.Unix(0, 0)) || obs.At.After(maxTime):
		f.Add("observation.at", "%s does not fit into a marker (1970 to %s)", obs.At.UTC().Format(time.RFC3339), maxTime.UTC().Format(time.DateOnly))
	case !board.ClosedSince.IsZero() && board.ClosedSince.After(obs.At.Add(-policy.Horizon())):
		f.Add("board.closedSince", "the policy needs closed tickets of the last %s; they were read from %s only",
			policy.Horizon(), board.ClosedSince.UTC().Format(time.RFC3339))
	}
	listed := checkFeeds(&f, obs.Feeds)
	for i := range obs.Issues {
		is := &obs.Issues[i]
		checkKey(&f, listed, "issues", i, is.Key)
		if is.Severity > SeverityCritical {
			f.Add(fmt.Sprintf("observation.issues[%d].severity", i), "%d is not a severity", is.Severity)
		}
	}
	for i := range obs.Healthy {
		checkKey(&f, listed, "healthy", i, obs.Healthy[i].Key)
	}
	for i := range obs.Suppressed {
		checkKey(&f, listed, "suppressed", i, obs.Suppressed[i].Key)
	}
	f.Need(mark.ValidOwner(board.Owner), "board.owner", "%q does not fit into a marker: want 1 to 10 characters of a-z, 0-9 and - (mark.OwnerOf makes one)", board.Owner)
	for i := range board.Tickets {
		t := &board.Tickets[i]
		if t.ID <= 0 {
			f.Add(fmt.Sprintf("board.tickets[%d].id", i), "%d is not a ticket", t.ID)
		}
		if t.Stage > StageDone {
			f.Add(fmt.Sprintf("board.tickets[%d].stage", i), "%d is not a stage", t.Stage)
		}
		if m := &t.Mark; t.Place == mark.Ours && (m.State == 0 || m.State > mark.Storm || m.Severity > SeverityCritical || m.Reopens < 0) {
			f.Add(fmt.Sprintf("board.tickets[%d].mark", i), "is no marker: state %s, severity %s, %d reopenings", m.State, m.Severity, m.Reopens)
		}
	}
	return inputFaults(f)
}

// checkFeeds gives the names of the feeds that were looked at.
func checkFeeds(f *strict.Faults, feeds []Feed) map[string]bool {
	listed := make(map[string]bool, len(feeds))
	for i, feed := range feeds {
		path := fmt.Sprintf("observation.feeds[%d]", i)
		f.Need(feed.Name != "", path+".name", "is empty")
		f.Need(utf8.ValidString(feed.Name), path+".name", "%q is not valid UTF-8", feed.Name)
		f.Need(!listed[feed.Name], path+".name", "%q is listed twice", feed.Name)
		f.Need(feed.Kind <= Inventory, path+".kind", "%d is not a kind of feed", feed.Kind)
		listed[feed.Name] = true
	}
	return listed
}

func checkKey(f *strict.Faults, listed map[string]bool, list string, i int, k Key) {
	if listed[k.Feed] && k.Subject != "" && utf8.ValidString(k.Subject) && !isStorm(k) {
		return
	}
	path := fmt.Sprintf("observation.%s[%d].key", list, i)
	f.Need(k.Feed != "", path+".feed", "is empty")
	f.Need(k.Feed == "" || listed[k.Feed], path+".feed", "%q is not one of observation.feeds", k.Feed)
	f.Need(k.Subject != "", path+".subject", "is empty")
	f.Need(utf8.ValidString(k.Subject), path+".subject", "%q is not valid UTF-8", k.Subject)
	f.Need(!isStorm(k), path+".subject", "%q begins with %q, which is reserved", k.Subject, stormPrefix)
}

// stormPrefix begins the subjects of the keys of storm tickets.
const stormPrefix = "storm:"

func isStorm(k Key) bool { return strings.HasPrefix(k.Subject, stormPrefix) }
