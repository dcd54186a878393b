package connectwisetest

import "time"

// Ref points to another record. Going in, the ID decides where it is not zero,
// then the Identifier, then the Name; coming out all that exist are filled.
// An edit that changes only the Name or the Identifier of a Ref moves it, too.
type Ref struct {
	ID         int64
	Identifier string
	Name       string
}

// ByID is a reference by id.
func ByID(id int64) Ref { return Ref{ID: id} }

// ByName is a reference by name.
func ByName(name string) Ref { return Ref{Name: name} }

// ByIdentifier is a reference by identifier (companies, members, departments).
func ByIdentifier(identifier string) Ref { return Ref{Identifier: identifier} }

// Board is a service board.
type Board struct {
	ID   int64 // zero: the next free one
	Name string
	// Statuses of the board. Empty: New (default), In Progress, Waiting, Closed.
	// When none is marked Default the first open one is.
	Statuses []Status
	// Types, SubTypes, Items and Teams of the board, by name. Every subtype and
	// item goes with every type.
	Types, SubTypes, Items, Teams []string
	Inactive                      bool
	// Project boards are listed beside service boards.
	Project bool
}

// Status is a status of one board.
type Status struct {
	ID               int64 // zero: the next free one
	Name             string
	Closed           bool // tickets in it are closed
	Default          bool // taken when a ticket comes without a status
	Inactive         bool
	NoTimeEntry      bool
	NotifyContact    bool   // a status notification mails the contact unless the write says otherwise
	SortOrder        int    // zero: the place in the list
	EscalationStatus string // empty: NoEscalation
	HiddenFromBoard  bool
}

// Priority is a priority of the tenant.
type Priority struct {
	ID        int64 // zero: the next free one
	Name      string
	SortOrder int
	Level     string // Critical, High, Medium or Low; empty: Medium
	Color     string // empty: Yellow
	Default   bool
}

// Company is a customer of the MSP.
type Company struct {
	ID         int64 // zero: the next free one
	Identifier string
	Name       string
	Status     Ref      // zero: the default status, Active
	Types      []string // names of company types, made when missing
	Sites      []string // names; empty: "Main". The first is the primary one
	Deleted    bool
	Address    string
	City       string
	State      string
	Zip        string
	Phone      string
	Website    string
	// CustomFields by caption.
	CustomFields map[string]any
	// Extra sets any other member by its JSON name.
	Extra map[string]any
}

// Contact is a person at a company.
type Contact struct {
	ID                  int64 // zero: the next free one
	FirstName, LastName string
	Company             Ref
	Email, Phone        string
	Default             bool // the company's primary contact
	Inactive            bool
}

// Configuration is a device of a company.
type Configuration struct {
	ID               int64 // zero: the next free one
	Name             string
	Type             string // made when missing; empty: "Managed Workstation"
	Status           string // made when missing; empty: "Active"
	Company          Ref
	DeviceIdentifier string
	SerialNumber     string
	MACAddress       string
	Inactive         bool
	Extra            map[string]any
}

// Level is how far a permission reaches.
type Level string

// The levels of a security role.
const (
	None Level = "None"
	My   Level = "My"
	All  Level = "All"
)

// Permission is one row of a security role, a module function. Empty levels
// mean None.
type Permission struct {
	Module, Function           string
	Add, Edit, Delete, Inquire Level
}

// Member is a person of the MSP or, with keys, an API member.
type Member struct {
	ID                    int64 // zero: the next free one
	Identifier            string
	FirstName, LastName   string
	Email                 string
	PublicKey, PrivateKey string // empty: cannot log in
	API                   bool   // an API member (licence class A)
	Inactive              bool
	// Role is what the member may do. Nil means everything.
	Role []Permission
	// DefaultBoard is taken when the member creates a ticket without a board.
	// Zero means the first board of the tenant.
	DefaultBoard Ref
	// Impersonate allows the member to ask for tokens of other members.
	Impersonate bool
}

// Ticket is a service ticket, as a seed, as a person edits it and as a snapshot.
type Ticket struct {
	ID                                                 int64 // zero: the next free one
	Summary                                            string
	Board, Status, Company, Site, Contact              Ref
	Priority, Source, Owner, Type, SubType, Item, Team Ref
	Severity, Impact                                   string
	ExternalXRef                                       string
	AutomaticEmailContact                              bool
	AutomaticEmailResource                             bool
	AutomaticEmailCC                                   bool
	EmailCC                                            string
	CustomerUpdated                                    bool
	ParentTicket                                       int64
	// CustomFields by caption.
	CustomFields map[string]any
	// Extra sets any other member by its JSON name. Not filled on the way out.
	Extra map[string]any

	// The first notes; only AddTicket looks at them.
	InitialDescription, InitialInternalAnalysis, InitialResolution string

	// Entered, EnteredBy, Updated and UpdatedBy are the ticket's history. For a
	// seed the zero values mean now and the administrator; edits set them.
	Entered, Updated     time.Time
	EnteredBy, UpdatedBy string
	// Closed, ClosedBy and MergedInto follow from what happened and cannot be
	// edited; ClosedDate of a seed in a closed status means when it was closed.
	Closed     bool
	ClosedDate time.Time
	ClosedBy   string
	MergedInto int64
}

// Note is a note of a ticket.
type Note struct {
	ID                               int64 // zero: the next free one
	TicketID                         int64
	Text                             string
	Discussion, Internal, Resolution bool // none: Discussion
	ProcessNotifications             bool
	Created                          time.Time // zero: now
	CreatedBy                        string    // empty: the administrator
}

// CustomField defines a custom field of tickets, companies, contacts,
// configurations or time entries.
type CustomField struct {
	ID       int64  // zero: the next free one
	Entity   string // "Ticket", "Company", "CompanySite", "Contact", "Configuration", "Member" or "TimeEntry"
	Caption  string
	Type     string // empty: Text
	Entry    string // empty: EntryField
	Required bool
}
