package text

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRedactText(t *testing.T) {
	r := NewSecrets("pr1v/ate+Key", "tiny", "ab")
	for _, tt := range []struct{ name, in, want string }{
		{"nothing", `{"method":"EnumeratePartners","id":1}`, `{"method":"EnumeratePartners","id":1}`},
		{"visa", `{"visa":"abc","id":1}`, `{"visa":"***","id":1}`},
		{"case and spaces", `{"Password" : "p\"w","x":2}`, `{"Password" : "***","x":2}`},
		{"value ends with a backslash", `{"password":"a\\","x":2}`, `{"password":"***","x":2}`},
		{"number", `{"token":12345}`, `{"token":"***"}`},
		{"object", `{"token":{"a":"}","b":["]"]},"x":1}`, `{"token":"***","x":1}`},
		{"array", `{"tokens":["a","b"],"x":1}`, `{"tokens":"***","x":1}`},
		{"null", `{"token":null,"x":1}`, `{"token":"***","x":1}`},
		{"nested", `{"params":{"username":"u","password":"p"}}`, `{"params":{"username":"u","password":"***"}}`},
		{"cut in the value", `{"visa":"abcde`, `{"visa":"***"`},
		{"cut before the value", `{"visa":`, `{"visa":"***"`},
		{"cut in an object", `{"token":{"a":"b`, `{"token":"***"`},
		{"JSON in a string", `{"Entity":"{\"password\":\"p\\\"w\",\"id\":1}"}`, `{"Entity":"{\"password\":"***",\"id\":1}"}`},
		{"object in JSON in a string", `{"e":"{\"token\":{\"a\":\"}\"},\"z\":1}"}`, `{"e":"{\"token\":"***",\"z\":1}"}`},
		{"separators", `{"access_token":"a","private-key":"b","api key":"c"}`, `{"access_token":"***","private-key":"***","api key":"***"}`},
		{"a name in a value", `{"field":"password","message":"is wrong"}`, `{"field":"password","message":"is wrong"}`},
		{"colon in a value", `{"message":"say \"password\": x","y":1}`, `{"message":"say \"password\": "***"","y":1}`},
		{"basic", "sent Basic Y29tcGFueQ== to host", "sent Basic *** to host"},
		{"bearer", "sent bearer abc.def, next", "sent bearer ***, next"},
		{"scheme at the end", "Bearer ", "Bearer "},
		{"query in a text", `Get "https://h/p?access_token=abc&x=1": EOF`, `Get "https://h/p?access_token=***&x=1": EOF`},
		{"a known value", "key pr1v/ate+Key here", "key *** here"},
		{"a known value in a URL", "key pr1v%2Fate%2BKey here", "key *** here"},
		{"a known value in other JSON", `"k":"pr1v\/ate+Key" "pr1v/ate\u002BKey"`, `"k":"***" "***"`},
		{"short values are left", "ab tiny", "ab ***"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, r.Text(tt.in)); diff != "" {
				t.Errorf("Text(%s) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func TestRedactHeader(t *testing.T) {
	in := http.Header{
		"Authorization": {"Basic abc"}, "Clientid": {"0000-1111"}, "Cookie": {"a=b"}, "Set-Cookie": {"s=1", "t=2"},
		"Proxy-Authorization": {"Basic x"}, "X-Api-Key": {"k"}, "Accept": {"application/json"}, "X-Echo": {"topsecret!"},
		"Location": {"https://h/?token=abc"},
	}
	want := map[string][]string{
		"Authorization": {"***"}, "Clientid": {"***"}, "Cookie": {"***"}, "Set-Cookie": {"***", "***"},
		"Proxy-Authorization": {"***"}, "X-Api-Key": {"***"}, "Accept": {"application/json"}, "X-Echo": {"***!"},
		"Location": {"https://h/?token=***"},
	}
	if diff := cmp.Diff(want, NewSecrets("topsecret").Header(in)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if in.Get("Authorization") != "Basic abc" {
		t.Error("the given header was changed")
	}
}

func TestRedactURL(t *testing.T) {
	r := NewSecrets("s3cret")
	for in, want := range map[string]string{
		"https://user:pw@h.example/p":                               "https://%2A%2A%2A@h.example/p",
		"https://h.example/p?conditions=name%3D%22x%22&pageSize=2":  "https://h.example/p?conditions=name%3D%22x%22&pageSize=2",
		"https://h.example/p?Access_Token=abc&x=1&%70assword=q&vis": "https://h.example/p?Access_Token=***&x=1&%70assword=***&vis",
		"https://h.example/s3cret/p":                                "https://h.example/***/p",
		"https://h.example/p?q=s3cret":                              "https://h.example/p?q=***",
		"https://h.example/p?%zz=q":                                 "https://h.example/p?%zz=***",
	} {
		u, err := url.Parse(in)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.URL(u); got != want {
			t.Errorf("URL(%s)\n got %s\nwant %s", in, got, want)
		}
	}
	if got := r.URL(nil); got != "" {
		t.Errorf("URL(nil) = %q", got)
	}
}

// FuzzRedact: a secret never survives, whatever is around it and however it is
// encoded.
func FuzzRedact(f *testing.F) {
	f.Add("pr1v/ate+Key\"\\<&>", `{"visa":"`, `","x":1}`)
	f.Add("Basic abcd", "Basic Basic ", "abcd")
	f.Add("***a***", "", "")
	f.Add("password", `{"password":"`, `"}`)
	f.Add("aXaX", "aXaX", "aXaX")
	f.Fuzz(func(t *testing.T, secret, before, after string) {
		if len(secret) < minSecret || strings.Trim(secret, "*") == "" {
			return
		}
		r := NewSecrets(secret)
		quoted, err := json.Marshal(secret)
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range []string{
			secret, string(quoted[1 : len(quoted)-1]), url.QueryEscape(secret), url.PathEscape(secret), html.EscapeString(secret),
		} {
			out := r.Text(before + form + after)
			if strings.Contains(out, secret) || strings.Contains(out, form) {
				t.Errorf("%q survives in %q", form, out)
			}
			if again := r.Text(out); strings.Contains(again, secret) {
				t.Errorf("%q comes back in %q", secret, again)
			}
		}
	})
}

// FuzzRedactMember: the value of a member with a secret name never survives,
// even if the JSON is escaped in a string or cut off.
func FuzzRedactMember(f *testing.F) {
	f.Add("value-1", uint8(0), 1000)
	f.Add("a\\\"b", uint8(1), 30)
	f.Add(`"}],`, uint8(2), 1000)
	f.Fuzz(func(t *testing.T, value string, depth uint8, length int) {
		// A marker that no part of the frame contains stands for the secret.
		const marker = "Zq7Zq7Zq7"
		text := value + marker + value
		for range depth%3 + 1 {
			b, err := json.Marshal(map[string]any{"id": 1, "password": text, "z": "end"})
			if err != nil {
				t.Fatal(err)
			}
			text = string(b)
			out := Hide(text)
			if strings.Contains(out, marker) {
				t.Fatalf("the secret survives in %s", out)
			}
			if length > 0 && length < len(text) {
				if out := Hide(text[:length]); strings.Contains(out, marker) {
					t.Fatalf("cut off at %d the secret survives in %s", length, out)
				}
			}
			inner, err := json.Marshal(map[string]any{"entity": text})
			if err != nil {
				t.Fatal(err)
			}
			if out := Hide(string(inner)); strings.Contains(out, marker) {
				t.Fatalf("inside a string the secret survives in %s", out)
			}
		}
	})
}

func ExampleSecrets() {
	r := NewSecrets("private-key")
	fmt.Println(r.Text(`{"visa":"abc","note":"the private-key was refused"}`))
	// Output: {"visa":"***","note":"the *** was refused"}
}
