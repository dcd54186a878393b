// Package strict reads what people write: settings in JSON, tables in CSV,
// durations, time zones, days. It is strict so that nothing written is ignored:
// an unknown or repeated member, a value of another kind, text after the end
// are faults. All faults are found at once, each says where it is ([Fault]),
// and where there are any nothing is read.
//
// Both forms are UTF-8, with or without a byte-order mark; another encoding is
// named in the fault.
package strict
