package connectwisetest

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

//go:embed schema.txt
var schemaText string

type kind uint8

const (
	kindInt kind = iota
	kindNum
	kindBool
	kindString
	kindTime
	kindEnum
	kindAny
	kindInfo
	kindRef
	kindList   // of integers, strings or references
	kindCustom // customFields
	kindObject // nested records the owner of the field knows
)

// field is one member of a record.
type field struct {
	name       string
	index      int
	kind       kind
	item       kind   // of a list
	of         string // the reference or nested type
	enum       []string
	max        int
	required   bool // on create
	onReplace  bool // on PUT
	readOnly   bool
	writeOnly  bool
	def        any
	ref        *refType
	compute    func(*version) any // derived when read
	scope      func(*version) int64
	createOnly bool
	internal   string // what errors call a create-only member
}

// schema is the shape of one kind of record.
type schema struct {
	name   string
	fields []*field
	exact  map[string]*field
	folded map[string]*field
	info   *field
}

// refType is the shape of a reference.
type refType struct {
	name    string
	members []string
	table   string // "" when the server keeps no such records
}

func (t *refType) has(member string) bool {
	for _, m := range t.members {
		if m == member {
			return true
		}
	}
	return false
}

// catalog is the parsed schema.txt.
type catalog struct {
	schemas map[string]*schema
	refs    map[string]*refType
}

// parseCatalog builds a catalog of its own for every server, because servers
// hang derivations on the fields.
func parseCatalog() *catalog {
	c := &catalog{schemas: map[string]*schema{}, refs: map[string]*refType{}}
	lines := catalogLines()
	for _, l := range lines {
		if l[0] == "reference" {
			r := &refType{name: l[1]}
			arrow := len(l) - 2
			r.members = l[2:arrow]
			if l[arrow+1] != "-" {
				r.table = l[arrow+1]
			}
			c.refs[r.name] = r
		}
	}
	var cur *schema
	for _, l := range lines {
		switch {
		case l[0] == "reference":
		case len(l) == 1:
			cur = &schema{name: l[0], exact: map[string]*field{}, folded: map[string]*field{}}
			c.schemas[cur.name] = cur
		default:
			f := c.parseField(l)
			f.index = len(cur.fields)
			cur.fields = append(cur.fields, f)
			cur.exact[f.name] = f
			cur.folded[strings.ToLower(f.name)] = f
			if f.kind == kindInfo {
				cur.info = f
			}
		}
	}
	return c
}

var catalogLines = sync.OnceValue(func() [][]string {
	var out [][]string
	for line := range strings.Lines(schemaText) {
		if words := strings.Fields(line); len(words) > 0 && words[0] != "#" {
			out = append(out, words)
		}
	}
	return out
})

func (c *catalog) parseField(words []string) *field {
	f := &field{name: words[0]}
	f.kind = c.parseKind(f, words[1])
	for _, m := range words[2:] {
		switch {
		case m == "*":
			f.required = true
		case m == "^":
			f.onReplace = true
		case m == "!":
			f.readOnly = true
		case m == "w":
			f.writeOnly = true
		case strings.HasPrefix(m, "="):
			f.def = parseDefault(f.kind, m[1:])
		default:
			panic(fmt.Sprintf("schema: unknown mark %q", m))
		}
	}
	return f
}

func (c *catalog) parseKind(f *field, k string) kind {
	switch k {
	case "int":
		return kindInt
	case "num":
		return kindNum
	case "bool":
		return kindBool
	case "str", "guid":
		return kindString
	case "dt", "date":
		return kindTime
	case "any":
		return kindAny
	case "map":
		return kindInfo
	}
	switch {
	case strings.HasPrefix(k, "str("):
		f.max, _ = strconv.Atoi(strings.TrimSuffix(k[4:], ")"))
		return kindString
	case strings.HasPrefix(k, "enum("):
		f.enum = strings.Split(strings.TrimSuffix(k[5:], ")"), "|")
		return kindEnum
	case strings.HasPrefix(k, "->"):
		f.of = k[2:]
		if f.ref = c.refs[f.of]; f.ref == nil {
			return kindObject
		}
		return kindRef
	case k == "[]->CustomFieldValue":
		return kindCustom
	case strings.HasPrefix(k, "[]"):
		f.item = c.parseKind(f, k[2:])
		if f.item == kindObject {
			return kindObject
		}
		return kindList
	}
	panic(fmt.Sprintf("schema: unknown kind %q", k))
}

func parseDefault(k kind, s string) any {
	switch k {
	case kindBool:
		return s == "true"
	case kindInt:
		n, _ := strconv.ParseInt(s, 10, 64)
		return n
	case kindNum:
		n, _ := strconv.ParseFloat(s, 64)
		return n
	}
	return s
}

// olderLimits are the maximum lengths that differ from the newest release, by
// schema and member: the first is 2022.1, the second 2025.1.
var olderLimits = map[string][2]int{
	"Ticket.siteName":        {50, 50},
	"ProjectTicket.siteName": {50, 50},
	"Company.identifier":     {25, 30},
	"Company.name":           {50, 50},
	"CompanySite.name":       {50, 50},
}

func (c *catalog) limit(l Limits) {
	if l == Limits2026 {
		return
	}
	for name, max := range olderLimits {
		s, f, _ := strings.Cut(name, ".")
		n := max[0]
		if l == Limits2025 {
			n = max[1]
		}
		c.schemas[s].exact[f].max = n
	}
	c.schemas["Company"].exact["accountNumber"].max = 41
}
