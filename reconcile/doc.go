// Package reconcile compares the problems that exist with the tickets that are
// open and says what to do about the difference.
//
// It is pure: no input or output, no clock, no randomness, no logging, no
// goroutine. The time is an input ([Observation].At), inputs are never changed,
// and the same inputs in any order give the same [Plan], byte for byte.
//
// # From a list of alerts to tickets
//
// [Diff] takes an [Observation] (what was seen), a [Board] (the tickets, and
// what is remembered) and a [Policy], and gives one [Action] for each key: an
// [Issue] without a ticket is created, one that has changed is updated, one that
// is over is closed. Whoever carries the plan out writes the marker of each
// action ([Action].After, package mark) into the ticket; so the next run knows
// which ticket belongs to which key.
//
// # Evidence
//
// A key is a problem (an Issue names it), healthy, suppressed (known, but nothing
// can be said today) or absent. What absence means is the feed's to say:
//
//	Events         nothing; tickets end by a Healthy
//	ActiveAlerts   the problem is over; the ticket closes after CloseAfter
//	Inventory      the subject is gone; one note, and a close after AbsentAfter if that is set
//
// Only customers that were looked at can be absent ([Feed].Everything,
// [Feed].Customers). A feed that suddenly misses most of what it named before
// closes nothing ([Policy].MassAbsence).
//
// # One action per key
//
// Every key of the observation and every open ticket of the owner has its
// action, including the keys nothing is done about: Keep and Hold carry a reason
// ([Action.Reason]) like all others. Policies only ever remove actions: what a
// policy forbids becomes a Hold that names what would have been done. What the
// caller did wrong is an [InputFault], never a silent Hold.
package reconcile
