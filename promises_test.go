package covedesk_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every test exists that docs/promises.md and docs/properties.md name.
func TestPromisesAreTested(t *testing.T) {
	there := map[string]bool{}
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		source, err := os.ReadFile(name)
		for _, test := range declared.FindAllSubmatch(source, -1) {
			there[string(test[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := regexp.MustCompile("`(Test\\w+)`")
	for page, least := range map[string]int{"promises.md": 50, "properties.md": 10} {
		text, err := os.ReadFile(filepath.Join("docs", page))
		if err != nil {
			t.Fatal(err)
		}
		tests := named.FindAllSubmatch(text, -1)
		if len(tests) < least {
			t.Errorf("docs/%s: only %d tests are named", page, len(tests))
		}
		for _, test := range tests {
			if !there[string(test[1])] {
				t.Errorf("docs/%s names %s, which does not exist", page, test[1])
			}
		}
	}
}
