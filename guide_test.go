package covedesk_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// guideBlock is a file that the guide names and shows.
var guideBlock = regexp.MustCompile("`([a-z_]+\\.(?:go|csv))`[^`]*\n\n```(?:go|csv)\n((?s:.*?))```\n")

// guideCommand runs a command of the guide in the folder, without a network.
func guideCommand(t *testing.T, folder string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Dir = folder
	cmd.Env = append(os.Environ(), "GOWORK=off", "GOPROXY=off", "GOFLAGS=-trimpath")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// A reader who follows docs/guide.md word for word in an empty folder has a
// program that builds, is clean and passes its tests.
func TestGuide(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a module of its own")
	}
	guide, err := os.ReadFile(filepath.Join("docs", "guide.md"))
	if err != nil {
		t.Fatal(err)
	}
	root, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	blocks := guideBlock.FindAllStringSubmatch(string(guide), -1)
	if shown := strings.Count(string(guide), "```go\n"); len(blocks) != shown+1 {
		t.Errorf("%d files are named, %d blocks of Go and a mapping are shown", len(blocks), shown)
	}
	for _, block := range blocks {
		if block[1] == "main.go" {
			if n := codeLines([]byte(block[2])); n > 60 {
				t.Errorf("the integration is %d lines of Go, at most 60", n)
			}
		}
		if err := os.WriteFile(filepath.Join(folder, block[1]), []byte(block[2]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	// The sums are known: the checksum database may be out of reach.
	sums, err := os.ReadFile("go.sum")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "go.sum"), sums, 0o600); err != nil {
		t.Fatal(err)
	}
	guideCommand(t, folder, "mod", "init", "example.com/rmmdesk")
	guideCommand(t, folder, "mod", "edit", "-require=github.com/covedesk/covedesk@v0.0.0", "-replace=github.com/covedesk/covedesk="+root)
	guideCommand(t, folder, "mod", "tidy")
	guideCommand(t, folder, "build", "./...")
	guideCommand(t, folder, "vet", "./...")
	guideCommand(t, folder, "test", "./...")
	format := exec.CommandContext(t.Context(), "gofmt", "-l", folder)
	if out, err := format.CombinedOutput(); err != nil || len(out) > 0 {
		t.Errorf("gofmt would change %s %v", out, err)
	}
}
