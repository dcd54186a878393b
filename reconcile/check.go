package reconcile

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// InputFault is one thing that is wrong with the inputs of [Diff] or with a
// policy: where ("observation.issues[3].key") and what. What Diff returns may be
// several of them, joined; no plan is made from such inputs.
type InputFault struct{ Path, Text string }

// Error gives path and text in one line.
func (f InputFault) Error() string { return "reconcile: " + f.Path + ": " + f.Text }

// faults collects faults up to a limit.
type faults struct {
	list []error
	more int
}

const faultLimit = 20

func (f *faults) add(path, format string, args ...any) {
	if len(f.list) == faultLimit {
		f.more++
		return
	}
	f.list = append(f.list, InputFault{path, fmt.Sprintf(format, args...)})
}

// need adds a fault unless all is well.
func (f *faults) need(well bool, path, format string, args ...any) {
	if !well {
		f.add(path, format, args...)
	}
}

func (f *faults) err() error {
	if f.more > 0 {
		return errors.Join(append(f.list, fmt.Errorf("reconcile: and %d more faults", f.more))...)
	}
	return errors.Join(f.list...)
}

// maxTime is the last second that six base36 digits of a marker can hold.
var maxTime = time.Unix(36*36*36*36*36*36-1, 0)

// check finds what no plan can be made from.
func check(obs *Observation, board *Board, policy *Policy) error {
	var f faults
	policy.check(&f)
	switch {
	case obs.At.IsZero():
		f.add("observation.at", "is not set")
	case obs.At.Before(time.Unix(0, 0)) || obs.At.After(maxTime):
		f.add("observation.at", "%s does not fit into a marker (1970 to %s)", obs.At.UTC().Format(time.RFC3339), maxTime.UTC().Format(time.DateOnly))
	case !board.ClosedSince.IsZero() && board.ClosedSince.After(obs.At.Add(-policy.Horizon())):
		f.add("board.closedSince", "the policy needs closed tickets of the last %s; they were read from %s only",
			policy.Horizon(), board.ClosedSince.UTC().Format(time.RFC3339))
	}
	listed := f.checkFeeds(obs.Feeds)
	for i := range obs.Issues {
		is := &obs.Issues[i]
		f.checkKey(listed, "issues", i, is.Key)
		if is.Severity > SeverityCritical {
			f.add(fmt.Sprintf("observation.issues[%d].severity", i), "%d is not a severity", is.Severity)
		}
	}
	for i := range obs.Healthy {
		f.checkKey(listed, "healthy", i, obs.Healthy[i].Key)
	}
	for i := range obs.Suppressed {
		f.checkKey(listed, "suppressed", i, obs.Suppressed[i].Key)
	}
	f.need(board.Owner != "" && utf8.ValidString(board.Owner), "board.owner", "must be non-empty, valid UTF-8; it is %q", board.Owner)
	for i := range board.Tickets {
		t := &board.Tickets[i]
		if t.ID <= 0 {
			f.add(fmt.Sprintf("board.tickets[%d].id", i), "%d is not a ticket", t.ID)
		}
		if t.Stage > StageDone {
			f.add(fmt.Sprintf("board.tickets[%d].stage", i), "%d is not a stage", t.Stage)
		}
		if m := &t.Mark; t.Place == mark.Ours && (!m.State.Valid() || m.State == 0 || m.Severity > SeverityCritical || m.Reopens < 0) {
			f.add(fmt.Sprintf("board.tickets[%d].mark", i), "is no marker: state %s, severity %s, %d reopenings", m.State, m.Severity, m.Reopens)
		}
	}
	return f.err()
}

// checkFeeds gives the names of the feeds that were looked at.
func (f *faults) checkFeeds(feeds []Feed) map[string]bool {
	listed := make(map[string]bool, len(feeds))
	for i, feed := range feeds {
		path := fmt.Sprintf("observation.feeds[%d]", i)
		f.need(feed.Name != "", path+".name", "is empty")
		f.need(utf8.ValidString(feed.Name), path+".name", "%q is not valid UTF-8", feed.Name)
		f.need(!listed[feed.Name], path+".name", "%q is listed twice", feed.Name)
		f.need(feed.Kind <= Inventory, path+".kind", "%d is not a kind of feed", feed.Kind)
		listed[feed.Name] = true
	}
	return listed
}

func (f *faults) checkKey(listed map[string]bool, list string, i int, k Key) {
	if listed[k.Feed] && k.Subject != "" && utf8.ValidString(k.Subject) && !isStorm(k) {
		return
	}
	path := fmt.Sprintf("observation.%s[%d].key", list, i)
	f.need(k.Feed != "", path+".feed", "is empty")
	f.need(k.Feed == "" || listed[k.Feed], path+".feed", "%q is not one of observation.feeds", k.Feed)
	f.need(k.Subject != "", path+".subject", "is empty")
	f.need(utf8.ValidString(k.Subject), path+".subject", "%q is not valid UTF-8", k.Subject)
	f.need(!isStorm(k), path+".subject", "%q begins with %q, which is reserved", k.Subject, stormPrefix)
}

// stormPrefix begins the subjects of the keys of storm tickets.
const stormPrefix = "storm:"

func isStorm(k Key) bool { return strings.HasPrefix(k.Subject, stormPrefix) }
