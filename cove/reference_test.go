package cove

import (
	"strings"
	"testing"

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
		{"cwm:250:x", Reference{}, false},
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
		{"Gold", Reference{-5, "a"}, "Gold"}, // a tag that could not be read again
	}
	for _, tt := range tests {
		if got := EditReference(tt.code, tt.ref); got != tt.want {
			t.Errorf("EditReference(%q, %v) = %q, want %q", tt.code, tt.ref, got, tt.want)
		}
	}
}

// What was written is read back, editing twice changes nothing more, and other
// text stays.
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
