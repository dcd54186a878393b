package covedesk_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every id in the name of a test has its sentence in docs/properties.md.
func TestPropertiesAreListed(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("docs", "properties.md"))
	if err != nil {
		t.Fatal(err)
	}
	cited := regexp.MustCompile(`(?m)^func Test(P[0-9]{2}|[NB][0-9]{1,2})[A-Z(]`)
	found := 0
	err = filepath.WalkDir(".", func(name string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(name, "_test.go") {
			return err
		}
		src, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, id := range cited.FindAllSubmatch(src, -1) {
			found++
			if !strings.Contains(string(page), "\n| "+string(id[1])+" | ") {
				t.Errorf("%s cites %s, which docs/properties.md does not list", name, id[1])
			}
		}
		return nil
	})
	if err != nil || found < 40 {
		t.Errorf("%d ids: %v", found, err)
	}
}
