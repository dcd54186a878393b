package mark_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// exampleMark has a value in every part of the marker.
func exampleMark() mark.Mark {
	return mark.Mark{
		Owner:    "acme-prod1",
		Source:   mark.SourceID("cove"),
		Customer: mark.CustomerID("1234"),
		Key:      mark.KeyIDOf("cove", "3785154"),
		Digests: mark.Digests{
			Summary:  mark.DigestOf("COVE SVR SRV-FS01 #3785154 - Files failed"),
			Company:  mark.DigestOf("250"),
			Priority: mark.DigestOf("8"),
			State:    mark.DigestOf("D01:failed"),
		},
		Severity:    mark.SeverityHigh,
		State:       mark.Open,
		NotePending: true,
		Reopens:     37,
		Written:     time.Date(2026, 11, 22, 5, 30, 0, 0, time.UTC),
		AbsentSince: time.Date(2026, 11, 21, 0, 0, 1, 0, time.UTC),
	}
}

// Customers' tickets hold these texts: they never change.
func TestMarkerVectors(t *testing.T) {
	plain := exampleMark()
	plain.Owner, plain.Digests.Priority, plain.NotePending, plain.Reopens = "x", "", false, 0
	plain.State, plain.Severity, plain.AbsentSince = mark.Closed, mark.SeverityNone, time.Time{}
	storm := exampleMark()
	storm.State, storm.Severity, storm.Reopens = mark.Storm, mark.SeverityCritical, 1295
	storm.Written = time.Date(2038, 11, 25, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name string
		mark mark.Mark
		text string
	}{
		{"full", exampleMark(), "cdk1:acme-prod1:ezvi:snm4fas:anwyu3lqfbyr62ftiio5izjo:haymtv5f7rhs2kiuaobf:3op11:tow1y0:tots01:i3"},
		{"plain", plain, "cdk1:x:ezvi:snm4fas:anwyu3lqfbyr62ftiio5izjo:haymtv5f7r00000uaobf:0cn00:tow1y0:000000:ef"},
		{"storm at the limits", storm, "cdk1:acme-prod1:ezvi:snm4fas:anwyu3lqfbyr62ftiio5izjo:haymtv5f7rhs2kiuaobf:4spzz:zyhuo0:tots01:pd"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text, err := test.mark.Format()
			if err != nil || text != test.text {
				t.Fatalf("Format = %q, %v; want %q", text, err, test.text)
			}
			if len(text) > mark.MaxLength || mark.MaxLength != 97 {
				t.Errorf("%d characters, at most %d, want 97", len(text), mark.MaxLength)
			}
			if strings.ContainsAny(text, "%_*[]?\"'\\") {
				t.Errorf("%q holds a character that conditions treat specially", text)
			}
			back, err := mark.Parse(" " + test.text + "\n")
			if diff := cmp.Diff(test.mark, back); err != nil || diff != "" {
				t.Errorf("Parse: %v\n%s", err, diff)
			}
		})
	}
}

func TestFormatRefuses(t *testing.T) {
	for _, test := range []struct {
		name  string
		spoil func(*mark.Mark)
	}{
		{"no owner", func(m *mark.Mark) { m.Owner = "" }},
		{"long owner", func(m *mark.Mark) { m.Owner = "elevenchars" }},
		{"owner with a wildcard", func(m *mark.Mark) { m.Owner = "a_b" }},
		{"owner with a colon", func(m *mark.Mark) { m.Owner = "a:b" }},
		{"upper-case owner", func(m *mark.Mark) { m.Owner = "Acme" }},
		{"source", func(m *mark.Mark) { m.Source = "abc" }},
		{"customer", func(m *mark.Mark) { m.Customer = "ABCDEFG" }},
		{"key", func(m *mark.Mark) { m.Key = "" }},
		{"digest", func(m *mark.Mark) { m.Digests.State = "0000" }},
		{"severity", func(m *mark.Mark) { m.Severity = mark.SeverityCritical + 1 }},
		{"state", func(m *mark.Mark) { m.State = 'x' }},
		{"no state", func(m *mark.Mark) { m.State = 0 }},
		{"reopens", func(m *mark.Mark) { m.Reopens = -1 }},
		{"1970 itself, which stands for no time", func(m *mark.Mark) { m.Written = time.Unix(0, 0) }},
		{"before 1970", func(m *mark.Mark) { m.Written = time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"after 2038", func(m *mark.Mark) { m.AbsentSince = time.Date(2039, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"a second too late", func(m *mark.Mark) { m.Written = time.Unix(36*36*36*36*36*36, 0) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := exampleMark()
			test.spoil(&m)
			if text, err := m.Format(); err == nil {
				t.Errorf("Format = %q, want an error", text)
			}
		})
	}
}

func TestParseDamaged(t *testing.T) {
	good, err := exampleMark().Format()
	if err != nil {
		t.Fatal(err)
	}
	key := exampleMark().Key
	for _, test := range []struct {
		name, text string
		want       error
		key        mark.KeyID
	}{
		{"empty", "", mark.ErrNotMarker, ""},
		{"the version without a colon", "cdk1", mark.ErrNotMarker, ""},
		{"foreign", "evt-123", mark.ErrNotMarker, ""},
		{"other version", "cdk2" + good[4:], mark.ErrNotMarker, ""},
		{"cut off", good[:len(good)-1], mark.ErrDamaged, key},
		{"cut in half", good[:40], mark.ErrDamaged, ""},
		{"upper case", strings.ToUpper(good), mark.ErrDamaged, key},
		{"something after it", good + " see #123", mark.ErrDamaged, key},
		{"another severity", strings.Replace(good, ":3op", ":4op", 1), mark.ErrDamaged, key},
		{"another check", good[:len(good)-2] + "22", mark.ErrDamaged, key},
		{"prefix only", "cdk1:", mark.ErrDamaged, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, err := mark.Parse(test.text)
			if !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
			if m.Key != test.key {
				t.Errorf("key %q, want %q", m.Key, test.key)
			}
		})
	}
}

// No change of a single character makes a marker be taken for another mark. The
// check has 1,024 values, so a few changes in a thousand would pass the check
// alone; the test counts the hashes, flags and times that pass.
func TestParseNoticesChanges(t *testing.T) {
	good, err := exampleMark().Format()
	if err != nil {
		t.Fatal(err)
	}
	changes, passed := 0, 0
	for i := range good {
		for _, c := range "abcdefghijklmnopqrstuvwxyz0123456789:- " {
			if good[i] == byte(c) {
				continue
			}
			changes++
			if _, err := mark.Parse(good[:i] + string(c) + good[i+1:]); err == nil {
				passed++
			}
		}
	}
	if passed > changes/250 {
		t.Errorf("%d of %d single-character changes pass unnoticed", passed, changes)
	}
}

func anyMark() *rapid.Generator[mark.Mark] {
	return rapid.Custom(func(t *rapid.T) mark.Mark {
		digest := rapid.OneOf(rapid.Just(mark.Digest("")), rapid.Map(rapid.String(), mark.DigestOf))
		at := func(name string) time.Time {
			s := rapid.Int64Range(0, 36*36*36*36*36*36-1).Draw(t, name)
			if s == 0 {
				return time.Time{}
			}
			return time.Unix(s, 0).UTC()
		}
		return mark.Mark{
			Owner:    rapid.StringMatching(`[a-z0-9-]{1,10}`).Draw(t, "owner"),
			Source:   mark.SourceID(rapid.String().Draw(t, "source")),
			Customer: mark.CustomerID(rapid.String().Draw(t, "group")),
			Key:      mark.KeyIDOf("s", rapid.String().Draw(t, "subject")),
			Digests: mark.Digests{
				Summary: digest.Draw(t, "summary"), Company: digest.Draw(t, "company"),
				Priority: digest.Draw(t, "priority"), State: digest.Draw(t, "state"),
			},
			Severity:    rapid.Custom(func(t *rapid.T) mark.Severity { return mark.Severity(rapid.IntRange(0, 4).Draw(t, "n")) }).Draw(t, "severity"),
			State:       rapid.SampledFrom([]mark.State{mark.Open, mark.Closed, mark.Storm}).Draw(t, "state of mark"),
			NotePending: rapid.Bool().Draw(t, "pending"),
			Reopens:     rapid.IntRange(0, 1295).Draw(t, "reopens"),
			Written:     at("written"),
			AbsentSince: at("absent"),
		}
	})
}

func TestMarkerRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMark().Draw(t, "mark")
		text, err := m.Format()
		if err != nil {
			t.Fatal(err)
		}
		if want := 87 + len(m.Owner); len(text) != want {
			t.Fatalf("%q has %d characters, want %d", text, len(text), want)
		}
		back, err := mark.Parse(text)
		if diff := cmp.Diff(m, back); err != nil || diff != "" {
			t.Fatalf("%v\n%s", err, diff)
		}
	})
}

func TestMarkerReopensSaturate(t *testing.T) {
	m := exampleMark()
	m.Reopens = 5000
	text, err := m.Format()
	if err != nil {
		t.Fatal(err)
	}
	back, err := mark.Parse(text)
	if err != nil || back.Reopens != 1295 {
		t.Errorf("Reopens = %d, %v; want 1295", back.Reopens, err)
	}
}

func FuzzParse(f *testing.F) {
	good, err := exampleMark().Format()
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"released", strings.Replace(good, ":3op11:", ":3op+1:", 1), strings.Replace(good, "tow1y0", "-00001", 1), "", "cdk1:", good, good[:50], strings.ToUpper(good), "cdk1:::::::::", "cdk1:a:b:c:d:e:f:g:h:i"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := mark.Parse(text)
		if strings.HasPrefix(strings.ToLower(strings.TrimSpace(text)), "cdk1:") == errors.Is(err, mark.ErrNotMarker) {
			t.Errorf("Parse(%q) = %v", text, err)
		}
		if place, _ := mark.Look(text, m.Owner); err == nil && place != mark.Ours || errors.Is(err, mark.ErrDamaged) && place != mark.Damaged {
			t.Errorf("Look(%q) = %v, Parse says %v", text, place, err)
		}
		switch {
		case err == nil:
			again, err := m.Format()
			if err != nil || again != strings.TrimSpace(text) {
				t.Errorf("Parse(%q) was accepted and is written as %q, %v", text, again, err)
			}
		case !errors.Is(err, mark.ErrNotMarker) && !errors.Is(err, mark.ErrDamaged):
			t.Errorf("Parse(%q): error %v is of no known kind", text, err)
		}
	})
}
