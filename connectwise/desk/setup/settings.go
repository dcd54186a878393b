package setup

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/internal/strict"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

// settings are the sections that every program has.
type settings struct {
	// Zone is the time zone of the tenant, such as "America/New_York": for dates in
	// fields, and for windows without a zone of their own. Default: UTC.
	Zone *time.Location `json:"zone"`
	// OwnCompany is the provider's own company: no customer is linked to it but by a
	// mapping; the tickets of storms of all customers and the standing ticket belong
	// to it. Default: there are no such tickets.
	OwnCompany string `json:"ownCompany"`
	// Desk is how the service desk is used.
	Desk deskSection `json:"desk"`
	// Mapping says by hand which customer is which company: a list of rows, or an
	// object with the rows as "customers", and "configurations".
	Mapping mapping `json:"mapping"`
	// Policy says what is done about problems, when. Durations are texts such as
	// "36h" or "10d", days are "mon" to "sun".
	Policy policy `json:"policy"`
}

// deskSection is the section desk: what of [desk.Config] is data, and in forms of
// its own what would be long there.
type deskSection struct {
	desk.Config
	words
	// Priorities are the priorities of tickets by class ("*" is any other), and
	// there by the least severity: default, low, medium, high, critical. Each is a
	// priority, or an object with priority, impact and severity.
	Priorities map[string]map[level]urgency `json:"priorities"`
	// Fields are given to new tickets, by the names of the API resource
	// service/tickets, or customFields/ and a caption: type, subType, item, team,
	// site, source, owner, agreement, impact, severity, estimatedStartDate and any
	// other. A text with {{ in it is a template over the action:
	// "{{day .Issue.Since}}".
	Fields fields `json:"fields"`
	// Routes choose board, status, priority, fields and readers of a new ticket, or
	// that there is none. The first that fits decides; all that it names must fit.
	Routes []route `json:"routes"`
	// MissingCompany says what becomes of a problem whose customer has no company:
	// "hold", the default, or "create", which makes one. A mapping row "*" comes
	// first.
	MissingCompany missing `json:"missingCompany"`
}

// route is a [desk.Route] as it is written.
type route struct {
	desk.Route
	// Fields are given to new tickets and win over those of the desk.
	Fields fields `json:"fields"`
	// Ticket is false where there is to be no ticket.
	Ticket *bool `json:"ticket"`
	// Discussion is true where the customer reads what is written, false where it
	// is internal. Default: as the desk's.
	Discussion *bool `json:"discussion"`
}

// urgency is a [desk.PriorityRule] as it is written: a priority, or all three.
type urgency struct {
	// Priority is a priority of the tenant.
	Priority string `json:"priority"`
	// Impact and Severity are Low, Medium or High; the tenant's agreements make a
	// priority of them.
	Impact   string `json:"impact"`
	Severity string `json:"severity"`
}

func (u *urgency) UnmarshalJSON(data []byte) error {
	if data[0] != '{' {
		return strict.Decode(data, (*text)(&u.Priority))
	}
	type plain urgency
	return strict.Decode(data, (*plain)(u))
}

// level is a least severity; "default" is any.
type level reconcile.Severity

var levels = strict.Names{What: "least severity", Names: []string{"default", "low", "medium", "high", "critical"}}

func (l *level) UnmarshalText(data []byte) error { return levels.Unmarshal(data, (*uint8)(l)) }

// text is a text, or a number, true or false written without quotation marks.
type text string

func (t *text) UnmarshalJSON(data []byte) error {
	if c := data[0]; c != '"' && c != '{' && c != '[' {
		*t = text(data)
		return nil
	}
	return strict.Decode(data, (*string)(t))
}

type fields map[string]text

func (f fields) list() (list []desk.TicketField) {
	for _, path := range slices.Sorted(maps.Keys(f)) {
		list = append(list, desk.TicketField{Path: path, Value: string(f[path])})
	}
	return list
}

// missing is whether companies are made: 1 is "create".
type missing uint8

var missings = strict.Names{What: "missingCompany", Names: []string{"hold", "create"}}

func (m *missing) UnmarshalText(data []byte) error { return missings.Unmarshal(data, (*uint8)(m)) }

// mapping is read as [match.ReadMapping] does, and from a list of rows.
type mapping struct{ *match.Mapping }

func (m *mapping) UnmarshalJSON(data []byte) error {
	m.Mapping = &match.Mapping{}
	if data[0] == '[' {
		return strict.Decode(data, &m.Rows)
	}
	return strict.Decode(data, m.Mapping)
}

// policy is a policy without its methods, so that strict sees its members.
type policy reconcile.Policy

// Validate is [reconcile.Policy.Validate].
func (p *policy) Validate() error { return reconcile.Policy(*p).Validate() }

func newSettings() settings {
	return settings{Policy: policy(reconcile.DefaultPolicy()), Mapping: mapping{&match.Mapping{}}}
}

// sections are those of every program.
func (s *settings) sections() []Section {
	return []Section{{"zone", &s.Zone}, {"ownCompany", (*text)(&s.OwnCompany)}, {"desk", &s.Desk}, {"mapping", &s.Mapping}, {"policy", &s.Policy}}
}

// Zone is the time zone of the tenant, nil where the file names none.
func (f *File) Zone() *time.Location { return f.own.Zone }

// CreateMissing reports whether companies are to be made for customers that have
// none ("missingCompany": "create"): then give desk.Config.Onboard a maker.
func (f *File) CreateMissing() bool { return f.own.Desk.MissingCompany == 1 }

// Config gives the settings of a desk that keeps tickets for the feeds; all of
// them share the mapping. State, Log, Onboard and what else is made in code is
// left to the program.
func (f *File) Config(feeds ...string) desk.Config {
	s := f.own
	c := s.Desk.Config
	c.Zone, c.OwnCompany, c.Policy = s.Zone, s.OwnCompany, reconcile.Policy(s.Policy)
	c.Fields = s.Desk.Fields.list()
	c.Priorities = s.Desk.priorities()
	for _, r := range s.Desk.Routes {
		to := r.Route
		to.Fields, to.NoTicket = r.Fields.list(), r.Ticket != nil && !*r.Ticket
		if r.Discussion != nil {
			to.Visibility = map[bool]desk.Visibility{false: desk.VisibilityInternal, true: desk.VisibilityDiscussion}[*r.Discussion]
		}
		c.Routes = append(c.Routes, to)
	}
	c.Policy.Windows = slices.Clone(c.Policy.Windows)
	for i := range c.Policy.Windows {
		if w := &c.Policy.Windows[i]; w.Zone == nil {
			w.Zone = s.Zone
		}
	}
	c.Mappings = map[string]*match.Mapping{}
	for _, feed := range feeds {
		c.Mappings[feed] = s.Mapping.Mapping
	}
	return c
}

// priorities are the rules in the order in which they are asked: each class from
// the gravest on, "*" last.
func (s *deskSection) priorities() (list []desk.PriorityRule) {
	for _, class := range slices.Backward(slices.Sorted(maps.Keys(s.Priorities))) { // "*" comes before letters
		rules := s.Priorities[class]
		for _, l := range slices.Backward(slices.Sorted(maps.Keys(rules))) {
			u := rules[l]
			list = append(list, desk.PriorityRule{Class: strings.TrimPrefix(class, "*"), Severity: reconcile.Severity(l), Priority: u.Priority, TicketImpact: u.Impact, TicketSeverity: u.Severity})
		}
	}
	return list
}
