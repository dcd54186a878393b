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
// The package imports nothing else of this module: it has its own column
// tables, its own lexer and parser for filters, and its own error texts, so
// that a client that agrees with it agrees for a reason.
//
// # What is kept
//
// Partners, users, devices, sessions and their errors are seeded through the
// Add, Update and Remove methods, which are safe for concurrent use, also
// while requests are served. Statistics columns are derived from [Device] and
// [Source] in both spellings. The same seed gives byte-identical answers: ids
// count up, visas are hashes, and rates of injected faults follow
// [Config.Seed].
//
// # What differs between tenants
//
// Points on which the public sources disagree are fields of [Switches]; the
// zero value is the usual answer. [Fault] breaks requests on purpose, and
// [Bugs] breaks the server on purpose, to judge a client's test suite.
package covetest
