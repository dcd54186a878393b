// Package covetest is an in-memory N-able Cove Data Protection for tests: the
// Management Service, which speaks JSON-RPC at /jsonapi, the Microsoft 365
// services beside it, and a storage node with the Reporting Service. Any HTTP
// client can use it.
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
// The package shares no code with the client. It has its own column tables, its
// own parser for filters and its own error texts, so that client and test
// server cannot share a mistake.
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
// Public clients use further methods, such as remote commands, report files and
// the web console's own pages. Those are refused with an error that says the
// test server does not serve them. Any other method is unknown.
//
// # How requests are checked
//
// Names of methods, members and requested columns are case-sensitive; column
// names in filters and orders are not. Parameters are checked for presence and
// type. The visa may be at the top level of a request or in the header. It is
// refused after 15 minutes by [Config.Now]. Errors have HTTP status 200, the
// service's own code in error.data and an HTML-escaped message.
//
// # Test data
//
// The Add, Edit and Remove methods set up partners, users, devices, sessions
// and their errors. They are safe for concurrent use, also while requests are
// served. Statistics columns are derived from [Device] and [Source] in both
// spellings. The same test data gives byte-identical answers: ids count up,
// visas are hashes, and random faults follow [Config.Seed].
//
// The server records changes of devices and answers queries about the past from
// that record, or from [Config].Past if it is set.
//
// [Server.Listen] serves on sockets, with certificates that the server makes
// itself. [Server.Transport] answers without a network, which also works in a
// testing/synctest bubble.
//
// # What differs between tenants
//
// The fields of [Switches] are points on which public sources disagree. The
// zero value is the usual behaviour; [Server.EditSwitches] changes them while
// the server runs. A [Fault] makes chosen requests fail. [Bugs] are defects of
// the server, for testing a client's test suite.
//
// [Conform] checks over plain HTTP what a client may rely on. The package's
// tests run it against this server. Run it against a sandbox tenant to find
// where the two differ.
//
// docs/facts/cove-api.md lists what is known about the API, each fact with its
// source.
package covetest
