// Package cove is a client for N-able Cove Data Protection: its JSON-RPC
// "column code" API.
package cove
