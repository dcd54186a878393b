package text_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/internal/text"
)

func TestHide(t *testing.T) {
	for in, want := range map[string]string{
		"nothing to hide: 3 files":              "nothing to hide: 3 files",
		"password=hunter2 rest":                 "password=*** rest",
		"Password = hunter2, rest":              "Password = *** rest",
		"pwd: 'a b' rest":                       "pwd: '***' rest",
		`password="a b" rest`:                   `password="***" rest`,
		`login=\"u\" sig=a\b\"c`:                `login=\"u\" sig=***\"c`,
		"0Z9token=a":                            "0Z9token=***",
		`password="a b`:                         `password="***"`,
		"the password is hunter2!":              "the password is ***",
		"the password is wrong.":                "the password is wrong.",
		"Das Passwort lautet hunter2":           "Das Passwort lautet ***",
		"invalid token: expired":                "invalid token: expired",
		"client_secret: abc":                    "client_secret: ***",
		"X-Api-Key: abc":                        "X-Api-Key: ***",
		"the secretary: Jane":                   "the secretary: Jane",
		"passive: yes":                          "passive: yes",
		"password island":                       "password island",
		"token=***":                             "token=***",
		"authorization: Negotiate abc rest":     "authorization: Negotiate *** rest",
		"Authorization: bearer abc.def, next":   "Authorization: bearer *** next",
		"authorization: topsecret rest":         "authorization: *** rest",
		"Cookie: id=abc":                        "Cookie: ***",
		"Bearer token missing":                  "Bearer token missing",
		"Visual Basic is old":                   "Visual Basic is old",
		"Basic dXNlcjpwYXNz":                    "Basic ***",
		"eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.c2ln x":  "*** x",
		"a -----BEGIN RSA PRIVATE KEY-----\nMI": "a ***",
		"-----BEGIN PRIVATE KEY----- MI -----END PRIVATE KEY----- b": "*** b",
		"https://u:p@h/x": "https://***@h/x",
		"https://h/a@b":   "https://h/a@b",
		"a\\password=x":   "a\\password=***",
	} {
		got := text.Hide(in)
		if got != want {
			t.Errorf("Hide(%q) = %q, want %q", in, got, want)
		}
		if again := text.Hide(got); again != got {
			t.Errorf("%q is hidden again: %q", got, again)
		}
	}
}

// W16: secrets in the paths, URLs and connection strings of a backup.
func TestW16Hidden(t *testing.T) {
	for in, want := range map[string]string{
		"https://t.sharepoint.com/_api/x?tempauth=eyJ0eXAi.abc.def&y=1": "https://t.sharepoint.com/_api/x?tempauth=***&y=1",
		"ftp://u:p@h/backup failed":                                     "ftp://***@h/backup failed",
		"AccountName=a;AccountKey=Zm9v/+==;EndpointSuffix=core":         "AccountName=a;AccountKey=***;EndpointSuffix=core",
		"https://a.blob.core.windows.net/c?sv=1&sig=Zm9v%2F%3D&se=2":    "https://a.blob.core.windows.net/c?sv=1&sig=***&se=2",
		"login failed: password is x":                                   "login failed: password is ***",
		"X-Amz-Signature=abcdef&X-Amz-Expires=5":                        "X-Amz-Signature=***&X-Amz-Expires=5",
		"Server=db;User Id=sa;Password=p,w;Encrypt=no":                  "Server=db;User Id=sa;Password=***;Encrypt=no",
	} {
		if got := text.Hide(in); got != want {
			t.Errorf("Hide(%q) = %q, want %q", in, got, want)
		}
	}
}

// W10: the rest of a password after a server cut its answer or changed the
// case, and a page that quotes it in its title.
func TestW10KnownValues(t *testing.T) {
	const password = "Tr0ub4dor&3-correct-Horse"
	k := text.NewSecrets(password, "abcd")
	for _, in := range []string{
		"login of u with " + password + " failed",
		"login of u with " + strings.ToLower(password) + " failed",
		"login of u with " + strings.ToUpper(password) + " failed",
		"login with " + password[:20] + "… failed",
		"login with " + password[:8] + "... failed",
		"..." + password[9:] + " failed",
		"login with " + password[:10],
		"login with " + password[:4],
		"login with '" + password[:6] + "...'",
		"<title>Error: Tr0ub4dor&amp;3-correct-Horse</title>",
		"Tr0ub4dor\\u00263-correct-Horse", "Tr0ub4dor%263-correct-Horse",
		"key ABCD", "xabcdx", password + password,
	} {
		got := k.Text(in)
		if low := strings.ToLower(got); strings.Contains(low, "tr0u") || strings.Contains(low, "horse") || strings.Contains(low, "abcd") || !strings.Contains(got, "***") {
			t.Errorf("Text(%q) = %q", in, got)
		}
	}
	for _, in := range []string{"correct", "abc", "horse abc", "tr0 tr0"} {
		if got := k.Text(in); got != in {
			t.Errorf("Text(%q) = %q", in, got)
		}
	}
}

// W10 and W13: hidden first, then cut, and short.
func TestW10HiddenBeforeCut(t *testing.T) {
	const password = "s3cret-s3cret-s3cret"
	k := text.NewSecrets(password)
	for at := range 40 {
		body := strings.Repeat("x", at) + " " + password + strings.Repeat("\n", 1<<10) + strings.Repeat("y", 1<<20)
		got := k.Show(body, 30)
		if strings.Contains(got, "s3c") || text.Len(got) > 30 {
			t.Errorf("%d before: %q", at, got)
		}
	}
	if got := text.Show("password=\u200bhunter2\nok", 100); got != "password=*** ok" {
		t.Errorf("%q", got)
	}
}

func TestSecretsAreKept(t *testing.T) {
	var none *text.Secrets
	if got := none.Text("a b") + none.Show(" c ", 9) + none.URL(nil); got != "a bc" {
		t.Errorf("%q", got)
	}
	if got := text.NewSecrets("", "abc", "****").Text("abc **** x"); got != "abc **** x" {
		t.Errorf("%q", got)
	}
}

func TestHideProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := anyText().Draw(t, "before"), anyText().Draw(t, "after")
		secret := rapid.StringMatching(`[A-Za-z0-9/+=&;.!-]{8,40}`).Draw(t, "secret")
		if strings.Contains(before+after, secret) {
			return
		}
		k := text.NewSecrets(secret)
		from := rapid.IntRange(0, len(secret)-8).Draw(t, "from")
		piece := secret[from:rapid.IntRange(from+8, len(secret)).Draw(t, "to")]
		if got := k.Text(before + piece + after); strings.Contains(strings.ToLower(got), strings.ToLower(piece)) {
			t.Fatalf("%q survives in %q", piece, got)
		}
	})
}

func FuzzHide(f *testing.F) {
	for _, seed := range []string{"", "password=", "password is ", "Basic x", `{"token":"a`, "a://b@", "eyJaaaaaaaa.", "pwd = '", "authorization: a b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		const secret = "Zq7Zq7Zq7"
		for _, around := range []string{"password=%", "password=\"%\"", "AccountKey=%;", "sig=%&x", "the password is %", "ftp://u:%@h/", "Authorization: Bearer %", `{"token":"%"}`, `{"token":"%`} {
			if out := text.Hide(in + " | " + strings.Replace(around, "%", secret, 1)); strings.Contains(out, secret) && !strings.ContainsAny(in, "\"'\\{[:=") {
				t.Errorf("after %q the secret of %s survives: %q", in, around, out)
			}
		}
	})
}
