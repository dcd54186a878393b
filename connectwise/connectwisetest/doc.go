// Package connectwisetest is an in-memory ConnectWise PSA to test against.
//
// [Start] makes a tenant and serves its REST API on loopback; any HTTP client
// works against it. Seeds come through the methods of [Server] (AddBoard,
// AddCompany, AddTicket and so on), people edit tickets and boards through
// [Person], and Ticket, Tickets, Notes and Mails show what became of it all.
//
// The tenant is the service desk's half of the product: tickets, boards,
// companies, contacts, configurations, documents, time, members and callbacks.
// A ticket that is converted goes on as a project ticket; projects themselves
// are not kept. What the server does not serve answers "The endpoint does not
// exist.", as a wrong path does.
//
// The server is strict where the real one is: unknown members of bodies,
// scalars where references belong, misspelt or over-long members, statuses of
// other boards and unknown names in conditions are refused with the real
// server's codes. Conditions are parsed and evaluated for real. Points on
// which sources about the real server disagree are [Switches].
//
// [Fault] makes chosen requests fail, before or after their effect;
// Config.ListLag lets lists run behind writes. [Bugs] are deliberate defects:
// a client's tests should fail with any of them.
//
// The package shares no code with the client it is used to test, so that
// agreement between the two means something.
package connectwisetest
