package setup

import (
	"cmp"
	"encoding"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/internal/strict"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

var update = flag.Bool("update", false, "write docs/settings.md")

const document = "../../../docs/settings.md"

// comments are the doc comments of fields in the packages that the file is read into, by
// "package.Type.Field". A comment over several fields is that of each.
func comments(t *testing.T) map[string]string {
	t.Helper()
	docs := map[string]string{}
	for _, dir := range []string{".", "..", "../../../reconcile", "../../../reconcile/match"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		must(t, err)
		for _, name := range files {
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
			must(t, err)
			ast.Inspect(file, func(n ast.Node) bool {
				spec, ok := n.(*ast.TypeSpec)
				if !ok {
					return true
				}
				fields, ok := spec.Type.(*ast.StructType)
				if !ok {
					return true
				}
				last := ""
				for _, f := range fields.Fields.List {
					if text := f.Doc.Text() + f.Comment.Text(); text != "" {
						last = text
					}
					for _, name := range f.Names {
						docs[filepath.Base(mustAbs(t, dir))+"."+spec.Name.Name+"."+name.Name] = last
					}
				}
				return true
			})
		}
	}
	return docs
}

func mustAbs(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	must(t, err)
	return abs
}

// row is a member of the file.
type row struct{ path, kind, meaning string }

// members lists what a value of the type can hold in the file.
func members(docs map[string]string, t reflect.Type, path string, rows []row) []row {
	for _, f := range reflect.VisibleFields(t) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "" || name == "-" {
			continue
		}
		owner := t
		if len(f.Index) > 1 {
			owner = t.Field(f.Index[0]).Type
		}
		if owner == reflect.TypeFor[policy]() {
			owner = reflect.TypeFor[reconcile.Policy]()
		}
		meaning := cmp.Or(docs[filepath.Base(owner.PkgPath())+"."+owner.Name()+"."+f.Name], docs["desk.Config."+f.Name])
		at := strings.TrimPrefix(path+"."+name, ".")
		kind, below := kindOf(f.Type)
		rows = append(rows, row{at, kind, sentence(f.Name, name, meaning)})
		if below != nil {
			suffix := ""
			switch {
			case strings.HasPrefix(kind, "list"):
				suffix = "[]"
			case f.Type.Kind() == reflect.Map && f.Type.Elem().Kind() == reflect.Map:
				suffix = ".….…"
			case f.Type.Kind() == reflect.Map:
				suffix = ".…"
			}
			rows = members(docs, below, at+suffix, rows)
		}
	}
	return rows
}

// kindOf names what is written for a type, and gives the type of its members.
func kindOf(t reflect.Type) (kind string, below reflect.Type) {
	switch t {
	case reflect.TypeFor[time.Duration]():
		return "duration", nil
	case reflect.TypeFor[time.Weekday]():
		return "day", nil
	case reflect.TypeFor[time.Time]():
		return "time", nil
	case reflect.TypeFor[*time.Location]():
		return "time zone", nil
	case reflect.TypeFor[wording]():
		return "template", nil
	case reflect.TypeFor[text]():
		return "text, number, true or false", nil
	case reflect.TypeFor[mapping]():
		return "list of objects", reflect.TypeFor[match.Row]()
	case reflect.TypeFor[map[string]map[level]urgency]():
		return "text or object", reflect.TypeFor[urgency]()
	}
	if _, ok := reflect.New(t).Interface().(encoding.TextUnmarshaler); ok {
		return "word", nil
	}
	switch t.Kind() {
	case reflect.Bool:
		return "true or false", nil
	case reflect.Int:
		return "whole number", nil
	case reflect.Float64:
		return "number", nil
	case reflect.Struct:
		return "object", t
	case reflect.Pointer:
		return kindOf(t.Elem())
	case reflect.Slice:
		kind, below = kindOf(t.Elem())
		return "list of " + strings.NewReplacer("object", "objects", "text", "texts", "word", "words", "day", "days").Replace(kind), below
	case reflect.Map:
		kind, below = kindOf(t.Elem())
		return kind + " by name", below
	}
	return "text", nil
}

var (
	docLink = regexp.MustCompile(`\[([A-Za-z.]+)\](\.[A-Za-z]+)?`)
	blanks  = regexp.MustCompile(`\s+`)
)

// sentence is the first paragraph of a comment, with the member's own name.
func sentence(field, name, comment string) string {
	comment, _, _ = strings.Cut(comment, "\n\n")
	comment, _, _ = strings.Cut(comment, "\n\t")
	comment = docLink.ReplaceAllString(comment, "$1$2")
	comment = strings.TrimSpace(blanks.ReplaceAllString(comment, " "))
	comment = strings.NewReplacer("DefaultOwner", strconv.Quote(desk.DefaultOwner), "DefaultAtOnce", strconv.Itoa(desk.DefaultAtOnce),
		"DefaultSettle", strict.FormatDuration(desk.DefaultSettle)).Replace(comment)
	if rest, ok := strings.CutPrefix(comment, field+" "); ok {
		comment = "`" + name + "` " + rest
	}
	return strings.ReplaceAll(comment, "|", `\|`)
}

// The page that explains the file is made from the code that reads it.
func TestDocument(t *testing.T) {
	var b strings.Builder
	b.WriteString(`# The settings file

One JSON file holds all that a program is told. This page is made from the code that reads the file: the test of
` + "`connectwise/desk/setup`" + ` compares the two. Names such as NewStatus in the sentences are those of ` + "`desk.Config`" + ` and stand for the members
of the same name.

- Reading is strict: an unknown or repeated member, or a value of another kind, is refused with its path and the nearest right names. All
  faults come at once, and then nothing is read.
- Boards, statuses, priorities and other records of the service desk go by name, in any letters, or by id. Customers go by id or by name.
- A duration is a text such as "90m", "36h" or "10d"; a day is "mon" to "sun"; a time zone is a name such as "America/New_York".
- What is left out keeps its default.
- Beside these, a program has sections of its own, such as rules and notify; its page explains them.

` + "`setup.File.Verify`" + ` holds the file against the service desk, one line a setting. The last ten versions are kept beside the file.

| member | kind | meaning |
|---|---|---|
`)
	docs := comments(t)
	rows := members(docs, reflect.TypeFor[settings](), "", nil)
	for _, r := range rows {
		if r.meaning == "" {
			t.Errorf("%s is not explained", r.path)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r.path, r.kind, r.meaning)
	}
	if len(rows) < 80 {
		t.Errorf("%d members", len(rows))
	}
	if *update {
		must(t, os.WriteFile(document, []byte(b.String()), 0o644))
	}
	data, err := os.ReadFile(document)
	must(t, err)
	if string(data) != b.String() {
		t.Error("docs/settings.md is not what the code says: go test ./connectwise/desk/setup -run Document -update")
	}
}
