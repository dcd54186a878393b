package match

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// prefixLength is the length in characters at which the service desk cut
// company names until 2025.
const prefixLength = 50

// foldedName is a name without what people write differently.
type foldedName struct {
	base string   // lower-case letters and digits, legal form cut off
	form []string // the legal form in canonical words, in order
}

// full is the folded name with its legal form.
func (n foldedName) full() string { return n.base + "\x00" + strings.Join(n.form, "\x00") }

// agrees says whether the legal forms of two names with the same base can be
// those of one company: equal, or one says less than the other.
func (n foldedName) agrees(o foldedName) bool {
	return subset(n.form, o.form) || subset(o.form, n.form)
}

func subset(a, b []string) bool {
	for _, w := range a {
		if !slices.Contains(b, w) {
			return false
		}
	}
	return true
}

// legalForms maps the words of legal forms to the ones they are compared by.
var legalForms = map[string]string{
	"inc": "inc", "incorporated": "inc",
	"corp": "corp", "corporation": "corp",
	"co": "co", "company": "co",
	"ltd": "ltd", "limited": "ltd",
	"llc": "llc", "llp": "llp", "lllp": "lllp", "lp": "lp", "pc": "pc", "pllc": "pllc", "plc": "plc", "pa": "pa",
	"pty": "pty", "pvt": "pvt", "cic": "cic",
	"gmbh": "gmbh", "mbh": "gmbh", "ggmbh": "ggmbh", "ag": "ag", "kg": "kg", "kgaa": "kgaa", "ug": "ug", "ohg": "ohg", "gbr": "gbr", "ev": "ev", "eg": "eg", "se": "se",
	"sa": "sa", "sas": "sas", "sasu": "sasu", "sarl": "sarl", "eurl": "eurl", "sl": "sl", "slu": "slu", "sprl": "sprl",
	"srl": "srl", "spa": "spa", "snc": "snc", "lda": "lda", "ltda": "ltda",
	"bv": "bv", "nv": "nv", "vof": "vof", "cv": "cv",
	"ab": "ab", "aps": "aps", "as": "as", "asa": "asa", "oy": "oy", "oyj": "oyj",
	"sro": "sro", "spzoo": "spzoo", "doo": "doo", "kft": "kft", "zrt": "zrt",
}

// folded folds a name: case, spaces, punctuation, and the legal form at its
// end, which is kept apart. "&" and "+" are the word "and". A name that is
// nothing but legal form keeps it as its base.
func folded(name string) foldedName {
	words := words(name)
	end := len(words)
	var form []string
	for end > 1 {
		if w, ok := legalForms[words[end-1]]; ok {
			form = append(form, w)
			end--
			continue
		}
		// "GmbH & Co. KG", "Smith & Co": the "and" belongs to the legal form.
		if words[end-1] == "and" && len(form) > 0 {
			end--
			continue
		}
		break
	}
	slices.Reverse(form)
	return foldedName{base: strings.Join(words[:end], ""), form: form}
}

// words splits a name. Dots and apostrophes join what is around them (L.L.C.,
// O'Brien), single letters that follow one another are one word (S. A.), and
// everything else that is no letter, digit or mark separates.
func words(name string) []string {
	var mapped strings.Builder
	mapped.Grow(len(name) + 8)
	for _, c := range name {
		switch {
		case c == '&' || c == '+':
			mapped.WriteString(" and ")
		case c == '.' || c == '\'' || c == '’' || c == '`' || c == '´':
		case c == 'ß' || c == 'ẞ':
			mapped.WriteString("ss")
		case unicode.IsLetter(c) || unicode.IsDigit(c) || unicode.IsMark(c):
			mapped.WriteRune(lower(c))
		default:
			mapped.WriteByte(' ')
		}
	}
	var out []string
	initials := false // the last word is made of single letters
	for _, w := range strings.Fields(mapped.String()) {
		single := utf8.RuneCountInString(w) == 1
		if single && initials {
			out[len(out)-1] += w
			continue
		}
		out = append(out, w)
		initials = single
	}
	return joinSpZOO(out)
}

// lower brings a letter into the one case all its forms share.
func lower(c rune) rune { return unicode.ToLower(unicode.ToUpper(c)) }

// joinSpZOO makes one word of the one legal form that is written as three.
func joinSpZOO(words []string) []string {
	if n := len(words); n > 3 && slices.Equal(words[n-3:], []string{"sp", "z", "oo"}) {
		return append(words[:n-3], "spzoo")
	}
	return words
}

// plainName cuts a "(someone@example.org)" off the end of a name.
func plainName(name string) string {
	name = strings.TrimSpace(name)
	if mailAddress(name) == "" {
		return name
	}
	if cut := strings.TrimSpace(name[:strings.LastIndexByte(name, '(')]); cut != "" {
		return cut
	}
	return name
}

// mailAddress returns the address in brackets at the end of a name, "" when
// there is none.
func mailAddress(name string) string {
	name = strings.TrimSpace(name)
	inner, ok := strings.CutSuffix(name, ")")
	if !ok {
		return ""
	}
	open := strings.LastIndexByte(inner, '(')
	if open < 0 {
		return ""
	}
	address := strings.TrimSpace(inner[open+1:])
	local, host, ok := strings.Cut(address, "@")
	if !ok || local == "" || host == "" || strings.ContainsAny(address, " \t,;") {
		return ""
	}
	return address
}

// prefix is what remained of a name that was cut, in lower case.
func prefix(name string) string {
	name = strings.TrimSpace(name)
	if long(name) {
		name = strings.TrimSpace(string([]rune(name)[:prefixLength]))
	}
	return strings.ToLower(name)
}

// long says whether a name is one that would have been cut.
func long(name string) bool { return utf8.RuneCountInString(strings.TrimSpace(name)) > prefixLength }
