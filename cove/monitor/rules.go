package monitor

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/internal/strict"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

// Rules say when a device has a problem and how severe it is. Start with
// [DefaultRules]; the zero value is not valid.
type Rules struct {
	// PartnerID is the partner whose devices, and those below it, are judged; 0 is
	// the partner that the credentials belong to.
	PartnerID int64 `json:"partnerID"`

	// Server, Workstation, Documents and M365 are the rules for each class.
	Server      ClassRules `json:"server"`
	Workstation ClassRules `json:"workstation"`
	Documents   ClassRules `json:"documents"`
	M365        ClassRules `json:"m365"`

	// Sources gives single data sources an age limit of their own, which holds for
	// every class of device.
	Sources map[cove.DataSource]time.Duration `json:"sources"`

	// SeverityAges raise the severity of a problem with the age of the last
	// good backup of the source, or of the last contact.
	SeverityAges SeverityAges `json:"severityAges"`

	// DocumentsProfiles are the ids of the profiles (column OI) that make a
	// device without a server's operating system a Documents device.
	DocumentsProfiles []int64 `json:"documentsProfiles"`

	// NewGrace is how long after its creation a device may be without contact or
	// backup. SeedingGrace is the same for a device whose first session is
	// running.
	NewGrace     time.Duration `json:"newGrace"`
	SeedingGrace time.Duration `json:"seedingGrace"`

	// CustomerStates are the partner states whose devices are judged. Devices of
	// customers in another state (a trial, an ended contract) are suppressed.
	CustomerStates []cove.PartnerState `json:"customerStates"`

	// Overrides give single devices another class, or exclude them. The first one
	// that matches counts.
	Overrides []Override `json:"overrides"`
	// Ignore lists errors that do not count when a session completed: a file that
	// is always locked, a mailbox of somebody who left. The errors of such
	// sessions are read before the verdict, once for each session. If the errors
	// of a device cannot be read, its problem stays.
	Ignore []Ignore `json:"ignore"`

	// Summary is the form of a ticket's summary, with the words {class}, {name},
	// {id} and {issue}. Name and issue are shortened to fit 100 UTF-16 units, the
	// id never is. It must begin with "COVE " and contain "#{id} -", because
	// tickets are found by both. It must have no other "#", no second {name} or
	// {issue}, and at most 60 UTF-16 units.
	Summary string `json:"summary"`
	// Templates replace texts by name: "create", "update", "close", "suppressed",
	// "storm" (all internal) and "discussion" (safe for customers). They are Go
	// templates over a [Page].
	Templates map[string]string `json:"templates"`
	// Causes say what an error means; the first one that matches counts. They are
	// the whole table: start with [DefaultCauses] and add to it.
	Causes []Cause `json:"causes"`
	// Zone is the time zone of texts; nil is UTC.
	Zone *time.Location `json:"zone"`
	// SystemsLink and M365Link are a device's address in the console; "{id}"
	// stands for the account id. Empty leaves the link out.
	SystemsLink string `json:"systemsLink"`
	M365Link    string `json:"m365Link"`
	// Silence says in tickets how to stop a reminder. Name only what the desk
	// really has. Empty leaves the sentence out.
	Silence string `json:"silence"`
}

// ClassRules are the rules of one class of device.
type ClassRules struct {
	// Off suppresses every device of the class.
	Off bool `json:"off"`
	// Stale is how old the last good backup of a source may be.
	Stale time.Duration `json:"stale"`
	// Severity is the lowest severity of a problem with backups or contact; the
	// zero value leaves it to [Rules].SeverityAges.
	Severity reconcile.Severity `json:"severity"`
	// Offline is how old the last contact may be; 0 does not check it.
	Offline time.Duration `json:"offline"`
	// ListOffline suppresses a device that is offline instead of reporting it.
	ListOffline bool `json:"listOffline"`
	// UntilContact measures the age of a backup up to the last contact, not up to
	// now: a laptop in a drawer is offline, not stale.
	UntilContact bool `json:"untilContact"`
	// TolerateMissed suppresses a device whose last session did not start, while
	// the last good backup is recent enough. TolerateInterrupted does the same for
	// sessions that were interrupted and will resume.
	TolerateMissed      bool `json:"tolerateMissed"`
	TolerateInterrupted bool `json:"tolerateInterrupted"`
	// Failures is how many bad days in a row make a failure count, while the last
	// good backup is recent enough. 0 and 1 mean at once; 28 is the most, because
	// the colour bar has 28 days.
	Failures int `json:"failures"`
	// MinErrors is how many errors in a completed session make a problem. 0 and 1
	// mean any.
	MinErrors int64 `json:"minErrors"`
	// Storage reports a device whose cloud storage or LocalSpeedVault failed to
	// synchronize (columns YS and YV). The API does not say since when, so it is
	// reported at once, with medium severity.
	Storage bool `json:"storage"`
	// Recovery is how old the last good recovery test may be, on devices that have
	// such tests (columns I80, RV0, RVJ and RVL). A failed test is reported at
	// once, with low severity. 0 does not check recovery tests.
	Recovery time.Duration `json:"recovery"`
}

// SeverityAges are the ages from which a problem has a higher severity; below
// Medium it is low. No age may be lower than the one before it. An age of 0 is
// never reached.
type SeverityAges struct {
	Medium   time.Duration `json:"medium"`
	High     time.Duration `json:"high"`
	Critical time.Duration `json:"critical"`
}

const day = 24 * time.Hour

// An Override changes how the devices it matches are judged. All of its patterns
// that are not empty must match; "*" stands for any text, and case does not
// matter. It needs at least one pattern or a Customer, and Class or Exclude.
type Override struct {
	Name     string `json:"name,omitzero"`     // of computer name, alias or device name
	Profile  string `json:"profile,omitzero"`  // column OP
	Product  string `json:"product,omitzero"`  // column PN
	Customer int64  `json:"customer,omitzero"` // partner id of the end customer
	// Column is the code of a column, such as the custom column "AA2048", and
	// Value the pattern for its value. A column that a device does not have is
	// empty.
	Column string `json:"column,omitzero"`
	Value  string `json:"value,omitzero"`
	// Class is the class that the device is judged as; 0 does not change it.
	Class Class `json:"class,omitzero"`
	// Exclude suppresses the device.
	Exclude bool `json:"exclude,omitzero"`
}

// An Ignore is an error that does not count.
type Ignore struct {
	// Source is the data source whose error is ignored; 0 means every source.
	Source cove.DataSource `json:"source,omitzero"`
	// Class is the class of device whose error is ignored; 0 means every class.
	Class Class `json:"class,omitzero"`
	// Text is a pattern for the text or the file of the error; "*" stands for any
	// text, and case does not matter. It must not match every error.
	Text string `json:"text"`
	// Why says why the error may be ignored; it is shown wherever it is.
	Why string `json:"why,omitzero"`
}

// LoadRules reads rules as JSON and validates them. Absent fields keep the
// value of [DefaultRules], or of the preset that a member "preset" names; lists
// and tables are replaced as a whole. Every fault names its field, such as
// "server.stale".
//
// Durations are texts such as "26h", "90m" or "10d". Data sources are D-codes,
// severities and classes are names, and the zone is a name of the IANA time
// zone database:
//
//	{"preset": "script-v10.4", "server": {"stale": "20h"}, "sources": {"D10": "2h"}, "zone": "America/New_York"}
func LoadRules(from io.Reader) (Rules, error) {
	data, err := strict.Read(from, 1<<20)
	r := DefaultRules()
	if err == nil {
		err = r.UnmarshalJSON(data)
	}
	if err != nil {
		return Rules{}, fmt.Errorf("monitor: rules: %w", err)
	}
	if err := r.Validate(); err != nil {
		return Rules{}, err
	}
	return r, nil
}

type plainRules Rules

// MarshalJSON writes every field in a fixed order; [LoadRules] can read it. A
// zone without a name in the database is an error.
func (r Rules) MarshalJSON() ([]byte, error) {
	if r.Zone != nil {
		if _, err := strict.Zone(r.Zone.String()); err != nil {
			return nil, fmt.Errorf("monitor: rules: zone: %w", err)
		}
	}
	return strict.Encode(plainRules(r))
}

// UnmarshalJSON reads the fields that are present and leaves the others as they
// are; a member "preset" sets all fields first. It reports every unknown member
// and every value of the wrong kind. It does not validate.
func (r *Rules) UnmarshalJSON(data []byte) error {
	file := struct {
		Preset *preset `json:"preset"`
		plainRules
	}{plainRules: plainRules(*r)}
	if err := strict.Decode(data, &file); err != nil {
		return err
	}
	if file.Preset != nil {
		file.plainRules = plainRules(*file.Preset)
		if err := strict.Decode(data, &file); err != nil {
			return err
		}
	}
	*r = Rules(file.plainRules)
	return nil
}

// Class returns the rules for a class.
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

// Validate reports every wrong field, by name.
func (r *Rules) Validate() error {
	var faults strict.Faults
	for _, class := range classes {
		faults = append(faults, r.Class(class).faults().Under(class.String())...)
	}
	for s, limit := range r.Sources {
		faults.Need(limit > 0, "sources."+s.String(), "must be above zero")
		faults.Need(s != cove.SourceTotal, "sources.D09", "the total over all sources is never judged")
	}
	before := time.Duration(0)
	for _, a := range r.SeverityAges.list() {
		faults.Need(a.age >= 0 && (a.age == 0 || a.age >= before), "severityAges."+a.severity.String(), "must be above the age before it, or 0 for never")
		before = max(before, a.age)
	}
	for i := range r.Overrides {
		faults = append(faults, r.Overrides[i].faults().Under(fmt.Sprintf("overrides[%d]", i))...)
	}
	for i, ignore := range r.Ignore {
		faults.Need(strings.Trim(ignore.Text, "* ") != "", fmt.Sprintf("ignore[%d].text", i), "would ignore every error")
	}
	for i, c := range r.Causes {
		faults.Need(strings.Trim(c.Text, "* ") != "" && c.Cause != "", fmt.Sprintf("causes[%d]", i), "needs a pattern and a cause")
	}
	faults.Need(strings.HasPrefix(r.Summary, "COVE "), "summary", `must begin with "COVE "`)
	faults.Need(strings.Count(r.Summary, "#") == 1 && strings.Contains(r.Summary, "#{id} -"), "summary", `must hold "#{id} -" once, and no other "#"`)
	faults.Need(strings.Count(r.Summary, "{name}") <= 1 && strings.Count(r.Summary, "{issue}") <= 1, "summary", "must hold {name} and {issue} once at most")
	faults.Need(text.Len(r.Summary) <= 60, "summary", "is too long: at most 60 characters leave room for the name")
	_, err := r.templates()
	faults.Need(err == nil, "templates", "%v", err)
	faults.Need(len(r.CustomerStates) > 0, "customerStates", "must name at least one state: without one no device is judged")
	faults.Need(r.NewGrace >= 0, "newGrace", "must not be negative")
	faults.Need(r.SeedingGrace >= 0, "seedingGrace", "must not be negative")
	faults.Need(r.PartnerID >= 0, "partnerID", "must not be negative")
	if len(faults) > 0 {
		return fmt.Errorf("monitor: rules: %w", faults)
	}
	return nil
}

func (c *ClassRules) faults() (faults strict.Faults) {
	faults.Need(c.Stale > 0, "stale", "must be above zero")
	faults.Need(c.Offline >= 0, "offline", "must not be negative")
	faults.Need(c.Failures >= 0 && c.Failures <= 28, "failures", "must be between 0 and 28, the days that the API remembers")
	faults.Need(c.MinErrors >= 0, "minErrors", "must not be negative")
	faults.Need(c.Recovery >= 0, "recovery", "must not be negative")
	faults.Need(c.Severity <= reconcile.SeverityCritical, "severity", "is not a severity")
	return faults
}

func (o *Override) faults() (faults strict.Faults) {
	faults.Need(o.Name != "" || o.Profile != "" || o.Product != "" || o.Customer != 0 || o.Column != "", "", "needs a name, profile, product, customer or column to match")
	faults.Need((o.Column == "") == (o.Value == ""), "column", "needs a value to match, and a value needs a column")
	faults.Need(strings.Trim(o.Column, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@") == "", "column", "%q is not a code such as \"AA2048\"", o.Column)
	faults.Need(o.Class == 0 || o.Class.String() != "", "class", "is not a class")
	faults.Need(o.Class != 0 || o.Exclude, "", "changes nothing: it needs a class, or exclude")
	return faults
}

// limit returns the age that the last good backup of a source may have.
func (r *Rules) limit(s cove.DataSource, c *ClassRules) time.Duration {
	if limit, ok := r.Sources[s]; ok {
		return limit
	}
	return c.Stale
}

// A severityAge is the severity from an age on.
type severityAge struct {
	severity reconcile.Severity
	age      time.Duration
}

func (a *SeverityAges) list() [3]severityAge {
	return [...]severityAge{{reconcile.SeverityMedium, a.Medium}, {reconcile.SeverityHigh, a.High}, {reconcile.SeverityCritical, a.Critical}}
}

// severity returns the severity for the age of the last good backup, or of the
// last contact.
func (a *SeverityAges) severity(age time.Duration) reconcile.Severity {
	severity := reconcile.SeverityLow
	for _, x := range a.list() {
		if x.age > 0 && age >= x.age {
			severity = x.severity
		}
	}
	return severity
}
