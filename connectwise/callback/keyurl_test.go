package callback

import (
	"net/url"
	"strings"
	"testing"
)

// A key has one id, however its URL is written, and different keys have
// different ids.
func TestKeyURLsOfOneKeyAreOne(t *testing.T) {
	const plain = "https://na.myconnectwise.net/v2025_1//system/callbackkey/index.rails?companyName=Cobalt&id=e17E"
	want, err := parseKeyURL(plain, "cobalt")
	if err != nil || want.String() != plain {
		t.Fatalf("%v, %v", want, err)
	}
	for _, same := range []string{
		plain + "&x=1", plain + "&x=1&x=2#", strings.ToLower(plain), strings.Replace(plain, "net/", "net:443/", 1),
		strings.Replace(plain, "1//s", "1/s", 1), strings.Replace(plain, "companyName=Cobalt&id=e17E", "ID=e17e&COMPANYNAME=cobalt", 1),
		strings.Replace(plain, "Cobalt", "%43obalt", 1), strings.Replace(plain, "system", "%73ystem", 1),
	} {
		got, err := parseKeyURL(same, "cobalt")
		if strings.Contains(same, "%73") {
			if err == nil {
				t.Errorf("%s: a path with escapes is accepted", same)
			}
			continue
		}
		if err != nil || got.id != want.id {
			t.Errorf("%s: %q, %v; want %q", same, got.id, err, want.id)
		}
	}
	for _, other := range []string{
		plain + "1", strings.Replace(plain, "&id=e17E", "", 1), strings.Replace(plain, "na.", "eu.", 1), strings.Replace(plain, "2025_1", "2025_2", 1),
		strings.Replace(plain, "https", "http", 1), strings.Replace(plain, "v2025_1//", "", 1), strings.Replace(plain, "net/", "net:8443/", 1),
	} {
		if got, err := parseKeyURL(other, "cobalt"); err != nil || got.id == want.id {
			t.Errorf("%s: %q, %v", other, got.id, err)
		}
	}
}

func TestKeyURLOfSpecialCompany(t *testing.T) {
	got, err := parseKeyURL("https://na.myconnectwise.net/system/callbackkey/index.rails?companyName=a%26id%3D7&id=1%262", "a&id=7")
	if err != nil || got.RawQuery != "companyName=a%26id%3D7&id=1%262" {
		t.Errorf("%v, %v", got, err)
	}
}

// An accepted URL has the key path and the configured company and nothing else,
// and is accepted again as the same key.
func FuzzKeyURL(f *testing.F) {
	for _, s := range []string{
		"https://na.myconnectwise.net/v2025_1//system/callbackkey/index.rails?companyName=Cobalt&id=e17e6674",
		"http://127.0.0.1:8080/system/callbackkey/index.rails?companyname=cobalt",
		"https://x@na.myconnectwise.net/system/callbackkey/index.rails?companyName=cobalt", "//evil.example/system/callbackkey/index.rails?companyName=cobalt",
		"https://na.myconnectwise.net/system/callbackkey/index.rails?companyName=cobalt;id=1", "https:system/callbackkey/index.rails?companyName=cobalt",
		"https://na.myconnectwise.net/v1/%2fsystem/callbackkey/index.rails?companyName=cobalt&id=\x00", "https://[::1/", "",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := parseKeyURL(s, "cobalt")
		if err != nil {
			if len(err.Error()) > 300 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
			return
		}
		back, err := url.Parse(u.String())
		if err != nil || back.Host != u.Host || back.User != nil || !strings.HasSuffix(strings.ToLower(back.Path), "/system/callbackkey/index.rails") {
			t.Errorf("%q is fetched from %v, %v", s, back, err)
			return
		}
		for name := range back.Query() {
			if name != "companyName" && name != "id" {
				t.Errorf("%q keeps the parameter %q", s, name)
			}
		}
		again, err := parseKeyURL(u.String(), "cobalt")
		if err != nil && len(u.String()) <= maxKeyURL || err == nil && again.id != u.id {
			t.Errorf("%q: %q, then %q, %v", s, u.id, again.id, err)
		}
	})
}
