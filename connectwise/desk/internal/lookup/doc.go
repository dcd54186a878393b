// Package lookup compares what people write with the names of records: in any
// letters, or by the record's id, and says what they may have meant.
package lookup
