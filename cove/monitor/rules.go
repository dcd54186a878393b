package monitor

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile"
)

// Rules say when a device is in trouble and how bad that is. Start from
// [DefaultRules]; the zero value is not valid.
type Rules struct {
	// PartnerID is the root of what is watched; 0 is the partner that the
	// credentials belong to.
	PartnerID int64

	Server      ClassRules
	Workstation ClassRules
	Documents   ClassRules
	M365        ClassRules

	// Sources gives single data sources an age limit of their own, whatever
	// the class of the device.
	Sources map[cove.DataSource]time.Duration

	// Tiers raise the severity of a problem with the age of the last good
	// backup.
	Tiers Tiers

	// DocumentsProfiles are the profiles (column OI) that make a workstation a
	// Documents device.
	DocumentsProfiles []int64

	// NewGrace is how long after its creation a device may be without contact
	// or backup; SeedingGrace how long its first session may run.
	NewGrace     time.Duration
	SeedingGrace time.Duration

	// CustomerStates are the partner states whose devices are judged; those of
	// customers in another state (a trial, an ended contract) are parked.
	CustomerStates []cove.PartnerState

	// Overrides give single devices another class, or leave them out. The first
	// that matches counts.
	Overrides []Override
	// Ignore lists errors that do not make a session that completed a problem:
	// a file that is always locked, a mailbox that was left. When it is not
	// empty, [Collect] reads the errors of such sessions before the verdict; a
	// device whose errors cannot be read stays in trouble.
	Ignore []Ignore

	// Summary is the line of a ticket, with the words {class}, {name}, {id} and
	// {issue}. Name and issue are shortened to fit 100 characters, the id never
	// is. It must begin with "COVE " and hold "#{id} -", by which tickets are
	// found.
	Summary string
	// Templates replace texts by name: "create", "update", "close", "parked",
	// "storm" (internal) and "discussion" (safe for customers). They are Go
	// templates that are given a [Page].
	Templates map[string]string
	// Causes tell what an error means; the first match counts, before those
	// that come with the package.
	Causes []Cause
	// Zone is the time zone of texts; nil is UTC.
	Zone *time.Location
	// SystemsLink and M365Link are console addresses of a device; "{id}"
	// stands for the account id. Empty leaves the link out.
	SystemsLink string
	M365Link    string
	// Silence says, in tickets, how to stop a reminder.
	Silence string
}

// ClassRules are the rules of one class of device.
type ClassRules struct {
	// Off parks every device of the class.
	Off bool
	// Stale is how old the last good backup of a source may be.
	Stale time.Duration
	// Offline is how old the last contact may be; 0 never asks.
	Offline time.Duration
	// ListOffline parks a device that is offline instead of reporting it.
	ListOffline bool
	// UntilContact measures the age of a backup up to the last contact and not
	// up to now: a laptop in a drawer is offline, not stale.
	UntilContact bool
	// TolerateMissed parks a device whose last session did not start while the
	// last good backup is still recent enough; TolerateInterrupted the same for
	// sessions that were interrupted and will resume.
	TolerateMissed      bool
	TolerateInterrupted bool
	// Failures is how many bad days in a row a failure takes before it counts,
	// as long as the last good backup is recent enough. 0 and 1 mean at once.
	Failures int
	// MinErrors is how many errors make a session that completed a problem. 0
	// and 1 mean any.
	MinErrors int64
	// Storage reports a device whose cloud storage or LocalSpeedVault failed to
	// synchronize (columns I36 and I37). The API tells no time of it, so it is
	// reported at once, at medium severity.
	Storage bool
	// Recovery is how old the last good recovery test may be, on devices that
	// have them (columns I80, RV0, RVJ and RVL); a test that failed is reported
	// at once, at low severity. 0 does not look at recovery tests.
	Recovery time.Duration
}

// Tiers are the ages from which a problem has a higher severity; below Medium
// it is low.
type Tiers struct {
	Medium, High, Critical time.Duration
}

const day = 24 * time.Hour

// An Override changes how the devices it matches are judged. All patterns that
// are not empty must match; "*" stands for any text, case makes no difference.
type Override struct {
	Name     string `json:"name,omitzero"`     // of computer name, alias or device name
	Profile  string `json:"profile,omitzero"`  // column OP
	Product  string `json:"product,omitzero"`  // column PN
	Customer int64  `json:"customer,omitzero"` // partner id of the end customer
	// Column is the code of a column, such as the custom column "AA2048", and
	// Value the pattern for what it holds. A column that a device does not have
	// is empty.
	Column string `json:"column,omitzero"`
	Value  string `json:"value,omitzero"`
	// Class is the class the device is judged as; 0 leaves it alone.
	Class Class `json:"class,omitzero"`
	// Exclude parks the device.
	Exclude bool `json:"exclude,omitzero"`
}

// An Ignore is an error that does not count.
type Ignore struct {
	// Source is the data source it is ignored for; 0 means every one.
	Source cove.DataSource
	// Text is a pattern for the text or the file of the error; "*" stands for
	// any text, case makes no difference.
	Text string
}

// DefaultRules are ours: 26 hours for servers, 10 days for workstations, 14
// days for Documents devices, 12 hours for Microsoft 365; severity rises at 7,
// 14 and 30 days. Servers and tenants without contact for 3 days are offline;
// workstations after 30, and they are listed, not reported. Storage and Recovery
// are off: the meaning of their columns is known from other programs more than
// from documentation, and a transient failure cannot be told from a lasting one.
func DefaultRules() Rules {
	return Rules{
		Server: ClassRules{Stale: 26 * time.Hour, Offline: 3 * day, TolerateInterrupted: true},
		Workstation: ClassRules{
			Stale: 240 * time.Hour, Offline: 30 * day, ListOffline: true, UntilContact: true,
			TolerateMissed: true, TolerateInterrupted: true,
		},
		Documents: ClassRules{
			Stale: 336 * time.Hour, Offline: 30 * day, ListOffline: true, UntilContact: true,
			TolerateMissed: true, TolerateInterrupted: true,
		},
		M365:              ClassRules{Stale: 12 * time.Hour, Offline: 3 * day, TolerateInterrupted: true},
		Tiers:             Tiers{Medium: 7 * day, High: 14 * day, Critical: 30 * day},
		DocumentsProfiles: []int64{5038},
		NewGrace:          72 * time.Hour,
		SeedingGrace:      14 * day,
		CustomerStates:    []cove.PartnerState{"", cove.StateUndefined, cove.StateInProduction, cove.StateRegistered},
		Summary:           "COVE {class} {name} #{id} - {issue}",
		SystemsLink:       "https://backup.management/#/backup/overview/view/1662(panel:device-properties/{id}/summary)",
		M365Link:          "https://backup.management/#/device/{id}/cloud-properties/office365/history",
		Silence:           `status "No action", or a maintenance window`,
	}
}

// Class returns the rules of a class.
func (r *Rules) Class(c Class) *ClassRules {
	switch c {
	case ClassServer:
		return &r.Server
	case ClassDocuments:
		return &r.Documents
	case ClassM365:
		return &r.M365
	}
	return &r.Workstation
}

// Validate reports every field that cannot be right, by name.
func (r *Rules) Validate() error {
	var faults []error
	fault := func(field, format string, args ...any) {
		faults = append(faults, fmt.Errorf("monitor: rules: %s: %s", field, fmt.Sprintf(format, args...)))
	}
	for _, class := range classes {
		c, name := r.Class(class), class.String()
		if c.Stale <= 0 {
			fault(name+".stale", "must be above zero")
		}
		if c.Offline < 0 {
			fault(name+".offline", "must not be negative")
		}
		if c.Failures < 0 || c.Failures > 28 {
			fault(name+".failures", "must be between 0 and 28, the days that the API remembers")
		}
		if c.MinErrors < 0 {
			fault(name+".minErrors", "must not be negative")
		}
		if c.Recovery < 0 {
			fault(name+".recovery", "must not be negative")
		}
	}
	for s, limit := range r.Sources {
		if limit <= 0 {
			fault("sources."+s.String(), "must be above zero")
		}
		if s == cove.SourceTotal {
			fault("sources.D09", "the total over all sources is never judged")
		}
	}
	if r.Tiers.Medium <= 0 || r.Tiers.High < r.Tiers.Medium || r.Tiers.Critical < r.Tiers.High {
		fault("tiers", "medium, high and critical must be above zero and in this order")
	}
	for i, o := range r.Overrides {
		name := fmt.Sprintf("overrides[%d]", i)
		if o.Name == "" && o.Profile == "" && o.Product == "" && o.Customer == 0 && o.Column == "" {
			fault(name, "needs a name, profile, product, customer or column to match")
		}
		if (o.Column == "") != (o.Value == "") {
			fault(name+".column", "needs a value to match, and a value needs a column")
		}
		if strings.Trim(o.Column, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@") != "" {
			fault(name+".column", "%q is no code such as \"AA2048\"", o.Column)
		}
		if o.Class.String() == "" && o.Class != 0 {
			fault(name+".class", "is no class")
		}
		if o.Class == 0 && !o.Exclude {
			fault(name, "changes nothing: it needs a class, or exclude")
		}
	}
	for i, ignore := range r.Ignore {
		if strings.Trim(ignore.Text, "* ") == "" {
			fault(fmt.Sprintf("ignore[%d].text", i), "would ignore every error")
		}
	}
	for i, cause := range r.Causes {
		if strings.Trim(cause.Text, "* ") == "" || cause.Cause == "" {
			fault(fmt.Sprintf("causes[%d]", i), "needs a pattern and a cause")
		}
	}
	if err := checkSummary(r.Summary); err != nil {
		fault("summary", "%v", err)
	}
	if _, err := r.templates(); err != nil {
		fault("templates", "%v", err)
	}
	if len(r.CustomerStates) == 0 {
		fault("customerStates", "must name at least one state: without one no device is judged")
	}
	if r.NewGrace < 0 {
		fault("newGrace", "must not be negative")
	}
	if r.SeedingGrace < 0 {
		fault("seedingGrace", "must not be negative")
	}
	if r.PartnerID < 0 {
		fault("partnerID", "must not be negative")
	}
	return errors.Join(faults...)
}

// limit is the age that a good backup of the source may have.
func (r *Rules) limit(s cove.DataSource, c *ClassRules) time.Duration {
	if limit, ok := r.Sources[s]; ok {
		return limit
	}
	return c.Stale
}

// A tier is an age and the severity from it on.
type tier struct {
	severity reconcile.Severity
	age      time.Duration
}

func (t *Tiers) list() [3]tier {
	return [...]tier{{reconcile.SeverityMedium, t.Medium}, {reconcile.SeverityHigh, t.High}, {reconcile.SeverityCritical, t.Critical}}
}

// severity grades the age of the last good backup, or of the last contact.
func (t *Tiers) severity(age time.Duration) reconcile.Severity {
	switch {
	case age >= t.Critical:
		return reconcile.SeverityCritical
	case age >= t.High:
		return reconcile.SeverityHigh
	case age >= t.Medium:
		return reconcile.SeverityMedium
	}
	return reconcile.SeverityLow
}

func (r *Rules) judged(state cove.PartnerState) bool {
	for _, s := range r.CustomerStates {
		if s == state {
			return true
		}
	}
	return false
}
