// Package lookup finds records by names that people write, ignoring case, or by
// their ids, and suggests similar names.
package lookup
