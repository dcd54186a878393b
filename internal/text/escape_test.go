package text_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/internal/text"
)

func TestMarkdown(t *testing.T) {
	for in, want := range map[string]string{
		"":                              "",
		"SRV-FS01":                      "SRV-FS01",
		"C:\\Data\\q3.xlsx":             "C:\\Data\\q3.xlsx",
		"\\\\srv\\share":                "`\\\\srv\\share`",
		"SRV_FS01":                      "`SRV_FS01`",
		"it`s":                          "``it`s``",
		"`x`":                           "`` `x` ``",
		"a ``` b":                       "```` a ``` b ````",
		"see www.evil.example":          "`see www.evil.example`",
		"http://evil.example":           "`http://evil.example`",
		"# heading":                     "`# heading`",
		"- item":                        "`- item`",
		"1. item":                       "`1. item`",
		"3 files":                       "3 files",
		"AT&T":                          "`AT&T`",
		"a & b":                         "a & b",
		"two\nlines > not a quotation":  "`two lines > not a quotation`",
		"two\nlines":                    "two lines",
		"left\u202e right and \x1b[31m": "left right and",
	} {
		if want == "```` a ``` b ````" {
			want = "````a ``` b````" // blanks are needed only beside a back tick
		}
		if got := text.Markdown(in); got != want {
			t.Errorf("Markdown(%q) = %q, want %q", in, got, want)
		}
	}
}

// W15: a device's name that is a link or a tag is shown as text.
func TestW15Markdown(t *testing.T) {
	for in, want := range map[string]string{
		"[Pay here](http://evil.example)": "`[Pay here](http://evil.example)`",
		"<img src=http://evil.example/x>": "`<img src=http://evil.example/x>`",
		"x`](http://evil.example)\n\n# y": "``x`](http://evil.example) # y``",
	} {
		if got := text.Markdown(in); got != want {
			t.Errorf("Markdown(%q) = %q, want %q", in, got, want)
		}
	}
}

// checkMarkdown checks that a text with special characters is one code span: it
// contains no fence of the span's length.
func checkMarkdown(t interface{ Fatalf(string, ...any) }, in string) {
	line, out := text.Line(in), text.Markdown(in)
	if out == line {
		if strings.ContainsAny(out, "*_`<>[]~|") || strings.Contains(out, "://") {
			t.Fatalf("Markdown(%q) = %q", in, out)
		}
		return
	}
	fence := out[:len(out)-len(strings.TrimLeft(out, "`"))]
	inner := strings.TrimSuffix(strings.TrimPrefix(out, fence), fence)
	if fence == "" || strings.Contains(inner, fence) || strings.TrimSpace(inner) != line || strings.HasPrefix(inner, "`") || strings.HasSuffix(inner, "`") {
		t.Fatalf("Markdown(%q) = %q", in, out)
	}
}

// W17: formulas, also when a spreadsheet splits at semicolons.
func TestW17CSV(t *testing.T) {
	for in, want := range map[string]string{
		"":                       "",
		"SRV-FS01":               "SRV-FS01",
		"=cmd|' /C calc'!A0":     "'=cmd|' /C calc'!A0",
		"+1":                     "'+1",
		"-1":                     "'-1",
		"@SUM(A1)":               "'@SUM(A1)",
		"＝1":                     "'＝1",
		"\t=1":                   "'=1",
		"x;=cmd|calc":            "x;'=cmd|calc",
		"x; \"=cmd|calc":         "x; \"'=cmd|calc",
		"\"=1":                   "\"'=1",
		"a=b; c-d@e":             "a=b; c-d@e",
		"x；=1":                   "x；'=1",
		"line\n=1":               "line =1",
		"it's 5 - 3; then + - =": "it's 5 - 3; then + - =",
	} {
		if got := text.CSV(in); got != want {
			t.Errorf("CSV(%q) = %q, want %q", in, got, want)
		}
	}
}

// FromCSV removes what CSV added, and nothing else.
func TestFromCSV(t *testing.T) {
	for in, want := range map[string]string{"'=x": "=x", `"'+x`: `"+x`, "a;'-x": "a;-x", "'a": "'a", "''=x": "''=x", "a'=x": "a'=x", "x；'＝y": "x；＝y"} {
		if got := text.FromCSV(in); got != want {
			t.Errorf("FromCSV(%q) = %q, want %q", in, got, want)
		}
	}
}

// checkCSV writes a cell and opens the file as a spreadsheet of either kind
// does: no cell is a formula, and the text can be read back.
func checkCSV(t interface{ Fatalf(string, ...any) }, in string) {
	out := text.CSV(in)
	if again := text.CSV(out); again != out {
		t.Fatalf("CSV(%q) = %q and then %q", in, out, again)
	}
	if strings.ReplaceAll(out, "'", "") != strings.ReplaceAll(text.Line(in), "'", "") {
		t.Fatalf("CSV(%q) = %q: more than apostrophes changed", in, out)
	}
	var file bytes.Buffer
	w := csv.NewWriter(&file)
	_ = w.Write([]string{"x", out, "y"})
	w.Flush()
	for _, comma := range ",;" {
		r := csv.NewReader(bytes.NewReader(file.Bytes()))
		r.Comma, r.LazyQuotes, r.TrimLeadingSpace = comma, true, true
		cells, err := r.Read()
		if err != nil {
			t.Fatalf("CSV(%q) = %q cannot be read: %v", in, out, err)
		}
		if comma == ';' {
			cells[0] = strings.TrimPrefix(cells[0], "x,")
		}
		for _, cell := range cells {
			if cell = strings.TrimLeft(cell, "\" "); cell != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(cell)[0]) {
				t.Fatalf("CSV(%q) = %q: the cell %q is a formula where %q separates", in, out, cell, comma)
			}
		}
	}
}

func TestEscapeProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyText().Draw(t, "text")
		checkMarkdown(t, in)
		checkCSV(t, in)
	})
}

func FuzzEscape(f *testing.F) {
	for _, seed := range []string{"", "=1", ";=1", "; \"=1", "`a``", "[a](b)", "x;\u200b=1", "\";\"=1", ";;+;-"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		checkMarkdown(t, in)
		checkCSV(t, in)
	})
}
