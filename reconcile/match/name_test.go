package match

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

func TestLoosen(t *testing.T) {
	for _, tt := range []struct{ name, article, base, form string }{
		{"Birch Dental", "", "birchdental", ""},
		{"  BIRCH-DENTAL, Inc. ", "", "birchdental", "inc"},
		{"Birch Dental Incorporated", "", "birchdental", "inc"},
		{"O'Brien & Sons Ltd", "", "obrienandsons", "ltd"},
		{"OBrien and Sons Limited", "", "obrienandsons", "ltd"},
		{"A + B", "", "aandb", ""},
		{"Harbor Law L.L.C.", "", "harborlaw", "llc"},
		{"Harbor Law L. L. C.", "", "harborlaw", "llc"},
		{"Hofer GmbH & Co. KG", "", "hofer", "gmbh co kg"},
		{"Straße AG", "", "strasse", "ag"},
		{"STRASSE AG", "", "strasse", "ag"},
		{"Drukarnia Sp. z o.o.", "", "drukarnia", "spzoo"},
		{"Sp. z o.o.", "", "spzoo", ""},
		{"Acme Pty Ltd", "", "acme", "pty ltd"},
		{"A B C Plumbing", "", "abcplumbing", ""},
		{"A.B.C. Plumbing", "", "abcplumbing", ""},
		{"Ä Ö Ü", "", "äöü", ""},
		{"Ford Motor Company", "", "fordmotor", "co"},
		{"Company", "", "company", ""},
		{"Inc.", "", "inc", ""},
		{"and Co", "", "and", "co"},
		{"Research and Co", "", "research", "co"},
		{"Research and", "", "researchand", ""},
		{"The Graph Group", "the", "graphgroup", ""},
		{"The", "", "the", ""},
		{"The The", "the", "the", ""},
		{"Les Halles SARL", "les", "halles", "sarl"},
		{"ООО Ромашка", "", "оооромашка", ""},
		{"", "", "", ""},
		{"---", "", "", ""},
		{"\xff\xfeacme\xff", "", "acme", ""},
	} {
		n := loosen(fold(tt.name))
		if got := strings.Join(n.form, " "); n.article != tt.article || n.base != tt.base || got != tt.form {
			t.Errorf("loosen(%q) = %q, %q, form %q; want %q, %q, %q", tt.name, n.article, n.base, got, tt.article, tt.base, tt.form)
		}
	}
}

func TestFold(t *testing.T) {
	for name, want := range map[string]string{
		"  Acme \t Ltd ":                "acme ltd",
		"Acme, Ltd.":                    "acme, ltd.",
		"A&amp;amp;amp;B":               "a&b",
		"A&#38;#38;B":                   "a&b",
		"A &amp B":                      "a &amp b",
		"A &nothing; B":                 "a &nothing; b",
		"&;":                            "&;",
		"&amp;":                         "&",
		"A&nbsp;B":                      "a b",
		"&Eacute;t&eacute;":             "été",
		"&shy;":                         "",
		"a\xffb":                        "a\ufffdb",
		"a\x00b\x1bc":                   "a b c",
		"\u2067abc\u2069\ufe0f\u034fd":  "abcd",
		"&" + strings.Repeat("amp;", 9): "&",
	} {
		if got := fold(name); got != want {
			t.Errorf("fold(%q) = %q, want %q", name, got, want)
		}
	}
	// Folding is fast, however often a name was encoded.
	if got := fold("é&" + strings.Repeat("amp;", 100_000)); got != "é&" {
		t.Errorf("%d bytes are left", len(got))
	}
}

func TestWithoutAddress(t *testing.T) {
	for name, want := range map[string]string{
		"Acme (bob@acme.example)":   "Acme",
		"Acme(bob@acme.example) ":   "Acme",
		"Acme ( bob@acme.example )": "Acme",
		"Acme (North)":              "Acme (North)",
		"Acme (bob @ acme)":         "Acme (bob @ acme)",
		"(bob@acme.example)":        "(bob@acme.example)",
		"Acme (a@b) more":           "Acme (a@b) more",
		"Acme (@b)":                 "Acme (@b)",
		"Acme (a@)":                 "Acme (a@)",
		"a@b)":                      "a@b)",
	} {
		if got, _ := splitAddress(name); got != want {
			t.Errorf("splitAddress(%q) = %q, want %q", name, got, want)
		}
	}
	if _, address := splitAddress(" ( bob@acme.example ) "); address != "bob@acme.example" {
		t.Errorf("a name of nothing but an address: %q", address)
	}
}

func TestDomain(t *testing.T) {
	for s, want := range map[string]string{
		"bob@Acme.example":                       "acme.example",
		"https://www.acme.example/contact?x=a@b": "acme.example",
		"www.acme.example":                       "acme.example",
		"acme.example:8080/x":                    "acme.example",
		"acme.example.":                          "acme.example",
		"localhost":                              "",
		"n/a":                                    "",
		"":                                       "",
		"http://[::1":                            "",
		"a@gmail.com":                            "",
		"a@hotmail.co.uk":                        "",
		"a@web.de":                               "",
		"https://sites.google.com/acme":          "",
		"a@acme.onmicrosoft.com":                 "",
		"a@gmail.com.acme.example":               "",
	} {
		if got := domain(s); got != want {
			t.Errorf("domain(%q) = %q, want %q", s, got, want)
		}
	}
}

// people draws text that names are made of, with what goes wrong in them.
var people = rapid.StringOfN(rapid.OneOf(
	rapid.RuneFrom([]rune("aAzZß éÉİıſ&;#ampx38'’´`-–−.,\u00a0\u200b\u00ad\u0301\u0308\u0345ﬁＡ＆；＃㎏ǅΣςŉ½Ⅷ٣가ᄀ")), rapid.Rune()), 0, 24, -1)

// Names that are equal stay equal in every Unicode normalisation, and folding
// a name again changes nothing.
func TestNamesDoNotDependOnNormalisation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := people.Draw(t, "name")
		want := fold(name)
		if again := fold(want); again != want {
			t.Fatalf("fold(%+q) = %+q, and that folds to %+q", name, want, again)
		}
		for form, f := range map[string]norm.Form{"NFC": norm.NFC, "NFD": norm.NFD, "NFKC": norm.NFKC, "NFKD": norm.NFKD} {
			if got := fold(f.String(name)); got != want {
				t.Fatalf("%s: fold(%+q) = %+q, want %+q", form, f.String(name), got, want)
			}
			if got := f.String(want); fold(got) != want {
				t.Fatalf("%s: fold(%+q) = %+q, want %+q", form, got, fold(got), want)
			}
		}
	})
}

// FuzzFold: folding is idempotent, whole and loose, and returns valid text on
// one line; a loose name has only letters and digits.
func FuzzFold(f *testing.F) {
	for _, s := range []string{"Birch Dental, Inc.", "Straße & Söhne GmbH & Co. KG", "S. A. R. L.", "İı ſ K", "(a@b)", "\xff", "a\u0345", "ǅ Ǆ",
		"R&amp;D", "＆amp;amp;", "&#x200b;amp;", "e&#x301;", "´", "&acute;", "The The", "&am\u0301p;"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		whole := fold(name)
		if again := fold(whole); again != whole || !utf8.ValidString(whole) || strings.ContainsAny(whole, "\n\r\t\x00’´\u200b") {
			t.Fatalf("fold(%+q) = %+q, and that folds to %+q", name, whole, again)
		}
		n := loosen(fold(name))
		if again := loosen(fold(n.base)); again.base != n.base || again.form != nil || again.article != "" {
			t.Errorf("loosen(%+q) has the base %+q, and that %+v", name, n.base, again)
		}
		for _, same := range []string{name + " ", "--" + name + "-", strings.ReplaceAll(name, " ", "  ")} {
			if o := loosen(fold(same)); o.whole() != n.whole() {
				t.Errorf("loosen(%+q) = %+v, loosen(%+q) = %+v", name, n, same, o)
			}
		}
		if strings.ContainsAny(n.base, " \t.,'&-") {
			t.Errorf("loosen(%+q) = %+q", name, n.base)
		}
	})
}
