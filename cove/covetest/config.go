package covetest

import (
	"time"

	"github.com/covedesk/covedesk/internal/testserver"
)

// Clock is a clock that can be set, advanced and run at another speed (Set,
// Advance, Run). The zero value shows the machine's time. Pass its method Now
// to [Config].Now; several servers may share a clock.
type Clock = testserver.Clock

// Config configures a server. The zero value is a server with one reseller, one
// API user, the machine's time and the usual answers.
type Config struct {
	// Partner is the topmost partner, to which the first user belongs. Empty
	// members get defaults (Reseller "Example MSP (ops@msp.example)").
	Partner Partner
	// User is the first API user. Empty members get defaults. Its PartnerID is
	// always that of Partner.
	User User

	// Now is the server's clock. It decides visa age, ago() in filters,
	// creation times and the Date header. Nil means time.Now; the Now of a
	// [Clock] can be set.
	Now func() time.Time

	// Past returns a device as it was at a time before its last change, given
	// the device as it is now. EnumerateAccountHistoryStatistics answers from
	// it. The product and the profile of the result count by id. Past must not
	// call the server. Nil: the server records changes itself; for earlier
	// times it answers the device as it was added.
	Past func(device Device, at time.Time) Device

	// Switches sets behaviour that differs between tenants or sources.
	// [Server.EditSwitches] changes it later.
	Switches Switches
	// Bugs are deliberate defects for testing client test suites.
	Bugs Bugs
	// Rates injects faults at random.
	Rates Rates
	// Seed is the seed of the random faults of Rates, so that a run can be
	// repeated.
	Seed uint64

	// Version is what GetServerInfo answers; empty means a current one.
	Version string
}

// VisaLifetime is how long a visa lasts after it was issued.
const VisaLifetime = 15 * time.Minute

// Rates injects faults into a share of all requests, from 0 (never) to 1
// (always). The random numbers come from Config.Seed and the request's number.
type Rates struct {
	TooManyRequests float64       // HTTP 429; the request has no effect
	ServerError     float64       // HTTP 503; the request has no effect
	RetryAfter      string        // Retry-After header of both; empty: none
	Latency         time.Duration // added to every answer
}

// Bugs are deliberate defects for testing client test suites: a good suite
// fails when any of them is set.
type Bugs struct {
	// CrossedErrors swaps two legacy columns: legacy 7 answers the protected
	// size and legacy 6 the number of errors. Right is the reverse.
	CrossedErrors bool
	// ShortVisa makes visas invalid after one minute.
	ShortVisa bool
	// ShiftedPages makes every page except the first begin one row too late.
	ShiftedPages bool
	// IgnoredFilter answers statistics as if no filter had been sent.
	IgnoredFilter bool
	// LostWrites answers ModifyPartner and UpdateAccountCustomColumnValues with
	// success but changes nothing.
	LostWrites bool
}
