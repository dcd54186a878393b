package monitor

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestShortError(t *testing.T) {
	for _, row := range []struct{ text, item, want string }{
		{"The remote hostname could not be resolved, error #11001", "", "DNS error #11001"},
		{"Unable to resolve node name", "", "DNS error"},
		{"The process cannot access the file because it is being used by another process", `D:\Shares\Accounting\a very long name of a spreadsheet.xlsx`, "File locked: a very long name of a sprea..."},
		{`The file 'C:\Users\jo\outlook.pst' is locked`, "", "File locked: outlook.pst"},
		{"Sharing violation", "", "File locked"},
		{"The mailbox is either inactive, soft-deleted, or hosted on-premise.", "", "Mailbox inactive"},
		{"Recipient is soft-deleted", "", "Mailbox soft-deleted"},
		{"No data to back up", "", "No data available"},
		{"Access is denied", `D:\x`, "Access is denied"},
		{"A writer has gone away while the shadow copy was being prepared for the backup", "", "A writer has gone away while the shadow copy was..."},
	} {
		if got := shortError(row.text, row.item); got != row.want {
			t.Errorf("shortError(%q, %q)\n got %q\nwant %q", row.text, row.item, got, row.want)
		}
	}
}

// TestNoSecrets: what looks like a secret is removed, whatever stands around.
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
		for _, got := range []string{cleanError(text), shortError(text, "")} {
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
		for _, got := range []string{cleanError(text), shortError(text, item)} {
			if !utf8.ValidString(got) || strings.ContainsAny(got, "\n\r\t\x00") || utf8.RuneCountInString(got) > errorLimit {
				t.Fatalf("%q became %q", text, got)
			}
		}
		if got := literal(item); !strings.Contains(got, item) {
			t.Fatalf("%q became %q", item, got)
		}
	})
}

// TestNoPassword: a short password in an address is no secret by its looks.
func TestNoPassword(t *testing.T) {
	if got := cleanError("cannot open ftp: https://jo:hunter2@host.example/x"); strings.Contains(got, "hunter2") || !strings.Contains(got, "host.example/x") {
		t.Error(got)
	}
}
