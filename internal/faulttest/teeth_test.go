package faulttest

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var teeth = flag.Bool("teeth", false, "seed bugs in the desk, one at a time, and say who catches them")

// bugs are defects of the desk, each one line of one of its files.
var bugs = []struct{ name, file, old, new string }{
	{"the flag of a missing note is never raised", "change.go", "after.NotePending = a.Note", "after.NotePending = false"},
	{"nobody looks behind", "apply.go", "behind := r.behind(ctx, report)", "behind := error(nil)"},
	{"Settle is ignored", "note.go", "d.Now().Before(until) {", "false && d.Now().Before(until) {"},
	{"the digest is of another text", "facts.go", "mark.DigestOf(text.Line(t.Summary))", `mark.DigestOf(text.Line(t.Summary) + ".")`},
	{"an acknowledgement is forgotten", "conclude.go", "m.ToolFrom, m.ToolUntil = l.board.LastGood, l.at", "m.ToolFrom, m.ToolUntil = l.board.LastGood, l.board.LastGood"},
	{"creates that were begun are not remembered", "internal/memory/memory.go", "m.Creating[a.KeyID] = at", "_ = at"},
	{"an unknown outcome counts as a refusal", "internal/memory/memory.go", "if a.Kind == reconcile.Create && known {", "if a.Kind == reconcile.Create {"},
	{"a ticket is not compared with the plan", "change.go", "case !sameMark(m, a.Before):", "case false:"},
	{"a person's summary is not seen", "facts.go", "fields = append(fields, reconcile.FieldSummary)", "_ = reconcile.FieldSummary"},
	{"notes are not looked for", "note.go", "there[ref] = true", "_ = ref"},
}

// judges are those who look at the desk, with what makes each of them one run.
var judges = []struct {
	name, pkg string
	args      []string
}{
	{"model", "./internal/faulttest", []string{"-test.run=^Test(Stories|ShortStories)$", "-stories=150", "-share=20", "-most=1"}},
	{"sweep", "./connectwise/desk", []string{"-test.run=^TestFaultSweep(Processes|TwoWriters)"}},
	{"proxy", "./internal/faulttest", []string{"-test.run=^TestLives$", "-lives=100", "-most=1"}},
}

// Every bug still has its line in the desk. With -teeth, each is seeded in the place
// of the line that is right, and each judge must say whether it sees it.
func TestTeeth(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	caught, by := 0, map[string]int{}
	for _, bug := range bugs {
		file := filepath.Join(root, "connectwise", "desk", filepath.FromSlash(bug.file))
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(source), bug.old); n != 1 {
			t.Fatalf("%s: %q stands %d times in %s", bug.name, bug.old, n, bug.file)
		}
		if !*teeth {
			continue
		}
		dir := t.TempDir()
		bad, overlay := filepath.Join(dir, "bad.go"), filepath.Join(dir, "overlay.json")
		replace, err := json.Marshal(map[string]any{"Replace": map[string]string{file: bad}})
		if err == nil {
			err = os.WriteFile(bad, []byte(strings.Replace(string(source), bug.old, bug.new, 1)), 0o600)
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
