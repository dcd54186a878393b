package alerts

import (
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/covedesk/covedesk/reconcile"
)

// Event is one message of a tool.
type Event struct {
	// Issue is what is wrong. Key.Subject must not be empty: it identifies the
	// problem ("db01/disk-c") and is never the text of the message. Key.Feed is
	// empty or equals Rules.Feed. Detail is what this event says; the details of
	// repetitions are collected. State and Since are ignored: every event is news,
	// and the problem began with its first event.
	reconcile.Issue
	// ID identifies the event. A second event with the same ID is ignored when it
	// comes in the same Update or the next one that brings events. Empty means
	// unknown.
	ID string
	// Time is when the event happened. A zero time, or one in the future, becomes
	// the Update's time, or the time of the newest known event if the clock has
	// gone back since.
	Time time.Time
	// Over says that the problem has ended. The closing note then shows Detail. Of
	// the other fields only Key is read.
	Over bool
}

// Validate returns what is wrong with an event as joined
// [reconcile.InputFault]s; nil when nothing is. [Update] refuses all events
// when one is wrong. A program that must not lose the others validates each
// event first.
func (e Event) Validate(r Rules) error {
	f, subject := faults{under: "event."}, e.Key.Subject
	f.need(subject != "", "key.subject", "is empty")
	f.need(utf8.ValidString(subject), "key.subject", "is not valid UTF-8")
	f.need(!strings.HasPrefix(subject, "storm:"), "key.subject", `begins with "storm:", which belongs to storms`)
	f.need(e.Key.Feed == "" || e.Key.Feed == r.Feed, "key.feed", "%q is not the rules' feed %q", e.Key.Feed, r.Feed)
	f.need(e.Severity <= reconcile.SeverityCritical, "severity", "%s is not a severity", e.Severity)
	return errors.Join(f.found...)
}
