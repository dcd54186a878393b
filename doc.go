// Package covedesk is the map of a module that connects N-able Cove Data
// Protection to a ConnectWise PSA service desk. It holds no code.
//
//   - [github.com/covedesk/covedesk/cove]: a typed client for Cove's JSON-RPC
//     "column code" API
//   - [github.com/covedesk/covedesk/cove/monitor]: pure rules that judge a
//     device and turn a fleet into an observation
//   - [github.com/covedesk/covedesk/cove/covetest]: an in-memory Cove to test
//     against
//   - [github.com/covedesk/covedesk/connectwise]: a typed client for the
//     ConnectWise PSA REST API
//   - [github.com/covedesk/covedesk/connectwise/desk]: a service board as
//     reconcile sees it: load its tickets, apply a plan
//   - [github.com/covedesk/covedesk/connectwise/desk/setup]: what a tenant offers
//     and allows, before the first run
//   - [github.com/covedesk/covedesk/connectwise/connectwisetest]: an in-memory
//     ConnectWise PSA to test against
//   - [github.com/covedesk/covedesk/reconcile]: pure: the problems that exist
//     against the tickets that are open, and what to do about the difference
//   - [github.com/covedesk/covedesk/reconcile/match]: pure: which customer is
//     which company
//
// The packages are used together in examples/synctickets.
package covedesk
