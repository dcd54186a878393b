package connectwisetest

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// A row that is too short, unknown or duplicate is an error, wherever it is.
func TestFaultyRows(t *testing.T) {
	for text, want := range map[string]string{
		"record A\n\tid int !\n\tname\n": "line 3: A: \"name\" is short",
		"record A\n\tid whole\n":         "line 2: A.id: unknown kind \"whole\"",
		"record A\n\tname str(x)\n":      "line 2: A.name: strconv.Atoi",
		"record A\n\tid int ?\n":         "line 2: A.id: unknown mark \"?\"",
		"record A\n\tid int\n\tid int\n": "line 3: A.id stands twice",
		"record A\nrecord A\n":           "line 2: record A stands twice",
		"record\n":                       "line 1: \"record\" is not a record",
		"A\n":                            "line 1: \"A\" is not a record",
		"\tid int\n":                     "line 1: \"id int\" belongs to no record",
		"reference R -> x\n":             "line 1: \"reference R -> x\" is not a reference",
		"reference R id name\n":          "line 1: \"reference R id name\" is not a reference",
		"# said\nreference R id -> x\nreference R id name -> -\n": "line 3: reference R stands twice",
		"record A\n\tr ->R\n\treference str\nreference R id -> x": "",
	} {
		_, err := parseCatalog(splitRows(text))
		if want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want)) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// Every served collection has its records in the table of schemas, every record
// in that table is served or part of one that is served, and every reference
// names a table.
func TestRegistration(t *testing.T) {
	s := NewServer(Config{})
	used := map[string]bool{"ConfigurationReference": true, "TimeEntryReference": true} // lists of a ticket
	for _, sp := range specs {
		sc := s.catalog.schemas[sp.schema]
		if sc == nil {
			t.Errorf("%s is served, but the table of records has no %s", sp.path, sp.schema)
			continue
		}
		used[sp.schema] = true
		for _, f := range sc.fields {
			used[f.of] = true
		}
		if sp.parent != "" && s.tables[sp.parent] == nil {
			t.Errorf("%s lies below %s, which is not kept", sp.name, sp.parent)
		}
		if depth := strings.Count(sp.path, "#"); (depth == 0) != (sp.parent == "") && sp.path != "" {
			t.Errorf("%s has depth %d and parent %q", sp.path, depth, sp.parent)
		}
	}
	for name := range s.catalog.schemas {
		if !used[name] {
			t.Errorf("nothing is made of record %s", name)
		}
	}
	for name, r := range s.catalog.refs {
		if !used[name] {
			t.Errorf("nothing holds a %s", name)
		}
		if r.table != "" && s.tables[r.table] == nil {
			t.Errorf("%s leads to %s, which is not kept", name, r.table)
		}
	}
}

// Every path of the vendor's description is served or listed as not served,
// and none is both.
func TestPathsOfDescription(t *testing.T) {
	s := NewServer(Config{})
	b, err := os.ReadFile("testdata/paths.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Fields(string(b)) {
		methods, _ := s.route(strings.Split(path, "/"))
		if methods == nil && !unserved(strings.Split(path, "/")) {
			t.Errorf("%s is neither served nor listed in unserved.txt", path)
		}
	}
	for _, path := range unservedPaths() {
		key := strings.Split(path, "/")
		if methods, names := s.route(key); methods != nil && names == nil {
			t.Errorf("%s is served and listed in unserved.txt", path)
		}
	}
	if !slices.IsSorted(unservedPaths()) {
		t.Error("unserved.txt is not in order")
	}
}
