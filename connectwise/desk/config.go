package desk

import (
	"context"
	"io"
	"reflect"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

// The values that zero fields of [Config] stand for.
const (
	DefaultOwner  = "desk"
	DefaultAtOnce = 6
	DefaultSettle = time.Minute
)

// Config says which tickets the desk maintains, where it creates new ones, and
// what the statuses of its board mean. Names are those shown in ConnectWise,
// ignoring case, or decimal ids; [New] looks each of them up once. The zero
// value uses the API member's default service board with that board's statuses.
// The JSON names are those of a settings file (package setup). Fields without
// one are set in code or have another form in the file.
type Config struct {
	// Owner distinguishes the tickets of one program from those of another: 1
	// to 5 characters of a-z, 0-9 and '-'. Two programs that watch different
	// things for one tenant need two owners. Markers hold the owner, a '-' and
	// four characters for the tenant, as in "desk-k3xq" ([Home].Owner). The
	// tenant is the company of the login page; ConnectWise's sandboxes and
	// staging system count as other tenants. So a desk does not touch the
	// tickets in a copy of its tenant there, and a tenant that moves to another
	// host keeps its tickets. A copy on your own server with the same company
	// cannot be recognised; give it another Owner. Owner cannot be changed
	// later, because the desk would no longer know its old tickets. Empty means
	// [DefaultOwner].
	Owner string `json:"owner"`
	// Tenant is the company that the owner's four characters stand for. Leave
	// it empty unless the company of the login page was changed. Then set the
	// old company, in lower case, to keep the tickets.
	Tenant string `json:"tenant"`
	// MarkerField is the caption of a custom field of tickets that holds the
	// marker, for tenants whose externalXRef belongs to another tool. It must
	// be a text field of 100 characters that people do not edit, and be on
	// every board that tickets are created on or moved to. The API writes
	// custom fields only all at once. So when somebody changes another custom
	// field in the second or two between the desk's read and its write, that
	// change is lost. MarkerField cannot be changed later. Empty means
	// externalXRef.
	MarkerField string `json:"markerField"`

	// Board is the service board for new tickets. Empty means the API member's
	// default service board. If the member has none, the tenant chooses a board
	// for each ticket, and the report names it.
	Board string `json:"board"`
	// NewStatus is the status of a new ticket and of a reopened one. Empty
	// means the board's default status. It must be open.
	NewStatus string `json:"newStatus"`
	// ClosedStatus is the status that closes a ticket. Empty means the board's
	// only closed status, or the one called "Closed" where there are several.
	ClosedStatus string `json:"closedStatus"`
	// VerifyStatus is the status of a ticket that a person should check before
	// it is closed. It is used if the policy asks for a check, and if a ticket
	// that would be closed has an owner, resources or time on it. Empty means
	// that in the first case the ticket only gets a note, and in the second it
	// is closed.
	VerifyStatus string `json:"verifyStatus"`
	// StatusStages says what the statuses of the board mean.
	StatusStages StatusStages `json:"statusStages"`
	// Boards holds the statuses of other boards, by name: boards in Routes and
	// boards that people move tickets to. On a board that is not listed here,
	// the desk uses statuses with the same names, otherwise the board's default
	// status and its only closed status. If there is none, tickets are held.
	Boards map[string]BoardNames `json:"boards"`
	// Routes choose the board of a new ticket. The first route that fits
	// counts; if none fits, the ticket goes to Board. Tickets are found on
	// every board.
	Routes []Route `json:"-"`

	// Adopt says how tickets of an older tool are found, so that the desk
	// adopts them instead of creating a second ticket. The zero value adopts
	// nothing.
	Adopt Adopt `json:"adopt"`
	// FormerMembers are the identifiers of API members that this desk used
	// before. Tickets that they entered count as the desk's own.
	FormerMembers []string `json:"formerMembers"`
	// OwnCompany is the provider's own company, by id, identifier or name.
	// Customers are linked to it only by a mapping. Tickets of storms across
	// all customers, and the standing ticket, belong to it.
	OwnCompany string `json:"-"`
	// Mappings assign customers to companies by hand, by feed.
	Mappings map[string]*match.Mapping `json:"-"`
	// Onboard creates companies for customers with a problem but without a
	// company; see package onboard. If it is nil, problems of such customers
	// are held.
	Onboard Onboarder `json:"-"`
	// Policy decides what is done. Its zero value means [reconcile.DefaultPolicy].
	Policy reconcile.Policy `json:"-"`
	// State keeps the memory from run to run. Nil keeps it in the process, so
	// it is lost when the process ends.
	State State `json:"-"`

	// Fields are set in new tickets, after Prepare. An impact or severity from
	// Priorities counts before them.
	Fields []TicketField `json:"-"`
	// Zone is the time zone of the tenant, for dates in Fields. Nil means UTC.
	Zone *time.Location `json:"-"`
	// Prepare may change a new ticket before it is sent: team, type, site,
	// agreement, custom fields, or any other member of service/tickets. After
	// an error the ticket is not created. Changes to summary, company, board,
	// status, priority and marker are ignored. Prepare must not call Load,
	// Apply or Sync of this desk, which would cause a deadlock.
	Prepare func(ctx context.Context, a reconcile.Action, t *connectwise.Ticket) error `json:"-"`

	// Attach returns the files for an action, after the action created a ticket
	// or wrote a note. The files are attached to the ticket one after another.
	// Each is tried once; a later run does not try again. Nil attaches none.
	// Attach must not call Load, Apply or Sync of this desk.
	Attach func(ctx context.Context, a reconcile.Action) ([]Attachment, error) `json:"-"`
	// LongText is how many characters of an internal text are written. A longer
	// text is cut at the end of a line, and the whole text is attached as a
	// file. Zero means no limit.
	LongText int `json:"longText"`
	// Priorities chooses the priority of a ticket. The first rule that fits
	// counts. If none fits, new tickets get the tenant's default priority, and
	// the desk never changes a priority. The function [Priorities] returns the
	// rules that most providers want.
	Priorities []PriorityRule `json:"-"`

	// ResolutionNote marks the note of a closed ticket as its resolution.
	ResolutionNote bool `json:"resolutionNote"`

	// Discussion also writes the text for the customer to the ticket's
	// discussion, which the customer can read in the portal. By default all
	// text is internal analysis. No e-mail is sent in either case.
	Discussion bool `json:"discussion"`

	// Mail allows writes to send the e-mail that the board and its statuses are
	// configured to send. By default no e-mail is sent, whatever the board's
	// configuration is.
	Mail bool `json:"mail"`

	// AtOnce is how many tickets are processed at the same time, under the
	// client's limiter. Zero means [DefaultAtOnce]. With 1 the requests are in
	// the order of the plan.
	AtOnce int `json:"atOnce"`
	// Settle is how long a write may take to appear in reads. The promise in
	// the package documentation depends on it. Zero means [DefaultSettle].
	Settle time.Duration `json:"settle"`
	// Log gets an entry before every write and after its answer, one [LogEntry]
	// in JSON on each line. If the entry before a write cannot be written, the
	// write is not sent. Open a log file for appending. Nil means no log.
	Log io.Writer `json:"-"`
	// Now is the clock for Settle and the age of plans. It is corrected by the
	// service desk's clock. Nil means time.Now.
	Now func() time.Time `json:"-"`
}

// BoardNames are the statuses of one board, as in [Config].
type BoardNames struct {
	NewStatus    string       `json:"newStatus"`
	ClosedStatus string       `json:"closedStatus"`
	VerifyStatus string       `json:"verifyStatus"`
	StatusStages StatusStages `json:"statusStages"`
}

// Adopt says how the tickets of an older tool are found.
type Adopt struct {
	// Summary is a pattern for their summaries, in which % stands for any text:
	// "Cove%". The Adopt function of a snapshot says which key a summary is
	// about.
	Summary string `json:"summary"`
	// EnteredBy are the identifiers of the API members that the older tool
	// uses. No person may log in as one of them. Empty means the desk's own
	// member, for a desk that uses the older tool's keys.
	EnteredBy []string `json:"enteredBy"`
}

// StatusStages says what the statuses of a board mean to the people who work
// there. The names must exist on the board. They also apply to tickets on other
// boards.
//
// A status that is not named has a default meaning: a closed status is done,
// the board's default status and NewStatus are new, and every other status is
// working. The desk never changes the status of a ticket that is being worked
// on.
type StatusStages struct {
	// New are statuses of tickets that nobody works on yet.
	New []string `json:"new"`
	// Working are statuses of tickets that somebody works on.
	Working []string `json:"working"`
	// Waiting are statuses of tickets that wait for the customer, a part or a
	// date.
	Waiting []string `json:"waiting"`
	// Done are statuses that count as done although ConnectWise does not call
	// them closed, such as Completed on many boards.
	Done []string `json:"done"`
	// Silenced are statuses such as No Action, with which people ask the desk
	// to do nothing until the problem has ended once.
	Silenced []string `json:"silenced"`
}

// PriorityRule sets the priority of the tickets that it fits, or an impact and
// a severity, from which the tenant's agreements derive the priority, or all
// three. The desk never changes what is empty here.
type PriorityRule struct {
	// Class is the class of the issue, such as "server". Empty fits all
	// classes.
	Class string
	// Severity is the lowest severity of an issue that fits.
	Severity reconcile.Severity
	// Priority is the name of the priority.
	Priority string
	// TicketImpact and TicketSeverity are Low, Medium or High.
	TicketImpact, TicketSeverity string
}

// Priorities returns rules by which the priority of a class rises with the
// severity: normal up to medium, urgent for high, top for critical. The three
// are names of priorities, such as "Priority 3". An empty class fits all.
func Priorities(class, normal, urgent, top string) []PriorityRule {
	return []PriorityRule{
		{Class: class, Severity: reconcile.SeverityCritical, Priority: top},
		{Class: class, Severity: reconcile.SeverityHigh, Priority: urgent},
		{Class: class, Priority: normal},
	}
}

// faults returns the errors that do not depend on the tenant.
func (c Config) faults() (faults []string) {
	if c.Adopt.Summary == "" && len(c.Adopt.EnteredBy) > 0 {
		faults = append(faults, "Adopt.EnteredBy says who entered tickets of an older tool, so Adopt.Summary must say what their summaries are like")
	}
	if c.Settle < 0 || c.LongText < 0 {
		faults = append(faults, "Settle and LongText must not be negative")
	}
	return faults
}

// withDefaults replaces zero fields by their defaults.
func (c Config) withDefaults() Config {
	if c.Owner == "" {
		c.Owner = DefaultOwner
	}
	if c.AtOnce <= 0 {
		c.AtOnce = DefaultAtOnce
	}
	if c.Settle == 0 {
		c.Settle = DefaultSettle
	}
	if reflect.ValueOf(c.Policy).IsZero() {
		c.Policy = reconcile.DefaultPolicy()
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}
