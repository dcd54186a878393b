package connectwisetest

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/covedesk/covedesk/internal/testserver"
)

// Clock is a clock that can be set, advanced and run at another speed (Set,
// Advance, Run). The zero value shows the machine's time. Pass its method Now
// to [Config].Now; several servers may share a clock.
type Clock = testserver.Clock

// Config describes the tenant. The zero value is a usable cloud tenant with
// company "training" and codebase v2025_1.
type Config struct {
	// Company is the login company id, the part before "+" in the Basic user
	// name. Empty means "training".
	Company string
	// CompanyName is the name of the tenant in companyinfo. Empty means
	// "Training MSP".
	CompanyName string
	// Codebase is the codebase in companyinfo, with a trailing slash. Empty
	// means "v2025_1/". "v4_6_release/" always works too.
	Codebase string
	// Version is the version number of companyinfo and system/info. Empty
	// means "v2025.1.10451".
	Version string
	// SiteURL is the SiteUrl of companyinfo, a host without scheme. Empty means
	// the host that the request came to.
	SiteURL string
	// AllowedOrigins is the member of that name in companyinfo. Empty means one
	// origin: the scheme and host that the request came to.
	AllowedOrigins []string
	// OnPremise makes companyinfo and system/info say that the tenant is on
	// premises.
	OnPremise bool
	// ClientIDs lists the accepted clientId headers; case is ignored. An empty
	// list accepts every clientId. A missing or empty clientId is always
	// refused.
	ClientIDs []string

	// Now is the server's clock. Nil means time.Now; the Now of a [Clock] can
	// be set. Times are stored in UTC in whole seconds, as the real server
	// does.
	Now func() time.Time
	// ListLag is how long lists, counts and searches do not show a write
	// through the API. Reads by id show it at once. Lists show writes by test
	// data and by people in the user interface at once. Zero means no lag.
	// [Server.SetListLag] changes it later.
	ListLag time.Duration

	// DateOffset is added to Now in the Date header of answers, as on a host
	// whose clock is wrong. [Server.SetDateOffset] changes it later.
	DateOffset time.Duration

	// Limits selects the release whose maximum lengths are enforced. The zero
	// value is Limits2025.
	Limits Limits
	// Switches set behaviour on which sources disagree or tenants differ.
	// [Server.EditSwitches] changes them later.
	Switches Switches
	// Rules are workflow rules of the tenant, which run in order after each
	// create and update of a ticket.
	Rules []WorkflowRule
	// CallbackClient delivers callbacks. Nil means http.DefaultClient.
	CallbackClient *http.Client
	// CallbackRetries are the waits before the second and the third try of a
	// callback. Zero means 2 s and 4 s, as the real server waits.
	CallbackRetries [2]time.Duration
	// Bugs are deliberate defects for testing a client's test suite. The zero
	// value has none.
	Bugs Bugs
	// Logger gets a line for each request at level debug. Nil logs nothing.
	Logger *slog.Logger
}

// Limits names a release whose maximum lengths are enforced. They changed over
// the years (company identifier: 25, 30, 156).
type Limits uint8

// The releases with known limits.
const (
	Limits2025 Limits = iota // 2025.1
	Limits2022               // 2022.1
	Limits2026               // 2026.4
)

// Switches are points on which sources about the real server disagree, and ways
// in which some tenants, or gateways in front of them, behave differently. The
// zero value is the behaviour of live tenants, where that is known.
type Switches struct {
	// MissingClientIDStatus is the status of a request without clientId: 401
	// or 403. Zero means 403.
	MissingClientIDStatus int
	// VendorTypes answers JSON as application/vnd.connectwise.com+json, as
	// documented. Default: as application/json, as live servers do.
	VendorTypes bool
	// CannotRouteStatus is the status of the answer "Cannot route" for another
	// company: 400 or 404. Zero means 400.
	CannotRouteStatus int
	// NullMembers shows members without a value as null, as old versions did.
	// Default: they are left out.
	NullMembers bool
	// Escapes says how a quote inside a string of a condition is written.
	Escapes Escapes
	// ContainsWildcards makes % and * wildcards in contains, too. Default:
	// contains looks for the exact text.
	ContainsWildcards bool
	// NoChildIn refuses the operator in within child and custom field
	// conditions. Default: it works there, too.
	NoChildIn bool
	// EmptyArrayConditions makes conditions on members of lists ("types/name")
	// find nothing, as some endpoints do. Default: they are refused with 400.
	EmptyArrayConditions bool
	// IgnoreSubPaths makes a PATCH path below a reference ("status/id") answer
	// 200 and change nothing, as documented. Default: it works, and clients
	// rely on it.
	IgnoreSubPaths bool
	// StrictFields refuses unknown names in fields with 400, as some endpoints
	// do. Default: they are ignored silently, as clients report.
	StrictFields bool
	// RefuseForwardOrder refuses orderBy with forward-only paging, as
	// documented. Default: the page comes in the order of ids.
	RefuseForwardOrder bool
	// PageSizeError refuses a pageSize above the maximum with 400, as servers
	// of 2016 did (their maximum was 100). Default: it is silently capped at
	// 1,000.
	PageSizeError bool
	// PageCap is the highest number of rows in a page, whatever was asked for.
	// Zero means 1,000.
	PageCap int
	// Pages says what pages after the first hold.
	Pages Pages
	// Links says what the Link header holds.
	Links Links
	// LinkHost replaces the host in Link headers. The real server may name the
	// host of the user interface, which refuses API calls.
	LinkHost string
	// NoForwardOnly serves numbered pages although forward-only paging was
	// asked for, and sends no Link header, as endpoints without that mode do.
	NoForwardOnly bool
	// StringIsCloud makes companyinfo answer "True" instead of true.
	StringIsCloud bool
	// CustomFieldsReplaced lets the customFields of a write replace all custom
	// fields, as documented: fields that it does not name lose their value, and
	// an empty list clears all. Default: other fields keep their value, as on
	// live servers.
	CustomFieldsReplaced bool
	// CustomFieldsByID accepts custom fields in writes by id only. Default:
	// also by caption.
	CustomFieldsByID bool
	// DropCustomFields ignores custom fields in writes that the record does not
	// have. Default: they are refused with 400.
	DropCustomFields bool
	// BareCustomFields leaves out the member value of a custom field without a
	// value. Default: it is null. Live servers do both.
	BareCustomFields bool
	// RequiredOnlyWhenGiven checks required custom fields only in creates and
	// in writes with custom fields. Default: every write to a record without a
	// required value is refused, as live servers do for contacts.
	RequiredOnlyWhenGiven bool
	// ListProjectTickets shows project tickets also in lists, counts and
	// searches of service tickets, as reported of some servers; by id they are
	// never found there. Default: they are only at project/tickets.
	ListProjectTickets bool
	// RefuseInactive treats an inactive board, status, type, subtype or item as
	// missing when a write newly chooses it. Default: it can be chosen. In both
	// cases tickets that have one keep it and can be written.
	RefuseInactive bool
	// MissingAsRoute answers changes and deletions of a missing record with
	// "The endpoint does not exist.", as some servers do. Default: with
	// NotFound, as for reads. Both are 404.
	MissingAsRoute bool
	// AllNotesStatus refuses allNotes with 404 or 405, as old versions did. Zero
	// serves it.
	AllNotesStatus int
	// UploadStatus is the status of a new document: 201 or 200. Zero means 201.
	UploadStatus int
	// InUseStatus is the status of deleting a setup record or company that
	// tickets use: 409 or 400. Zero means 409.
	InUseStatus int
	// MoveNeedsStatus refuses a move to another board without a status of that
	// board. Default: the ticket gets the new board's default status.
	MoveNeedsStatus bool
	// ActionsNeedVersion refuses attachChildren without a version in the Accept
	// header ("does not support the API version '0.0'"), as reported of some
	// servers.
	ActionsNeedVersion bool
	// KeyNeedsAuth requires credentials for fetching callback signing keys.
	// Default: none are needed.
	KeyNeedsAuth bool
	// EncodeEntities stores texts with HTML entities: R&D is stored and
	// answered as R&amp;D.
	EncodeEntities bool
	// ReplaceUnsupported stores a question mark in place of characters beyond
	// the first Unicode plane, such as emoji.
	ReplaceUnsupported bool
	// ExternalXRef says what happens to externalXRef.
	ExternalXRef XRef
	// StrictDates refuses dates in conditions that are not padded, or have a
	// blank in place of the T. Default: they are accepted, because public
	// clients send them.
	StrictDates bool
	// AmericanDates also accepts dates in conditions in the form [11/28/2026
	// 10:00:00].
	AmericanDates bool
	// NoMemberByIdentifier serves system/members by id only. Default: also by
	// identifier, which clients use.
	NoMemberByIdentifier bool
	// DependenciesRow lists a row "Service Ticket - Dependencies", which allows
	// nothing, before "Service Tickets" in the settings of roles, as real
	// tenants do. A client must compare whole names to find the right row.
	DependenciesRow bool
	// ForeignSite is the host that companyinfo names instead of this server's.
	ForeignSite string
	// PaddedStrings adds trailing spaces to _info.updatedBy, as seen live.
	PaddedStrings bool
}

// XRef says what happens to the externalXRef of tickets that the API writes.
type XRef uint8

// What happens to externalXRef.
const (
	XRefKept        XRef = iota
	XRefDropped          // a create drops it; later writes keep it
	XRefOverwritten      // another program overwrites it right after a create
	XRefHidden           // no answer shows it; conditions can use it
)

// Pages says what pages after the first hold.
type Pages uint8

// The kinds of pages. With the last two a list has no end: each page names a
// next one.
const (
	PagesPlain  Pages = iota
	PagesRepeat       // every page is the first one
	PagesEmpty        // every page after the first is empty
)

// Links says what the Link header of a list holds.
type Links uint8

// The kinds of Link headers.
const (
	LinksPlain      Links = iota
	LinksMissing          // no header in either mode
	LinksPreload          // only rel=preload, as some gateways add
	LinksUnreadable       // a next link that is not a URL
)

// Escapes says how quotes inside strings of conditions are read. No form is
// documented, so a careful client relies on none.
type Escapes uint8

// The dialects.
const (
	EscapeNone      Escapes = iota // a quote ends the string, a backslash is an ordinary character
	EscapeBackslash                // \" and \\ are a quote and a backslash
	EscapeDoubled                  // "" is a quote
)

// Bugs are deliberate defects. A good client test suite fails when any of them
// is set.
type Bugs struct {
	// ConditionsDropped ignores the conditions from the second page on.
	ConditionsDropped bool
	// PageIDIgnored starts every forward-only page at the first record.
	PageIDIgnored bool
	// ClosedFlagNotDerived leaves closedFlag false whatever the status.
	ClosedFlagNotDerived bool
	// LongFieldsCut silently cuts fields with a limit of 100 characters at 50.
	LongFieldsCut bool
	// UnknownMembersAccepted ignores unknown members of bodies instead of
	// refusing them.
	UnknownMembersAccepted bool
}

// WorkflowRule is a workflow rule of the tenant: after a ticket was created or
// updated through the API, Change may change it further.
type WorkflowRule struct {
	// Name is the member that _info.updatedBy names for the change.
	Name string
	// Change gets the event ("added" or "updated") and the ticket, and reports
	// whether it changed the ticket. It must not call the server. The answer to
	// the request shows the ticket without the change.
	Change func(event string, t *Ticket) bool
}

// Credentials are what a client needs to log in. They have the same fields as
// the client's Credentials, so one type converts to the other.
type Credentials struct {
	Site       string // URL of a started server, otherwise a host that looks like the cloud's
	Company    string
	PublicKey  string
	PrivateKey string
	ClientID   string
}
