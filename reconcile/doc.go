// Package reconcile compares the problems that exist with the tickets that are
// open and says what to do about the difference.
//
// It is pure: no input or output, no clock, no randomness, no logging, and no
// goroutine that outlives a call. The time is an input ([Observation].At),
// inputs are never changed, and the same inputs in any order, on any number of
// processors, give the same [Plan], byte for byte.
//
// # Evidence has four values
//
// A key ([Key], for example one backed-up device) is
//
//   - a problem: an [Issue] names it,
//   - healthy: a [Healthy] names it,
//   - parked: a [Parked] names it; it is known, but nothing can be said about
//     it today (maintenance, no contact, excluded),
//   - absent: nothing names it.
//
// A ticket is closed on evidence only: its key is healthy, or it has been
// absent from complete observations for longer than [Policy].Gone. Parked keys
// keep what they have. [Observation].Partial and [Observation].Unseen forbid
// acting on absence, never on evidence; [Board].Partial forbids creating.
//
// # One action per key
//
// [Diff] gives every key of the observation and every open ticket of the owner
// one [Action], including the keys nothing is done about: Keep and Hold carry a
// reason ([Action.Reason]) like all others. Policies only ever remove actions:
// what a policy forbids becomes a Hold that names what would have been done.
//
// # Coming from Netwrix
//
// Who knows the ticket settings of the Netwrix add-ons for ConnectWise and
// ServiceNow (their defaults in brackets) finds them here as
//
//	TicketFloodLimit (10), TicketFloodInterval (3600)   GlobalStorm {10, 1h}, or GroupStorm for each customer
//	ConsolidationInterval (900)                         UpdateEvery 15m; a rise in severity does not wait
//	UpdateTicketOnRepetitiveAlerts (true)               Renew never; false is Renew always
//	UpdateInterval (86400), a ticket is open            Renew after 24h
//	UpdateInterval (86400), the ticket is closed        ReopenWithin 24h
//	ReopenTicketOnRepetitiveAlerts (true)               false is ReopenWithin 0
//	CorrelationInterval (2592000)                       CorrelateWithin 30d
//	EnableTicketCorrelation (true)                      false is CorrelateWithin 0
//
// There, an alert is all that is known, and no ticket is ever closed. What
// Stages, CloseAfter, Gone, Snooze and Windows do has no counterpart.
package reconcile
