package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// A copy of this program without the demonstration, together with
// examples/internal, builds in a module of its own.
func TestACopyBuilds(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a program")
	}
	t.Parallel()
	const ours, copied = "github.com/covedesk/covedesk/examples/", "example.com/copied/"
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, pattern := range []string{"synctickets/*.go", "internal/*/*.go", "go.mod", "go.sum"} {
		files, err := filepath.Glob(filepath.Join(root, "examples", filepath.FromSlash(pattern)))
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || filepath.Base(file) == "demo.go" {
				continue
			}
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			name, _ := filepath.Rel(filepath.Join(root, "examples"), file)
			text := strings.NewReplacer(ours, copied, "module "+strings.TrimSuffix(ours, "/"), "module "+strings.TrimSuffix(copied, "/"), "=> ../", "=> "+root).Replace(string(data))
			if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-mod=mod", "-o", os.DevNull, "./...")
	build.Dir = dir
	build.Env = append(os.Environ(), "GOWORK=off", "GOFLAGS=-trimpath")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	run := exec.CommandContext(t.Context(), "go", "run", "-mod=mod", "./synctickets", "-demo")
	run.Dir, run.Env = dir, build.Env
	if out, err := run.CombinedOutput(); err == nil || !strings.Contains(string(out), "-demo") {
		t.Errorf("a copy without the demonstration has one: %v\n%s", err, out)
	}
}
