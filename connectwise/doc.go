// Package connectwise is a client for the REST API of ConnectWise PSA (formerly
// ConnectWise Manage), v4_6_release/apis/3.0, in the cloud and on premises. It
// has types for the service desk part of the API, and two general methods for
// everything else.
//
// # Connecting
//
// [NewClient] takes [Credentials]: a site, the company id of the login page,
// the keys of an API member, and the client id of the program. The site may be
// the login host (na.myconnectwise.net), the API host
// (api-na.myconnectwise.net) or the host of an on-premises server. The first
// call asks the server for the API's address: its host, and the codebase in its
// path. The client keeps the address, and asks again after a tenant was
// upgraded. It sends keys only to that host, and never writes them into a log
// or an error.
//
// [SystemModule.Check] tests the connection: it checks server, company, keys,
// client id and permissions, and says what to do about each one that is wrong.
//
// [WithAuth] signs in another way: [Impersonate] acts as another member.
//
// # Collections
//
// The fields of a [Client] mirror the paths of the API:
// client.Service.Tickets is service/tickets, client.Service.Tickets.Notes(id)
// the notes of a ticket. Each is a [Collection] with List, ListPage, Count,
// Get, Create, Replace, Patch and Delete. What has no type here is a struct
// and a line away with [NewCollection]; what is not a collection goes through
// [Client.Do].
//
// List is an iterator over all pages; All reads them into a slice. A list ends
// when the server says so or a page is empty, never on a short page.
// [ListOptions] filter and order a list and limit its members; with ByIDRange
// several pages of a big list are read at once. [Where] builds conditions, with
// a ? for each value. It refuses values that cannot be quoted safely.
//
// # Records
//
// Records are plain structs. Writes leave out zero fields and members that the
// server sets. To send false, zero or null, pass [Set] to the write; to clear a
// member, pass [Remove]:
//
//	tickets.Patch(ctx, id, connectwise.Set("customerUpdatedFlag", false), connectwise.Remove("owner"))
//
// Set("customFields/Vendor Ticket", "4711") sets one custom field.
//
// Names, forms and lengths are checked before anything is sent. The error lists
// all wrong fields at once. A [Ref] refers to another record, by id, name or
// identifier. [Time] and [Number] read the unusual forms that servers send, and
// write them back unchanged. Members without a field are ignored when read;
// embed a struct of this package in your own to add them.
//
// Servers send e-mail about tickets: pass [Silent] to a write that must not
// cause any.
//
// # Errors
//
// Every failed call returns an [*Error] with the status, the server's code,
// message and field errors, the request's id and the likely cause. Test its
// class with errors.Is, for example [ErrNotFound] or [ErrForbidden].
//
// An answer that cannot be read (an HTML page, half a list, null) is an error
// and never counts as an empty list or a missing record.
//
// [ErrOutcomeUnknown] marks a write that may have been executed: for example
// the connection broke, or the server answered 500. The API has no idempotency
// keys, so the client never repeats such a write; look up its effect first.
// [Retry] says what is repeated. [WithAnswer] returns the request ids of calls
// that succeed.
//
// # Limits
//
// A client sends at most 300 requests in any minute, in bursts of 30, and 6 at
// once; [WithLimiter] replaces the pace. After a 429 all requests of the client,
// and of those made from it by [Client.With], pause and go on at half the rate.
// Pages hold 1,000 records and are read whole, up to 64 KiB a record and 1 MiB; a
// single record up to 2 MiB, other answers up to 16 MiB. Documents are streamed.
// URLs are kept below 1,900 characters: longer conditions are searched for or
// split, see [Collection.List].
//
// Times are UTC in whole seconds. Servers ignore case and trailing spaces when
// they compare texts. A new record may appear in lists only after some seconds.
//
// # Testing
//
// Package connectwisetest is a server to test programs against. docs/mocking.md
// describes this and other ways to test.
//
// # Building
//
// The package also builds and passes its tests with GOEXPERIMENT=jsonv2.
//
// docs/facts/cwm-api.md lists what is known about the API, each fact with its
// source.
package connectwise
