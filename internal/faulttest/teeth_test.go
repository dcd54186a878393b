package faulttest

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var teeth = flag.Bool("teeth", false, "seed bugs in the desk, one at a time, and say who catches them")

// bugs are defects of the desk. Each replaces a line that the desk has exactly
// once.
var bugs = []struct{ name, old, new string }{
	{"the flag of a missing note is never raised", "after.NotePending = a.Note", "after.NotePending = false"},
	{"nobody looks behind", "behind := r.behind(ctx, report)", "behind := error(nil)"},
	{"Settle is ignored", "d.Now().Before(until) {", "false && d.Now().Before(until) {"},
	{"the digest is of another text", "wrote != mark.DigestOf(now)", `wrote != mark.DigestOf(now+".")`},
	{"an acknowledgement is forgotten", "m.ToolFrom, m.ToolUntil = l.Board.LastGood, l.At", "m.ToolFrom, m.ToolUntil = l.Board.LastGood, l.Board.LastGood"},
	{"creates that were begun are not remembered", "for _, a := range actions {\n\t\tif a.Kind == reconcile.Create {", "for _, a := range actions[:0] {\n\t\tif a.Kind == reconcile.Create {"},
	{"an unknown outcome counts as a refusal", "case known:", "case true:"},
	{"a ticket is not compared with the plan", "case !sameMark(m, a.Before):", "case false:"},
	{"a person's summary is not seen", "fields = append(fields, reconcile.FieldSummary)", "_ = reconcile.FieldSummary"},
	{"notes are not looked for", "there[ref] = true", "_ = ref"},
}

// judges are the tests of the desk, each with the arguments for one run.
var judges = []struct {
	name, pkg string
	args      []string
}{
	{"model", "./internal/faulttest", []string{"-test.run=^Test(Stories|ShortStories)$", "-stories=400", "-share=5", "-most=1"}},
	{"sweep", "./connectwise/desk", []string{"-test.run=^TestFaultSweep(Processes|TwoWriters)"}},
	{"proxy", "./internal/faulttest", []string{"-test.run=^TestLives$", "-lives=300", "-most=1"}},
}

// seeded finds the one file of the desk that contains the text, and returns it
// with its content.
func seeded(t *testing.T, desk, text string) (file, source string) {
	t.Helper()
	found := 0
	err := filepath.WalkDir(desk, func(name string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return err
		}
		data, err := os.ReadFile(name)
		if n := strings.Count(string(data), text); n > 0 {
			found += n
			file, source = name, string(data)
		}
		return err
	})
	if err != nil || found != 1 {
		t.Fatalf("%q stands %d times in the desk, want once: %v", text, found, err)
	}
	return file, source
}

// Every bug still has its line in the desk. With -teeth, each bug replaces its
// line, and each judge must say whether it sees the bug.
func TestTeeth(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	caught, by := 0, map[string]int{}
	for _, bug := range bugs {
		file, source := seeded(t, filepath.Join(root, "connectwise", "desk"), bug.old)
		if !*teeth {
			continue
		}
		dir := t.TempDir()
		bad, overlay := filepath.Join(dir, "bad.go"), filepath.Join(dir, "overlay.json")
		replace, err := json.Marshal(map[string]any{"Replace": map[string]string{file: bad}})
		if err == nil {
			err = os.WriteFile(bad, []byte(strings.Replace(source, bug.old, bug.new, 1)), 0o600)
		}
		if err == nil {
			err = os.WriteFile(overlay, replace, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		row, seen := "| "+bug.name+" |", false
		for _, judge := range judges {
			binary := filepath.Join(dir, filepath.Base(judge.pkg))
			if _, err := os.Stat(binary); err != nil {
				build := exec.CommandContext(context.Background(), "go", "test", "-c", "-o", binary, "-overlay", overlay, judge.pkg)
				build.Dir = root
				if out, err := build.CombinedOutput(); err != nil {
					t.Fatalf("%s: %v\n%s", bug.name, err, out)
				}
			}
			cmd := exec.CommandContext(context.Background(), binary, judge.args...)
			cmd.Dir = filepath.Join(root, filepath.FromSlash(judge.pkg))
			if err := cmd.Run(); err != nil {
				row, seen = row+" caught |", true
				by[judge.name]++
			} else {
				row += " – |"
			}
		}
		if seen {
			caught++
		}
		fmt.Println(row)
	}
	if !*teeth {
		return
	}
	t.Logf("%d of %d, %v", caught, len(bugs), by)
	if caught < 9 {
		t.Errorf("%d of %d bugs are caught, want 9", caught, len(bugs))
	}
	for _, judge := range judges {
		if by[judge.name] < 5 {
			t.Errorf("%s catches %d, want 5", judge.name, by[judge.name])
		}
	}
}
