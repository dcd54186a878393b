// Package alerts turns events into an observation for reconcile. It serves a
// tool that sends messages ("bad", "bad again", sometimes "over") but has no
// list of what is wrong now. It is pure: the time is an argument and the
// [State] is a value that the caller keeps.
//
//	state, obs, err := alerts.Update(state, events, at, alerts.DefaultRules("zabbix"))
//	plan, err := reconcile.Diff(obs, board, policy)
//	// carry the plan out; then, for the keys whose tickets were written:
//	state = state.Said(keys...)
//
// A program that uses a desk does all of this with one call, desk.Events.
//
// # What becomes of an event
//
// The first event of a key is a problem at once. Events that repeat it are
// collected: each Rules.Consolidate, their details become one update of the
// ticket, and no detail is lost. A rise in severity does not wait. An event
// with Over ends the problem; silence never does.
//
// Set [reconcile.Policy].UpdateEvery to 0. Otherwise an update waits for both
// intervals.
//
// # Coming from Netwrix
//
// The table lists the ticket settings of the Netwrix add-ons (their defaults in
// brackets) and what does the same here. P is the reconcile.Policy.
//
//	TicketFloodLimit (10), TicketFloodInterval (3600)  P.CustomerStorm or P.GlobalStorm {10, 1h}
//	ConsolidationInterval (900)                        Rules.Consolidate 15m
//	UpdateTicketOnRepetitiveAlerts (true)              Rules.EachItsOwn false
//	UpdateInterval (86400), the ticket is open         Rules.NewAfter 24h
//	UpdateInterval (86400), the ticket is closed       P.ReopenWithin 24h
//	ReopenTicketOnRepetitiveAlerts (true)              false is P.ReopenWithin 0
//	CorrelationInterval (2592000)                      P.CorrelateWithin 30d
//	EnableTicketCorrelation (true)                     false is P.CorrelateWithin 0: only the last ticket is named
//	queued records (5000 records, 7 days)              Rules.MaxAlerts 5000, Rules.MaxAge 7d
//
// In that product the alerts of a flood share a ticket that never ends, and
// nothing is ever closed. Here the storm ends, and an event with Over closes
// its ticket.
package alerts
