// Package reconcile compares the problems that exist with the tickets that are
// open and plans what to do about the difference.
//
// It is pure: no input or output, no clock, no randomness, no logging, no
// goroutine. The time is an input ([Observation].At), inputs are never changed,
// and the same inputs in any order give the same [Plan], byte for byte.
//
// # Words
//
//	key       what can have a ticket: a feed ("rmm") and a subject in it ("db01/disk-c")
//	owner     the installation that plans; it leaves the tickets of others alone
//	marker    a line of text in a ticket: owner, key, what was last written (package mark)
//	plan      what Diff gives: an action for each key, and why
//	storm     many new problems at once, for which one ticket stands
//	snooze    the silence after a person has closed a ticket while the problem lasts
//	adopt     to write the marker into a ticket of an older tool
//	Known     what the next run has to know that tickets do not say
//
// Package alerts makes observations of a tool that only sends events. Package
// reconciletest carries plans out on a board in memory, for tests.
//
// # A run
//
// [Diff] takes an [Observation] (what was seen), a [Board] (the tickets, and
// what is remembered) and a [Policy], and gives a [Plan]. A problem (an [Issue])
// without a ticket gets one; a ticket is updated when its problem has changed
// and closed when it is over. [Issue].Company must be set, else the new ticket
// is held back.
//
// For each action but Keep, Hold and Fold, whoever carries the plan out stores
// the marker in a field of the ticket:
//
//	text, err := action.After.Format()
//
// The next run reads that field of each ticket, and gets back what the last plan
// remembers:
//
//	ticket.Place, ticket.Mark = mark.Look(text, board.Owner)
//	ticket.EnteredByUs = true // if it was our program that created it
//	board.Known = plan.Known  // saved by the last run
//
// Without the marker a second ticket is created. A ticket with a marker that
// somebody else has entered is a copy, and held. Without Known, storms forget
// which keys they stand for, and OpenAfter and Snooze forget when a problem was
// first named or missing.
//
// # Evidence
//
// In an Observation a key is in one of four states: a problem (an [Issue] names
// it), healthy (a [Healthy]), suppressed (a [Suppressed]: it is known, but
// nothing can be said today) or absent (nothing names it). What absence means is
// the feed's to say ([Feed].Kind):
//
//	Events         nothing (the zero Kind); tickets end by a Healthy
//	ActiveAlerts   the problem is over; the ticket closes CloseAfter after the first
//	               look that misses it, never in that look or within 10 minutes of it
//	Inventory      the subject is gone; one note, and a close after AbsentAfter if that is
//	               set and the feed has Everything
//
// Only keys of customers that were looked at can be absent: a list of all
// customers sets [Feed].Everything, a list of some names them in
// [Feed].Customers. With neither, nothing is ever absent.
//
// With a list of alerts that looked at all customers, and [DefaultPolicy]:
//
//	what the look finds                            what the plan says
//	an alert without a ticket                      Create
//	the same alert again                           Keep
//	it has another State, Summary or Company       Update, once in UpdateEvery
//	it is more severe                              Update at once
//	it is missing for the first time               MarkOnly: the time is noted in the marker
//	it is missing still, after 10 minutes          Close; a note where people work on the ticket
//	it is back within ReopenWithin of the close    Reopen
//	it is back later                               Create; the new ticket names the old one
//	it lasts, and a person has closed its ticket   Hold for the time of Snooze, then Create
//
// When five or more keys of a feed are absent, and they are more than the share
// [Policy].MassAbsence of those with tickets, none is closed for being absent.
// Fewer are not guarded: do not call Diff when your list could not be read.
//
// # Actions and policies
//
// Each key that is a problem, is suppressed or has an open ticket of the owner
// has one [Action], also where nothing is done: Keep means that nothing needs
// doing now, Hold that something may, and is not done; [Action].Would says what.
// One more stands for each storm, and for each open ticket whose damaged marker
// names no key. [Action.Reason] says why, in a sentence.
//
// A policy removes actions or makes them milder; storms put one create in the
// place of many. Start with [DefaultPolicy]: the zero Policy closes no ticket
// whose problem is over. What the caller did wrong is an [InputFault], never a
// silent Hold.
package reconcile
