package desk

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/covedesk/covedesk/reconcile"
)

// Alert is a problem that is going on.
type Alert struct {
	// Key is the identity of the problem in its tool ("db01/disk-c"): the same
	// for as long as it goes on, and never made of words that change.
	Key string
	// Kind is what sort of problem it is ("disk"), Class what sort of thing has
	// it ("server"); routes and priorities may go by them.
	Kind, Class string
	Severity    reconcile.Severity
	Since       time.Time // zero: unknown
	// Summary is the ticket's summary. Text says more, for technicians;
	// Discussion is what the customer reads, where Config.Discussion is set.
	Summary, Text, Discussion string
	// State is what counts as news worth a note, beside summary, severity and
	// company, which always count. Empty: the text. Where the text holds a number
	// that changes ("97 % full"), give a State, else there is a note a day.
	State string
	// Customer is the customer's name, CustomerID its id in the tool; one of the
	// two is enough. They are matched to a company.
	Customer, CustomerID string
	// Company is the company itself, by identifier or decimal id. Nothing is
	// matched then.
	Company string
	// Device is the machine that the alert is about: its configuration is
	// attached to the ticket, and names the company where nothing else does. Its
	// Key and Customer are filled in.
	Device *reconcile.Device
	// Suppressed is a reason why no ticket is wanted although the problem is known
	// and not over: acknowledged, paused, in maintenance, state unknown. Many tools
	// take such alerts off their lists; put them back with a reason, or their
	// tickets close.
	Suppressed string
	// Labels are for templates and routes; never compared.
	Labels map[string]string
}

// AlertList is the monitor that [ActiveAlerts] makes. Its fields may be set
// before it is used.
type AlertList struct {
	// Customers are the customers that the tool knows. With Whole they are all
	// of them, and the weaker rules of matching may be used as well.
	Customers []reconcile.Customer
	Whole     bool
	// Looked are the ids, or where alerts have none the names, of the customers
	// whose alerts are listed. nil: those of everybody.
	Looked []string
	// Unread is what could not be read, in sentences: the run is then blind.
	Unread []string
	// Sure says that your program asked the tool itself whether it is well, so that
	// a list that is suddenly much shorter may be believed; tickets still wait for
	// a second look. [Options].Sure is a person's word, and stronger.
	Sure bool

	name string
	list []Alert
}

// ActiveAlerts makes a monitor of a list of all that is wrong now, so a list of
// one event says that everything else is over: for a tool that only sends events use
// [Events]. The list is that of one look; make a new one for each run.
//
//	report, err := d.Sync(ctx, desk.ActiveAlerts("rmm", list))
//
// An alert that is missing ends its ticket: not in the first run that misses it,
// but in a later one, at least 10 minutes after.
//
// # A list that is suddenly much shorter
//
// When five or more alerts are missing, and more than half of those with tickets
// ([reconcile.Policy].MassAbsence), none of their tickets is closed. Four or fewer
// missing ones are believed, also when they are all: an empty list closes up to
// four tickets. So where the list could not be read whole (an error, a page that
// is missing, a filter), return an error and do not call Sync.
//
// An alert is let go by itself when it has been missing for 24 hours and the list
// has brought a newer one, or all are when Sure is set or a person vouches for
// this run ([Options].Sure).
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
