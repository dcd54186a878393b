package secrettest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// names are the names of fields that hold a secret, in lower case.
var names = []string{"password", "secret", "token", "visa", "privatekey", "clientid", "signingkey", "authorization"}

// Covers fails unless values has a value of every exported type in the
// directory's package that holds a secret: a type with a field whose name says
// so, or one that contains such a type. Name in excused the types whose field
// only sounds like a secret.
func Covers(t testing.TB, dir string, values []any, excused ...string) {
	t.Helper()
	have := slices.Clone(excused)
	for _, v := range values {
		typ := reflect.TypeOf(v)
		for typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		name, _, _ := strings.Cut(typ.Name(), "[") // of a generic type
		have = append(have, name)
	}
	holders := holders(t, dir)
	for _, name := range holders {
		if ast.IsExported(name) && !slices.Contains(have, name) {
			t.Errorf("%s holds a secret and no value of it is checked", name)
		}
	}
	for _, name := range excused {
		if !slices.Contains(holders, name) {
			t.Errorf("%s is excused without need", name)
		}
	}
}

// holders returns the types of a package that hold a secret.
func holders(t testing.TB, dir string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no Go files in %s: %v", dir, err)
	}
	contains := map[string][]string{} // type: the types that its fields name
	var found []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok {
				secret, types := fieldsOf(spec)
				contains[spec.Name.Name] = types
				if secret {
					found = append(found, spec.Name.Name)
				}
			}
			return true
		})
	}
	for i := 0; i < len(found); i++ {
		for name, types := range contains {
			if slices.Contains(types, found[i]) && !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
	}
	slices.Sort(found)
	return found
}

// fieldsOf reports whether a field's name says that it holds a secret, and
// returns the types that the fields name. Functions are left out, because a
// closure hides its variables.
func fieldsOf(spec *ast.TypeSpec) (secret bool, types []string) {
	list, ok := spec.Type.(*ast.StructType)
	if !ok {
		return false, nil
	}
	for _, field := range list.Fields.List {
		for _, name := range field.Names {
			lower := strings.ToLower(name.Name)
			secret = secret || slices.ContainsFunc(names, func(s string) bool { return strings.Contains(lower, s) })
		}
		ast.Inspect(field.Type, func(n ast.Node) bool {
			if ident, ok := n.(*ast.Ident); ok {
				types = append(types, ident.Name)
			}
			_, function := n.(*ast.FuncType)
			return !function
		})
	}
	return secret, types
}
