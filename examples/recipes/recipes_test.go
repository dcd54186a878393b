// Package recipes holds the code that the pages in docs/recipes show, and tries it.
package recipes

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
)

// Every block of Go on a page is code that is compiled and tried here.
func TestPagesShowThisCode(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	files, _ := filepath.Glob("*_test.go")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(data)
	}
	pages, _ := filepath.Glob(filepath.Join("..", "..", "docs", "recipes", "*.md"))
	blocks := 0
	for _, page := range pages {
		data, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, after := range strings.Split(string(data), "```go\n")[1:] {
			block, _, closed := strings.Cut(after, "```\n")
			if blocks++; !closed || !strings.Contains(all.String(), block) {
				t.Errorf("%s shows code that is not tried:\n%s", page, block)
			}
		}
	}
	if len(pages) < 5 || blocks < 5 {
		t.Errorf("%d pages show %d blocks", len(pages), blocks)
	}
}

// tenantOf is a service desk with a board and a company.
func tenantOf(t *testing.T, name string) *connectwisetest.Server {
	t.Helper()
	srv := connectwisetest.Start(connectwisetest.Config{Company: name})
	t.Cleanup(srv.Close)
	srv.AddBoard(connectwisetest.Board{Name: "Service Desk", Statuses: []connectwisetest.Status{{Name: "New", Default: true}, {Name: "Closed", Closed: true}}})
	srv.EditMember("apimember", func(m *connectwisetest.Member) { m.DefaultBoard = connectwisetest.ByName("Service Desk") })
	srv.AddCompany(connectwisetest.Company{Identifier: "ACME", Name: "Acme Ltd"})
	return srv
}
