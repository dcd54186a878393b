package transport

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestPasted(t *testing.T) {
	for in, want := range map[string]string{
		"key":                         "key",
		" key\r\n":                    "key",
		"\u00a0\u2003key\u3000":       "key",
		"\ufeffkey\u200b\u200d":       "key",
		"\u202akey\u202c\u2069":       "key",
		"\u00ad\u2060key\u2800":       "key",
		"Acme MSP (ops@acme.example)": "Acme MSP (ops@acme.example)",
		"pass\u00a0word":              "pass\u00a0word", // it may be one
		"":                            "",
	} {
		if got, err := Pasted("the key", in); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", in, got, err, want)
		}
	}
	for _, in := range []string{"k\u200bey", "k\x00ey", "k\ney", "k\u202eey", "k\ufeffey", "k\u3164ey", "k\u007fey"} {
		_, err := Pasted("the private key", in)
		if err == nil || !strings.HasPrefix(err.Error(), "the private key holds") || strings.Contains(err.Error(), in) {
			t.Errorf("%q: %v", in, err)
		}
	}
}

// An accepted value stays the same when it is cut again, has only visible
// characters, and fits in a header.
func FuzzPasted(f *testing.F) {
	for _, s := range []string{"key", " key ", "\ufeffkey", "k\u200bey", "\u00a0", "\xff", "a\tb"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Pasted("it", s)
		if err != nil {
			return
		}
		if again, err := Pasted("it", got); err != nil || again != got {
			t.Errorf("%q: %q, then %q, %v", s, got, again, err)
		}
		if utf8.ValidString(s) && !strings.Contains(s, got) {
			t.Errorf("%q became %q", s, got)
		}
		if strings.ContainsAny(got, "\r\n\x00\t\u200b\ufeff") {
			t.Errorf("%q is accepted as %q", s, got)
		}
	})
}
