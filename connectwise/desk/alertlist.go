package desk

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/covedesk/covedesk/reconcile"
)

// Alert is a problem that exists now.
type Alert struct {
	// Key identifies the problem in its tool ("db01/disk-c"). It must stay the
	// same as long as the problem exists, so do not build it from texts that
	// change.
	Key string
	// Kind is the kind of problem ("disk"), Class the class of the affected
	// thing ("server"). Routes and priorities may depend on them.
	Kind, Class string
	Severity    reconcile.Severity
	Since       time.Time // zero: unknown
	// Summary is the ticket's summary. Text is for technicians. Discussion is
	// for the customer and used only if Config.Discussion is set.
	Summary, Text, Discussion string
	// State says what counts as news: a change of State, summary, severity or
	// company causes a note. Empty means the text. If the text holds a number
	// that changes ("97 % full"), set a State, otherwise there is a note every
	// day.
	State string
	// Customer is the customer's name, CustomerID the customer's id in the
	// tool; one of them is enough. They are matched to a company.
	Customer, CustomerID string
	// Company is the company, by identifier or decimal id. If it is set, the
	// customer is not matched.
	Company string
	// Device is the device of the alert. Its configuration is attached to the
	// ticket, and determines the company if nothing else does. Leave its Key
	// and Customer empty.
	Device *reconcile.Device
	// Suppressed is the reason why the problem shall have no ticket now,
	// although it exists: acknowledged, paused, in maintenance, state unknown.
	// Many tools remove such alerts from their lists. Add them again with a
	// reason, otherwise their tickets are closed.
	Suppressed string
	// Labels are for templates. They are never compared.
	Labels map[string]string
}

// AlertList is the monitor that [ActiveAlerts] returns. Set its fields before
// you use it.
type AlertList struct {
	// Customers are the customers that the tool knows. Whole says that they are
	// all of its customers; then the weaker matching rules are used too.
	Customers []reconcile.Customer
	Whole     bool
	// Looked are the customers whose alerts are listed, by id, or by name if
	// the alerts have no customer ids. nil means all customers.
	Looked []string
	// Unread is what could not be read, in sentences: the run is then blind.
	Unread []string
	// Sure says that your program has checked that the tool itself works, so
	// that a list that is suddenly much shorter is believed. Tickets are still
	// closed only in a later run. [Options].Sure, which a person sets, is
	// stronger.
	Sure bool

	name string
	list []Alert
}

// ActiveAlerts returns a monitor for a complete list of the problems that exist
// now. A problem that is not in the list counts as over. For a tool that only
// sends events use [Events]. Make a new monitor with a new list for each run.
//
//	report, err := d.Sync(ctx, desk.ActiveAlerts("rmm", list))
//
// When an alert is missing, its ticket is closed: not in the first run that
// misses it, but in a later run, at least 10 minutes after.
//
// # A list that is suddenly much shorter
//
// If at least five alerts are missing, and more than half of those with tickets
// ([reconcile.Policy].MassAbsence), none of their tickets is closed. Up to four
// missing alerts are believed, even if they are all there were: an empty list
// closes up to four tickets. So when the list could not be read completely (an
// error, a missing page, a filter), return an error and do not call Sync.
//
// A single one of these tickets is closed when its alert has been missing for
// 24 hours and the list has shown a newer alert. All are closed when Sure is
// set, or when a person confirms the list for this run ([Options].Sure).
func ActiveAlerts(name string, list []Alert) *AlertList { return &AlertList{name: name, list: list} }

// Name implements [Monitor].
func (l *AlertList) Name() string { return l.name }

// Look implements [Monitor].
func (l *AlertList) Look(context.Context, reconcile.Request) (*reconcile.Snapshot, error) {
	snapshot := &reconcile.Snapshot{Customers: l.Customers, Whole: l.Whole, Unread: l.Unread}
	snapshot.Feeds = []reconcile.Feed{{
		Name: l.name, Kind: reconcile.ActiveAlerts, Everything: l.Looked == nil, Customers: l.Looked, Sure: l.Sure,
	}}
	listed := map[string]bool{}
	for _, c := range l.Customers {
		listed[c.ID] = true
	}
	discussions := map[reconcile.Key]string{}
	for _, a := range l.list {
		key := reconcile.Key{Feed: l.name, Subject: a.Key}
		customer := cmp.Or(a.CustomerID, a.Customer, a.Company)
		if customer != "" && !listed[customer] {
			listed[customer] = true
			if !l.Whole {
				snapshot.Customers = append(snapshot.Customers[:len(snapshot.Customers):len(snapshot.Customers)],
					reconcile.Customer{ID: customer, Name: cmp.Or(a.Customer, customer)})
			}
		}
		if a.Device != nil {
			device := *a.Device
			device.Key, device.Customer = key, customer
			snapshot.Devices = append(snapshot.Devices, device)
		}
		if a.Suppressed != "" {
			snapshot.Suppressed = append(snapshot.Suppressed, reconcile.Suppressed{Key: key, Customer: customer, Reason: a.Suppressed})
			continue
		}
		snapshot.Issues = append(snapshot.Issues, reconcile.Issue{
			Key: key, Customer: customer, CustomerName: cmp.Or(a.Customer, customer), Company: a.Company,
			Kind: a.Kind, Class: a.Class, Severity: a.Severity, Summary: a.Summary, Since: a.Since, Detail: a.Text, Labels: a.Labels,
			State: cmp.Or(a.State, fmt.Sprintf("%s\n%s", a.Severity, a.Text)),
		})
		discussions[key] = a.Discussion
	}
	snapshot.Compose = func(_ context.Context, action reconcile.Action) (reconcile.Text, error) {
		text := action.Text()
		text.Discussion = cmp.Or(discussions[action.Key], text.Discussion)
		return text, nil
	}
	return snapshot, nil
}
