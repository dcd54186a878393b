package covetest

import "time"

// Switches are points on which public sources about Cove disagree, or which
// differ between tenants. Every zero value is the usual behaviour. For a
// gateway that always answers its own pages, inject a [Fault] of kind HTML or
// HTMLAfter with Times -1.
type Switches struct {
	// SupersededVisaDies makes a visa invalid as soon as a newer visa of the
	// same login was used. Default: a visa is valid for 15 minutes.
	SupersededVisaDies bool
	// ErrorsWithoutVisa leaves the new visa out of error answers.
	ErrorsWithoutVisa bool
	// PaddedCodesOnly treats codes without padding, such as D1F0 and D5F00, as
	// unknown.
	PaddedCodesOnly bool
	// ActiveSources is the format of I78.
	ActiveSources ActiveSourcesFormat
	// UnknownColumnForbidden answers 13501 for an unknown column code.
	// Default: the code is left out of the rows.
	UnknownColumnForbidden bool
	// AllRecordsByDefault answers with all rows when RecordsCount is missing.
	// Default: with one row.
	AllRecordsByDefault bool
	// AncestorsWithoutSelf leaves the queried partner out of
	// EnumerateAncestorPartners. Default: it is the first element.
	AncestorsWithoutSelf bool
	// LoginNeedsPartner answers a Login without its partner parameter with
	// error 2100. Default: accepted.
	LoginNeedsPartner bool
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
	// NoSuccess is the value of the last-success columns when there was no
	// success.
	NoSuccess NoSuccessValue
	// NodeNeedsVisa makes the storage node check the visa as well as account
	// and token.
	NodeNeedsVisa bool
	// SelfSignedNode gives the storage node a self-signed certificate, such as
	// software-only nodes have.
	SelfSignedNode bool
	// EverythingPartner lets PartnerId -1 in a statistics query mean everything
	// that the user may see. Default: an error.
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
	// IgnoreStart answers every page of statistics from the first row on,
	// whatever StartRecordNumber says.
	IgnoreStart bool
	// EnumerateAccountsForbidden answers 13501 to EnumerateAccounts, as the
	// service does for some API users.
	EnumerateAccountsForbidden bool
	// SessionsByDataSource writes the rows of EnumerateSessions (reporting_api)
	// with members DataSource and SessionType. Default: DataSourceType and Type.
	SessionsByDataSource bool
	// NoOSType leaves the column OT out of all rows.
	NoOSType bool

	// ListLag is how long lists and statistics still show the state before an
	// API call changed or added a partner or device. Calls by id show the
	// change at once. Changes through the methods of Server appear in lists at
	// once.
	ListLag time.Duration
	// DateOffset is added to the server's time in the Date header.
	DateOffset time.Duration
	// NoDate leaves the Date header out.
	NoDate bool
	// ByteOrderMark begins every JSON answer with a byte-order mark.
	ByteOrderMark bool
	// Latin1 encodes answers in ISO 8859-1 without naming the encoding.
	// Characters that it lacks are escaped.
	Latin1 bool
	// PatternMatchesCase makes =~ and NamePattern case-sensitive. Default: they
	// ignore case.
	PatternMatchesCase bool
	// Quotes says how a quote is written inside a string literal.
	Quotes QuoteDialect
}

// ActiveSourcesFormat is the format in which I78 lists the active data sources.
type ActiveSourcesFormat uint8

// The formats of I78.
const (
	SourcesPadded ActiveSourcesFormat = iota // "D01D02"
	SourcesCommas                            // "D1,D2"
	SourcesMixed                             // padded for even account ids, commas for odd
)

// GroupDetailsField is the member in which EnumerateSessionErrorsGroupDetails
// puts file names.
type GroupDetailsField uint8

// The member names of group details.
const (
	DetailsPath GroupDetailsField = iota
	DetailsFilename
	DetailsBoth
)

// NoSuccessValue is the value of F09 columns for a source without a success.
type NoSuccessValue uint8

// The values of F09 without a success.
const (
	NoSuccessAbsent NoSuccessValue = iota
	NoSuccessZero
	NoSuccessBlank
)

// QuoteDialect says how string literals of the filter language write quotes.
type QuoteDialect uint8

// The dialects of string literals. None is documented. Public clients double
// quotes or write a backslash before them.
const (
	QuotesEither    QuoteDialect = iota // a doubled quote is one quote, and so is a quote after a backslash
	QuotesPlain                         // no escapes: a literal ends at its quote
	QuotesBackslash                     // after a backslash the next character is literal
	QuotesDoubled                       // a doubled quote is one quote
)

// EditSwitches changes the switches while the server runs.
func (s *Server) EditSwitches(change func(*Switches)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := *s.switches()
	change(&next)
	s.set.Store(&next)
	s.forgetOverrides()
}

func (s *Server) switches() *Switches { return s.set.Load() }

func (w *Switches) ignoresCase() bool { return !w.PatternMatchesCase }
