// Package strict reads what people write: settings in JSON, tables in CSV,
// durations, time zones, days. It is strict so that nothing is ignored: an
// unknown or repeated member, a value of the wrong kind, and text after the end
// are faults. It finds all faults at once, each with its place ([Fault]). If
// there is any, nothing is read.
//
// JSON and CSV are UTF-8, with or without a byte-order mark. Any other encoding
// is a fault that names it.
package strict
