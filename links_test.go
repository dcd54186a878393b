package covedesk_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

var (
	mdLink  = regexp.MustCompile(`\]\(([^()\s]+)\)`)
	mdFence = regexp.MustCompile("(?ms)^```.*?^```")
	mdCode  = regexp.MustCompile("`[^`\n]*`")
	mdTitle = regexp.MustCompile(`(?m)^#{1,6} (.+)$`)
)

// prose returns a page without its code.
func prose(page string) string { return mdFence.ReplaceAllString(page, "") }

// anchors returns the names of a page's headings, made from their texts: lower
// case, dashes for blanks, no punctuation.
func anchors(page string) map[string]bool {
	found := map[string]bool{}
	for _, title := range mdTitle.FindAllStringSubmatch(prose(page), -1) {
		found[strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, title[1])] = true
	}
	return found
}

// pages returns the texts of all .md files, by path.
func pages(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".md") || strings.Contains(name, "node_modules") {
			return err
		}
		text, err := os.ReadFile(name)
		all[name] = string(text)
		return err
	})
	if err != nil || len(all) < 20 {
		t.Fatal(len(all), err)
	}
	return all
}

// Every relative link leads to a file that exists, and to a heading in it.
func TestLinks(t *testing.T) {
	all := pages(t)
	counted := 0
	for name, page := range all {
		for _, link := range mdLink.FindAllStringSubmatch(mdCode.ReplaceAllString(prose(page), ""), -1) {
			target, anchor, _ := strings.Cut(link[1], "#")
			if strings.Contains(target, ":") {
				continue
			}
			counted++
			to := name
			if target != "" {
				to = filepath.Join(filepath.Dir(name), filepath.FromSlash(target))
			}
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s links to %s: %v", name, link[1], err)
			} else if anchor != "" && !anchors(all[to])[anchor] {
				t.Errorf("%s links to %s: there is no such heading", name, link[1])
			}
		}
	}
	if counted < 50 {
		t.Errorf("only %d links are found", counted)
	}
}

// docs/README.md lists every page of docs.
func TestIndexNamesEveryPage(t *testing.T) {
	all := pages(t)
	index := all[filepath.Join("docs", "README.md")]
	for name := range all {
		rest, inside := strings.CutPrefix(filepath.ToSlash(name), "docs/")
		if inside && rest != "README.md" && !strings.Contains(index, "]("+rest+")") {
			t.Errorf("docs/README.md does not name %s", rest)
		}
	}
}
