package connectwise

import "fmt"

// Op changes one member of a record in a write. With Patch the ops are the
// whole change; with Create and Replace they are applied to the JSON of the
// record before it is sent, so that false, zero and null can be written
// although zero fields are left out.
//
// A path is the JSON name of a member ("summary", "customerUpdatedFlag"),
// case-sensitive, or an element of an array ("communicationItems/1",
// "communicationItems/1/value"). It is checked against the type before
// anything is sent, as are lengths.
//
// Set("customFields/Vendor Ticket", "4711") gives the custom field with that
// caption, or with a decimal id in its place, a value; nil clears it. The
// client first reads what the record's fields are, one more request.
type Op struct {
	kind  string
	path  string
	value any
}

// Set gives a member a value: a Go value that encodes to the JSON wanted, so
// ByName("Closed") for a reference, false, 0, or nil for null.
func Set(path string, value any) Op { return Op{kind: "replace", path: path, value: value} }

// Silent keeps a write from mailing anybody: it sets processNotifications to
// false, which tickets and their notes have. Servers mail about tickets unless
// they are told not to.
func Silent() Op { return Set("processNotifications", false) }

// Add inserts an element into an array before the index in the path, or gives
// an absent member its value.
func Add(path string, value any) Op { return Op{kind: "add", path: path, value: value} }

// Remove clears a member or takes an element out of an array. Elements are
// taken out in the order of the ops: remove the highest index first.
func Remove(path string) Op { return Op{kind: "remove", path: path} }

// Path returns the path the op changes.
func (o Op) Path() string { return o.path }

// Value returns what Set and Add were given.
func (o Op) Value() any { return o.value }

// String shows the op and its path, not the value, which may be private.
func (o Op) String() string { return fmt.Sprintf("%s %s", o.kind, o.path) }
