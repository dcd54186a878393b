package alerts

import (
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/covedesk/covedesk/reconcile"
)

// Event is one thing that a tool has told.
type Event struct {
	// Issue is what is wrong. Key.Subject must not be empty: it is the identity
	// of the problem ("db01/disk-c"), never its words. Key.Feed is empty or the
	// rules' Feed. Detail is what this event says; details of repetitions are
	// collected. State and Since are ignored: an event is news by itself, and
	// the problem began with its first event.
	reconcile.Issue
	// ID tells a second delivery of the same event, which is ignored when it
	// comes in the same Update or the next. Empty: unknown.
	ID string
	// Time is when it happened; zero is now, as is a time after it: the Update's
	// time, or that of the last event where the clock has gone back since.
	Time time.Time
	// Over says that the problem has ended. Detail then stands in the closing
	// note. Of the other fields only Key is read.
	Over bool
}

// Validate says what is wrong with an event, joined [reconcile.InputFault]s.
// [Update] refuses all events when one is wrong; programs that must not lose
// the others check each and put the wrong ones aside.
func (e Event) Validate(r Rules) error {
	f, subject := faults{under: "event."}, e.Key.Subject
	f.need(subject != "", "key.subject", "is empty")
	f.need(utf8.ValidString(subject), "key.subject", "is not valid UTF-8")
	f.need(!strings.HasPrefix(subject, "storm:"), "key.subject", `begins with "storm:", which belongs to storms`)
	f.need(e.Key.Feed == "" || e.Key.Feed == r.Feed, "key.feed", "%q is not the rules' feed %q", e.Key.Feed, r.Feed)
	f.need(e.Severity <= reconcile.SeverityCritical, "severity", "%s is no severity", e.Severity)
	return errors.Join(f.found...)
}
