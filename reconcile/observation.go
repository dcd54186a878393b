package reconcile

import (
	"time"

	"github.com/covedesk/covedesk/internal/strict"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// Observation is what was seen of one or more feeds at one time. The order of
// its lists does not matter.
//
// A key is a problem (an [Issue] names it), healthy (a [Healthy] names it),
// suppressed (a [Suppressed] names it) or absent (nothing names it). The feed
// says what absence means ([Feed].Kind).
type Observation struct {
	// At is when the feeds were looked at. It is the only clock of [Diff] and
	// must lie between 1970 and 2038-12-24, the range of a marker.
	At time.Time
	// Feeds are the feeds that were looked at, each once. A key of another feed
	// is an [InputFault]; open tickets of other feeds are kept and listed.
	Feeds []Feed
	// Issues, Healthy and Suppressed are what was seen of each key.
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
	// Everything says that all customers were looked at for whom this owner
	// keeps tickets. Set it for a complete list. A look that was narrowed by
	// anything but customers (a class, a site, a filter), or that lacks a page,
	// is one of [Events].
	Everything bool
	// Customers are the ids of the customers that were looked at, each
	// completely. Name them when the list covers some customers only. Without
	// Everything and Customers nothing is ever absent.
	//
	// With Everything, a list that is not nil is the complete list of
	// customers: an [Inventory] keeps the tickets of customers who are not on
	// it.
	Customers []string
	// Sure says that a program asked the tool itself whether it is well. Keys
	// are then released although suspiciously many are absent
	// ([Policy].MassAbsence); timers and MaxClose stay in force.
	Sure bool
	// Vouched says that a person vouches for this run. Everything absent that
	// absence could ever close is closed now, whatever timers, MassAbsence and
	// MaxClose say, even what this run misses for the first time.
	Vouched bool
}

// FeedKind says what it means when a feed does not name a key: nothing (Events,
// the zero value), that its problem is over (ActiveAlerts), or that its subject
// is gone (Inventory).
type FeedKind uint8

// The kinds of feeds.
const (
	// Events only report changes: absence says nothing, and a [Healthy] ends
	// the problem. It is the zero value.
	Events FeedKind = iota
	// ActiveAlerts list everything that is wrong now: a missing problem is
	// over, and its ticket is closed ([Policy].CloseAfter).
	ActiveAlerts
	// Inventory lists everything, healthy or not: a missing subject is gone.
	// Its ticket gets a note and may be closed ([Policy].AbsentAfter).
	Inventory
)

// Key names something that can have a problem, and therefore a ticket: a feed
// ("cove") and a subject in it ("3785154", an account id). The caller sets
// both; never derive them from a summary or another text that people change.
// Neither may be empty, both must be valid UTF-8, and a subject must not begin
// with "storm:". Their length does not matter.
type Key struct {
	Feed    string `json:"feed,omitzero"`
	Subject string `json:"subject,omitzero"`
}

// String returns feed and subject for people, as in "cove/3785154". It cannot
// be parsed back.
func (k Key) String() string { return k.Feed + "/" + k.Subject }

// ID is the fixed-length form of the key that a ticket's marker holds.
func (k Key) ID() mark.KeyID { return mark.KeyIDOf(k.Feed, k.Subject) }

// Severity says how bad a problem is. Its values are ordered; its text form (in
// JSON too) is "none", "low", "medium", "high" or "critical". It is defined in
// package mark, because the marker holds it.
type Severity = mark.Severity

// The severities. SeverityNone is the zero value.
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
	// Customer is the id of the customer that the key belongs to; the id never
	// changes. A problem without a customer joins no customer storm.
	Customer string `json:"customer,omitzero"`
	// CustomerName is what people call the customer. It is shown, and compared
	// where a person names a customer (windows, routes).
	CustomerName string `json:"customerName,omitzero"`
	// Company is the id of the company that the ticket belongs to, in any form.
	// Empty means that the customer could not be matched: no ticket is created,
	// and the key is held with CompanyReason, a sentence.
	Company       string `json:"company,omitzero"`
	CompanyReason string `json:"companyReason,omitzero"`
	// Kind is the kind of problem ("failed", "stale", "offline"). Class is the
	// class of the subject ("server", "workstation"). The caller chooses both.
	Kind  string `json:"kind,omitzero"`
	Class string `json:"class,omitzero"`
	// Severity says how bad the problem is. A rise is written at once. A desk
	// maps it to a priority.
	Severity Severity `json:"severity,omitzero"`
	// Summary is the ticket's summary: one line of at most 100 UTF-16 units.
	// Line breaks become blanks, and the rest is cut off. It must hold no ages
	// and no counts, or every run would have something to write. Empty means
	// the key.
	Summary string `json:"summary,omitzero"`
	// State says what counts as news worth a note, in a form of the caller's
	// choice ("D01:failed D02:stale2"). It must hold no ages and no counts.
	State string `json:"state,omitzero"`
	// Since is when the problem began; zero when unknown.
	Since time.Time `json:"since,omitzero"`
	// Detail says what is wrong, in plain text. It appears in the ticket's
	// plain texts ([Action.Text]); a change of it alone writes nothing.
	Detail string `json:"detail,omitzero"`
	// Labels are for templates and routes; a change of them writes nothing.
	Labels map[string]string `json:"labels,omitzero"`
}

// Healthy is the evidence that a key has no problem.
type Healthy struct {
	Key      Key
	Customer string
	// Since is the time of the good result; zero when unknown. It is only
	// shown. Whoever judges the key decides that the good result is newer than
	// the failure.
	Since time.Time
	// Detail says what went well; the closing note shows it.
	Detail string
}

// Suppressed is a key that is known but cannot be judged today (maintenance, no
// contact, excluded). No ticket is created or closed for it.
type Suppressed struct {
	Key      Key
	Customer string
	// Reason is a sentence for people. With a State it is also the first line of
	// the note, which a desk may show to the customer ([Text].Discussion).
	Reason string
	// State, if it is not empty, makes the suppression itself news (a device
	// that has lost contact): an open ticket gets one note about it, and
	// another one when State changes. It must hold no ages and no counts.
	State string
}

var feedKinds = strict.Names{What: "feed kind", Names: []string{"events", "active alerts", "inventory"}}

// String returns the kind's name: "events", "active alerts" or "inventory".
func (k FeedKind) String() string { return feedKinds.Text(uint8(k)) }
