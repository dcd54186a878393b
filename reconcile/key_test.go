package reconcile_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/covedesk/covedesk/reconcile"
	"pgregory.net/rapid"
)

func TestP36KeyIntegrity(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("ab/:\x00")), 0, 4, -1)
		a := reconcile.Key{Source: text.Draw(t, "source a"), Subject: text.Draw(t, "subject a")}
		b := reconcile.Key{Source: text.Draw(t, "source b"), Subject: text.Draw(t, "subject b")}
		if (a == b) != (a.ID() == b.ID()) {
			t.Fatalf("%#v and %#v: ids %s and %s", a, b, a.ID(), b.ID())
		}
		if id := string(a.ID()); len(id) != 24 || strings.Trim(id, "abcdefghijklmnopqrstuvwxyz234567") != "" {
			t.Fatalf("%#v has the id %q", a, id)
		}
		// The key does not depend on what people read.
		is := drawIssue(t, reconcile.Key{Source: "cove", Subject: "1"})
		if is.Key.ID() != key("1").ID() {
			t.Fatal("the id depends on more than the key")
		}
	})
}

func TestP35Truncation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.OneOf(
			rapid.String(),
			rapid.StringOfN(rapid.RuneFrom([]rune("a ü\u00a0\t\u200b漢")), 90, 130, -1),
			rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		).Draw(t, "text")
		out := reconcile.NormalizeSummary(in)
		if n := utf8.RuneCountInString(out); !utf8.ValidString(out) || n > reconcile.SummaryLimit {
			t.Fatalf("%q became %q", in, out)
		}
		if again := reconcile.NormalizeSummary(out); again != out {
			t.Fatalf("%q became %q and then %q", in, out, again)
		}
		if strings.ContainsAny(out, "\n\r\t\x00\x7f") || strings.TrimSpace(out) != out || strings.Contains(out, "  ") {
			t.Fatalf("not one trimmed line: %q", out)
		}
		// Nothing but the end is lost.
		want := strings.Fields(strings.ToValidUTF8(in, "\uFFFD"))
		if len(want) > 0 && out != "" && !strings.HasPrefix(want[0], strings.Fields(out)[0]) && !strings.ContainsAny(in, "\u200b\ufeff") &&
			strings.IndexFunc(want[0], func(r rune) bool { return r < ' ' || r >= 0x7f && r < 0xa0 }) < 0 {
			t.Fatalf("%q became %q", in, out)
		}
	})
}

func TestNormalizeSummary(t *testing.T) {
	long := strings.Repeat("ü", 150)
	for in, want := range map[string]string{
		"":                                "",
		"plain":                           "plain",
		" two\r\n lines\t ":               "two lines",
		"bad \xff byte":                   "bad \uFFFD byte",
		long:                              long[:200],
		strings.Repeat("a", 99) + " bcd":  strings.Repeat("a", 99),
		strings.Repeat("a", 98) + " bcd":  strings.Repeat("a", 98) + " b",
		"esc \x1b[31mred":                 "esc [31mred",
		"zero\u200bwidth and \ufeff bom ": "zero width and bom",
	} {
		if got := reconcile.NormalizeSummary(in); got != want {
			t.Errorf("NormalizeSummary(%q) = %q, want %q", in, got, want)
		}
	}
}
