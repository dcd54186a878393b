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
	{"Settle is ignored", "note.go", "d.now().Before(until) {", "false && d.now().Before(until) {"},
	{"the digest is of another text", "facts.go", "mark.DigestOf(text.Line(t.Summary))", `mark.DigestOf(text.Line(t.Summary) + ".")`},
	{"an acknowledgement is forgotten", "conclude.go", "m.ToolFrom, m.ToolUntil = l.out.board.LastGood, l.at", "m.ToolFrom, m.ToolUntil = l.out.board.LastGood, l.out.board.LastGood"},
	{"creates that were begun are not remembered", "memory.go", "m.Creating[a.KeyID] = at", "_ = at"},
	{"an unknown outcome counts as a refusal", "memory.go", "if a.Kind == reconcile.Create && r.Outcome != Unknown {", "if a.Kind == reconcile.Create {"},
	{"a ticket is not compared with the plan", "change.go", "case !sameMark(m, a.Before):", "case false:"},
	{"a person's summary is not seen", "facts.go", "fields = append(fields, reconcile.FieldSummary)", "_ = reconcile.FieldSummary"},
	{"notes are not looked for", "note.go", "there[ref] = true", "_ = ref"},
}

// judges are those who look at the desk, with what makes each of them one run.
var judges = []struct {
	name string
	args []string
}{
	{"model", []string{"./internal/faulttest", "-run", "^Test(Stories|ShortStories)$", "-stories", "400", "-share", "4", "-most", "1"}},
	{"sweep", []string{"./connectwise/desk", "-run", "^TestFaultSweep"}},
	{"proxy", []string{"./internal/faulttest", "-run", "^TestLives$", "-lives", "300", "-most", "1"}},
}

// With -teeth, every bug is seeded in the desk in the place of the line that is
// right, and each judge must say whether it sees it.
func TestTeeth(t *testing.T) {
	if !*teeth {
		t.Skip("without -teeth")
	}
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	caught, by := 0, map[string]int{}
	for _, bug := range bugs {
		file := filepath.Join(root, "connectwise", "desk", bug.file)
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(source), bug.old); n != 1 {
			t.Fatalf("%s: %q stands %d times in %s", bug.name, bug.old, n, bug.file)
		}
		dir := t.TempDir()
		bad, overlay := filepath.Join(dir, bug.file), filepath.Join(dir, "overlay.json")
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
			cmd := exec.CommandContext(context.Background(), "go", append([]string{"test", "-count=1", "-overlay", overlay}, judge.args...)...)
			cmd.Dir = root
			out, err := cmd.CombinedOutput()
			switch {
			case strings.Contains(string(out), "[build failed]"):
				t.Fatalf("%s:\n%s", bug.name, out)
			case err != nil:
				row, seen = row+" caught |", true
				by[judge.name]++
			default:
				row += " – |"
			}
		}
		if seen {
			caught++
		}
		t.Log(row)
		fmt.Println(row)
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
