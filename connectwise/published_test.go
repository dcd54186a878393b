package connectwise

import (
	"os"
	"strings"
	"testing"
)

// publishedRows reads the rows of a list of published fields, without comments and heading.
func publishedRows(t *testing.T, file string) [][]string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var rows [][]string
	for line := range strings.Lines(string(data)) {
		if !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "schema\t") {
			rows = append(rows, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
		}
	}
	return rows
}

// TestNoPublishedFieldIsForgotten: the client's list names every field that the
// list of all resources has for the same schema, with the same length, and has
// a row for every reference.
func TestNoPublishedFieldIsForgotten(t *testing.T) {
	type field struct{ schema, name string }
	lengths, schemas, refs := map[field]string{}, map[string]bool{}, map[string]bool{}
	rows := publishedRows(t, "testdata/fields.tsv")
	for _, row := range rows {
		if ref, isRef := strings.CutPrefix(row[0], "ref:"); isRef {
			refs[ref] = true
			continue
		}
		schemas[row[0]] = true
		lengths[field{row[0], row[1]}] = row[3] + row[4]
	}
	for _, row := range rows {
		if name, isRef := strings.CutPrefix(strings.Trim(row[2], "[]"), "->"); isRef && !refs[name] && schemaTypes[name] == nil {
			t.Errorf("%s.%s: no row ref:%s, so nothing compares its members with Ref", row[0], row[1], name)
		}
	}
	for _, row := range publishedRows(t, "connectwisetest/testdata/fields.tsv") {
		if !schemas[row[0]] {
			continue
		}
		f := field{row[0], row[1]}
		if got, ok := lengths[f]; !ok {
			t.Errorf("%s.%s is missing in the client's list", f.schema, f.name)
		} else if got != row[4]+row[5] {
			t.Errorf("%s.%s: length and mark are %q, in the client's list %q", f.schema, f.name, row[4]+row[5], got)
		}
		delete(lengths, f)
	}
	for f := range lengths {
		t.Errorf("%s.%s is not in the list of all resources", f.schema, f.name)
	}
}
