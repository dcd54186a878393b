package reconcile

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// InputError says what is wrong with the inputs of [Diff]; no plan is made from
// them. It names every fault up to a limit.
type InputError struct {
	Problems []Problem
	// More is how many further faults were found and not listed.
	More int
}

// Problem is one fault: where ("observation.issues[3].key") and what.
type Problem struct{ Path, Text string }

// Error lists the faults, one a line.
func (e *InputError) Error() string {
	var b strings.Builder
	b.WriteString("reconcile: invalid input:")
	for _, p := range e.Problems {
		fmt.Fprintf(&b, "\n  %s: %s", p.Path, p.Text)
	}
	if e.More > 0 {
		fmt.Fprintf(&b, "\n  and %d more", e.More)
	}
	return b.String()
}

// problemLimit bounds what an InputError lists.
const problemLimit = 20

func (e *InputError) add(path, format string, args ...any) {
	if len(e.Problems) == problemLimit {
		e.More++
		return
	}
	e.Problems = append(e.Problems, Problem{path, fmt.Sprintf(format, args...)})
}

// orNil keeps a nil *InputError from becoming a non-nil error.
func (e *InputError) orNil() error {
	if len(e.Problems) == 0 {
		return nil
	}
	return e
}

// maxTime is the last second that six base36 digits of a marker can hold.
var maxTime = time.Unix(36*36*36*36*36*36-1, 0)

// check finds what no plan can be made from.
func check(obs Observation, board Board, policy Policy) error {
	var e InputError
	policy.check(&e)
	switch {
	case obs.At.IsZero():
		e.add("observation.at", "is not set")
	case obs.At.Before(time.Unix(0, 0)) || obs.At.After(maxTime):
		e.add("observation.at", "%s does not fit into a marker (1970 to %s)", obs.At.UTC().Format(time.RFC3339), maxTime.UTC().Format(time.DateOnly))
	case !board.ClosedSince.IsZero() && board.ClosedSince.After(obs.At.Add(-policy.Horizon())):
		e.add("board.closedSince", "the policy needs closed tickets of the last %s; they were read from %s only",
			policy.Horizon(), board.ClosedSince.UTC().Format(time.RFC3339))
	}
	for i := range obs.Issues {
		is := &obs.Issues[i]
		if !goodKey(is.Key) || is.Severity > SeverityCritical {
			path := fmt.Sprintf("observation.issues[%d]", i)
			e.checkKey(path, is.Key)
			if is.Severity > SeverityCritical {
				e.add(path+".severity", "%d is not a severity", is.Severity)
			}
		}
	}
	for i := range obs.Healthy {
		if k := obs.Healthy[i].Key; !goodKey(k) {
			e.checkKey(fmt.Sprintf("observation.healthy[%d]", i), k)
		}
	}
	for i := range obs.Parked {
		if k := obs.Parked[i].Key; !goodKey(k) {
			e.checkKey(fmt.Sprintf("observation.parked[%d]", i), k)
		}
	}
	if board.Owner == "" || !utf8.ValidString(board.Owner) {
		e.add("board.owner", "must be non-empty, valid UTF-8; it is %q", board.Owner)
	}
	for i := range board.Tickets {
		t := &board.Tickets[i]
		if t.ID <= 0 {
			e.add(fmt.Sprintf("board.tickets[%d].id", i), "%d is not a ticket", t.ID)
		}
		if t.Stage > StageDone {
			e.add(fmt.Sprintf("board.tickets[%d].stage", i), "%d is not a stage", t.Stage)
		}
	}
	return e.orNil()
}

func goodKey(k Key) bool {
	return !isStorm(k) && k.Source != "" && k.Subject != "" && utf8.ValidString(k.Source) && utf8.ValidString(k.Subject)
}

func (e *InputError) checkKey(path string, k Key) {
	if isStorm(k) {
		e.add(path+".key.subject", "%q begins with %q, which is reserved", k.Subject, stormPrefix)
	}
	for _, part := range [...]struct{ name, text string }{{"source", k.Source}, {"subject", k.Subject}} {
		if part.text == "" {
			e.add(path+".key."+part.name, "is empty")
		} else if !utf8.ValidString(part.text) {
			e.add(path+".key."+part.name, "%q is not valid UTF-8", part.text)
		}
	}
}
