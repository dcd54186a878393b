package connectwisetest

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// described is a member in the vendor's API description.
type described struct{ name, typ, format, max string }

// description reads testdata/fields.tsv, by schema.
func description(t *testing.T) map[string][]described {
	t.Helper()
	b, err := os.ReadFile("testdata/fields.tsv")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]described{}
	for i, line := range strings.Split(strings.TrimSuffix(string(b), "\n"), "\n") {
		c := strings.Split(line, "\t")
		if len(c) != 7 {
			t.Fatalf("line %d has %d columns", i+1, len(c))
		}
		if i > 0 {
			out[c[0]] = append(out[c[0]], described{c[1], c[2], c[3], c[4]})
		}
	}
	return out
}

// The server's own table of records has the members, kinds and maximum
// lengths of the vendor's description.
func TestSchemaAgainstDescription(t *testing.T) {
	known := description(t)
	c := knownCatalog()
	for name, s := range c.schemas {
		want := known[name]
		if len(want) == 0 {
			t.Errorf("%s is not described", name)
			continue
		}
		for _, d := range want {
			f := s.exact[d.name]
			if f == nil {
				t.Errorf("%s lacks %s", name, d.name)
				continue
			}
			if !fits(f, d) {
				t.Errorf("%s.%s is of kind %d, described as %s", name, f.name, f.kind, d.typ)
			}
			if max, _ := strconv.Atoi(d.max); max != f.max && name+"."+f.name != "Company.accountNumber" {
				t.Errorf("%s.%s has maximum length %d, described as %d", name, f.name, f.max, max)
			}
		}
		for _, f := range s.fields {
			if !slices.ContainsFunc(want, func(d described) bool { return d.name == f.name }) {
				t.Errorf("%s.%s is not described", name, f.name)
			}
		}
	}
	for name, r := range c.refs {
		var want []string
		for _, d := range known[name] {
			if d.name != "_info" {
				want = append(want, d.name)
			}
		}
		if !slices.Equal(want, r.members) {
			t.Errorf("%s has members %v, described as %v", name, r.members, want)
		}
	}
}

func fits(f *field, d described) bool {
	switch f.kind {
	case kindInt:
		return d.typ == "integer"
	case kindNum:
		return d.typ == "number"
	case kindBool:
		return d.typ == "boolean"
	case kindString:
		return d.typ == "string" && d.format != "date-time"
	case kindTime:
		return d.typ == "string"
	case kindEnum:
		return d.typ == "enum("+strings.Join(f.enum, " ")+")"
	case kindRef:
		return d.typ == "->"+f.of
	case kindList, kindCustom, kindObject:
		return strings.HasPrefix(d.typ, "[]") || d.typ == "->"+f.of
	}
	return d.typ == "object"
}
