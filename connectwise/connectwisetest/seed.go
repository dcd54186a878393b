package connectwisetest

import "time"

// Ref refers to another record. In test data the ID counts if it is not zero,
// then the Identifier, then the Name. In snapshots all that exist are filled.
// An edit may also change only the Name or the Identifier of a Ref.
type Ref struct {
	ID         int64
	Identifier string
	Name       string
}

// ByID returns a reference by id.
func ByID(id int64) Ref { return Ref{ID: id} }

// ByName returns a reference by name.
func ByName(name string) Ref { return Ref{Name: name} }

// ByIdentifier returns a reference by identifier (companies, members,
// departments).
func ByIdentifier(identifier string) Ref { return Ref{Identifier: identifier} }

// Board is a service board.
type Board struct {
	ID   int64 // zero: the next free id
	Name string
	// Statuses of the board. Empty: New (default), In Progress, Waiting,
	// Closed. If none is marked Default, the first open one is the default.
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
	ID               int64 // zero: the next free id
	Name             string
	Closed           bool // tickets in this status are closed
	Default          bool // status of tickets that are created without one
	Inactive         bool
	NoTimeEntry      bool
	NotifyContact    bool   // a status notification e-mails the contact, unless the write refuses it
	SortOrder        int    // zero: the position in the list
	EscalationStatus string // empty: NoEscalation
	HiddenFromBoard  bool
}

// Priority is a priority of the tenant.
type Priority struct {
	ID        int64 // zero: the next free id
	Name      string
	SortOrder int
	Level     string // Critical, High, Medium or Low; empty: Medium
	Color     string // empty: Yellow
	Default   bool
}

// Company is a customer of the MSP.
type Company struct {
	ID         int64 // zero: the next free id
	Identifier string
	Name       string
	Status     Ref      // zero: the default status, Active
	Types      []string // names of company types; missing ones are created
	Sites      []string // names; empty: "Main". The first is the primary site
	Deleted    bool
	Address    string
	City       string
	State      string
	Zip        string
	Phone      string
	Website    string
	// CustomFields holds custom fields by caption.
	CustomFields map[string]any
	// Extra sets any other member by its JSON name.
	Extra map[string]any
}

// Contact is a person at a company.
type Contact struct {
	ID                  int64 // zero: the next free id
	FirstName, LastName string
	Company             Ref
	Email, Phone        string
	Default             bool // the company's primary contact
	Inactive            bool
}

// Configuration is a device or another asset of a company.
type Configuration struct {
	ID               int64 // zero: the next free id
	Name             string
	Type             string // created if missing; empty: "Managed Workstation"
	Status           string // created if missing; empty: "Active"
	Company          Ref
	DeviceIdentifier string
	SerialNumber     string
	MACAddress       string
	Inactive         bool
	Extra            map[string]any
}

// Level is the extent of a permission: none, own records, or all.
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
	ID                    int64 // zero: the next free id
	Identifier            string
	FirstName, LastName   string
	Email                 string
	PublicKey, PrivateKey string // empty: cannot log in
	API                   bool   // an API member (licence class A)
	Inactive              bool
	// Role is what the member may do. Nil means everything.
	Role []Permission
	// DefaultBoard is the board of tickets that the member creates without one.
	// Zero means the first board of the tenant.
	DefaultBoard Ref
	// Impersonate allows the member to request keys of other members.
	Impersonate bool
}

// Ticket is a service ticket: as test data, for edits by a [Person], and as a
// snapshot.
type Ticket struct {
	ID                                                 int64 // zero: the next free id
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
	// CustomFields holds custom fields by caption.
	CustomFields map[string]any
	// Extra sets any other member by its JSON name. It is empty in snapshots.
	Extra map[string]any

	// The first notes; only AddTicket uses them.
	InitialDescription, InitialInternalAnalysis, InitialResolution string

	// Entered, EnteredBy, Updated and UpdatedBy are the ticket's history. In
	// test data the zero values mean now and the administrator. Edits set them.
	Entered, Updated     time.Time
	EnteredBy, UpdatedBy string
	// Closed, ClosedBy and MergedInto are derived and cannot be edited. In test
	// data with a closed status, ClosedDate is the time when the ticket was
	// closed.
	Closed     bool
	ClosedDate time.Time
	ClosedBy   string
	MergedInto int64
}

// Note is a note of a ticket.
type Note struct {
	ID                               int64 // zero: the next free id
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
	ID       int64  // zero: the next free id
	Entity   string // "Ticket", "Company", "CompanySite", "Contact", "Configuration", "Member" or "TimeEntry"
	Caption  string
	Type     string // empty: Text
	Entry    string // empty: EntryField
	Required bool
}
