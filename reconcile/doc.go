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
//	owner     the installation that plans; it leaves the tickets of other owners alone
//	marker    a line of text in a ticket: owner, key, what was last written (package mark)
//	plan      what Diff returns: an action for each key, and why
//	storm     many new problems at once, for which one ticket stands
//	snooze    the silence after a person has closed a ticket while the problem lasts
//	adopt     to write the marker into a ticket of an older tool
//	Known     what the next run needs to know and cannot read from tickets
//
// Package alerts makes observations from a tool that only sends events. Package
// reconciletest carries plans out on a board in memory, for tests.
//
// # A run
//
// [Diff] takes an [Observation] (what was seen), a [Board] (the tickets, and
// what is remembered) and a [Policy], and returns a [Plan]. A problem (an
// [Issue]) without a ticket gets one. A ticket is updated when its problem has
// changed, and closed when the problem is over. Set [Issue].Company, or the new
// ticket is held back.
//
// For each action but Keep, Hold and Fold, whoever carries the plan out stores
// the marker in a field of the ticket:
//
//	text, err := action.After.Format()
//
// The next run reads that field of each ticket. It also gets what the last plan
// remembered:
//
//	ticket.Place, ticket.Mark = mark.Look(text, board.Owner)
//	ticket.EnteredByUs = true // if it was our program that created it
//	board.Known = plan.Known  // saved by the last run
//
// Without the marker the next run creates a second ticket. A ticket that has a
// marker but was entered by somebody else is a copy, and is held. Without
// Known, storms forget which keys they stand for, and Snooze forgets when the
// problem of a closed ticket was first missing (for an open ticket the marker
// says when).
//
// # Evidence
//
// In an Observation a key is in one of four states: a problem (an [Issue] names
// it), healthy (a [Healthy] names it), suppressed (a [Suppressed] names it: the
// key is known, but nothing can be said of it today) or absent (nothing names
// it). The feed says what absence means ([Feed].Kind):
//
//	Events         nothing (the zero Kind); a Healthy ends the problem
//	ActiveAlerts   the problem is over; the first look that misses it starts a timer, and
//	               a later look closes the ticket: after 10 minutes, or after CloseAfter
//	               (0 by default) where that is longer
//	Inventory      the subject is gone; the ticket gets one note and stays open. It is closed
//	               only if AbsentAfter is set (0 by default, never) and the feed has
//	               Everything; AbsentAfter counts from the note
//
// Only keys of customers that were looked at can be absent. A list of all
// customers sets [Feed].Everything; a list of some customers names them in
// [Feed].Customers. Without either, nothing is ever absent. If one page of a
// list could not be read, not everything was looked at: leave Everything false
// and name the customers whose entries were all read, or make the feed one of
// Events in this run.
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
//	it is still missing after 10 minutes           Close; a note where people work on the ticket
//	it is back within ReopenWithin of the close    Reopen (24 hours)
//	it is back later                               Create; the new ticket names the old one
//	it lasts, and a person has closed its ticket   Hold for the time of Snooze (7 days), then Create;
//	                                               at once when it gets worse, was over once, or is
//	                                               known to have begun after the close
//
// # A list that is suddenly much shorter
//
// A tool that is down often answers with a short list, or an empty one. [Diff]
// therefore counts the absent keys of each feed. When at least five are absent,
// and more than half of those that could be ([Policy].MassAbsence, 0.5), it
// closes or notes no ticket of the feed for being absent, and [Plan].Quiet says
// so. Four absent keys or fewer are not guarded: do not call Diff when your
// list could not be read.
//
// The count covers the tickets that absence could close or note. It leaves out
// tickets in a stage that [Policy].OnRecovery leaves alone, tickets on another
// board that would have to be closed, and tickets that a person reopened. It
// includes tickets that a person closed, while Snooze runs, and tickets that we
// closed within the last hour, while their key is missing. A storm counts as
// its keys, and at least as its Limit plus one.
//
// The timers run meanwhile, so a key may close in the same run that releases
// it. A key is released
//
//   - by itself, when it has been absent for 24 hours and the feed has brought
//     something newer: a problem that began, or a ticket that was created, after the
//     key went missing. No person is needed. While nothing new comes, five or more
//     tickets stay open;
//   - when a program asked the tool whether it is well ([Feed].Sure): timers and
//     MaxClose stay in force;
//   - when a person vouches for this run ([Feed].Vouched): everything absent is
//     closed in this run, even what is missing for the first time;
//   - when the list names the key again, or names so many keys that the share of
//     absent ones is no longer too large.
//
// # Actions and policies
//
// Each key that is a problem, is suppressed or has an open ticket of the owner
// has one [Action], even when nothing is done. Keep means that nothing needs
// doing now. Hold means that something may need doing and is not done;
// [Action].Would says what. One more action stands for each storm, and one for
// each open ticket whose damaged marker names no key. [Action.Reason] says why,
// in a sentence.
//
// A policy removes actions or makes them milder; storms replace many creates by
// one. Start with [DefaultPolicy]: the zero Policy closes no ticket whose
// problem is over. A caller's mistake is an [InputFault], never a silent Hold.
package reconcile
