package reconcile

import (
	"context"
	"time"
)

// Snapshot is what a monitor saw. It is plain data, so that monitors and desks
// do not need to know each other.
type Snapshot struct {
	Observation
	// Customers are the customers that the monitor knows, and Whole says that
	// they are all of them. With Whole, tickets of a customer who is no longer
	// listed are kept ([Feed].Customers).
	Customers []Customer
	Whole     bool
	// Devices are used to attach configurations; may be empty.
	Devices []Device
	// Compose makes the texts of an action. nil means [Action.Text]. It may be
	// called for several actions at once.
	Compose func(context.Context, Action) (Text, error)
	// Adopt recognises a ticket of an older tool by its summary. It returns the
	// key, and whether the summary is word for word the older tool's. nil
	// recognises none.
	Adopt func(summary string) (key Key, verbatim, ok bool)
	// Clock is the source's own time; zero when unknown.
	Clock time.Time
	// Unread says in sentences what could not be read. If it is not empty, the
	// run is blind.
	Unread []string
	// Memory is what the desk keeps for the monitor's next look.
	Memory []byte
}

// Request is what a monitor's look is given.
type Request struct {
	At     time.Time // the run's time
	Memory []byte    // what its last snapshot asked to keep
}

// Customer is a customer of the monitored side.
type Customer struct {
	ID   string // never empty, never changes; what [Issue].Customer holds
	Name string
	// Parent is the ID of the customer that this one is a site of; may be
	// empty.
	Parent string
	// CompanyID and CompanyIdentifier are the parts of a reference to the
	// company on the monitored side ("CWM:250:Acme"); empty when there is none.
	CompanyID         string
	CompanyIdentifier string
}

// Device is the machine that a key is about.
type Device struct {
	Key Key
	// Customer is a [Customer].ID. Company is the id of the device's company if
	// that is known; empty means its customer's company.
	Customer, Company string

	Identifier string // what a configuration's deviceIdentifier holds
	Name       string // computer name
	MAC        string // one address or several, in any notation
	Serial     string // of the hardware
}
