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
// policy. Path says where ("observation.issues[3].key"), Text says what. An
// error of Diff may join several of them; no plan is made from such inputs.
type InputFault struct{ Path, Text string }

// Error returns path and text in one line.
func (f InputFault) Error() string { return "reconcile: " + f.Path + ": " + f.Text }

// faultLimit is how many faults an error names; it counts the rest.
const faultLimit = 20

// inputFaults returns the faults as one error; nil when there are none.
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

// maxTime is the last second that a marker can hold: six digits in base 36.
var maxTime = time.Unix(36*36*36*36*36*36-1, 0)

// check finds everything that makes a plan impossible.
func check(obs *Observation, board *Board, policy *Policy) error {
	var f strict.Faults
	policy.check(&f)
	at, need, from := obs.At.UTC(), policy.Horizon(), board.ClosedSince.UTC()
	f.Need(!at.IsZero(), "observation.at", "is not set")
	f.Need(at.IsZero() || !at.Before(time.Unix(0, 0)) && !at.After(maxTime), "observation.at",
		"%s does not fit into a marker (1970 to %s)", at.Format(time.RFC3339), maxTime.UTC().Format(time.DateOnly))
	f.Need(at.IsZero() || !from.After(at.Add(-need)), "board.closedSince",
		"the policy needs closed tickets of the last %s; they were read from %s only", need, from.Format(time.RFC3339))
	listed := make(map[string]bool, len(obs.Feeds))
	checkEach(&f, "observation.feeds", obs.Feeds, func(f *strict.Faults, feed *Feed) {
		f.Need(feed.Name != "", "name", "is empty")
		f.Need(utf8.ValidString(feed.Name), "name", "%q is not valid UTF-8", feed.Name)
		f.Need(!listed[feed.Name], "name", "%q is listed twice", feed.Name)
		f.Need(feed.Kind <= Inventory, "kind", "%d is not a kind of feed", feed.Kind)
		listed[feed.Name] = true
	})
	key := func(f *strict.Faults, k Key) {
		if listed[k.Feed] && k.Subject != "" && utf8.ValidString(k.Subject) && !isStorm(k) {
			return // the common case, without the checks one by one
		}
		f.Need(k.Feed != "", "key.feed", "is empty")
		f.Need(k.Feed == "" || listed[k.Feed], "key.feed", "%q is not one of observation.feeds", k.Feed)
		f.Need(k.Subject != "", "key.subject", "is empty")
		f.Need(utf8.ValidString(k.Subject), "key.subject", "%q is not valid UTF-8", k.Subject)
		f.Need(!isStorm(k), "key.subject", "%q begins with %q, which is reserved", k.Subject, stormPrefix)
	}
	checkEach(&f, "observation.issues", obs.Issues, func(f *strict.Faults, is *Issue) {
		key(f, is.Key)
		f.Need(is.Severity <= SeverityCritical, "severity", "%d is not a severity", is.Severity)
	})
	checkEach(&f, "observation.healthy", obs.Healthy, func(f *strict.Faults, h *Healthy) { key(f, h.Key) })
	checkEach(&f, "observation.suppressed", obs.Suppressed, func(f *strict.Faults, s *Suppressed) { key(f, s.Key) })
	begun, _ := mark.Parse(mark.Prefix(board.Owner))
	f.Need(board.Owner != "" && begun.Owner == board.Owner, "board.owner", "%q does not fit into a marker: want 1 to 10 characters of a-z, 0-9 and - (mark.OwnerOf makes one)", board.Owner)
	checkEach(&f, "board.tickets", board.Tickets, func(f *strict.Faults, t *Ticket) {
		f.Need(t.ID > 0, "id", "%d is not a ticket", t.ID)
		f.Need(t.Stage <= StageDone, "stage", "%d is not a stage", t.Stage)
		if m := &t.Mark; t.Place == mark.Ours && (m.State == 0 || m.State > mark.Storm || m.Severity > SeverityCritical || m.Reopens < 0) {
			f.Add("mark", "is no marker: state %s, severity %s, %d reopenings", m.State, m.Severity, m.Reopens)
		}
	})
	return inputFaults(f)
}

// checkEach checks each element of a list. Its faults carry the path of the
// element.
func checkEach[T any](f *strict.Faults, path string, list []T, check func(*strict.Faults, *T)) {
	for i := range list {
		var found strict.Faults
		if check(&found, &list[i]); len(found) > 0 {
			*f = append(*f, found.Under(fmt.Sprintf("%s[%d]", path, i))...)
		}
	}
}

// stormPrefix begins the subjects of the keys of storm tickets.
const stormPrefix = "storm:"

func isStorm(k Key) bool { return strings.HasPrefix(k.Subject, stormPrefix) }
