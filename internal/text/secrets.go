package text

import (
	"encoding/json"
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"
)

// mask stands where a secret stood.
const mask = "***"

// minSecret is the shortest value that is treated as a secret: shorter ones
// would blot out the text around them. Of a longer one no piece of pieceSize
// bytes is shown.
const (
	minSecret = 4
	pieceSize = 8
)

// Secrets hides values that are known to be secret, wherever they stand, and
// all that [Hide] hides. The zero value and nil know no values. A Secrets is
// not changed by its methods and safe for concurrent use.
type Secrets struct {
	// A function, because fmt follows pointers under verbs that do not fit.
	forms func() *forms
}

// forms are the known values as they may be written.
type forms struct {
	values []string                       // in lower case
	pieces [pieceSize + 1]map[string]bool // what may not be shown, by its length
}

// NewSecrets returns Secrets that know the given values: as they are, as JSON,
// URLs and HTML write them, in whatever letters, and every piece of 8 bytes of
// them, so that one which a server cut off is hidden too. At the end of a text
// the first 4 bytes are enough. Values shorter than 4 bytes and values of
// nothing but asterisks are ignored.
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

// spellings are the ways in which a value is written into JSON, URLs, HTML and
// the lines of this package. Encoders differ in what they escape; keys are full
// of / and +.
func spellings(v string) []string {
	plain := strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(v)
	quoted, _ := json.Marshal(v) // a string always can be
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

// Text hides secrets in JSON (whole, cut off, or written into a string), in
// error messages and in any other text. What is not a secret stays as it is;
// [Secrets.Show] makes it printable as well.
func (k *Secrets) Text(s string) string {
	return k.known(maskShapes(maskSaid(maskAssigned(maskSchemes(maskMembers(s))))))
}

// Show is [Show] that hides the known values too.
func (k *Secrets) Show(s string, limit int) string {
	// Of a long text only so much is looked at that what is hidden leaves
	// enough to fill the limit.
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

// URL gives the URL without its user name and password, and without the values
// of parameters whose names say that they are secret. It is "" for nil.
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

// known removes the known values. What a replacement pulls together may hold
// another, so it goes on until there is none; each step makes the text shorter,
// so there is an end.
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
	done := 0 // all before it is written, up to the last secret
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

// beginning finds the first bytes of a value at the end of a text, where it was
// cut off.
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

// lowerASCII lowers the letters A to Z and leaves every byte in its place.
func lowerASCII(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
