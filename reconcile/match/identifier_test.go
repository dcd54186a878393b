package match_test

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/reconcile/match"
)

func TestIdentifier(t *testing.T) {
	taken := func(ids ...string) func(string) bool {
		return func(id string) bool {
			for _, t := range ids {
				if strings.EqualFold(t, id) {
					return true
				}
			}
			return false
		}
	}
	for _, tt := range []struct {
		name  string
		taken func(string) bool
		limit int
		want  string
	}{
		{"The Graph Group", nil, 0, "TheGraphGroup"},
		{"Birch Dental (office@birch.example)", nil, 25, "BirchDental"},
		{"O'Brien & Sons, Ltd.", nil, 25, "OBrienSonsLtd"},
		{"Huntington Health Center of the North", nil, 25, "Huntington"},
		{"Huntington Health Center of the North", taken("huntington"), 25, "HHCOTN"},
		{"Huntington Health Center of the North", taken("Huntington", "HHCOTN"), 25, "HuntingtonHealthCenterof1"},
		{"Huntington Health Center of the North", nil, 156, "HuntingtonHealthCenteroftheNorth"},
		{"The Museum of Chinese Arts in America", nil, 25, "TMOCAIA"},
		{"Acme", taken("acme"), 25, "Acme1"},
		{"Acme", taken("acme", "acme1"), 25, "Acme2"},
		{"Two Words", taken("TwoWords"), 25, "TwoWords1"},
		{"Ромашка", nil, 25, "Company1"},
		{"", taken("Company1"), 25, "Company2"},
		{"Überwald Versand", nil, 25, "berwaldVersand"},
		{"Acme Industries", nil, 3, "Ac1"},
	} {
		if got := match.Identifier(tt.name, tt.taken, tt.limit); got != tt.want {
			t.Errorf("Identifier(%q, limit %d) = %q, want %q", tt.name, tt.limit, got, tt.want)
		}
	}
}

func TestIdentifierOfALimitTooShortEnds(t *testing.T) {
	if got := match.Identifier("Acme", func(string) bool { return true }, 1); got != "10" {
		t.Errorf("%q, want the first number that exceeds the limit", got)
	}
}

// Identifiers are never given twice, keep the limit, and are letters and
// digits.
func TestIdentifiersAreUnique(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(5, 30).Draw(t, "limit")
		used := map[string]bool{}
		for _, name := range rapid.SliceOfN(rapid.StringMatching(`[a-dA-D ü.&-]{0,40}`), 1, 40).Draw(t, "names") {
			id := match.Identifier(name, func(s string) bool { return used[strings.ToLower(s)] }, limit)
			if used[strings.ToLower(id)] {
				t.Fatalf("%q is given twice", id)
			}
			used[strings.ToLower(id)] = true
			if id == "" || len(id) > limit || strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
				t.Fatalf("identifier %q for %q, limit %d", id, name, limit)
			}
		}
	})
}

func ExampleIdentifier() {
	used := map[string]bool{"birchdental": true}
	taken := func(id string) bool { return used[strings.ToLower(id)] }
	fmt.Println(match.Identifier("Birch Dental", taken, 30))
	fmt.Println(match.Identifier("Harbor Law, LLC", taken, 30))
	// Output:
	// Birch
	// HarborLawLLC
}
