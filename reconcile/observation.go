package reconcile

import (
	"time"

	"github.com/covedesk/covedesk/internal/strict"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// Observation is what was seen of one or more feeds at one time. The order of
// its lists means nothing.
//
// A key is a problem (an [Issue] names it), healthy (a [Healthy] names it),
// suppressed (a [Suppressed] names it) or absent (nothing names it). What
// absence means is the feed's to say ([Feed.Kind]).
type Observation struct {
	// At is when the feeds were looked at. It is the only clock of [Diff] and
	// must lie between 1970 and 2038-12-24, which is what a marker can hold.
	At time.Time
	// Feeds are the feeds that were looked at, each once. A key of another feed
	// is an [InputFault]; open tickets of other feeds are kept and listed.
	Feeds      []Feed
	Issues     []Issue
	Healthy    []Healthy
	Suppressed []Suppressed
}

// Feed is one look at one source of problems. The zero Feed with a name makes
// nothing absent.
type Feed struct {
	// Name is the Feed of its keys.
	Name string
	Kind FeedKind
	// Everything says that all customers were looked at of whom this owner keeps
	// tickets: set it for a whole list. A look that was narrowed by anything but
	// customers (a class, a site, a filter), or lacks a page, is one of [Events].
	Everything bool
	// Customers are those that were looked at, each of them whole: name them for
	// a list of some customers. Without Everything and Customers nothing is ever
	// absent.
	// With Everything, a list that is not nil is the whole list of customers:
	// in an [Inventory], tickets of customers who are not on it are kept.
	Customers []string
	// Sure says that the tool itself was asked, by a program, whether it is well.
	// It lets keys go although suspiciously many are absent ([Policy.MassAbsence]);
	// timers and MaxClose stay in force.
	Sure bool
	// Vouched says more: a person vouches for this run. All that is absent and
	// that absence could ever close is closed now, whatever timer, mass absence
	// and MaxClose say, also what this run misses for the first time.
	Vouched bool
}

// FeedKind says what it means that a feed does not name a key: nothing (Events,
// the zero value), that its problem is over (ActiveAlerts), or that its subject
// is gone (Inventory).
type FeedKind uint8

// The kinds of feeds.
const (
	// Events only tell: absence says nothing, a [Healthy] ends the problem. It is
	// the zero value.
	Events FeedKind = iota
	// ActiveAlerts list all that is wrong now: what is missing is over, and its
	// ticket is closed ([Policy].CloseAfter).
	ActiveAlerts
	// Inventory lists everything, well or not: what is missing is gone. Its
	// ticket gets a note and may be closed ([Policy].AbsentAfter).
	Inventory
)

// Key names what can have a problem and so can have a ticket: a feed ("cove")
// and a subject in it ("3785154", an account id). The caller gives both; they
// are never derived from a summary or another text that people change. Neither
// may be empty, both must be valid UTF-8, and a subject must not begin with
// "storm:". Their length does not matter.
type Key struct {
	Feed    string `json:"feed,omitzero"`
	Subject string `json:"subject,omitzero"`
}

// String gives feed and subject for people, as in "cove/3785154". It is not
// reversible.
func (k Key) String() string { return k.Feed + "/" + k.Subject }

// ID is the fixed-length name of the key that a ticket's marker carries.
func (k Key) ID() mark.KeyID { return mark.KeyIDOf(k.Feed, k.Subject) }

// Severity is how bad a problem is. It is ordered; its text form (in JSON too)
// is "none", "low", "medium", "high" or "critical". It is defined beside the
// marker, which keeps it.
type Severity = mark.Severity

// The severities. None is the zero value.
const (
	SeverityNone     = mark.SeverityNone
	SeverityLow      = mark.SeverityLow
	SeverityMedium   = mark.SeverityMedium
	SeverityHigh     = mark.SeverityHigh
	SeverityCritical = mark.SeverityCritical
)

// Issue is a problem that exists now.
type Issue struct {
	Key Key `json:"key"`
	// Customer is the customer the key belongs to, by an id that does not
	// change. A problem without a customer joins no storm of a customer.
	Customer string `json:"customer,omitzero"`
	// CustomerName is what people call the customer: shown, and compared where a
	// person names one (windows, routes).
	CustomerName string `json:"customerName,omitzero"`
	// Company is the id of the company the ticket belongs to, whatever it looks
	// like. When it is empty the customer could not be matched: no ticket is
	// created, the key is held with CompanyReason, a sentence.
	Company       string `json:"company,omitzero"`
	CompanyReason string `json:"companyReason,omitzero"`
	// Kind is the kind of problem ("failed", "stale", "offline"); Class is the
	// class of the subject ("server", "workstation"). Both are the caller's.
	Kind     string   `json:"kind,omitzero"`
	Class    string   `json:"class,omitzero"`
	Severity Severity `json:"severity,omitzero"`
	// Summary is the ticket's summary: one line of at most 100 UTF-16 units,
	// else it is folded and cut. It must hold no ages and no counts, or every
	// run would have something to write. Empty: the key.
	Summary string `json:"summary,omitzero"`
	// State is what counts as news worth a note, in a form of the caller's
	// choice ("D01:failed D02:stale2"). No ages, no counts.
	State string `json:"state,omitzero"`
	// Since is when the problem began; zero when that is not known.
	Since time.Time `json:"since,omitzero"`
	// Detail says what is wrong, in plain text. It stands in the ticket's plain
	// texts ([Action.Text]) and is never compared.
	Detail string `json:"detail,omitzero"`
	// Labels are for templates and routes; never compared.
	Labels map[string]string `json:"labels,omitzero"`
}

// Healthy is the evidence that a key has no problem.
type Healthy struct {
	Key      Key
	Customer string
	// Since is the time of the good result, zero when that is not known. It is
	// for people: that the result is newer than the failure is what makes a key
	// healthy, and the judge's business.
	Since time.Time
	// Detail says what went well; it stands in the closing note.
	Detail string
}

// Suppressed is a key that is known but of which nothing can be said today
// (maintenance, no contact, excluded). No ticket is created or closed for it.
type Suppressed struct {
	Key      Key
	Customer string
	// Reason is a sentence for people.
	Reason string
	// State, when it is not empty, makes the suppression itself news (a device
	// that has lost contact): an open ticket gets one note about it, and another
	// one when State changes. No ages, no counts.
	State string
}

var feedKinds = strict.Names{What: "feed kind", Names: []string{"events", "active alerts", "inventory"}}

// String names the kind: "events", "active alerts" or "inventory".
func (k FeedKind) String() string { return feedKinds.Text(uint8(k)) }
