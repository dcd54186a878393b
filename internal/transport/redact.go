package transport

import (
	"cmp"
	"encoding/json"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// mask stands where a secret stood.
const mask = "***"

// minSecret is the shortest value that is treated as a secret. Shorter ones
// would blot out the text around them.
const minSecret = 4

// Redactor removes secrets from what is logged or quoted in errors: the
// values it was given, wherever they stand, and the values of headers, JSON
// members and query parameters whose names say that they are secret. The zero
// value knows the names only.
type Redactor struct {
	values []string // each with its encoded forms, longest first
}

// NewRedactor returns a Redactor that also removes the given values: as they
// are, as JSON writes them, and as URLs do. Values shorter than 4 bytes and
// values of nothing but asterisks are ignored.
func NewRedactor(values ...string) *Redactor {
	r := &Redactor{}
	for _, v := range values {
		if len(v) < minSecret || strings.Trim(v, "*") == "" {
			continue
		}
		r.values = append(r.values, spellings(v)...)
	}
	slices.SortFunc(r.values, func(a, b string) int {
		return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b))
	})
	r.values = slices.Compact(r.values)
	return r
}

// spellings are the ways in which a value is written into JSON, URLs and
// HTML. Encoders differ in what they escape; keys are full of / and +.
func spellings(v string) []string {
	plain := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v)
	quoted, _ := json.Marshal(v) // a string always can be
	return []string{
		v, plain, string(quoted[1 : len(quoted)-1]),
		strings.ReplaceAll(plain, "/", `\/`),
		strings.ReplaceAll(plain, "+", `\u002B`), strings.ReplaceAll(plain, "+", `\u002b`),
		url.QueryEscape(v), url.PathEscape(v),
		html.EscapeString(v),
	}
}

// Text redacts JSON (whole, cut off, or written into a string), error
// messages and any other text.
func (r *Redactor) Text(s string) string {
	return r.known(maskAssigned(maskSchemes(maskMembers(s))))
}

// Header returns a redacted copy.
func (r *Redactor) Header(h http.Header) http.Header {
	out := make(http.Header, len(h))
	for name, values := range h {
		for _, v := range values {
			if secretName(name) {
				v = mask
			}
			out[name] = append(out[name], r.Text(v))
		}
	}
	return out
}

// URL redacts the query, the path, and any user name and password.
func (r *Redactor) URL(u *url.URL) string {
	if u == nil {
		return ""
	}
	c := *u
	if c.User != nil {
		c.User = url.User(mask)
	}
	if c.RawQuery != "" {
		c.RawQuery = maskQuery(c.RawQuery)
	}
	return r.known(c.String())
}

// known removes the values the Redactor was given. What a replacement pulls
// together may hold another, so it goes on until there is none; each step
// takes away a byte that is not an asterisk, so there is an end.
func (r *Redactor) known(s string) string {
	for again := true; again; {
		again = false
		for _, v := range r.values {
			if strings.Contains(s, v) {
				s, again = strings.ReplaceAll(s, v, mask), true
			}
		}
	}
	return s
}

// secretName says whether a header, member or parameter of the name holds a
// secret, whatever its case and separators.
func secretName(name string) bool {
	name = strings.Map(func(c rune) rune {
		switch c {
		case '-', '_', '.', ' ':
			return -1
		}
		return c
	}, strings.ToLower(name))
	switch name {
	case "visa", "cookie", "setcookie", "clientid", "memberhash":
		return true
	}
	for _, part := range []string{"authorization", "password", "passphrase", "secret", "token", "apikey", "privatekey", "publickey", "signingkey"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

// maskQuery masks the values of secret parameters and leaves the rest of the
// query as it was written.
func maskQuery(query string) string {
	parts := strings.Split(query, "&")
	for i, p := range parts {
		key, _, found := strings.Cut(p, "=")
		if plain, err := url.QueryUnescape(key); found && (err != nil || secretName(plain)) {
			parts[i] = key + "=" + mask
		}
	}
	return strings.Join(parts, "&")
}

// maskAssigned masks the values of secret names in URLs that stand in a text.
func maskAssigned(s string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(s, '=')
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		name := s[i-nameLength(s[:i]) : i]
		b.WriteString(s[:i+1])
		s = s[i+1:]
		plain, err := url.QueryUnescape(name)
		if err == nil && !secretName(plain) {
			continue
		}
		if end := valueEnd(s, "&"); end > 0 {
			b.WriteString(mask)
			s = s[end:]
		}
	}
}

// nameLength is the length of the parameter name that s ends with.
func nameLength(s string) int {
	n := 0
	for n < len(s) {
		switch c := s[len(s)-1-n]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '_', c == '-', c == '.', c == '%':
			n++
		default:
			return n
		}
	}
	return n
}

// valueEnd is where a value in a text ends: at a space, a quote, or what else
// may follow it.
func valueEnd(s, also string) int {
	if end := strings.IndexAny(s, " \t\r\n\"'\\,;<>"+also); end >= 0 {
		return end
	}
	return len(s)
}

// maskSchemes masks what follows the words Basic and Bearer, as in an
// Authorization header. "Bearer token missing" is a sentence, and costs a word.
func maskSchemes(s string) string {
	var b strings.Builder
	for {
		i := strings.IndexAny(s, "bB")
		if i < 0 {
			b.WriteString(s)
			return b.String()
		}
		n := schemeLength(s[i:])
		if n == 0 {
			n = 1
		} else if end := valueEnd(s[i+n:], ""); end > 0 {
			b.WriteString(s[:i+n])
			b.WriteString(mask)
			s = s[i+n+end:]
			continue
		}
		b.WriteString(s[:i+n])
		s = s[i+n:]
	}
}

// schemeLength is the length of the scheme that s begins with, spaces
// included; 0 when there is none.
func schemeLength(s string) int {
	for _, scheme := range []string{"basic", "bearer"} {
		if len(s) > len(scheme) && strings.EqualFold(s[:len(scheme)], scheme) && s[len(scheme)] == ' ' {
			return len(s) - len(strings.TrimLeft(s[len(scheme):], " "))
		}
	}
	return 0
}

// maskMembers masks the values of secret members in JSON, also in JSON that
// is cut off or that stands escaped inside a string.
func maskMembers(s string) string {
	var b strings.Builder
	for {
		name, value := nextMember(s)
		if value < 0 {
			b.WriteString(s)
			return b.String()
		}
		// What holds one of these is a URL in quotes, with a colon behind it.
		if !secretName(name) || strings.ContainsAny(name, "/?=&") {
			b.WriteString(s[:value])
			s = s[value:]
			continue
		}
		b.WriteString(s[:value])
		end := value + valueLength(s[value:])
		b.WriteString(`"` + mask + `"`)
		s = s[end:]
	}
}

// nextMember finds the next `"name":` and returns the name and where its
// value begins, which is negative when there is none.
func nextMember(s string) (name string, value int) {
	for colon := 0; ; colon++ {
		i := strings.IndexByte(s[colon:], ':')
		if i < 0 {
			return "", -1
		}
		colon += i
		head := strings.TrimRight(s[:colon], " \t\r\n")
		if !strings.HasSuffix(head, `"`) {
			continue
		}
		head = strings.TrimRight(head[:len(head)-1], `\`)
		open := strings.LastIndexByte(head, '"')
		if open < 0 {
			continue
		}
		value = colon + 1
		for value < len(s) && strings.IndexByte(" \t\r\n", s[value]) >= 0 {
			value++
		}
		return head[open+1:], value
	}
}

// valueLength is the length of the JSON value that s begins with; all of s
// when it does not end.
func valueLength(s string) int {
	escapes := len(s) - len(strings.TrimLeft(s, `\`))
	if escapes < len(s) && s[escapes] == '"' {
		return escapes + 1 + stringEnd(s[escapes+1:], escapes)
	}
	if s != "" && (s[0] == '{' || s[0] == '[') {
		return bracketLength(s)
	}
	if end := strings.IndexAny(s, ",}] \t\r\n\\\""); end >= 0 {
		return end
	}
	return len(s)
}

// stringEnd returns the position after the quote that ends a string whose own
// quotes stand behind the given number of backslashes: 0 for plain JSON, 1
// for JSON in a string, 3 for JSON in a string in a string. A quote with a
// whole number of escaped backslashes before those is an end, too.
func stringEnd(s string, escapes int) int {
	run := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			run++
			continue
		case '"':
			if run%(2*(escapes+1)) == escapes {
				return i + 1
			}
		}
		run = 0
	}
	return len(s)
}

// bracketLength is the length of an object or array.
func bracketLength(s string) int {
	depth := 0
	for i := 0; i < len(s); {
		switch s[i] {
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		case '"':
			i += 1 + stringEnd(s[i+1:], 0)
			continue
		case '\\':
			escapes := len(s[i:]) - len(strings.TrimLeft(s[i:], `\`))
			if i += escapes; i < len(s) && s[i] == '"' {
				i += 1 + stringEnd(s[i+1:], escapes)
			}
			continue
		}
		i++
	}
	return len(s)
}
