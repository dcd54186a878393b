// Package connectwise is a client for the REST API of ConnectWise PSA
// (formerly ConnectWise Manage), v4_6_release/apis/3.0, in the cloud and on
// premises: the service desk half of it typed whole, everything else within
// reach.
//
// # Connecting
//
// [NewClient] takes [Credentials]: a site, the company id of the login page,
// the keys of an API member, and the client id of the program. The site may
// be the login host (na.myconnectwise.net), the API host
// (api-na.myconnectwise.net) or the host of an on-premises server. Where the
// API is (its host and the codebase in its path) is asked for at the first
// call and kept; when a tenant is upgraded it is found again. Keys go to that
// host and nowhere else, and never into a log or an error.
//
// [SystemModule.Check] is the "test connection" button: it tells whether
// server, company, keys, client id and permissions are as they should be, and
// what to do about what is not.
//
// # Collections
//
// The fields of a [Client] mirror the paths of the API:
// client.Service.Tickets is service/tickets, client.Service.Tickets.Notes(id)
// the notes of a ticket. Each is a [Collection] with List, Count, Get,
// Create, Replace, Patch and Delete. What has no type here is a struct
// and a line away with [NewCollection]; what is no collection goes through
// [Client.Do].
//
// List is an iterator over all pages, All reads them into a slice; both end on
// the server's word or an empty page, never on a short one. [ListOptions]
// narrow, order and trim them; with ByIDRange big lists come several pages at
// once. [Where] builds conditions, with a ? for each value, and refuses values
// that cannot be written so that they match only themselves.
//
// # Records
//
// Records are plain structs. Zero fields are left out of writes, and what the
// server sets is never sent. To send false, zero or null, give [Set] to the
// write; to clear a member, [Remove]:
//
//	tickets.Patch(ctx, id, connectwise.Set("customerUpdatedFlag", false), connectwise.Remove("owner"))
//
// Set("customFields/Vendor Ticket", "4711") sets one custom field.
//
// Names, forms and lengths are checked before anything is sent, and all that
// is wrong is reported at once, by field. A [Ref] points to another record, by
// id, name or identifier. [Time] and [Number] read what servers really write
// and keep it. Members that are not known here are ignored when read; embed a
// struct to add them.
//
// Tickets mail people: pass [Silent] to a write that must not.
//
// # Errors
//
// Every failed call returns an [*Error] with the status, the server's code,
// message and field errors, the request's id and the likely cause; errors.Is
// matches it to a class such as [ErrNotFound] or [ErrForbidden].
//
// An answer that cannot be read (a page of HTML, a list cut short, null) is an
// error and never counts as an empty list or a missing record.
//
// [ErrOutcomeUnknown] marks a write that may or may not have been executed:
// the connection broke, the server answered 500. The API has no idempotency
// keys, so such a write is never repeated by itself; look it up first.
// [WithRetry] says what is repeated. [WithAnswer] notes the request ids of
// calls that succeed.
//
// # Limits
//
// A client sends at most 300 requests in any minute, in bursts of 30, and 6 at
// once; [WithLimiter] replaces the pace. After a 429 all requests of the client,
// and of those made from it by [Client.With], pause and go on at half the rate.
// Pages hold 1,000 records and are read whole, up to 64 KiB a record and 1 MiB; a
// single record up to 2 MiB, other answers up to 16 MiB. Documents are streamed.
// URLs are kept below 1,900 characters: longer conditions are searched for, or
// [ErrTooLong]; see [Collection.List].
//
// Times are UTC in whole seconds. Servers compare texts without regard to case
// and trailing spaces, and a record that was just created may take seconds to
// show in lists.
//
// # Testing
//
// The package connectwisetest is a server to test programs against;
// docs/mocking.md tells of that and of other ways.
//
// # Building
//
// The package builds and passes its tests with GOEXPERIMENT=jsonv2, too.
//
// What is known about the API, each fact with its source, stands in
// docs/facts/cwm-api.md.
package connectwise
