package cove

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParseReference(t *testing.T) {
	tests := []struct {
		code string
		want Reference
		ok   bool
	}{
		{"CWM:250:BirchDental", Reference{250, "BirchDental"}, true},
		{"CWM:250", Reference{250, ""}, true},
		{"CWM:250:", Reference{250, ""}, true},
		{"Gold | CWM:250:Birch Dental | note", Reference{250, "Birch Dental"}, true},
		{"see CWM: x | CWM:7:Y", Reference{7, "Y"}, true},
		{"CWM:0:x", Reference{}, false},
		{"CWM:99999999999999999999:x", Reference{}, false},
		{"cwm:250:x", Reference{250, "x"}, true},
		{"XCWM:250:x", Reference{}, false},
		{"Ünternehmen_CWM:250:x", Reference{}, false},
		{"Gold\ncWm:250:x\nnote", Reference{250, "x"}, true},
		{"CWM:0:x | CWM:7", Reference{7, ""}, true},
		{"", Reference{}, false},
	}
	for _, tt := range tests {
		if got, ok := ParseReference(tt.code); got != tt.want || ok != tt.ok {
			t.Errorf("%q: %+v %v", tt.code, got, ok)
		}
	}
}

func TestEditReference(t *testing.T) {
	ref := Reference{251, "New"}
	tests := []struct {
		code string
		ref  Reference
		want string
	}{
		{"", ref, "CWM:251:New"},
		{"  ", ref, "CWM:251:New"},
		{"Gold", ref, "Gold | CWM:251:New"},
		{"CWM:250:Old", ref, "CWM:251:New"},
		{"Gold | CWM:250:Old | note", ref, "Gold | CWM:251:New | note"},
		{"Gold | CWM:251:New", ref, "Gold | CWM:251:New"},
		{"Gold|CWM:250:Old|note", ref, "Gold|CWM:251:New|note"},
		{"Gold | CWM:250:Old | note", Reference{}, "Gold | note"},
		{"CWM:250:Old | note", Reference{}, "note"},
		{"Gold | CWM:250:Old", Reference{}, "Gold"},
		{"CWM:250:Old", Reference{}, ""},
		{"Gold", Reference{}, "Gold"},
		{"Gold", Reference{5, "a|b\n"}, "Gold | CWM:5:a b"},
		{"Gold", Reference{5, "a\nb"}, "Gold | CWM:5:a b"},
		{"Gold", Reference{-5, "a"}, "Gold"}, // its tag could not be read again
		{"cwm:250:Old", ref, "CWM:251:New"},
		{"cwm:251:New", ref, "cwm:251:New"},
		{"CWM:250 Gold", ref, "CWM:251:New | Gold"},
		{"CWM:250:Old | Gold | cwm:7:Other | CWM:8", ref, "CWM:251:New | Gold"},
		{"CWM:250:Old | Gold | cwm:7:Other", Reference{}, "Gold"},
		{"CWM:99999999999999999999", ref, "CWM:251:New"},
	}
	for _, tt := range tests {
		if got := EditReference(tt.code, tt.ref); got != tt.want {
			t.Errorf("EditReference(%q, %v) = %q, want %q", tt.code, tt.ref, got, tt.want)
		}
	}
}

// The tag that was written is read back, a second edit changes nothing, and
// other text stays.
func TestEditReferenceKeepsText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[A-Za-z0-9 :;,.-]{0,20}( \| [a-z0-9 :]{1,10})?`).Filter(func(s string) bool {
			_, has := ParseReference(s)
			return !has
		}).Draw(t, "text")
		ref := Reference{rapid.Int64Range(1, 1<<50).Draw(t, "id"), rapid.StringMatching(`[A-Za-z0-9&]{0,12}`).Draw(t, "identifier")}
		edited := EditReference(text, ref)
		if got, ok := ParseReference(edited); !ok || got != ref {
			t.Fatalf("%q holds %+v, not %+v", edited, got, ref)
		}
		if again := EditReference(edited, ref); again != edited {
			t.Fatalf("%q became %q", edited, again)
		}
		if !strings.HasPrefix(edited, strings.TrimRight(text, " ")) {
			t.Fatalf("%q lost text of %q", edited, text)
		}
		if bare := EditReference(edited, Reference{}); strings.TrimSpace(bare) != strings.TrimSpace(text) {
			t.Fatalf("%q without its tag is %q, not %q", edited, bare, text)
		}
	})
}

// Reading and editing accept the tag in upper and lower case alike.
func TestI6ReferenceInOtherLetters(t *testing.T) {
	for _, code := range []string{"cwm:250:Acme", "Gold | Cwm:250:Acme", "cWM:250:Acme | CWM:9:Other"} {
		edited := EditReference(code, Reference{251, "Birch"})
		tags, texts := ParseReferences(edited)
		if diff := cmp.Diff([]Reference{{251, "Birch"}}, tags); diff != "" {
			t.Errorf("%q became %q (-want +got):\n%s", code, edited, diff)
		}
		if want := strings.Contains(code, "Gold"); want != (len(texts) == 1) {
			t.Errorf("%q became %q", code, edited)
		}
	}
	tags, texts := ParseReferences("Gold | cwm:250:Acme | CWM:0 x | note")
	if diff := cmp.Diff([]Reference{{250, "Acme"}, {}}, tags); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Gold", "x", "note"}, texts); diff != "" {
		t.Errorf("texts (-want +got):\n%s", diff)
	}
}

// For any external code, an edit leaves exactly one tag and loses no other
// text, and a second edit changes nothing.
func FuzzReference(f *testing.F) {
	f.Add("Gold | CWM:250:Old | note", int64(251), "New")
	f.Add("cwm:1 x CWM:2:y|CWM:3", int64(0), "")
	f.Add("CWM:250 Gold\r\nCWM:7", int64(5), "a|b")
	f.Add("CWM:0CWM:0", int64(0), "")
	bare := func(code string) string {
		_, texts := ParseReferences(code)
		return strings.Join(strings.Fields(strings.Join(texts, "")), "")
	}
	f.Fuzz(func(t *testing.T, code string, id int64, identifier string) {
		ref := Reference{id, identifier}
		edited := EditReference(code, ref)
		tags, _ := ParseReferences(edited)
		if id < 1 {
			if len(tags) != 0 {
				t.Fatalf("%q without its tags is %q", code, edited)
			}
		} else if len(tags) != 1 || tags[0] != (Reference{id, cleanIdentifier(identifier)}) {
			t.Fatalf("%q edited to %q holds %+v", code, edited, tags)
		}
		if again := EditReference(edited, ref); again != edited {
			t.Fatalf("%q became %q", edited, again)
		}
		if bare(edited) != bare(code) {
			t.Fatalf("%q lost text in %q", code, edited)
		}
	})
}
