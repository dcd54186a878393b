// Package load reads the tickets that may concern a desk and turns them into the
// facts that reconcile goes by; it sees what has become of those that the memory
// knows.
package load
