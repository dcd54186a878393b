// Package covetest is an in-memory N-able Cove Data Protection to test
// against: the Management Service that speaks JSON-RPC at /jsonapi, the
// Microsoft 365 services beside it, and a storage node with the Reporting
// Service. Any HTTP client can use it.
//
//	srv := covetest.Start(covetest.Config{})
//	defer srv.Close()
//	customer := srv.AddPartner(covetest.Partner{Name: "Birch Dental"})
//	srv.AddDevice(covetest.Device{
//		PartnerID: customer, Name: "srv-01", OSType: 2,
//		Sources: map[string]covetest.Source{
//			"D01": {Status: 5, LastSuccess: time.Now().Add(-time.Hour)},
//		},
//	})
//	// POST Login, EnumerateAccountStatistics, ... to srv.URL
//
// The package shares with the client neither code nor texts: it has its own
// column tables, its own lexer and parser for filters, and its own error texts,
// so that client and test server cannot share the same mistake.
//
// # Services
//
//   - /jsonapi, the management service: Login and visas; partners (by name, id
//     and uid, recursive, as a tree, ancestors, history, add, modify, remove,
//     states); EnumerateAccountStatistics and its history; accounts with their
//     node, features and remote access endpoints; custom columns and
//     EnumerateColumns; users, roles, products, profiles, storages, storage
//     nodes, locations, branding, GetServerInfo
//
//   - /reporting_api and /management_api, Microsoft 365: sessions, their errors
//     and data sources, users; the visa comes as a bearer token
//
//   - /repserv_json on the storage node: QuerySessions, QueryErrors,
//     EnumerateSessionErrorsGroupDetails, QueryAudit, for callers with account
//     name and token of the device
//
//   - by GET, with the visa as a bearer token: the usage report and the
//     dashboard of recovery testing
//
// What public clients ask for beyond that, such as remote commands, reports as
// files and the web console's own pages, is refused with the words that the
// test server does not serve it. Anything else is an unknown method.
//
// # Requests are judged
//
// Names of methods, members and requested columns are case-sensitive; filters
// and orders name columns in any letters. Parameters are checked for presence
// and type. The visa stands at the top level or in the header, and its age is
// read from its text: after 15 minutes by [Config.Now] it is refused.
// Errors come with HTTP status 200, the service's own code in error.data and
// an HTML-escaped message.
//
// # What is kept
//
// Partners, users, devices, sessions and their errors are seeded through the
// Add, Edit and Remove methods, which are safe for concurrent use, also
// while requests are served. Statistics columns are derived from [Device] and
// [Source] in both spellings. The same seed gives byte-identical answers: ids
// count up, visas are hashes, and rates of injected faults follow
// [Config.Seed].
//
// The server notes how devices change, so that history is answered as of its
// time, unless [Config].Past knows it.
//
// [Server.Listen] serves on sockets with certificates of its own;
// [Server.Transport] answers without a network, which also works inside the
// bubbles of testing/synctest.
//
// # What differs between tenants
//
// Points on which the public sources disagree are fields of [Switches]; the
// zero value is the usual answer, and [Server.EditSwitches] turns them while the
// server runs. [Fault] breaks requests on purpose, and
// [Bugs] breaks the server on purpose, to judge a client's test suite.
//
// [Conform] asserts, over bare HTTP, what a client may rely on. It runs
// against this server and can be run against a sandbox tenant: that is how the
// server is kept honest.
//
// What is known about the API, each fact with its source, stands in
// docs/facts/cove-api.md.
package covetest
