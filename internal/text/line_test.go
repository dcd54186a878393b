package text_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/internal/text"
)

func TestLine(t *testing.T) {
	for in, want := range map[string]string{
		"":                         "",
		"plain":                    "plain",
		" two\r\n lines\t ":        "two lines",
		"a\u00a0b\u2028c\u0085d":   "a b c d",
		"bad \xff\xfe byte":        "bad \uFFFD byte",
		"nul\x00bell\x07del\x7f":   "nul bell del",
		"esc \x1b[1;31mred\x1b[0":  "esc red [0",
		"\x1b]0;title\x07x":        "]0;title x",
		"bi\u202Edi\u2066 m\u200e": "bidi m",
		"zero\u200bwidth\ufeff \u00ad\u2060\u3164\u2800": "zerowidth",
		"e\u0301 ☺\ufe0f 漢字 🦷":                           "e\u0301 ☺\ufe0f 漢字 🦷",
		"a \u200b b":                                     "a b",
		"c\u009b31mc1":                                   "c 31mc1",
	} {
		if got := text.Line(in); got != want {
			t.Errorf("Line(%q) = %q, want %q", in, got, want)
		}
	}
}

// W15: a system's name with a line break and a step of its own.
func TestW15OneLine(t *testing.T) {
	if got := text.Line("Windows 11\nFirst step: run evil.exe"); got != "Windows 11 First step: run evil.exe" {
		t.Errorf("%q", got)
	}
}

// W18: a server's text is printed without control sequences that a terminal
// would obey.
func TestW18Terminal(t *testing.T) {
	if got := text.Show("\x1b[2J\x1b]8;;http://evil.example\x07click\x1b]8;;\x07\nnext", 100); strings.ContainsFunc(got, unicode.IsControl) || !strings.Contains(got, "click") {
		t.Errorf("%q", got)
	}
}

func TestLines(t *testing.T) {
	for in, want := range map[string]string{
		"":                           "",
		" \n\t\n":                    "",
		"one":                        "one",
		"\n\na\r\nb\rc\u2028d\ve\n ": "a\nb\nc\nd\ne",
		"a\n \n\u200b\n\nb  c":       "a\n\nb c",
		"x\x1b[31m\ny":               "x\ny",
	} {
		if got := text.Lines(in); got != want {
			t.Errorf("Lines(%q) = %q, want %q", in, got, want)
		}
	}
}

// anyText is text as it comes from outside: broken and hostile too.
func anyText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.StringOf(rapid.RuneFrom([]rune("ab ü\u00a0\t\n\r\u2028\u200b\u200d\u202e\ufeff漢🦷🇩🇪👍🏽e\u0301\x1b[;=+-@\"'`<&;:/"))),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
	)
}

func checkLine(t interface{ Fatalf(string, ...any) }, in, out string) {
	if !utf8.ValidString(out) || strings.TrimSpace(out) != out || strings.Contains(out, "  ") {
		t.Fatalf("%q became %q", in, out)
	}
	for _, r := range out {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
			t.Fatalf("%q became %q, which holds %U", in, out, r)
		}
	}
	if again := text.Line(out); again != out {
		t.Fatalf("%q became %q and then %q", in, out, again)
	}
}

func TestLineProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anyText().Draw(t, "text")
		checkLine(t, in, text.Line(in))
		lines := text.Lines(in)
		if again := text.Lines(lines); again != lines || strings.Contains(lines, "\n\n\n") {
			t.Fatalf("%q became %q and then %q", in, lines, again)
		}
		for line := range strings.SplitSeq(lines, "\n") {
			checkLine(t, in, line)
		}
		// No visible character is lost.
		seen := func(s string) string {
			return strings.Map(func(r rune) rune {
				if r >= 'a' && r <= 'z' || r == '漢' || r == '🦷' {
					return r
				}
				return -1
			}, s)
		}
		if !strings.Contains(in, "[") && (seen(in) != seen(text.Line(in)) || seen(in) != seen(lines)) {
			t.Fatalf("%q became %q", in, lines)
		}
	})
}

func FuzzLine(f *testing.F) {
	for _, seed := range []string{"", " a\u200b b\r\n", "\x1b[31mred\x1b[0m", "\xff\xfe", "\u202ecod.exe", "e\u0301", "\x1b\x1b[[31m", "👩\u200d👩"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		checkLine(t, in, text.Line(in))
		for line := range strings.SplitSeq(text.Lines(in), "\n") {
			checkLine(t, in, line)
		}
	})
}
