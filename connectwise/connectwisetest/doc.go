// Package connectwisetest is an in-memory ConnectWise PSA to test against.
//
// [Start] makes a tenant and serves its REST API on loopback; any HTTP client
// works against it, [Server.Client] also in memory. Seeds come through the
// methods of [Server]: AddBoard, AddCompany, AddTicket and so on, [Server.Add]
// for every other collection. People edit tickets and boards through [Person],
// and Ticket, Tickets, Notes and Mails show what became of it all.
//
// The tenant is the service desk's half of the product: tickets, boards,
// companies, contacts, configurations, documents, time, schedule, members and
// callbacks are read and written. Agreements with their additions, the catalog,
// activities and most set-up tables are, too; projects, opportunities, orders,
// invoices and products are only read. What the real server has and this one
// lacks answers 501 with code "NotServedHere"; a path that neither has answers
// 404, "The endpoint does not exist."
//
// The server is strict where the real one is: unknown members of bodies,
// scalars where references belong, over-long members, statuses of other boards,
// references that lead nowhere and unknown names in conditions are refused with
// the real server's codes. It is lenient where the real one is: names of query
// parameters and members count without case, and an empty string is no value.
// Conditions are parsed and evaluated for real. What sources about the real
// server disagree on, and what some tenants do to their clients, are [Switches].
//
// [Fault] makes chosen requests fail, before or after their effect, or much
// later; Config.ListLag lets lists run behind writes, and [Server.Upgrade]
// changes the codebase. [Bugs] are deliberate defects: a client's tests should
// fail with any of them. [Conform] asks any tenant whether it behaves as this
// package believes.
//
// The package shares no code with the client it is used to test, so that the
// two cannot share the same mistake.
//
// What is known about the API, each fact with its source, stands in
// docs/facts/cwm-api.md.
package connectwisetest
