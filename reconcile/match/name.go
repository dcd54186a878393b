package match

import (
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// fold brings a name into the form in which whole names are compared: one
// Unicode form and one case, HTML entities decoded, one kind of apostrophe,
// quotation mark, dash and blank, nothing invisible. Punctuation, legal forms
// and everything else that a person reads still count. Folding twice changes
// nothing.
func fold(name string) string {
	if ascii(name) {
		return strings.Join(strings.Fields(strings.ToLower(name)), " ")
	}
	return strings.Join(strings.Fields(normalise(decodeEntities(normalise(name)))), " ")
}

// ascii reports whether a name has only characters that need no more than lower
// case.
func ascii(name string) bool {
	for i := range len(name) {
		if c := name[i]; c < ' ' || c > '~' || c == '`' {
			return false
		}
	}
	return !strings.Contains(name, "&") || !strings.Contains(name, ";") // no entity
}

// normalise is fold without entities and blanks. The order is that of the
// compatibility caseless match of the Unicode standard (D146): folding a case
// may decompose what was composed, and the other way round.
func normalise(s string) string {
	s = strings.Map(unify, strings.ToValidUTF8(s, "\ufffd"))
	lower := cases.Fold()
	s = norm.NFKD.String(lower.String(norm.NFD.String(s)))
	s = norm.NFKC.String(lower.String(s))
	// An acute accent on a blank is what normalisation makes of "´".
	return strings.Map(unify, strings.ReplaceAll(s, " \u0301", "'"))
}

// unify maps characters that people take for one another to one of them, and
// drops invisible ones.
func unify(c rune) rune {
	switch c {
	case '’', '‘', '‛', 'ʼ', 'ʻ', '`', '′':
		return '\''
	case '“', '”', '„', '‟', '″':
		return '"'
	case '−', '⁃':
		return '-'
	case '\u034f': // combining grapheme joiner
		return -1
	}
	switch {
	case unicode.Is(unicode.Pd, c):
		return '-'
	case unicode.IsSpace(c), unicode.IsControl(c):
		return ' '
	case unicode.In(c, unicode.Cf, unicode.Variation_Selector):
		return -1
	}
	return c
}

// longestEntity is the length of "&CounterClockwiseContourIntegral;".
const longestEntity = 33

// decodeEntities decodes HTML entities until none is left, because some
// programs encode a name each time they store it. It works from the end: a
// decoded entity may form a new one with the text after it.
func decodeEntities(s string) string {
	if !strings.Contains(s, "&") {
		return s
	}
	var tail []byte // the decoded text, last byte first
	for _, c := range slices.Backward([]byte(s)) {
		tail = append(tail, c)
		for tail[len(tail)-1] == '&' {
			near := slices.Clone(tail[max(0, len(tail)-longestEntity):])
			slices.Reverse(near)
			entity, _, ok := strings.Cut(string(near), ";")
			decoded := html.UnescapeString(entity + ";")
			// HTML decodes "&not" in "&nothing;", too; nobody encodes so.
			if !ok || decoded != ";" && strings.HasSuffix(decoded, ";") {
				break
			}
			tail = tail[:len(tail)-len(entity)-1]
			for _, b := range slices.Backward([]byte(normalise(decoded))) {
				tail = append(tail, b)
			}
			if len(tail) == 0 {
				break
			}
		}
	}
	slices.Reverse(tail)
	return string(tail)
}

// looseName is a name without the parts that people write differently.
type looseName struct {
	article string   // at the beginning; may be empty
	base    string   // letters and digits
	form    []string // the words of the legal form at the end, in one spelling
}

// whole is the loose name with its article and legal form.
func (n looseName) whole() string {
	return n.article + n.base + "\x00" + strings.Join(n.form, "\x00")
}

// agrees reports whether the legal forms of two names with the same base can
// belong to one company: they are equal, or one says less than the other.
func (n looseName) agrees(o looseName) bool {
	return subset(n.form, o.form) || subset(o.form, n.form)
}

func subset(a, b []string) bool {
	return !slices.ContainsFunc(a, func(w string) bool { return !slices.Contains(b, w) })
}

// loosen splits a folded name. "&" and "+" count as the word "and". A name that
// is nothing but article or legal form keeps it as its base.
func loosen(folded string) looseName {
	words := words(folded)
	var n looseName
	if len(words) > 1 && articles[words[0]] {
		n.article, words = words[0], words[1:]
	}
	end := len(words)
	for end > 1 {
		if w, ok := legalForms[words[end-1]]; ok {
			n.form = append(n.form, w)
			end--
			continue
		}
		// "GmbH & Co. KG", "Smith & Co": the "and" belongs to the legal form.
		if words[end-1] == "and" && len(n.form) > 0 {
			end--
			continue
		}
		break
	}
	slices.Reverse(n.form)
	n.base = norm.NFKC.String(strings.Join(words[:end], ""))
	return n
}

// words splits a folded name. Dots and apostrophes join what is around them
// (L.L.C., O'Brien), single letters that follow one another are one word
// (S. A.), and everything else that is not a letter, digit or mark separates.
func words(name string) []string {
	var mapped strings.Builder
	mapped.Grow(len(name) + 8)
	for _, c := range name {
		switch {
		case c == '&' || c == '+':
			mapped.WriteString(" and ")
		case c == '.' || c == '\'':
		case unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c):
			mapped.WriteRune(c)
		default:
			mapped.WriteByte(' ')
		}
	}
	var out []string
	initials := false // the last word is made of single letters
	for w := range strings.FieldsSeq(mapped.String()) {
		single := utf8.RuneCountInString(w) == 1
		if single && initials {
			out[len(out)-1] += w
			continue
		}
		out = append(out, w)
		initials = single
	}
	// The only legal form that is written as three words.
	if n := len(out); n > 3 && slices.Equal(out[n-3:], []string{"sp", "z", "oo"}) {
		return append(out[:n-3], "spzoo")
	}
	return out
}

var articles = set("the der die das le la les el los las il lo de het")

// legalForms maps words of legal forms to the spelling they are compared in.
var legalForms = func() map[string]string {
	out := map[string]string{
		"incorporated": "inc", "corporation": "corp", "company": "co", "limited": "ltd", "mbh": "gmbh",
	}
	for w := range set("inc corp co ltd llc llp lllp lp pc pllc plc pa pty pvt cic " +
		"gmbh ggmbh ag kg kgaa ug ohg gbr ev eg se sa sas sasu sarl eurl sl slu sprl srl spa snc lda ltda " +
		"bv nv vof cv ab aps as asa oy oyj sro spzoo doo kft zrt") {
		out[w] = w
	}
	return out
}()

// set returns the words of a text.
func set(words string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		out[w] = true
	}
	return out
}
