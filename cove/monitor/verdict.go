package monitor

import (
	"strconv"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile"
)

// Source is the feed of every [reconcile.Key] of this package; the subject is the
// account id of the device (column AU) in decimal.
const Source = "cove"

// An Outcome is which of the three a verdict is.
type Outcome uint8

// The outcomes. The zero value claims nothing.
const (
	Suppressed Outcome = iota
	Healthy
	Problem
)

// String returns "suppressed", "healthy" or "problem".
func (o Outcome) String() string {
	return [...]string{"suppressed", "healthy", "problem"}[min(o, Problem)]
}

// A Customer is whom a device belongs to: an end customer, with the site below
// it when the device stands in one. Devices that belong to no end customer
// belong to the partner that owns them.
type Customer struct {
	ID        int64  // partner id
	Name      string // often "Company (email)"
	Site      string // "" when the device belongs to the customer itself
	Reference string // external code of the customer; see cove.ParseReference
	State     cove.PartnerState
}

// A Finding is one thing that is wrong with a device.
type Finding struct {
	Source    cove.DataSource // 0: the device as a whole
	Condition Condition
	Severity  reconcile.Severity
	// Status is the session status that was judged: that of the last session,
	// or of the last completed one while another is running.
	Status  cove.SessionStatus
	Running bool
	Errors  int64 // errors of the last session; 0 while one is running
	// Since is when it began, as far as the columns tell: the last good
	// backup, the last contact, or the creation of the device. Zero when they
	// do not tell.
	Since time.Time
	// LastGood is the last successful session, or recovery test; zero when
	// there was none.
	LastGood time.Time
	// Limit is the age the rules allow.
	Limit time.Duration
	// Rises is the time from which [Rules].SeverityAges count; zero where the
	// severity does not rise.
	Rises time.Time
	// BadDays counts the days in a row without a good session in the 28-day
	// colour bar, up to the newest on which a session ended.
	BadDays int
}

// A Verdict is what [Check] says about a device.
type Verdict struct {
	Device   *cove.Device
	Customer Customer
	Class    Class
	Outcome  Outcome

	// Findings are what is wrong: ordered by source, then what is wrong with
	// the device as a whole. Empty unless the outcome is Problem.
	Findings []Finding
	// Kind is the gravest condition found and Severity the highest.
	Kind     Condition
	Severity reconcile.Severity
	// Since is when the newest of the findings began. Of a healthy device it is
	// the time to which every source has a good backup.
	Since time.Time
	// Summary is the line of a ticket: at most 100 UTF-16 units, without ages
	// and counts. State holds sources, conditions and severities: what counts as
	// a change ("D01:failed D02:stale2").
	Summary string
	State   string

	// Reason says why a device is suppressed; of a healthy one, which errors
	// were passed over and why.
	Reason string
	// ReplacedBy is the younger device that probably took the place of this
	// one, which is suppressed for that; see [Judge].
	ReplacedBy int64

	// ignored are the sources whose errors the rules ignore.
	ignored cove.DataSourceSet
}

// Key is the key of the device in observations.
func (v *Verdict) Key() reconcile.Key {
	return reconcile.Key{Feed: Source, Subject: strconv.FormatInt(v.Device.ID, 10)}
}

// CustomerID is the customer's id in observations.
func (v *Verdict) CustomerID() string { return strconv.FormatInt(v.Customer.ID, 10) }

// began is when the oldest of the findings began, as far as that is known. When
// a selection became empty nothing tells.
func (v *Verdict) began() (began time.Time) {
	for i := range v.Findings {
		f := &v.Findings[i]
		if f.Condition != NoSelection && !f.Since.IsZero() && (began.IsZero() || f.Since.Before(began)) {
			began = f.Since
		}
	}
	return began
}
