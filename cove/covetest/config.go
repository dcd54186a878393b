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

	// Past says what a device, given as it is now, looked like at a time before
	// its last change, for EnumerateAccountHistoryStatistics; the server then
	// keeps no record of its own. Product and profile go by their ids there. It
	// must not call the server. Nil: what the server noted, and before that as
	// it first knew the device.
	Past func(device Device, at time.Time) Device

	// Switches holds what differs between tenants or sources. EditSwitches
	// changes it later.
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
