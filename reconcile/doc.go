// Package reconcile compares the problems that exist with the tickets that are
// open and decides which tickets to create, update or close.
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
// which keys they stand for, OpenAfter forgets when a problem was first named,
// and Snooze forgets when the problem of a closed ticket was first missing (of an
// open ticket the marker tells it).
//
// # Evidence
//
// In an Observation a key is in one of four states: a problem (an [Issue] names
// it), healthy (a [Healthy]), suppressed (a [Suppressed]: it is known, but
// nothing can be said today) or absent (nothing names it). What absence means is
// the feed's to say ([Feed].Kind):
//
//	Events         nothing (the zero Kind); tickets end by a Healthy
//	ActiveAlerts   the problem is over; the first look that misses it starts a timer, and
//	               a later look closes the ticket: after 10 minutes, or after CloseAfter
//	               (0 by default) where that is longer
//	Inventory      the subject is gone; the ticket gets one note and stays open. It is closed
//	               only if AbsentAfter is set (0 by default, never) and the feed has
//	               Everything; AbsentAfter counts from the note
//
// Only keys of customers that were looked at can be absent: a list of all
// customers sets [Feed].Everything, a list of some names them in
// [Feed].Customers. With neither, nothing is ever absent. Where one page of a
// list could not be read, not all was looked at: leave Everything false and name
// the customers of whom all was read, or make the feed one of Events in this run.
//
// With a list of alerts that looked at all customers, and [DefaultPolicy]:
//
//	what the look finds                            what the plan says
//	an alert without a ticket                      Create
//	the same alert again                           Keep
//	State, Summary or Company differ, or it is     Update, at most once in UpdateEvery (24 hours)
//	less severe
//	it is more severe                              Update at once
//	it is missing for the first time               MarkOnly: the time is noted in the marker
//	it is missing still, after 10 minutes          Close; a note where people work on the ticket
//	it is back within ReopenWithin of the close    Reopen (24 hours)
//	it is back later                               Create; the new ticket names the old one
//	it lasts, and a person has closed its ticket   Hold for the time of Snooze (7 days), then Create;
//	                                               at once when it gets worse, was over once, or is
//	                                               known to have begun after the close
//
// # A list that is suddenly much shorter
//
// A tool that is down often answers with a short list, or an empty one. So when
// five or more keys of a feed are absent, and more than half of the keys that
// could be ([Policy].MassAbsence, 0.5), no ticket of the feed is closed or noted
// for being absent, and [Plan].Quiet says so. Four absent keys or fewer are not
// guarded: do not call Diff when your list could not be read.
//
// Counted are the tickets that absence could close or note: not those whose stage
// [Policy].OnRecovery leaves alone, those on another board that would be closed, and
// those that a person reopened. Tickets that a person closed count while Snooze runs, and those we
// closed within the last hour while their key is missing. A storm counts as its
// keys, and at least as its Limit and one more.
//
// The timers run meanwhile, so a key may close in the very run that releases it.
// It is released
//
//   - by itself, when it has been absent for 24 hours and the feed has brought
//     something newer since: a problem that began, or a ticket made, after the key
//     went missing. No person is needed. While nothing new comes, five or more
//     tickets stay open;
//   - when the tool was asked whether it is well ([Feed].Sure): timers and MaxClose
//     stay in force;
//   - when a person vouches for this run ([Feed].Vouched): all that is absent is
//     closed in this run, also what is missing for the first time;
//   - when its list names it again, or so much that the rest is less than the share.
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
