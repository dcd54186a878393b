package connectwisetest

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/covedesk/covedesk/internal/testserver"
)

// Clock is a clock that can be set, advanced and run at another speed (Set,
// Advance, Run). The zero value shows the time of the machine. Its method Now
// is for [Config].Now, also of several servers.
type Clock = testserver.Clock

// Config says what tenant the server is. The zero value is a usable tenant of
// the cloud kind, company "training", codebase v2025_1.
type Config struct {
	// Company is the login company id, the part before "+" in the Basic user
	// name. Empty means "training".
	Company string
	// CompanyName is what companyinfo calls the tenant. Empty means "Training MSP".
	CompanyName string
	// Codebase is what companyinfo answers, with its trailing slash. Empty
	// means "v2025_1/". The router form "v4_6_release/" always works beside it.
	Codebase string
	// Version is the version number of companyinfo and system/info. Empty
	// means "v2025.1.10451".
	Version string
	// SiteURL is the SiteUrl of companyinfo, a host without scheme. Empty
	// means the host the request came to.
	SiteURL string
	// AllowedOrigins is the member of that name in companyinfo. Empty means
	// one, the scheme and host the request came to.
	AllowedOrigins []string
	// OnPremise makes companyinfo and system/info say that the tenant is not
	// in the cloud.
	OnPremise bool
	// ClientIDs lists the clientId headers that are accepted, compared without
	// case. Empty accepts any that is not empty. A missing one is refused.
	ClientIDs []string

	// Now is the server's clock. Nil means time.Now; a [Clock] can be turned. Times are kept in whole
	// seconds of UTC, as the real server does.
	Now func() time.Time
	// ListLag is how long lists, counts and searches do not show a write of the
	// API; reads by id show it at once, and so do lists what seeds and people at
	// the screen write. Zero means lists are up to date. SetListLag changes it
	// later.
	ListLag time.Duration

	// DateOffset is how far the Date header of answers is off from Now, as that
	// of a host whose clock is wrong. SetDateOffset changes it later.
	DateOffset time.Duration

	// Limits chooses whose maximum lengths are enforced. The zero value is
	// Limits2025.
	Limits Limits
	// Switches are the points on which sources disagree, and what tenants do to
	// their clients. EditSwitches changes them later.
	Switches Switches
	// Rules are workflow rules, run in order after each create and update of a
	// ticket, as the tenant's own automation does.
	Rules []WorkflowRule
	// CallbackClient delivers callbacks. Nil means http.DefaultClient.
	CallbackClient *http.Client
	// CallbackRetries are the waits before the second and the third try of a
	// callback. Zero means 2 s and 4 s, as the real server waits.
	CallbackRetries [2]time.Duration
	// Bugs are deliberate defects for judging a client's tests. The zero value
	// has none.
	Bugs Bugs
	// Logger gets one line a request at level Debug. Nil logs nothing.
	Logger *slog.Logger
}

// Limits names a release whose maximum lengths are enforced: they moved over
// the years (company identifier 25, 30, 156).
type Limits uint8

// The releases whose limits are known.
const (
	Limits2025 Limits = iota // 2025.1
	Limits2022               // 2022.1
	Limits2026               // 2026.4
)

// Switches are the points on which what is known about the real server is
// disputed, and what some tenants, or what stands in front of them, do to their
// clients. The zero value is what was seen on live tenants, where anything was.
type Switches struct {
	// MissingClientIDStatus is the status of a request without clientId: 401
	// or 403. Zero means 403.
	MissingClientIDStatus int
	// VendorTypes answers JSON as application/vnd.connectwise.com+json, as the
	// description has it. Otherwise as application/json, as seen live.
	VendorTypes bool
	// CannotRouteStatus is the status of "Cannot route" to a company that is not
	// this one: 400 or 404. Zero means 400.
	CannotRouteStatus int
	// NullMembers shows members without a value as null, as old versions did.
	// Otherwise they are left out.
	NullMembers bool
	// Escapes is how a quote inside a string of a condition is written.
	Escapes Escapes
	// ContainsWildcards makes % and * wildcards in contains, too. Otherwise
	// contains looks for the very text.
	ContainsWildcards bool
	// NoChildIn refuses in within child and custom field conditions. Otherwise
	// it works there as elsewhere.
	NoChildIn bool
	// EmptyArrayConditions makes conditions on members of lists ("types/name")
	// find nothing, as some endpoints do. Otherwise they are refused with 400.
	EmptyArrayConditions bool
	// IgnoreSubPaths makes a PATCH path below a reference ("status/id") answer
	// 200 and change nothing, as documented. Otherwise it works, as clients rely on.
	IgnoreSubPaths bool
	// StrictFields refuses unknown names in fields with 400, as some endpoints
	// do. Otherwise they bring nothing, silently, as live clients report.
	StrictFields bool
	// RefuseForwardOrder refuses orderBy with forward-only paging, as the
	// documentation has it. Otherwise the page comes in the order of ids.
	RefuseForwardOrder bool
	// PageSizeError refuses a pageSize above the maximum with 400, as 2016
	// servers did (there 100). Otherwise it is capped at 1,000 silently.
	PageSizeError bool
	// PageCap is how many rows a page holds at most, whatever was asked for.
	// Zero means 1,000.
	PageCap int
	// Pages is what pages behind the first hold.
	Pages Pages
	// Links is what the Link header says.
	Links Links
	// LinkHost replaces the host in Link headers. The real server may name the
	// UI host, which refuses API calls.
	LinkHost string
	// NoForwardOnly serves page mode although forward-only was asked for, and
	// sends no Link, as endpoints that do not support it do.
	NoForwardOnly bool
	// StringIsCloud makes companyinfo say "True" instead of true.
	StringIsCloud bool
	// CustomFieldsReplaced takes the customFields of a write for all there are:
	// fields it does not name lose their value, an empty list clears them all,
	// as the documentation has it. Otherwise they keep it, as seen live.
	CustomFieldsReplaced bool
	// CustomFieldsByID looks custom fields of writes up by id only. Otherwise a
	// caption without an id will do.
	CustomFieldsByID bool
	// DropCustomFields ignores custom fields of writes that the record does not
	// have. Otherwise they are refused with 400.
	DropCustomFields bool
	// BareCustomFields leaves the value member of an unset custom field away.
	// Otherwise it is null. Both were seen.
	BareCustomFields bool
	// RequiredOnlyWhenGiven asks for required custom fields on creates and on
	// writes that carry custom fields. Otherwise every write to a record that
	// lacks one is refused, as seen of contacts.
	RequiredOnlyWhenGiven bool
	// ListProjectTickets shows project tickets in lists, counts and searches of
	// service tickets, too, as was reported of some; by id they are never found
	// there. Otherwise they are only at project/tickets.
	ListProjectTickets bool
	// RefuseInactive treats an inactive board, status, type, subtype or item as
	// missing where a write names it anew. Otherwise it can be named like any
	// other. Tickets that have one keep it, and can be written, either way.
	RefuseInactive bool
	// MissingAsRoute answers changes and deletions of a record that is not there
	// with "The endpoint does not exist.", as seen of some. Otherwise with
	// NotFound, as reading it is. Both are 404.
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
	// board. Otherwise the new board's default status is taken.
	MoveNeedsStatus bool
	// ActionsNeedVersion refuses attachChildren without a version in the Accept
	// header ("does not support the API version '0.0'"), as was reported.
	ActionsNeedVersion bool
	// KeyNeedsAuth asks for credentials where callback signing keys are
	// fetched. Otherwise anyone may.
	KeyNeedsAuth bool
	// EncodeEntities keeps texts with HTML entities: R&D is stored and answered
	// as R&amp;D.
	EncodeEntities bool
	// ReplaceUnsupported keeps a question mark for letters beyond the first
	// Unicode plane, such as emoji.
	ReplaceUnsupported bool
	// ExternalXRef is what becomes of externalXRef.
	ExternalXRef XRef
	// StrictDates refuses dates in conditions that are not padded, or have a
	// blank for the T. Otherwise they are read: public clients send them.
	StrictDates bool
	// AmericanDates reads dates in conditions as [11/28/2026 10:00:00], too.
	AmericanDates bool
	// NoMemberByIdentifier serves system/members by id only. Otherwise by
	// identifier, too, as clients ask for it.
	NoMemberByIdentifier bool
	// DependenciesRow lists a row "Service Ticket - Dependencies", which allows
	// nothing, before "Service Tickets" among the settings of roles, as tenants
	// have it: who looks for a row must compare whole names.
	DependenciesRow bool
	// ForeignSite is the host that companyinfo names instead of this server's.
	ForeignSite string
	// PaddedStrings adds trailing spaces to _info.updatedBy, as seen live.
	PaddedStrings bool
}

// XRef is what becomes of the externalXRef of tickets that the API writes.
type XRef uint8

// What becomes of externalXRef.
const (
	XRefKept        XRef = iota
	XRefDropped          // a create loses it; later writes keep it
	XRefOverwritten      // another program writes its own right after a create
	XRefHidden           // no answer shows it; conditions see it
)

// Pages is what pages behind the first hold.
type Pages uint8

// The kinds of pages. The last two have no end: each page names a next one.
const (
	PagesPlain  Pages = iota
	PagesRepeat       // every page is the first one
	PagesEmpty        // every page behind the first is empty
)

// Links is what the Link header of a list says.
type Links uint8

// The kinds of Link headers.
const (
	LinksPlain      Links = iota
	LinksMissing          // none in either mode
	LinksPreload          // only rel=preload, as a gateway in front adds it
	LinksUnreadable       // a next link that is no URL
)

// Escapes is how quotes inside strings of conditions are read. None is
// documented, so a careful client relies on none.
type Escapes uint8

// The dialects.
const (
	EscapeNone      Escapes = iota // a quote ends the string, a backslash is a letter
	EscapeBackslash                // \" and \\ are a quote and a backslash
	EscapeDoubled                  // "" is a quote
)

// Bugs are deliberate defects. A client test suite that passes while one is on
// does not test what it should.
type Bugs struct {
	// ConditionsDropped forgets the conditions from the second page on.
	ConditionsDropped bool
	// PageIDIgnored starts every forward-only page at the beginning.
	PageIDIgnored bool
	// ClosedFlagNotDerived leaves closedFlag false whatever the status.
	ClosedFlagNotDerived bool
	// LongFieldsCut cuts fields of at most 100 characters at 50 without a word.
	LongFieldsCut bool
	// UnknownMembersAccepted ignores unknown members of bodies instead of
	// refusing them.
	UnknownMembersAccepted bool
}

// WorkflowRule is a piece of the tenant's automation: after a ticket was
// created or updated through the API, Change may alter it further.
type WorkflowRule struct {
	// Name is the member the change is booked under in _info.updatedBy.
	Name string
	// Change gets the event ("added" or "updated") and the ticket as it was
	// written, and says whether it changed it. It must not call the server.
	// The answer to the request still shows the ticket as it was written.
	Change func(event string, t *Ticket) bool
}

// Credentials is what a client needs to log in. It has the shape of the
// client's, so that one converts to the other.
type Credentials struct {
	Site       string // URL of a started server, a host of the cloud's form otherwise
	Company    string
	PublicKey  string
	PrivateKey string
	ClientID   string
}
