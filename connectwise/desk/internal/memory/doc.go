// Package memory holds what a desk remembers from run to run: the keys with
// their tickets, creates that were started, and standing stops. Where memory
// and tickets disagree, the tickets count.
package memory
