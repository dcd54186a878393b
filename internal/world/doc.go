// Package world makes a managed service provider out of a seed: customers with
// sites, servers, workstations and Microsoft 365 tenants whose backups
// sometimes fail, and the service desk's companies, whose names differ a
// little. It stands behind the demo and the simulator.
//
// What a device looks like at a moment follows from the seed and that moment
// alone: its schedule and the troubles drawn for it say which sessions ran and
// how they ended, until [World.Change] says otherwise. [World.Advance] moves
// the clock and [World.CatchUp] follows a running one; both show the two test
// servers what has changed, through the seed API that any program can use.
package world
