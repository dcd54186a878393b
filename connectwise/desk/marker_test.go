package desk

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/reconcile"
)

// exampleMark has a value in every part of the marker.
func exampleMark() reconcile.Mark {
	return reconcile.Mark{
		Owner:  "acme-prod1",
		Source: reconcile.SourceID("cove"),
		Group:  reconcile.GroupID("1234"),
		Key:    reconcile.Key{Source: "cove", Subject: "3785154"}.ID(),
		Digests: reconcile.Digests{
			Summary:  reconcile.DigestOf("COVE SVR SRV-FS01 #3785154 - Files failed"),
			Company:  reconcile.DigestOf("250"),
			Priority: reconcile.DigestOf("8"),
			State:    reconcile.DigestOf("D01:failed"),
		},
		Severity:    reconcile.SeverityHigh,
		State:       reconcile.MarkOpen,
		NotePending: true,
		Reopens:     37,
		Written:     time.Date(2026, 11, 22, 5, 30, 0, 0, time.UTC),
		AbsentSince: time.Date(2026, 11, 21, 0, 0, 1, 0, time.UTC),
	}
}

// The format is persisted in customers' tickets: these texts never change.
func TestMarkerVectors(t *testing.T) {
	plain := exampleMark()
	plain.Owner, plain.Digests.Priority, plain.NotePending, plain.Reopens = "x", "", false, 0
	plain.State, plain.Severity, plain.AbsentSince = reconcile.MarkClosed, reconcile.SeverityNone, time.Time{}
	storm := exampleMark()
	storm.State, storm.Severity, storm.Reopens = reconcile.MarkStorm, reconcile.SeverityCritical, 1295
	storm.Written = time.Date(2038, 11, 25, 0, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		name string
		mark reconcile.Mark
		text string
	}{
		{"full", exampleMark(), "cdk1:acme-prod1:ezvi:snm4fas:anwyu3lqfbyr62ftiio5izjo:haymtv5f7rhs2kiuaobf:3op11:tow1y0:tots01:i3"},
		{"plain", plain, "cdk1:x:ezvi:snm4fas:anwyu3lqfbyr62ftiio5izjo:haymtv5f7r00000uaobf:0cn00:tow1y0:000000:ef"},
		{"storm at the limits", storm, "cdk1:acme-prod1:ezvi:snm4fas:anwyu3lqfbyr62ftiio5izjo:haymtv5f7rhs2kiuaobf:4spzz:zyhuo0:tots01:pd"},
	} {
		t.Run(test.name, func(t *testing.T) {
			text, err := FormatMarker(test.mark)
			if err != nil || text != test.text {
				t.Fatalf("FormatMarker = %q, %v; want %q", text, err, test.text)
			}
			if len(text) > 97 {
				t.Errorf("%d characters, more than 97", len(text))
			}
			if strings.ContainsAny(text, "%_*[]?\"'\\") {
				t.Errorf("%q holds a character that conditions treat specially", text)
			}
			back, err := ParseMarker(" " + test.text + "\n")
			if diff := cmp.Diff(test.mark, back); err != nil || diff != "" {
				t.Errorf("ParseMarker: %v\n%s", err, diff)
			}
		})
	}
}

func TestFormatMarkerRefuses(t *testing.T) {
	for _, test := range []struct {
		name  string
		spoil func(*reconcile.Mark)
	}{
		{"no owner", func(m *reconcile.Mark) { m.Owner = "" }},
		{"long owner", func(m *reconcile.Mark) { m.Owner = "elevenchars" }},
		{"owner with a wildcard", func(m *reconcile.Mark) { m.Owner = "a_b" }},
		{"owner with a colon", func(m *reconcile.Mark) { m.Owner = "a:b" }},
		{"upper-case owner", func(m *reconcile.Mark) { m.Owner = "Acme" }},
		{"source", func(m *reconcile.Mark) { m.Source = "abc" }},
		{"group", func(m *reconcile.Mark) { m.Group = "ABCDEFG" }},
		{"key", func(m *reconcile.Mark) { m.Key = "" }},
		{"digest", func(m *reconcile.Mark) { m.Digests.State = "0000" }},
		{"severity", func(m *reconcile.Mark) { m.Severity = reconcile.SeverityCritical + 1 }},
		{"state", func(m *reconcile.Mark) { m.State = 'x' }},
		{"no state", func(m *reconcile.Mark) { m.State = 0 }},
		{"reopens", func(m *reconcile.Mark) { m.Reopens = -1 }},
		{"before 1970", func(m *reconcile.Mark) { m.Written = time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"after 2038", func(m *reconcile.Mark) { m.AbsentSince = time.Date(2039, 1, 1, 0, 0, 0, 0, time.UTC) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := exampleMark()
			test.spoil(&m)
			if text, err := FormatMarker(m); err == nil {
				t.Errorf("FormatMarker = %q, want an error", text)
			}
		})
	}
}

func TestParseMarkerDamaged(t *testing.T) {
	good, err := FormatMarker(exampleMark())
	if err != nil {
		t.Fatal(err)
	}
	key := exampleMark().Key
	for _, test := range []struct {
		name, text string
		want       error
		key        reconcile.KeyID
	}{
		{"empty", "", ErrNotMarker, ""},
		{"foreign", "evt-123", ErrNotMarker, ""},
		{"other version", "cdk2" + good[4:], ErrNotMarker, ""},
		{"cut off", good[:len(good)-1], ErrDamagedMarker, key},
		{"cut in half", good[:40], ErrDamagedMarker, ""},
		{"upper case", strings.ToUpper(good), ErrDamagedMarker, key},
		{"something after it", good + " see #123", ErrDamagedMarker, key},
		{"another severity", strings.Replace(good, ":3op", ":4op", 1), ErrDamagedMarker, key},
		{"another check", good[:len(good)-2] + "22", ErrDamagedMarker, key},
		{"prefix only", "cdk1:", ErrDamagedMarker, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			m, err := ParseMarker(test.text)
			if !errors.Is(err, test.want) {
				t.Errorf("error %v, want %v", err, test.want)
			}
			if m.Key != test.key {
				t.Errorf("key %q, want %q", m.Key, test.key)
			}
		})
	}
}

// Whatever single character of a marker is changed, it is not taken for
// another mark. The check has 1,024 values, so a few changes in a thousand
// would pass a hash alone; hashes, flags and times that pass it are counted.
func TestParseMarkerNoticesChanges(t *testing.T) {
	good, err := FormatMarker(exampleMark())
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
			if _, err := ParseMarker(good[:i] + string(c) + good[i+1:]); err == nil {
				passed++
			}
		}
	}
	if passed > changes/250 {
		t.Errorf("%d of %d single-character changes pass unnoticed", passed, changes)
	}
}

func anyMark() *rapid.Generator[reconcile.Mark] {
	return rapid.Custom(func(t *rapid.T) reconcile.Mark {
		digest := rapid.OneOf(rapid.Just(reconcile.Digest("")), rapid.Map(rapid.String(), reconcile.DigestOf))
		at := func(name string) time.Time {
			s := rapid.Int64Range(0, 36*36*36*36*36*36-1).Draw(t, name)
			if s == 0 {
				return time.Time{}
			}
			return time.Unix(s, 0).UTC()
		}
		return reconcile.Mark{
			Owner:  rapid.StringMatching(`[a-z0-9-]{1,10}`).Draw(t, "owner"),
			Source: reconcile.SourceID(rapid.String().Draw(t, "source")),
			Group:  reconcile.GroupID(rapid.String().Draw(t, "group")),
			Key:    reconcile.Key{Source: "s", Subject: rapid.String().Draw(t, "subject")}.ID(),
			Digests: reconcile.Digests{
				Summary: digest.Draw(t, "summary"), Company: digest.Draw(t, "company"),
				Priority: digest.Draw(t, "priority"), State: digest.Draw(t, "state"),
			},
			Severity:    rapid.Custom(func(t *rapid.T) reconcile.Severity { return reconcile.Severity(rapid.IntRange(0, 4).Draw(t, "n")) }).Draw(t, "severity"),
			State:       rapid.SampledFrom([]reconcile.MarkState{reconcile.MarkOpen, reconcile.MarkClosed, reconcile.MarkStorm}).Draw(t, "state of mark"),
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
		text, err := FormatMarker(m)
		if err != nil {
			t.Fatal(err)
		}
		if want := 87 + len(m.Owner); len(text) != want {
			t.Fatalf("%q has %d characters, want %d", text, len(text), want)
		}
		back, err := ParseMarker(text)
		if diff := cmp.Diff(m, back); err != nil || diff != "" {
			t.Fatalf("%v\n%s", err, diff)
		}
	})
}

func TestMarkerReopensSaturate(t *testing.T) {
	m := exampleMark()
	m.Reopens = 5000
	text, err := FormatMarker(m)
	if err != nil {
		t.Fatal(err)
	}
	back, err := ParseMarker(text)
	if err != nil || back.Reopens != 1295 {
		t.Errorf("Reopens = %d, %v; want 1295", back.Reopens, err)
	}
}

func FuzzParseMarker(f *testing.F) {
	good, err := FormatMarker(exampleMark())
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"", "cdk1:", good, good[:50], strings.ToUpper(good), "cdk1:::::::::", "cdk1:a:b:c:d:e:f:g:h:i"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := ParseMarker(text)
		switch {
		case err == nil:
			again, err := FormatMarker(m)
			if err != nil || again != strings.TrimSpace(text) {
				t.Errorf("ParseMarker(%q) was accepted and is written as %q, %v", text, again, err)
			}
		case !errors.Is(err, ErrNotMarker) && !errors.Is(err, ErrDamagedMarker):
			t.Errorf("ParseMarker(%q): error %v is of no known kind", text, err)
		}
	})
}

// A marker that was made by hand gives a ticket back to the desk.
func TestMarkerByHand(t *testing.T) {
	b := newBench(t, nil).open()
	text, err := FormatMarker(reconcile.Mark{
		Owner: b.desk.owner, Source: reconcile.SourceID("cove"), Group: reconcile.GroupID("7"), Key: key("1").ID(),
		Severity: reconcile.SeverityMedium, State: reconcile.MarkOpen, Written: b.now,
	})
	must(t, err)
	id := b.seed(connectwisetest.Ticket{
		Summary: "COVE SVR 1 - failed", Board: connectwisetest.ByName("Service Desk"), Company: connectwisetest.ByID(b.company), EnteredBy: "apimember",
	}, text)
	b.later(2 * time.Hour)
	if r := b.only(b.run(world{"1": "bad"}), reconcile.Update, Done); r.Ticket != id {
		t.Errorf("ticket %d", r.Ticket)
	}
	b.later(2 * time.Hour)
	b.only(b.run(world{"1": ""}), reconcile.Close, Done)
}
