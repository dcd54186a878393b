package reconcile_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/covedesk/covedesk/reconcile"
	"pgregory.net/rapid"
)

// These values are in tickets: they never change.
func TestHashesAreFixed(t *testing.T) {
	for _, tt := range []struct{ what, got, want string }{
		{"key id", string(reconcile.Key{Source: "cove", Subject: "3785154"}.ID()), "anwyu3lqfbyr62ftiio5izjo"},
		{"source id", reconcile.SourceID("cove"), "ezvi"},
		{"group id", reconcile.GroupID("1234567"), "cacuxgw"},
		{"digest", string(reconcile.DigestOf("D01:failed")), "uaobf"},
		{"digest of nothing", string(reconcile.DigestOf("")), "v5kxb"},
		{"note id", reconcile.NoteID(70001, ticketFor(70001, issue("1")).Mark), "hbr2xqwviv2klyck"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s is %q, want %q", tt.what, tt.got, tt.want)
		}
	}
}

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

func TestNoteID(t *testing.T) {
	base := ticketFor(1, issue("1")).Mark
	same := base
	same.Digests.Priority, same.NotePending, same.AbsentSince = "zzzzz", true, now
	same.Written = base.Written.In(time.FixedZone("", 7200)).Add(999 * time.Millisecond)
	if reconcile.NoteID(1, base) != reconcile.NoteID(1, same) {
		t.Error("the id depends on what the writer changes")
	}
	seen := map[string]string{reconcile.NoteID(1, base): "base", reconcile.NoteID(2, base): "ticket"}
	for name, edit := range map[string]func(*reconcile.Mark){
		"owner":    func(m *reconcile.Mark) { m.Owner = "x" },
		"key":      func(m *reconcile.Mark) { m.Key = "x" },
		"summary":  func(m *reconcile.Mark) { m.Digests.Summary = "x" },
		"company":  func(m *reconcile.Mark) { m.Digests.Company = "x" },
		"state":    func(m *reconcile.Mark) { m.Digests.State = "x" },
		"severity": func(m *reconcile.Mark) { m.Severity++ },
		"closed":   func(m *reconcile.Mark) { m.State = reconcile.MarkClosed },
		"reopens":  func(m *reconcile.Mark) { m.Reopens++ },
		"written":  func(m *reconcile.Mark) { m.Written = m.Written.Add(time.Second) },
		"never":    func(m *reconcile.Mark) { m.Written = time.Time{} },
	} {
		m := base
		edit(&m)
		id := reconcile.NoteID(1, m)
		if len(id) != 16 {
			t.Errorf("%s: id %q", name, id)
		}
		if other, taken := seen[id]; taken {
			t.Errorf("%s and %s have the same id", name, other)
		}
		seen[id] = name
	}
}
