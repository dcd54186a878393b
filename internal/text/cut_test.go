package text_test

import (
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/internal/text"
)

func TestLen(t *testing.T) {
	for in, want := range map[string]int{"": 0, "abc": 3, "ü漢": 2, "🦷": 2, "e\u0301": 2, "\xff\xfe": 2, "🇩🇪": 4} {
		if got := text.Len(in); got != want {
			t.Errorf("Len(%q) = %d, want %d", in, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	for _, tt := range []struct {
		in    string
		limit int
		want  string
	}{
		{"", 0, ""}, {"", -1, ""}, {"abc", 0, ""}, {"abc", -5, ""},
		{"abc", 3, "abc"}, {"abcd", 3, "ab…"}, {"abc", 1, "…"},
		{"ab cd", 4, "ab…"},
		{"üüü", 3, "üüü"}, {"üüüü", 3, "üü…"},
		{"a🦷b", 4, "a🦷b"}, {"a🦷bc", 4, "a🦷…"}, {"a🦷bc", 3, "a…"},
		{"ae\u0301x", 3, "a…"}, {"ae\u0301xy", 4, "ae\u0301…"},
		{"a👍🏽bc", 5, "a…"}, {"a👍🏽bc", 6, "a👍🏽…"},
		{"a👩\u200d👩bcd", 6, "a…"}, {"a👩\u200d👩bcd", 7, "a👩\u200d👩…"},
		{"🇩🇪🇫🇷x", 6, "🇩🇪…"}, {"🇩🇪🇫🇷x", 8, "🇩🇪…"}, {"🇩🇪🇫🇷xy", 9, "🇩🇪🇫🇷…"},
		{"🇩🇪x🇫🇷", 6, "🇩🇪x…"},
		{"☺\ufe0fabc", 2, "…"}, {"☺\ufe0fabc", 3, "☺\ufe0f…"},
	} {
		if got := text.Cut(tt.in, tt.limit); got != tt.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", tt.in, tt.limit, got, tt.want)
		}
	}
}

// D9: a device's name with an emoji is cut at 100 units, as the server counts.
func TestD9CutsByUTF16Units(t *testing.T) {
	name := strings.Repeat("x", 98) + "🦷 left"
	got := text.Cut(name, 100)
	if got != strings.Repeat("x", 98)+"…" || len(utf16.Encode([]rune(got))) > 100 {
		t.Errorf("%q has %d units", got, text.Len(got))
	}
}

func checkCut(t interface{ Fatalf(string, ...any) }, in string, limit int) {
	out := text.Cut(in, limit)
	if n := len(utf16.Encode([]rune(out))); n > max(limit, 0) || n != text.Len(out) {
		t.Fatalf("Cut(%q, %d) = %q: %d units", in, limit, out, n)
	}
	if len(utf16.Encode([]rune(in))) <= limit != (out == in) && in != "" {
		t.Fatalf("Cut(%q, %d) = %q", in, limit, out)
	}
	if kept, cut := strings.CutSuffix(out, "…"); out != in && (limit > 0 && !cut || !strings.HasPrefix(in, kept)) {
		t.Fatalf("Cut(%q, %d) = %q: not its beginning", in, limit, out)
	}
	if utf8.ValidString(in) && !utf8.ValidString(out) {
		t.Fatalf("Cut(%q, %d) = %q: not UTF-8", in, limit, out)
	}
	if again := text.Cut(out, limit); again != out {
		t.Fatalf("Cut(%q, %d) = %q and then %q", in, limit, out, again)
	}
}

func TestCutProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		checkCut(t, anyText().Draw(t, "text"), rapid.IntRange(-1, 20).Draw(t, "limit"))
	})
}

func FuzzCut(f *testing.F) {
	for limit, seed := range []string{"", "abc", "a🦷b", "e\u0301", "🇩🇪🇫🇷", "👩\u200d👩", "\xff\xff", "… …"} {
		f.Add(seed, limit)
	}
	f.Fuzz(func(t *testing.T, in string, limit int) { checkCut(t, in, limit) })
}
