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

// settings holds the sections that every program has.
type settings struct {
	// Zone is the time zone of the tenant, such as "America/New_York": for dates in
	// fields, and for windows without a zone of their own. Default: UTC.
	Zone *time.Location `json:"zone"`
	// OwnCompany is the provider's own company. Customers are linked to it only
	// by a mapping. Tickets of storms across all customers, and the standing
	// ticket, belong to it. Default: there are no such tickets.
	OwnCompany string `json:"ownCompany"`
	// Desk says how the service desk is used.
	Desk deskSection `json:"desk"`
	// Mapping assigns customers to companies by hand. It is a list of rows, or
	// an object with the rows as "customers", and "configurations".
	Mapping mapping `json:"mapping"`
	// Policy says when to do what about problems. Durations are texts such as
	// "36h" or "10d"; days are "mon" to "sun".
	Policy policy `json:"policy"`
}

// deskSection is the section desk: the fields of [desk.Config] that are data,
// some in a shorter form.
type deskSection struct {
	desk.Config
	words
	// Priorities are the priorities of tickets by class ("*" means every other
	// class) and by lowest severity: default, low, medium, high, critical. Each
	// is the name of a priority, or an object with priority, impact and
	// severity.
	Priorities map[string]map[level]urgency `json:"priorities"`
	// Fields are set in new tickets, by their names in service/tickets, or
	// customFields/ and a caption: type, subType, item, team, site, source,
	// owner, agreement, impact, severity, estimatedStartDate and any other. A
	// text with {{ in it is a template over the action: "{{day .Issue.Since}}".
	Fields fields `json:"fields"`
	// Routes choose board, status, priority, fields and visibility of a new
	// ticket, or that there is no ticket. The first route that fits counts; all
	// conditions that it names must fit.
	Routes []route `json:"routes"`
	// MissingCompany says what to do about a problem whose customer has no
	// company: "hold", the default, or "create", which creates a company. A
	// mapping row "*" counts before it.
	MissingCompany missing `json:"missingCompany"`
}

// route is a [desk.Route] in the file's form.
type route struct {
	desk.Route
	// Fields are set in new tickets and replace those of the desk.
	Fields fields `json:"fields"`
	// Ticket is false if no ticket shall be created.
	Ticket *bool `json:"ticket"`
	// Discussion is true if the customer shall read the texts, false if they
	// are internal. Default: as for the desk.
	Discussion *bool `json:"discussion"`
}

// urgency is a [desk.PriorityRule] in the file's form: a priority, or an object
// with up to three members.
type urgency struct {
	// Priority is a priority of the tenant.
	Priority string `json:"priority"`
	// Impact and Severity are Low, Medium or High; the tenant's agreements
	// derive a priority from them.
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

// level is a lowest severity; "default" means any.
type level reconcile.Severity

var levels = strict.Names{What: "least severity", Names: []string{"default", "low", "medium", "high", "critical"}}

func (l *level) UnmarshalText(data []byte) error { return levels.Unmarshal(data, (*uint8)(l)) }

// text is a text, or a number, true or false without quotation marks.
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

// missing says whether missing companies are created: 1 is "create".
type missing uint8

var missings = strict.Names{What: "missingCompany", Names: []string{"hold", "create"}}

func (m *missing) UnmarshalText(data []byte) error { return missings.Unmarshal(data, (*uint8)(m)) }

// mapping is read like [match.ReadMapping], or from a list of rows.
type mapping struct{ *match.Mapping }

func (m *mapping) UnmarshalJSON(data []byte) error {
	m.Mapping = &match.Mapping{}
	if data[0] == '[' {
		return strict.Decode(data, &m.Rows)
	}
	return strict.Decode(data, m.Mapping)
}

// policy is a [reconcile.Policy] without its methods, so that package strict
// sees its members.
type policy reconcile.Policy

// Validate calls [reconcile.Policy.Validate].
func (p *policy) Validate() error { return reconcile.Policy(*p).Validate() }

func newSettings() settings {
	return settings{Policy: policy(reconcile.DefaultPolicy()), Mapping: mapping{&match.Mapping{}}}
}

// sections returns the sections that every program has.
func (s *settings) sections() []Section {
	return []Section{{"zone", &s.Zone}, {"ownCompany", (*text)(&s.OwnCompany)}, {"desk", &s.Desk}, {"mapping", &s.Mapping}, {"policy", &s.Policy}}
}

// Zone returns the time zone of the tenant, nil if the file names none.
func (f *File) Zone() *time.Location { return f.own.Zone }

// CreateMissing reports whether companies shall be created for customers that
// have none ("missingCompany": "create"). Then set desk.Config.Onboard.
func (f *File) CreateMissing() bool { return f.own.Desk.MissingCompany == 1 }

// Config returns the configuration of a desk that maintains tickets for the
// given feeds, which share the mapping. The program sets State, Log, Onboard
// and the other fields that are not data.
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

// priorities returns the rules in their order of use: for each class from the
// most severe on, and "*" last.
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
