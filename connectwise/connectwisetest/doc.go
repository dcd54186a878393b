// Package connectwisetest is an in-memory ConnectWise PSA for tests.
//
// [Start] creates a tenant and serves its REST API on loopback, for any HTTP
// client. The client of [Server.Client] also works in memory. Methods of
// [Server] add test data: AddBoard, AddCompany, AddTicket and so on, and
// [Server.Add] for every other collection. [Person] edits tickets and boards as
// a person does. Ticket, Tickets, Notes and Mails return the results.
//
// The tenant has the service desk part of the product. Tickets, boards,
// companies, contacts, configurations, documents, time, schedule, members and
// callbacks can be read and written, and so can agreements with their
// additions, the catalog, activities and most set-up tables. Projects,
// opportunities, orders, invoices and products can only be read. A path that
// only the real server has answers 501 with code "NotServedHere". A path that
// neither has answers 404, "The endpoint does not exist."
//
// The server is strict where the real one is. With the real server's codes it
// refuses unknown members of bodies, scalars in place of references, too long
// members, statuses of other boards, references to missing records, and unknown
// names in conditions. It is lenient where the real one is: it ignores case in
// names of query parameters and members, and an empty string means no value. It
// parses and evaluates conditions. [Switches] set behaviour on which sources
// disagree or tenants differ.
//
// A [Fault] makes chosen requests fail, before or after their effect, or delays
// their effect. Config.ListLag delays writes in lists, and [Server.Upgrade]
// changes the codebase. [Bugs] are deliberate defects: a client's tests should
// fail with any of them. [Conform] checks whether a tenant behaves as this
// package assumes.
//
// The package shares no code with the client, so that client and test server
// cannot share a mistake.
//
// docs/facts/cwm-api.md lists what is known about the API, each fact with its
// source.
package connectwisetest
