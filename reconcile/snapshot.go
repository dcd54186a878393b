package reconcile

import (
	"context"
	"time"
)

// Snapshot is what a monitor saw: plain data, so that monitors and desks need
// not know each other.
type Snapshot struct {
	Observation
	// Customers are the customers the monitor knows; all of them if Whole: then a
	// feed that looked at everything lists them, so that tickets of a customer
	// who is no longer listed are kept.
	Customers []Customer
	Whole     bool
	// Devices are for configurations; may be empty.
	Devices []Device
	// Compose gives the texts of an action. nil: [Action.Text]. It may be
	// called for several actions at once.
	Compose func(context.Context, Action) (Text, error)
	// Adopt recognises tickets of an older tool by their summaries: the key,
	// and whether the summary is word for word the older tool's. nil: none.
	Adopt func(summary string) (key Key, verbatim, ok bool)
	// Clock is the source's clock; zero: unknown.
	Clock time.Time
	// Unread says what could not be read, in sentences: the run is blind.
	Unread []string
	// Memory is kept by the desk for the monitor's next look.
	Memory []byte
}

// Request is what a monitor is asked.
type Request struct {
	At     time.Time // the run's time
	Memory []byte    // what its last snapshot asked to keep
}

// Customer is a customer of the monitored side.
type Customer struct {
	ID   string // never empty, never changes; [Issue].Customer
	Name string
	// Parent is the ID of the customer it is a site of; empty: of none.
	Parent string
	// CompanyID and CompanyIdentifier are what a reference on the monitored side
	// says about the company ("CWM:250:Acme"), already parsed; empty: nothing.
	CompanyID         string
	CompanyIdentifier string
}

// Device is a machine that a key is about.
type Device struct {
	Key Key
	// Customer is a [Customer].ID. Company is the id of a company, where that is
	// known; empty: its customer's.
	Customer, Company string

	Identifier string // what a configuration's deviceIdentifier says for it
	Name       string // computer name
	MAC        string // one address or several, in any notation
	Serial     string // of the hardware
}
