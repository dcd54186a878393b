package covedesk

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/covedesk/covedesk"

// arrows says which of our packages a package may import. A package that is not
// listed may not exist. Every package may import those of everyones, except the
// test servers and everyones itself.
var arrows = map[string][]string{
	".":                    {},
	"internal/strict":      {"internal/text"},
	"internal/secrettest":  {},
	"internal/testserver":  {},
	"internal/text":        {},
	"internal/transport":   {},
	"internal/world":       {"cove/covetest", "connectwise/connectwisetest"},
	"cove":                 {"internal/transport"},
	"cove/monitor":         {"cove", "reconcile", "reconcile/mark"},
	"cove/covetest":        {"internal/testserver"},
	"connectwise":          {"internal/transport"},
	"connectwise/callback": {"internal/transport"},
	"connectwise/desk": {"connectwise", "reconcile", "reconcile/mark", "reconcile/match", "reconcile/alerts",
		"connectwise/desk/internal/answers", "connectwise/desk/internal/boards", "connectwise/desk/internal/companies", "connectwise/desk/internal/fields", "connectwise/desk/internal/load", "connectwise/desk/internal/lookup", "connectwise/desk/internal/memory", "connectwise/desk/internal/place"},
	"connectwise/desk/filestate":          {},
	"connectwise/desk/internal/answers":   {"connectwise"},
	"connectwise/desk/internal/boards":    {"connectwise", "reconcile", "connectwise/desk/internal/answers", "connectwise/desk/internal/lookup"},
	"connectwise/desk/internal/companies": {"connectwise", "reconcile", "reconcile/mark", "reconcile/match", "connectwise/desk/internal/lookup", "connectwise/desk/internal/memory", "connectwise/desk/internal/place"},
	"connectwise/desk/internal/desktest":  {"connectwise", "connectwise/connectwisetest"},
	"connectwise/desk/internal/fields":    {"connectwise", "reconcile", "reconcile/mark", "connectwise/desk/internal/answers", "connectwise/desk/internal/boards", "connectwise/desk/internal/lookup"},
	"connectwise/desk/internal/load":      {"connectwise", "reconcile", "reconcile/mark", "connectwise/desk/internal/boards", "connectwise/desk/internal/fields", "connectwise/desk/internal/lookup", "connectwise/desk/internal/memory", "connectwise/desk/internal/place"},
	"connectwise/desk/internal/lookup":    {},
	"connectwise/desk/internal/memory":    {"reconcile", "reconcile/mark"},
	"connectwise/desk/internal/place":     {"connectwise", "reconcile/mark", "connectwise/desk/internal/answers", "connectwise/desk/internal/boards", "connectwise/desk/internal/fields", "connectwise/desk/internal/lookup"},
	"connectwise/desk/setup":              {"connectwise", "connectwise/desk", "connectwise/desk/filestate", "reconcile", "reconcile/mark", "reconcile/match", "connectwise/desk/internal/lookup"},
	"connectwise/desk/onboard":            {"connectwise", "connectwise/desk", "reconcile", "reconcile/mark", "reconcile/match", "connectwise/desk/internal/lookup"},
	"connectwise/connectwisetest":         {"internal/testserver"},
	"reconcile":                           {"reconcile/mark"},
	"reconcile/mark":                      {},
	"reconcile/match":                     {"reconcile"},
	"reconcile/alerts":                    {"reconcile"},
	"reconcile/reconciletest":             {"reconcile", "reconcile/mark"},
}

var (
	everyones = []string{"internal/strict", "internal/text"}
	alone     = append([]string{"internal/testserver", "cove/covetest", "connectwise/connectwisetest"}, everyones...)
)

// strict packages keep their arrows in their tests too: a test server must not
// know the client that it judges, and a pure package is tested without impure
// ones.
var strict = []string{"cove/covetest", "connectwise/connectwisetest", "reconcile", "reconcile/mark", "reconcile/match"}

// impure matches what reconcile must not import: the outside world, randomness,
// logging, goroutine machinery.
var impure = regexp.MustCompile(`^(os|net|net/http|net/rpc|net/smtp|io/fs|log|syscall|sync|math/rand|math/rand/v2|crypto/rand|testing|runtime|embed|context)$|^(os|log|sync|runtime)/`)

var (
	runtimeModules = []string{"github.com/gofrs/flock", "github.com/google/go-querystring", "golang.org/x/text", "golang.org/x/time"}
	testModules    = []string{"github.com/google/go-cmp", "github.com/jarcoal/httpmock", "pgregory.net/rapid"}
)

// imports lists, for each package directory below the root, the import paths
// of its shipped files and of its test files.
func imports(t *testing.T) (shipped, tests map[string][]string) {
	t.Helper()
	shipped, tests = map[string][]string{}, map[string][]string{}
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			base := entry.Name()
			if base == "examples" || base == "testdata" || (name != "." && strings.HasPrefix(base, ".")) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		dir := path.Dir(filepath.ToSlash(name))
		into := shipped
		if strings.HasSuffix(name, "_test.go") {
			into = tests
		}
		into[dir] = append(into[dir], "")
		for _, spec := range file.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			into[dir] = append(into[dir], imported)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return shipped, tests
}

func TestArrows(t *testing.T) {
	shipped, tests := imports(t)
	for dir, list := range shipped {
		allowed, known := arrows[dir]
		if !known {
			t.Errorf("package %s has no place in the house: give it arrows or remove it", dir)
			continue
		}
		if !slices.Contains(alone, dir) {
			allowed = append(slices.Clone(allowed), everyones...)
		}
		checkArrows(t, dir, "", allowed, list)
		if dir == "reconcile" || strings.HasPrefix(dir, "reconcile/") {
			for _, imported := range list {
				if impure.MatchString(imported) && (imported != "context" || dir != "reconcile") {
					t.Errorf("%s imports %s: reconcile is pure", dir, imported)
				}
			}
		}
	}
	for _, dir := range strict {
		checkArrows(t, dir, " (tests)", append([]string{dir, "reconcile/reconciletest"}, arrows[dir]...), tests[dir])
	}
}

// In reconcile a context occurs only in the type of Snapshot.Compose: Diff has
// nothing to wait for.
func TestReconcileHasNoContext(t *testing.T) {
	files, err := filepath.Glob("reconcile/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") || name == filepath.Join("reconcile", "snapshot.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, spec := range file.Imports {
			if spec.Path.Value == `"context"` {
				t.Errorf("%s imports context: reconcile is pure", name)
			}
		}
	}
}

func checkArrows(t *testing.T, dir, where string, allowed, list []string) {
	t.Helper()
	for _, imported := range list {
		ours, found := strings.CutPrefix(imported, module+"/")
		if found && !slices.Contains(allowed, ours) {
			t.Errorf("%s%s imports %s: its arrows allow %v", dir, where, ours, allowed)
		}
	}
}

func TestDependencies(t *testing.T) {
	shipped, tests := imports(t)
	check := func(dir, imported string, allowed []string) {
		host, _, _ := strings.Cut(imported, "/")
		if !strings.Contains(host, ".") || strings.HasPrefix(imported+"/", module+"/") {
			return
		}
		if !slices.ContainsFunc(allowed, func(m string) bool { return strings.HasPrefix(imported+"/", m+"/") }) {
			t.Errorf("%s imports %s: the root module links only %v", dir, imported, allowed)
		}
	}
	for dir, list := range shipped {
		for _, imported := range list {
			check(dir, imported, runtimeModules)
		}
	}
	for dir, list := range tests {
		for _, imported := range list {
			check(dir+" (tests)", imported, slices.Concat(runtimeModules, testModules))
		}
	}

	text, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range regexp.MustCompile(`(?m)^(?:require )?\s*([a-z0-9.]+\.[a-z]+/\S*) v\S+$`).FindAllStringSubmatch(string(text), -1) {
		if !slices.Contains(slices.Concat(runtimeModules, testModules), found[1]) {
			t.Errorf("go.mod requires %s: that is none of the agreed modules", found[1])
		}
	}
	if !strings.Contains(string(text), "\ngo 1.26\n") {
		t.Error("go.mod: the language version is go 1.26")
	}
}
