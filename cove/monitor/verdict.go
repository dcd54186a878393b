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

// An Outcome says which kind of verdict it is.
type Outcome uint8

// The outcomes. The zero value is Suppressed, which proves nothing.
const (
	Suppressed Outcome = iota
	Healthy
	Problem
)

// String returns "suppressed", "healthy" or "problem".
func (o Outcome) String() string {
	return [...]string{"suppressed", "healthy", "problem"}[min(o, Problem)]
}

// A Customer is the customer of a device: an end customer, with the site below
// it if the device belongs to one. If a device belongs to no end customer, its
// customer is the partner that owns it.
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
	// Status is the session status that was judged: of the last session or, while
	// one is running, of the last completed session.
	Status cove.SessionStatus
	// Running says that a session is running now.
	Running bool
	Errors  int64 // errors of the last session; 0 while one is running
	// Since is when the problem began, as far as the columns say: the last good
	// backup, the last contact, or the creation of the device. Zero means unknown.
	Since time.Time
	// LastGood is the last successful session or recovery test; zero when there
	// was none.
	LastGood time.Time
	// Limit is the age that the rules allow.
	Limit time.Duration
	// Rises is the time from which [Rules].SeverityAges count; zero if the
	// severity does not rise.
	Rises time.Time
	// BadDays counts the days in a row without a good session in the 28-day colour
	// bar, up to the newest day on which a session ended.
	BadDays int
}

// A Verdict is what [Check] decides about a device.
type Verdict struct {
	Device   *cove.Device
	Customer Customer
	Class    Class
	Outcome  Outcome

	// Findings are the things that are wrong, ordered by source; those about the
	// device as a whole come last. Empty unless the outcome is Problem.
	Findings []Finding
	// Kind is the highest condition found, and Severity the highest severity.
	Kind     Condition
	Severity reconcile.Severity
	// Since is when the newest finding began. For a healthy device it is the time
	// up to which every source has a good backup.
	Since time.Time
	// Summary is the ticket's summary: at most 100 UTF-16 units, without ages and
	// counts. State holds what counts as a change: sources, conditions and
	// severities ("D01:failed D02:stale2").
	Summary string
	State   string

	// Reason says why a device is suppressed; for a healthy one, which errors were
	// ignored and why.
	Reason string
	// ReplacedBy is the newer device that probably replaced this one, which is
	// suppressed for that reason; see [Judge].
	ReplacedBy int64

	// ignored are the sources whose errors the rules ignore.
	ignored cove.DataSourceSet
}

// Key returns the key of the device in observations.
func (v *Verdict) Key() reconcile.Key {
	return reconcile.Key{Feed: Source, Subject: strconv.FormatInt(v.Device.ID, 10)}
}

// CustomerID returns the customer's id in observations.
func (v *Verdict) CustomerID() string { return strconv.FormatInt(v.Customer.ID, 10) }

// began returns when the oldest finding began, as far as known. Nothing says
// when a selection became empty.
func (v *Verdict) began() (began time.Time) {
	for _, f := range v.Findings {
		if f.Condition != NoSelection && !f.Since.IsZero() && (began.IsZero() || f.Since.Before(began)) {
			began = f.Since
		}
	}
	return began
}
