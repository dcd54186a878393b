// Package covedesk is the map of a module that connects N-able Cove Data
// Protection to a ConnectWise PSA service desk. It holds no code.
//
//   - [github.com/covedesk/covedesk/cove]: a typed client for Cove's JSON-RPC
//     "column code" API
//   - [github.com/covedesk/covedesk/cove/monitor]: pure rules that judge a
//     device, and a monitor for a desk
//   - [github.com/covedesk/covedesk/cove/covetest]: an in-memory Cove to test
//     against
//   - [github.com/covedesk/covedesk/connectwise]: a typed client for the
//     ConnectWise PSA REST API
//   - [github.com/covedesk/covedesk/connectwise/callback]: verifies and receives
//     callbacks
//   - [github.com/covedesk/covedesk/connectwise/desk]: a service board; one call
//     does the whole job
//   - [github.com/covedesk/covedesk/connectwise/desk/filestate]: the desk's
//     memory in a file
//   - [github.com/covedesk/covedesk/connectwise/desk/setup]: what a tenant offers
//     and allows, before the first run; the settings file
//   - [github.com/covedesk/covedesk/connectwise/desk/onboard]: companies for
//     customers that have none
//   - [github.com/covedesk/covedesk/connectwise/connectwisetest]: an in-memory
//     ConnectWise PSA to test against
//   - [github.com/covedesk/covedesk/reconcile]: pure: compares the problems that
//     exist with the tickets that are open and plans what to do
//   - [github.com/covedesk/covedesk/reconcile/mark]: the marker, a line of text
//     in a ticket
//   - [github.com/covedesk/covedesk/reconcile/alerts]: pure: turns events into an
//     observation
//   - [github.com/covedesk/covedesk/reconcile/match]: pure: which customer is
//     which company
//
// examples/synctickets uses the packages together. docs/README.md is the index
// of the documentation: a guide, the promises, a glossary, how to change
// something, and the facts about both APIs.
package covedesk
