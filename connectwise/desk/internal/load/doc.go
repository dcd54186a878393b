// Package load reads the tickets that may concern a desk and converts them for
// package reconcile. It also finds out what happened to tickets that the memory
// knows.
package load
