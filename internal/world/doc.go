// Package world makes a managed service provider from a seed: customers with
// sites, servers, workstations and Microsoft 365 tenants whose backups
// sometimes fail, and the service desk's companies, whose names differ a
// little. The demo and the simulator use it.
//
// The state of a device at a moment depends only on the seed and that moment:
// its schedule and the troubles drawn for it say which sessions ran and how
// they ended, until [World.Change] changes that. [World.Advance] moves the
// clock and [World.CatchUp] follows a running one. Both show the changes to the
// two test servers, through the seed API that any program can use.
package world
