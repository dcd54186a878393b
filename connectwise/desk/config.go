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

// The values that a zero field of [Config] stands for.
const (
	DefaultOwner  = "desk"
	DefaultAtOnce = 6
	DefaultSettle = time.Minute
)

// Config says which tickets the desk keeps, where it opens new ones and what
// the statuses of its board mean. Names are those shown in ConnectWise,
// compared without case, or decimal ids; [New] looks each of them up once. The zero value works
// the API member's default service board with that board's own statuses. Its JSON
// names are those of a settings file (package setup); what is not there is made in
// code or has another form in the file.
type Config struct {
	// Owner tells one program's tickets from another's: 1 to 5 characters of
	// a-z, 0-9 and '-'. Two programs that watch different things on one tenant
	// need two owners. Markers carry it with '-' and four characters that stand
	// for the tenant, "desk-k3xq" ([Home].Owner): the company of the login
	// page, apart from ConnectWise's sandboxes and staging system, where the
	// same company is another tenant. A copy of a tenant, tickets included, is
	// thus left alone by the desk of the original and the other way round, and
	// a tenant that moves to another host keeps its tickets. A copy on a server
	// of your own that keeps the company cannot be told; give it another Owner.
	// Owner cannot be changed later: tickets of the old one are nobody's then.
	// Empty means [DefaultOwner].
	Owner string `json:"owner"`
	// Tenant is what stands for the tenant in the owner. Empty
	// is right unless the company of the login page was changed: then the old
	// one, in lower case, keeps the tickets.
	Tenant string `json:"tenant"`
	// MarkerField is the caption of a custom field of tickets that holds the
	// marker, for tenants whose externalXRef belongs to another tool. It must
	// be a text field that people do not edit, hold 100 characters and be on
	// every board that tickets are made on or moved to. The API writes custom
	// fields only all at once: what somebody else writes into another one
	// between our reading of a ticket and our writing, a second or two, is
	// undone. It cannot be changed later. Empty means externalXRef.
	MarkerField string `json:"markerField"`

	// Board is the service board new tickets go to. Empty means the API
	// member's default service board. Where the member has none the tenant
	// chooses a board for each ticket, and the report says which.
	Board string `json:"board"`
	// NewStatus is the status of a new ticket and of a reopened one. Empty
	// means the board's default status. It must be open.
	NewStatus string `json:"newStatus"`
	// ClosedStatus is the status that closes a ticket. Empty means the board's
	// only closed status, or the one called "Closed" where there are several.
	ClosedStatus string `json:"closedStatus"`
	// VerifyStatus is where a ticket goes when a person should look before it
	// is closed: where the policy says so, and where a ticket that is to be
	// closed has an owner, resources or time on it. Empty means that the former
	// only get a note, and that the latter are closed.
	VerifyStatus string `json:"verifyStatus"`
	// StatusStages says what the board's other statuses mean.
	StatusStages StatusStages `json:"statusStages"`
	// Boards says the same of other boards, by name: boards that Routes name
	// and boards that people move tickets to. On a board that is not named
	// here statuses of the same name count, else the board's default status
	// and its only closed one; where there is none, tickets are held.
	Boards map[string]BoardNames `json:"boards"`
	// Routes choose the board of a new ticket; the first that fits decides.
	// Where none fits it is Board. Tickets are found on every board.
	Routes []Route `json:"-"`

	// Adopt says how tickets of an older tool are found, so that they are taken
	// over and not made a second time. The zero value takes nothing over.
	Adopt Adopt `json:"adopt"`
	// FormerMembers are the identifiers of API members that this desk worked as
	// before: what they entered is ours.
	FormerMembers []string `json:"formerMembers"`
	// OwnCompany is the provider's own company, by id, identifier or name: no
	// customer is linked to it but by a mapping, and the tickets of storms of all
	// customers and the standing ticket belong to it.
	OwnCompany string `json:"-"`
	// Mappings say by hand which customer is which company, by feed.
	Mappings map[string]*match.Mapping `json:"-"`
	// Onboard makes companies for customers that have none and a problem; package
	// onboard has one. Nil makes none: their problems are held.
	Onboard Onboarder `json:"-"`
	// Policy decides what is done. Its zero value means [reconcile.DefaultPolicy].
	Policy reconcile.Policy `json:"-"`
	// State keeps the memory from run to run. Nil keeps it in the process: then
	// what a run remembers is lost when it ends.
	State State `json:"-"`

	// Fields are given to new tickets, after Prepare. An impact or severity that
	// Priorities gives comes first.
	Fields []TicketField `json:"-"`
	// Zone is the time zone of the tenant, for dates in Fields. Nil means UTC.
	Zone *time.Location `json:"-"`
	// Prepare may change a new ticket before it is sent: team, type, site,
	// agreement, custom fields, whatever the API resource service/tickets has.
	// An error fails the create. Summary, company, board, status, priority and
	// the marker stay the desk's: changes to them are not sent. It must not call
	// Load, Apply or Sync of this desk: they would wait for each other for ever.
	Prepare func(ctx context.Context, a reconcile.Action, t *connectwise.Ticket) error `json:"-"`

	// Attach gives the files that belong to an action that made a ticket or
	// wrote a note, and is called once that is done. The files are attached to
	// the ticket, one after the other, each once: not by a later run either.
	// Nil attaches none.
	// What Prepare must not call, it must not call either.
	Attach func(ctx context.Context, a reconcile.Action) ([]Attachment, error) `json:"-"`
	// LongText is how many characters of an internal text are written; a longer
	// one is cut at the end of a line and attached whole as a file. Zero means
	// all of it is written.
	LongText int `json:"longText"`
	// Priorities chooses the priority of a ticket: the first rule that fits
	// decides. Where none fits, and with no rules at all, new tickets get the
	// tenant's default priority and the desk never changes one. [Priorities] makes the
	// rules most providers want.
	Priorities []PriorityRule `json:"-"`

	// ResolutionNote marks the note with which a ticket is closed as its
	// resolution.
	ResolutionNote bool `json:"resolutionNote"`

	// Discussion also puts the customer-safe text of a composed action on the
	// ticket's discussion, which the customer can read in the portal. By
	// default all text is internal analysis. No mail is sent either way.
	Discussion bool `json:"discussion"`

	// Mail lets the writes send the mail that the board and its statuses are
	// set up to send.
	// By default nobody is mailed, whatever the board says.
	Mail bool `json:"mail"`

	// AtOnce is how many tickets are worked on at the same time, each under the
	// client's limiter. Zero means [DefaultAtOnce]; 1 makes the order of
	// requests the order of the plan.
	AtOnce int `json:"atOnce"`
	// Settle is how long a write may take to show in reads. It bounds the
	// promise made in the package documentation. Zero means [DefaultSettle].
	Settle time.Duration `json:"settle"`
	// Log is where every write is noted before it is sent and after it was
	// answered, one [LogEntry] in JSON a line. What cannot be noted is not
	// written. Open the file for appending. Nil means no log.
	Log io.Writer `json:"-"`
	// Now is the clock that Settle and the age of plans are measured by, put right by
	// the service desk's own clock. Nil means time.Now.
	Now func() time.Time `json:"-"`
}

// BoardNames are the statuses of one board, as in [Config].
type BoardNames struct {
	NewStatus    string       `json:"newStatus"`
	ClosedStatus string       `json:"closedStatus"`
	VerifyStatus string       `json:"verifyStatus"`
	StatusStages StatusStages `json:"statusStages"`
}

// Adopt is how the tickets of an older tool are found.
type Adopt struct {
	// Summary is what their summaries are like: % stands for any text, as in
	// "Cove%". A snapshot's own Adopt says what each is about.
	Summary string `json:"summary"`
	// EnteredBy are the identifiers of the API members that the older tool works
	// as and that no person logs in as. Empty means our own member, for people
	// who give us the older tool's keys.
	EnteredBy []string `json:"enteredBy"`
}

// StatusStages names statuses by what they mean to the people of the board. Names in
// it must exist on the board; tickets found on other boards are judged by the
// same names.
//
// What is not named is judged by what is known of the status: a closed status
// is done, the board's default status and NewStatus are new, everything else is
// working, which the desk never changes by itself.
type StatusStages struct {
	// New are statuses nobody has begun to work in.
	New []string `json:"new"`
	// Working are statuses of tickets somebody works on.
	Working []string `json:"working"`
	// Waiting are statuses of tickets that wait: for the customer, a part, a
	// date.
	Waiting []string `json:"waiting"`
	// Done are statuses that count as done although ConnectWise does not call
	// them closed, such as Completed on many boards.
	Done []string `json:"done"`
	// Silenced are statuses with which people ask for silence until the problem
	// has ended once, such as No Action.
	Silenced []string `json:"silenced"`
}

// PriorityRule gives a priority to the tickets it fits, or an impact and a
// severity, from which a tenant's agreements work out the priority, or all.
// What is empty is left to the tenant and never changed.
type PriorityRule struct {
	// Class is the class of the issue, such as "server". Empty fits all.
	Class string
	// Severity is the least severity of the issue that fits.
	Severity reconcile.Severity
	// Priority is the name of the priority.
	Priority string
	// TicketImpact and TicketSeverity are Low, Medium or High.
	TicketImpact, TicketSeverity string
}

// Priorities are the rules with which the priority of a class of problems rises with
// their severity, in three names of priorities such as "Priority 3": normal up
// to medium, urgent for high, top for critical. An empty class fits all.
func Priorities(class, normal, urgent, top string) []PriorityRule {
	return []PriorityRule{
		{Class: class, Severity: reconcile.SeverityCritical, Priority: top},
		{Class: class, Severity: reconcile.SeverityHigh, Priority: urgent},
		{Class: class, Priority: normal},
	}
}

// faults are what is wrong with it whatever the tenant is like.
func (c Config) faults() (faults []string) {
	if c.Adopt.Summary == "" && len(c.Adopt.EnteredBy) > 0 {
		faults = append(faults, "Adopt.EnteredBy says who entered tickets of an older tool, so Adopt.Summary must say what their summaries are like")
	}
	if c.Settle < 0 || c.LongText < 0 {
		faults = append(faults, "Settle and LongText must not be negative")
	}
	return faults
}

// withDefaults fills the zero fields that have a meaning.
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
