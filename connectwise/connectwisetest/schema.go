package connectwisetest

import (
	_ "embed"
	"fmt"
	"slices"
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
	kindList   // list of integers, strings or references
	kindCustom // customFields
	kindObject // nested records that the owner of the field handles
)

// field is one member of a record.
type field struct {
	name       string
	index      int
	kind       kind
	item       kind   // kind of a list's elements
	of         string // name of the reference or nested type
	enum       []string
	max        int
	required   bool // required on create
	onReplace  bool // required on PUT
	readOnly   bool
	writeOnly  bool
	def        any
	ref        *refType
	compute    func(*version) any // derived when the record is read
	scope      func(*version) int64
	createOnly bool
	internal   string // name of a create-only member in errors
}

// schema is the shape of one kind of record.
type schema struct {
	name   string
	fields []*field
	exact  map[string]*field
	folded map[string]*field
}

// refType is the shape of a reference.
type refType struct {
	name    string
	members []string
	table   string // "" if the server does not keep such records
}

// member returns the exact name of a member of the reference.
func (t *refType) member(name string) (string, bool) {
	i := slices.IndexFunc(t.members, func(m string) bool { return strings.EqualFold(m, name) })
	if i < 0 {
		return "", false
	}
	return t.members[i], true
}

func (t *refType) has(member string) bool { return slices.Contains(t.members, member) }

// catalog is the parsed schema.txt.
type catalog struct {
	schemas map[string]*schema
	refs    map[string]*refType
}

// knownCatalog returns the catalog of schema.txt. Every server gets its own,
// because servers add computed values to the fields.
func knownCatalog() *catalog {
	c, err := parseCatalog(catalogRows())
	if err != nil {
		panic("connectwisetest: schema.txt: " + err.Error())
	}
	return c
}

var catalogRows = sync.OnceValue(func() []catalogRow { return splitRows(schemaText) })

// catalogRow is a line of the table, split into words. Lines of fields are
// indented.
type catalogRow struct {
	words    []string
	indented bool
}

// splitRows splits the table into rows. Comments and blank lines are rows
// without words, so that a row's index is its line.
func splitRows(text string) []catalogRow {
	var out []catalogRow
	for line := range strings.Lines(text) {
		row := catalogRow{words: strings.Fields(line), indented: line[0] == '\t'}
		if line[0] == '#' {
			row.words = nil
		}
		out = append(out, row)
	}
	return out
}

// parseCatalog reads the rows: first the references, which fields use, then the
// records. A row that is too short, or a field outside a record, is an error.
func parseCatalog(rows []catalogRow) (*catalog, error) {
	c := &catalog{schemas: map[string]*schema{}, refs: map[string]*refType{}}
	var cur *schema
	for pass := range 2 {
		for i, row := range rows {
			if len(row.words) == 0 || (pass == 0) != (!row.indented && row.words[0] == "reference") {
				continue
			}
			var err error
			switch {
			case pass == 0:
				err = c.addReference(row.words)
			case !row.indented:
				cur, err = c.addRecord(row.words)
			case cur == nil:
				err = fmt.Errorf("%q belongs to no record", strings.Join(row.words, " "))
			default:
				err = c.addField(cur, row.words)
			}
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", i+1, err)
			}
		}
	}
	return c, nil
}

func (c *catalog) addReference(row []string) error {
	arrow := len(row) - 2
	if arrow < 3 || row[arrow] != "->" {
		return fmt.Errorf("%q is not a reference: a name, its members, an arrow and a table", strings.Join(row, " "))
	}
	r := &refType{name: row[1], members: row[2:arrow]}
	if row[arrow+1] != "-" {
		r.table = row[arrow+1]
	}
	if c.refs[r.name] != nil {
		return fmt.Errorf("reference %s stands twice", r.name)
	}
	c.refs[r.name] = r
	return nil
}

func (c *catalog) addRecord(row []string) (*schema, error) {
	if len(row) != 2 || row[0] != "record" {
		return nil, fmt.Errorf("%q is not a record: a name", strings.Join(row, " "))
	}
	if c.schemas[row[1]] != nil {
		return nil, fmt.Errorf("record %s stands twice", row[1])
	}
	sc := &schema{name: row[1], exact: map[string]*field{}, folded: map[string]*field{}}
	c.schemas[sc.name] = sc
	return sc, nil
}

func (c *catalog) addField(sc *schema, row []string) error {
	if len(row) < 2 {
		return fmt.Errorf("%s: %q is short: a name, a kind and marks", sc.name, row[0])
	}
	f := &field{name: row[0], index: len(sc.fields)}
	var err error
	if f.kind, err = c.parseKind(f, row[1]); err != nil {
		return fmt.Errorf("%s.%s: %w", sc.name, f.name, err)
	}
	for _, mark := range row[2:] {
		if err := f.mark(mark); err != nil {
			return fmt.Errorf("%s.%s: %w", sc.name, f.name, err)
		}
	}
	if sc.exact[f.name] != nil {
		return fmt.Errorf("%s.%s stands twice", sc.name, f.name)
	}
	sc.fields = append(sc.fields, f)
	sc.exact[f.name] = f
	sc.folded[strings.ToLower(f.name)] = f
	return nil
}

func (f *field) mark(m string) error {
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
		return fmt.Errorf("unknown mark %q", m)
	}
	return nil
}

// plainKinds are the kinds that are written as one word.
var plainKinds = map[string]kind{
	"int": kindInt, "num": kindNum, "bool": kindBool, "str": kindString, "guid": kindString, "dt": kindTime, "date": kindTime, "any": kindAny, "map": kindInfo,
}

func (c *catalog) parseKind(f *field, k string) (kind, error) {
	if plain, ok := plainKinds[k]; ok {
		return plain, nil
	}
	switch {
	case strings.HasPrefix(k, "str("):
		var err error
		f.max, err = strconv.Atoi(strings.TrimSuffix(k[4:], ")"))
		return kindString, err
	case strings.HasPrefix(k, "enum("):
		f.enum = strings.Split(strings.TrimSuffix(k[5:], ")"), "|")
		return kindEnum, nil
	case strings.HasPrefix(k, "->"):
		f.of = k[2:]
		if f.ref = c.refs[f.of]; f.ref == nil {
			return kindObject, nil
		}
		return kindRef, nil
	case k == "[]->CustomFieldValue":
		return kindCustom, nil
	case strings.HasPrefix(k, "[]"):
		item, err := c.parseKind(f, k[2:])
		if f.item = item; item == kindObject {
			return kindObject, err
		}
		return kindList, err
	}
	return 0, fmt.Errorf("unknown kind %q", k)
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
