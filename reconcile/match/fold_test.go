package match

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFolded(t *testing.T) {
	for _, tt := range []struct{ name, base, form string }{
		{"Birch Dental", "birchdental", ""},
		{"  BIRCH-DENTAL, Inc. ", "birchdental", "inc"},
		{"Birch Dental Incorporated", "birchdental", "inc"},
		{"O'Brien & Sons Ltd", "obrienandsons", "ltd"},
		{"OBrien and Sons Limited", "obrienandsons", "ltd"},
		{"Harbor Law L.L.C.", "harborlaw", "llc"},
		{"Harbor Law L. L. C.", "harborlaw", "llc"},
		{"Hofer GmbH & Co. KG", "hofer", "gmbh co kg"},
		{"Straße AG", "strasse", "ag"},
		{"STRASSE AG", "strasse", "ag"},
		{"Drukarnia Sp. z o.o.", "drukarnia", "spzoo"},
		{"Sp. z o.o.", "spzoo", ""},
		{"Acme Pty Ltd", "acme", "pty ltd"},
		{"A B C Plumbing", "abcplumbing", ""},
		{"A.B.C. Plumbing", "abcplumbing", ""},
		{"Ford Motor Company", "fordmotor", "co"},
		{"Company", "company", ""},
		{"Inc.", "inc", ""},
		{"Research and Co", "research", "co"},
		{"ООО Ромашка", "оооромашка", ""},
		{"", "", ""},
		{"---", "", ""},
		{"\xff\xfeacme\xff", "acme", ""},
	} {
		n := folded(tt.name)
		if got := strings.Join(n.form, " "); n.base != tt.base || got != tt.form {
			t.Errorf("folded(%q) = %q, form %q; want %q, %q", tt.name, n.base, got, tt.base, tt.form)
		}
	}
}

func TestPlainName(t *testing.T) {
	for name, want := range map[string]string{
		"Acme (bob@acme.example)":   "Acme",
		"Acme(bob@acme.example) ":   "Acme",
		"Acme ( bob@acme.example )": "Acme",
		"Acme (North)":              "Acme (North)",
		"Acme (bob @ acme)":         "Acme (bob @ acme)",
		"(bob@acme.example)":        "(bob@acme.example)",
		"Acme (a@b) more":           "Acme (a@b) more",
		"Acme (@b)":                 "Acme (@b)",
		"a@b)":                      "a@b)",
	} {
		if got := plainName(name); got != want {
			t.Errorf("plainName(%q) = %q, want %q", name, got, want)
		}
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
	} {
		if got := domain(s); got != want {
			t.Errorf("domain(%q) = %q, want %q", s, got, want)
		}
	}
	for _, d := range []string{"gmail.com", "hotmail.co.uk", "yahoo.fr", "web.de", "comcast.net"} {
		if !publicMail(d) {
			t.Errorf("%s is not known as a public mail domain", d)
		}
	}
	if publicMail("acme.example") {
		t.Error("acme.example is taken for a public mail domain")
	}
}

// FuzzFold: folding is idempotent, blind to case and punctuation, and yields
// letters and digits only.
func FuzzFold(f *testing.F) {
	for _, s := range []string{"Birch Dental, Inc.", "Straße & Söhne GmbH & Co. KG", "S. A. R. L.", "İı ſ K", "(a@b)", "\xff", "a\u0345", "ǅ Ǆ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) {
		n := folded(name)
		if !utf8.ValidString(n.base) {
			t.Fatalf("folded(%q) is not UTF-8: %q", name, n.base)
		}
		if again := folded(n.base); again.base != n.base || len(again.form) != 0 {
			t.Errorf("folded(%q) = %q, and that folds to %q, form %q", name, n.base, again.base, again.form)
		}
		for _, same := range []string{" " + name + " ", "--" + name + "!", strings.ReplaceAll(name, " ", "  ")} {
			if o := folded(same); o.full() != n.full() {
				t.Errorf("folded(%q) = %q, folded(%q) = %q", name, n.full(), same, o.full())
			}
		}
		if strings.ContainsAny(n.base, " \t.,'&-") {
			t.Errorf("folded(%q) = %q", name, n.base)
		}
	})
}
