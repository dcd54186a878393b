package monitor

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestNoSecrets: everything that looks like a secret is removed, whatever is
// around it.
func TestNoSecrets(t *testing.T) {
	const secret = "1b5e0c0a-4f1d-4c55-9d7e-1c2b3a4d5e6f"
	jwt := "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqbyJ9.c2lnbmF0dXJl"
	for _, text := range []string{
		"GET https://us-tr1.example/rcg/acme?auth_token=" + secret + " failed",
		"request to https://user:" + secret + "@host.example/x failed",
		"Authorization: Bearer " + secret,
		"Authorization: " + jwt,
		`{"accountToken":"` + secret + `","visa":"` + secret + `"}`,
		"token=" + secret + "; retrying",
		"Password: " + secret,
		"client_secret = '" + secret + "'",
		"device " + secret + " unknown",
		"session " + strings.ReplaceAll(secret, "-", "") + strings.ReplaceAll(secret, "-", ""),
	} {
		for _, got := range []string{cleanError(text)} {
			if strings.Contains(got, secret) || strings.Contains(got, strings.ReplaceAll(secret, "-", "")) || strings.Contains(got, "eyJ") {
				t.Errorf("%q became %q", text, got)
			}
		}
	}
	for _, harmless := range []string{"Access is denied", "Graph API request failed: 404 (Not Found)", "The tokenizer failed", "VSS writer 'SqlServerWriter' failed"} {
		if got := cleanError(harmless); got != harmless {
			t.Errorf("%q became %q", harmless, got)
		}
	}
}

func FuzzCleanError(f *testing.F) {
	f.Add("Access is denied", `D:\x`)
	f.Add("a\x00b\u2028c\xff token=", "`")
	f.Fuzz(func(t *testing.T, text, item string) {
		for _, got := range []string{cleanError(text), shown(item)} {
			if !utf8.ValidString(got) || strings.ContainsAny(got, "\n\r\t\x00") || utf8.RuneCountInString(got) > errorLimit {
				t.Fatalf("%q became %q", text, got)
			}
		}
	})
}

// TestNoPassword: a short password in an address does not look like a secret.
func TestNoPassword(t *testing.T) {
	if got := cleanError("cannot open ftp: https://jo:hunter2@host.example/x"); strings.Contains(got, "hunter2") || !strings.Contains(got, "host.example/x") {
		t.Error(got)
	}
}
