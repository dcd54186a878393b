package monitor

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

var (
	ticks     = regexp.MustCompile("`+")
	escaped   = regexp.MustCompile(`\\([[:punct:]])`)
	emphasis  = regexp.MustCompile(`(\*\*?|__?|~~)([^\s*_~](?:.*?[^\s*_~])?)(\*\*?|__?|~~)`)
	tag       = regexp.MustCompile(`<[A-Za-z/!][^>]*>`)
	link      = regexp.MustCompile(`!?\[([^\]]*)\]\([^)]*\)`)
	blockMark = regexp.MustCompile(`^(#{1,6} |> |[-+*] |\d+[.)] |    |\t|={3,}|-{3,}|\|)`)
)

// markdown shows a text as a markdown viewer would, but stricter than most: it
// takes every pair of marks for emphasis. It returns block elements as faults,
// because no line of a ticket may begin one.
func markdown(note string) (shown string, blocks []string) {
	var b strings.Builder
	for line := range strings.Lines(note) {
		line = strings.TrimSuffix(line, "\n")
		if blockMark.MatchString(line) {
			blocks = append(blocks, line)
		}
		for rest := line; rest != ""; {
			before, code, after := cutCode(rest)
			b.WriteString(inline(before))
			b.WriteString(code)
			rest = after
		}
		b.WriteByte(' ') // a line break is a blank
	}
	return b.String(), blocks
}

// cutCode finds the first code span: from a run of back ticks to the next run
// of the same length.
func cutCode(text string) (before, code, after string) {
	runs := ticks.FindAllStringIndex(text, -1)
	for i, open := range runs {
		for _, end := range runs[i+1:] {
			if end[1]-end[0] != open[1]-open[0] {
				continue
			}
			code = text[open[1]:end[0]]
			if len(code) > 2 && code[0] == ' ' && code[len(code)-1] == ' ' && strings.TrimSpace(code) != "" {
				code = code[1 : len(code)-1]
			}
			return text[:open[0]], code, text[end[1]:]
		}
	}
	return text, "", ""
}

func inline(text string) string {
	text = link.ReplaceAllString(text, "$1")
	text = tag.ReplaceAllString(text, "")
	text = emphasis.ReplaceAllString(text, "$2")
	return escaped.ReplaceAllString(text, "$1")
}

// TestMarkdown: a path and the text of an error stay unchanged in a note that
// is shown as markdown, and no line becomes a heading, a list or a table.
func TestMarkdown(t *testing.T) {
	for _, path := range []string{
		`D:\Shares\Accounting\q3.xlsx`, `C:\_vti_\*.tmp`, `\\srv\share$\#1\_a_\[x](y)`, `/var/lib/**/x`, "C:\\back`tick`\\x", "`x`",
		`D:\<b>\~~x~~`, `E:\a_b\c_d`, "``x``", `C:\Users\jo\!important!\-list`,
	} {
		shown, _ := markdown("Error: Access is denied: " + text.Markdown(path) + ".")
		if !strings.Contains(shown, path) {
			t.Errorf("%q is shown as %q", path, shown)
		}
		d := brokenServer()
		f := fleetOf(d)
		f.reader.client = new(cove.Client) // never called: the errors are already read
		f.reader.known = map[int64][]cove.SessionError{d.ID: {{Source: cove.SourceFilesAndFolders, Text: "Access is denied", Item: path, Count: 3}}}
		note, err := f.Compose(t.Context(), action(f, d, reconcile.Create, nil))
		if err != nil {
			t.Fatal(err)
		}
		shown, blocks := markdown(note.Internal)
		if !strings.Contains(shown, path) {
			t.Errorf("%q is not to be found in %q", path, shown)
		}
		if len(blocks) > 0 {
			t.Errorf("lines that markdown takes for blocks: %q", blocks)
		}
		if strings.Contains(note.Internal, "   ") || strings.Contains(note.Internal, "---") {
			t.Errorf("padding or rules in:\n%s", note.Internal)
		}
	}
}

func TestMarkdownOfAnything(t *testing.T) {
	paths := rapid.StringMatching("[A-Za-z0-9 _*`~<>\\[\\]()!#|.:\\\\/-]{1,40}").Filter(func(s string) bool { return text.Line(s) != "" })
	rapid.Check(t, func(t *rapid.T) {
		path := text.Line(paths.Draw(t, "path"))
		if shown, _ := markdown("Error: denied: " + text.Markdown(path) + "."); !strings.Contains(shown, path) {
			t.Fatalf("%q is shown as %q", path, shown)
		}
	})
}
