package connectwise

import "fmt"

// Op changes one member of a record in a write. Patch sends the ops. Create and
// Replace apply them to the JSON of the record before they send it, so that
// false, zero and null can be written although zero fields are left out.
//
// A path is the JSON name of a member ("summary", "customerUpdatedFlag"),
// case-sensitive, or an element of an array ("communicationItems/1",
// "communicationItems/1/value"). Path and length are checked against the type
// before anything is sent.
//
// Set("customFields/Vendor Ticket", "4711") sets the custom field with that
// caption; a decimal id may stand in place of the caption. The value nil clears
// the field. The client first reads the record's custom fields, with one more
// request.
type Op struct {
	kind  string
	path  string
	value any
}

// Set sets a member to a value. The value is encoded as JSON: for example
// ByName("Closed") for a reference, false, 0, or nil for null.
func Set(path string, value any) Op { return Op{kind: "replace", path: path, value: value} }

// Silent makes a write to a ticket or note send no e-mail: it sets
// processNotifications to false. Without it servers send e-mail about tickets.
func Silent() Op { return Set("processNotifications", false) }

// Add inserts an element into an array before the index in the path, or sets a
// member that is missing.
func Add(path string, value any) Op { return Op{kind: "add", path: path, value: value} }

// Remove clears a member or removes an element of an array. Elements are
// removed in the order of the ops, so remove the highest index first.
func Remove(path string) Op { return Op{kind: "remove", path: path} }

// Path returns the path that the op changes.
func (o Op) Path() string { return o.path }

// Value returns the value that Set or Add was given, nil for Remove.
func (o Op) Value() any { return o.value }

// String returns the op and its path, without the value, which may be private.
func (o Op) String() string { return fmt.Sprintf("%s %s", o.kind, o.path) }
