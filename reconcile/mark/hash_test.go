package mark_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// Customers' tickets hold these values: they never change.
func TestHashesAreFixed(t *testing.T) {
	owner, err := mark.OwnerOf("desk", "acme")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ what, got, want string }{
		{"key", string(mark.KeyIDOf("cove", "3785154")), "anwyu3lqfbyr62ftiio5izjo"},
		{"source", mark.SourceID("cove"), "ezvi"},
		{"customer", mark.CustomerID("1234567"), "cacuxgw"},
		{"digest", string(mark.DigestOf("D01:failed")), "uaobf"},
		{"digest of nothing", string(mark.DigestOf("")), string(mark.Recovered)},
		{"owner", owner, "desk-z32b"},
		{"note", exampleMark().NoteID(70001), "hf72o7rw6qelompk"},
	} {
		if tt.got != tt.want {
			t.Errorf("%s is %q, want %q", tt.what, tt.got, tt.want)
		}
	}
}

// The border between two parts matters.
func TestHashTellsPartsApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("ab/:\x00")), 0, 4, -1)
		a, b := [2]string{text.Draw(t, "a0"), text.Draw(t, "a1")}, [2]string{text.Draw(t, "b0"), text.Draw(t, "b1")}
		if (a == b) != (mark.KeyIDOf(a[0], a[1]) == mark.KeyIDOf(b[0], b[1])) {
			t.Fatalf("%q and %q", a, b)
		}
	})
}

func TestOwnerOfRefuses(t *testing.T) {
	for _, name := range []string{"", "toolong", "Desk", "a:b", "a b", "a_b", "dësk"} {
		if owner, err := mark.OwnerOf(name, "acme"); err == nil || !strings.Contains(err.Error(), "1 to 5 characters") {
			t.Errorf("OwnerOf(%q) = %q, %v", name, owner, err)
		}
	}
	for _, name := range []string{"d", "desks", "a-1"} {
		owner, err := mark.OwnerOf(name, "acme")
		m := exampleMark()
		m.Owner = owner
		if _, formatErr := m.Format(); err != nil || formatErr != nil || !strings.HasPrefix(owner, name+"-") {
			t.Errorf("OwnerOf(%q) = %q, %v; Format: %v", name, owner, err, formatErr)
		}
		if other, _ := mark.OwnerOf(name, "other"); other == owner {
			t.Errorf("two tenants have the owner %q", owner)
		}
	}
}

func TestNoteID(t *testing.T) {
	base := exampleMark()
	same := base
	same.Source, same.Customer = "", ""
	same.Digests.Priority, same.NotePending, same.AbsentSince = "zzzzz", false, time.Time{}
	same.Written = base.Written.In(time.FixedZone("", 7200)).Add(999 * time.Millisecond)
	if base.NoteID(1) != same.NoteID(1) {
		t.Error("the id depends on what the writer changes")
	}
	seen := map[string]string{base.NoteID(1): "base", base.NoteID(2): "ticket"}
	for name, edit := range map[string]func(*mark.Mark){
		"owner":    func(m *mark.Mark) { m.Owner = "x" },
		"key":      func(m *mark.Mark) { m.Key = "x" },
		"summary":  func(m *mark.Mark) { m.Digests.Summary = "x" },
		"company":  func(m *mark.Mark) { m.Digests.Company = "x" },
		"state":    func(m *mark.Mark) { m.Digests.State = "x" },
		"severity": func(m *mark.Mark) { m.Severity++ },
		"closed":   func(m *mark.Mark) { m.State = mark.Closed },
		"reopens":  func(m *mark.Mark) { m.Reopens++ },
		"written":  func(m *mark.Mark) { m.Written = m.Written.Add(time.Second) },
		"never":    func(m *mark.Mark) { m.Written = time.Time{} },
	} {
		m := base
		edit(&m)
		id := m.NoteID(1)
		if len(id) != 16 {
			t.Errorf("%s: id %q", name, id)
		}
		if other, taken := seen[id]; taken {
			t.Errorf("%s and %s have the same id", name, other)
		}
		seen[id] = name
	}
}
