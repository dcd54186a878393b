package covetest

import (
	"time"

	"github.com/covedesk/covedesk/internal/testserver"
)

// Clock is a clock that can be set, advanced and run at another speed (Set,
// Advance, Run). The zero value shows the time of the machine. Its method Now
// is for [Config].Now, also of several servers.
type Clock = testserver.Clock

// Config says how a server starts. The zero value is a server with one
// reseller, one API user, the wall clock and the usual answers.
type Config struct {
	// Partner is the partner that the first user signs in to and that all
	// others hang below; members left empty are filled (Reseller
	// "Example MSP (ops@msp.example)").
	Partner Partner
	// User is the first API user; members left empty are filled. Its
	// PartnerID is always the partner above.
	User User

	// Now is the server's clock: visa age, ago() in filters, creation times,
	// the Date header. Nil means time.Now; a [Clock] can be turned.
	Now func() time.Time

	// Switches holds what differs between tenants or sources.
	Switches Switches
	// Bugs are deliberate defects for judging client test suites.
	Bugs Bugs
	// Rates injects faults at random.
	Rates Rates
	// Seed drives Rates, so that a run can be repeated.
	Seed uint64

	// Version is what GetServerInfo answers; empty means a current one.
	Version string
}

// VisaLifetime is how long a visa lasts after it was issued.
const VisaLifetime = 15 * time.Minute

// Rates injects faults into a share of all requests, from 0 (never) to 1
// (always). The random numbers come from Config.Seed and the request's number.
type Rates struct {
	TooManyRequests float64       // HTTP 429 before the effect
	ServerError     float64       // HTTP 503 before the effect
	RetryAfter      string        // Retry-After header of both; empty: none
	Latency         time.Duration // added to every answer
}

// Switches are the points on which public sources about Cove disagree, or
// which differ between tenants. Every zero value is the usual behaviour.
type Switches struct {
	// SupersededVisaDies makes a visa invalid as soon as the visa of a later
	// answer of its session was used. Default: it lives its 15 minutes.
	SupersededVisaDies bool
	// ErrorsWithoutVisa leaves the new visa out of error answers.
	ErrorsWithoutVisa bool
	// PaddedCodesOnly treats D1F0 and D5F00 as unknown codes.
	PaddedCodesOnly bool
	// ActiveSources is how I78 is written.
	ActiveSources ActiveSourcesFormat
	// UnknownColumnForbidden answers 13501 for an unknown column code.
	// Default: the code is left out of the rows.
	UnknownColumnForbidden bool
	// AllRecordsByDefault answers all rows when RecordsCount is left out.
	// Default: one row.
	AllRecordsByDefault bool
	// AncestorsWithoutSelf leaves the queried partner out of
	// EnumerateAncestorPartners. Default: it is the first element.
	AncestorsWithoutSelf bool
	// LoginWithoutPartner accepts a Login without its partner parameter.
	// Default: error 2100.
	LoginWithoutPartner bool
	// GroupDetails is how EnumerateSessionErrorsGroupDetails names files.
	GroupDetails GroupDetailsField
	// UnknownMethodInternal answers an unknown method with code -32603.
	// Default: -32601.
	UnknownMethodInternal bool
	// FlatEnumerateColumns answers EnumerateColumns with the list as outer
	// result. Default: result.result as everywhere else.
	FlatEnumerateColumns bool
	// ArrayValues writes the values of every second statistics row as arrays
	// of one string.
	ArrayValues bool
	// NoSuccess is what the last-success columns hold when there was none.
	NoSuccess NoSuccessValue
	// NodeNeedsVisa makes the storage node check the visa as well as account
	// and token.
	NodeNeedsVisa bool
	// SelfSignedNode gives the storage node a self-signed certificate, as
	// software-only nodes have.
	SelfSignedNode bool
	// EverythingPartner makes PartnerId -1 in a statistics query mean
	// everything the user may see. Default: an error.
	EverythingPartner bool

	// InProgressText writes the name of session status 1 as InProgress.
	// Default: InProcess.
	InProgressText bool
	// CustomValuesMap answers GetAccountCustomColumnValues as an object by
	// column id. Default: a list of [id, text].
	CustomValuesMap bool
	// ForbiddenColumns lists column codes, or source prefixes such as "D02",
	// that answer 13501 when asked for.
	ForbiddenColumns []string
	// PageLimit silently caps RecordsCount; 0 means no cap.
	PageLimit int
	// PatternIgnoresCase makes =~ compare without regard to case.
	PatternIgnoresCase bool
	// Quotes is how a quote is written inside a string literal.
	Quotes QuoteDialect
}

// ActiveSourcesFormat is how I78 lists the active data sources.
type ActiveSourcesFormat uint8

// The formats of I78.
const (
	SourcesPadded ActiveSourcesFormat = iota // "D01D02"
	SourcesCommas                            // "D1,D2"
	SourcesMixed                             // padded for even account ids, commas for odd
)

// GroupDetailsField is how EnumerateSessionErrorsGroupDetails names files.
type GroupDetailsField uint8

// The member names of group details.
const (
	DetailsPath GroupDetailsField = iota
	DetailsFilename
	DetailsBoth
)

// NoSuccessValue is what F09 columns hold for a source without a success.
type NoSuccessValue uint8

// The values of F09 without a success.
const (
	NoSuccessAbsent NoSuccessValue = iota
	NoSuccessZero
	NoSuccessBlank
)

// QuoteDialect is how string literals of the filter language hold quotes.
type QuoteDialect uint8

// The dialects of string literals. None is documented.
const (
	QuotesPlain     QuoteDialect = iota // no escapes: a literal ends at its quote
	QuotesBackslash                     // a backslash takes the next character as it is
	QuotesDoubled                       // a doubled quote is one quote
)

// Bugs are deliberate defects for judging client test suites: a good suite
// fails when any of them is set.
type Bugs struct {
	// CrossedErrors does not cross F06 and F07 with the legacy digits: legacy
	// 7 answers the protected size and 6 the errors count.
	CrossedErrors bool
	// ShortVisa lets visas die after one minute.
	ShortVisa bool
	// ShiftedPages starts every page after the first one row too late.
	ShiftedPages bool
	// IgnoredFilter answers statistics as if no filter had been sent.
	IgnoredFilter bool
	// LostWrites answers ModifyPartner and UpdateAccountCustomColumnValues as
	// done and does nothing.
	LostWrites bool
}
