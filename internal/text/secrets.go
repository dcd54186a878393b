package text

import (
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// mask replaces a secret.
const mask = "***"

// minSecret is the length of the shortest value that is treated as a secret:
// hiding shorter ones would make the text around them unreadable. No piece of
// pieceSize bytes of a longer secret is shown.
const (
	minSecret = 4
	pieceSize = 8
)

// Secrets hides known secret values wherever they occur, and everything that
// [Hide] hides. The zero value and nil know no values. Its methods do not
// change it; it is safe for concurrent use.
type Secrets struct {
	// A function, because fmt follows pointers under verbs that do not fit.
	forms func() *forms
}

// forms are the spellings of the known values.
type forms struct {
	values []string                       // in lower case
	pieces [pieceSize + 1]map[string]bool // pieces that must not be shown, by their length
}

// NewSecrets returns Secrets that know the given values. They are hidden as
// they are and as JSON, URLs and HTML write them, in any case. Every piece of 8
// bytes is hidden too, because a server may cut a secret off; at the end of a
// text the first 4 bytes are enough. Values shorter than 4 bytes, and values of
// asterisks only, are ignored.
func NewSecrets(values ...string) *Secrets {
	k := &forms{}
	for _, v := range values {
		if len(v) < minSecret || strings.Trim(v, "*") == "" {
			continue
		}
		for _, form := range spellings(v) {
			k.add(lowerASCII(form))
		}
	}
	if len(k.values) == 0 {
		return &Secrets{}
	}
	return &Secrets{func() *forms { return k }}
}

func (k *forms) add(form string) {
	k.values = append(k.values, form)
	n := min(len(form), pieceSize)
	if k.pieces[n] == nil {
		k.pieces[n] = map[string]bool{}
	}
	for i := range len(form) - n + 1 {
		k.pieces[n][form[i:i+n]] = true
	}
}

// spellings returns the ways in which JSON, URLs, HTML and the lines of this
// package write a value. Encoders differ in what they escape, and keys are full
// of / and +.
func spellings(v string) []string {
	plain := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v)
	quoted, _ := json.Marshal(v) // every string can be encoded
	forms := []string{
		v, plain, string(quoted[1 : len(quoted)-1]),
		strings.ReplaceAll(plain, "/", `\/`), strings.ReplaceAll(plain, "+", `\u002b`),
		url.QueryEscape(v), url.PathEscape(v),
		html.EscapeString(v),
		strings.ToLower(v), strings.ToUpper(v),
		Line(v),
	}
	slices.Sort(forms)
	return slices.DeleteFunc(slices.Compact(forms), func(s string) bool { return len(s) < minSecret || strings.Trim(s, "*") == "" })
}

// Text hides secrets in JSON (complete, cut off, or inside a string), in error
// messages and in any other text. Everything else stays as it is;
// [Secrets.Show] also makes the text printable.
func (k *Secrets) Text(s string) string {
	return k.known(maskShapes(maskSaid(maskAssigned(maskSchemes(maskMembers(s))))))
}

// Show is [Show] that hides the known values too.
func (k *Secrets) Show(s string, limit int) string {
	// Of a long text only as much is read as is needed to fill the limit after
	// hiding.
	if most := 16*max(limit, 0) + 4<<10; limit < len(s) && most < len(s) {
		for most > 0 && !utf8.RuneStart(s[most]) {
			most--
		}
		s = s[:most] + ellipsis
	}
	return Cut(k.Text(Line(s)), limit)
}

// Header returns a copy of an [net/http.Header] without secrets.
func (k *Secrets) Header(h map[string][]string) map[string][]string {
	out := make(map[string][]string, len(h))
	for name, values := range h {
		for _, v := range values {
			if secretName(name) {
				v = mask
			}
			out[name] = append(out[name], k.Text(v))
		}
	}
	return out
}

// URL returns the URL without user name and password, and without the values of
// parameters whose names show that they are secret. It returns "" for nil.
func (k *Secrets) URL(u *url.URL) string {
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
	return k.known(c.String())
}

// known removes the known values. A removal may join text to another known
// value, so it repeats until there is none. Each step makes the text shorter,
// so it ends.
func (k *Secrets) known(s string) string {
	if k == nil || k.forms == nil {
		return s
	}
	for {
		next := k.forms().hideOnce(s)
		if next == s {
			return s
		}
		s = next
	}
}

func (k *forms) hideOnce(s string) string {
	low := lowerASCII(s)
	var b strings.Builder
	done := 0 // the text before it is written, up to the last secret
	hide := func(from, to int) {
		if from > done || done == 0 {
			b.WriteString(s[done:from])
			b.WriteString(mask)
		}
		done = max(done, to)
	}
	for i := range len(low) {
		for n := pieceSize; n >= minSecret; n-- {
			if i+n <= len(low) && k.pieces[n][low[i:i+n]] {
				hide(i, i+n)
				break
			}
		}
	}
	if from, to := k.beginning(low); to > max(from, done) {
		hide(from, to)
	}
	b.WriteString(s[done:])
	return b.String()
}

// beginning finds the beginning of a known value at the end of a text that was
// cut off there.
func (k *forms) beginning(low string) (from, to int) {
	low = strings.TrimRight(low, ".\"' …")
	from, to = len(low), len(low)
	for _, v := range k.values {
		for n := min(len(v)-1, len(low), pieceSize); n >= minSecret; n-- {
			if strings.HasSuffix(low, v[:n]) && strings.Trim(v[:n], "*") != "" {
				from = min(from, len(low)-n)
				break
			}
		}
	}
	return from, to
}

// lowerASCII lowers the letters A to Z and keeps the position of every byte.
func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
