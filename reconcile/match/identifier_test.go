package match_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/reconcile/match"
)

// taken is a tenant with some identifiers.
func taken(ids ...string) func(string) bool {
	return func(id string) bool {
		return slices.ContainsFunc(ids, func(t string) bool { return strings.EqualFold(t, id) })
	}
}

func TestIdentifier(t *testing.T) {
	for _, tt := range []struct {
		name    string
		taken   func(string) bool
		limit   int
		want    string
		dropped string
	}{
		{"The Graph Group", nil, 0, "TheGraphGroup", ""},
		{"Birch Dental (office@birch.example)", nil, 25, "BirchDental", ""},
		{"O'Brien & Sons, Ltd.", nil, 25, "OBrienSonsLtd", ""},
		{"O’Brien &amp; Sons", nil, 25, "OBrienSons", ""},
		{"Huntington Health Center of the North", nil, 25, "Huntington", ""},
		{"Huntington Health Center of the North", taken("huntington"), 25, "HHCOTN", ""},
		{"Huntington Health Center of the North", taken("Huntington", "HHCOTN"), 25, "HuntingtonHealthCenterof1", ""},
		{"Huntington Health Center of the North", nil, 32, "HuntingtonHealthCenteroftheNorth", ""},
		{"Huntington Health Center of the North", nil, 31, "Huntington", ""},
		{"The Museum of Chinese Arts in America", nil, 25, "TMOCAIA", ""},
		{"Acme", taken("acme"), 25, "Acme1", ""},
		{"Acme", taken("acme", "acme1"), 25, "Acme2", ""},
		{"Two Words", taken("TwoWords"), 25, "TwoWords1", ""},
		{"Birch Oak", taken("BirchOak"), 25, "Birch", ""},
		{"", taken("Company1"), 25, "Company2", ""},
		{"Acme Industries", nil, 3, "Ac1", ""},
		{"Acme Industries", nil, 1, "1", ""},
		{"Acme", taken("1", "2", "3", "4", "5", "6", "7", "8", "9"), 1, "", ""},
	} {
		got, dropped := match.Identifier(tt.name, tt.taken, tt.limit)
		if got != tt.want || dropped != tt.dropped {
			t.Errorf("Identifier(%q, limit %d) = %q, dropped %q; want %q, %q", tt.name, tt.limit, got, dropped, tt.want, tt.dropped)
		}
	}
	if got, _ := match.Identifier("Acme", func(string) bool { return true }, 25); got != "" {
		t.Errorf("%q although everything is taken", got)
	}
}

// TestCaseI5: letters become those they are read as, and a lost letter is
// reported.
func TestCaseI5(t *testing.T) {
	for name, want := range map[string][2]string{
		"Łódź Transport":               {"LodzTransport", ""},
		"Überwald Versand":             {"UberwaldVersand", ""},
		"Société Générale":             {"SocieteGenerale", ""},
		"Socie\u0301te\u0301":          {"Societe", ""},
		"Straße":                       {"Strasse", ""},
		"Ørsted Æble Þór":              {"OrstedAEbleThor", ""},
		"Ｆｕｌｌ　１":                       {"Full1", ""},
		"ﬁnch":                         {"finch", ""},
		"İstanbul Işık":                {"IstanbulIsik", ""},
		"Ромашка":                      {"Company1", "Ромашк"},
		"Acme 株式会社":                    {"Acme", "株式会社"},
		"Acme ٣":                       {"Acme", "٣"},
		"ŁŁŁ (it@birch.example)":       {"LLL", ""},
		"Acme (North)":                 {"AcmeNorth", ""},
		"Zażółć gęślą jaźń":            {"Zazolcgeslajazn", ""},
		"Đặng Văn Ngữ":                 {"DangVanNgu", ""},
		"Hawaiʻi Tours":                {"HawaiiTours", ""},
		"Ħal Għaxaq Ŋ":                 {"HalGhaxaqNg", ""},
		"Pójdźmy Żółwią Ścieżką Razem": {"PojdzmyZolwiaSciezkaRazem", ""},
	} {
		if got, dropped := match.Identifier(name, nil, 0); got != want[0] || dropped != want[1] {
			t.Errorf("Identifier(%q) = %q, dropped %q; want %q", name, got, dropped, want)
		}
	}
}

// Identifiers are never given twice, keep the limit, and are letters and
// digits; every dropped character was in the name.
func TestIdentifiersAreUnique(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.IntRange(5, 30).Draw(t, "limit")
		used := map[string]bool{}
		for _, name := range rapid.SliceOfN(rapid.StringMatching(`[a-dA-D ü.&-łж]{0,40}`), 1, 40).Draw(t, "names") {
			id, dropped := match.Identifier(name, func(s string) bool { return used[strings.ToLower(s)] }, limit)
			if used[strings.ToLower(id)] {
				t.Fatalf("%q is given twice", id)
			}
			used[strings.ToLower(id)] = true
			if id == "" || len(id) > limit || strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") != "" {
				t.Fatalf("identifier %q for %q, limit %d", id, name, limit)
			}
			for _, c := range dropped {
				if !strings.ContainsRune(norm.NFKC.String(name), c) || unicode.Is(unicode.Latin, c) {
					t.Fatalf("%q dropped of %q", c, name)
				}
			}
		}
	})
}

// Every letter of a name is in the identifier, as the letter it is read as, or
// is returned as dropped. Exceptions are letters that are read as an
// apostrophe, and a mark that stands alone.
func TestNoLetterIsLost(t *testing.T) {
	for c := rune(1); c <= unicode.MaxRune; c++ {
		if !strings.ContainsFunc(norm.NFKD.String(string(c)), unicode.IsLetter) || strings.ContainsRune("ʻʼ", c) {
			continue
		}
		with, dropped := match.Identifier("x"+string(c)+"y", nil, 156)
		if with == "xy" && dropped == "" {
			t.Errorf("%q is lost", c)
		}
	}
}

func ExampleIdentifier() {
	used := map[string]bool{"birchdental": true}
	taken := func(id string) bool { return used[strings.ToLower(id)] }
	for _, name := range []string{"Birch Dental", "Łódź Transport", "Acme 株式会社"} {
		identifier, dropped := match.Identifier(name, taken, 30)
		fmt.Printf("%s %q\n", identifier, dropped)
	}
	// Output:
	// Birch ""
	// LodzTransport ""
	// Acme "株式会社"
}

func TestCompanyName(t *testing.T) {
	for _, tt := range []struct {
		name  string
		limit int
		want  string
	}{
		{" Birch  Dental (it@birch.example) ", 50, "Birch Dental"},
		{"R&amp;D", 50, "R&D"},
		{"Birch Dental", 12, "Birch Dental"},
		{"Birch Dental", 11, "Birch Denta"},
		{"Birch Dental", 6, "Birch"},
		{"Zahn 🦷🦷", 7, "Zahn 🦷"},
		{"Zahn 🦷🦷", 8, "Zahn 🦷"},
		{"\u200b", 50, ""},
	} {
		if got := match.CompanyName(tt.name, tt.limit); got != tt.want {
			t.Errorf("%q at %d: %q, want %q", tt.name, tt.limit, got, tt.want)
		}
	}
}
