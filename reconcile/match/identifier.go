package match

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/covedesk/covedesk/internal/text"
)

// shortestLimit is the shortest limit of any version of the service desk: 25
// characters, later 30 and 156.
const shortestLimit = 25

// Identifier proposes an identifier for a new company with the name. It has
// ASCII letters and digits, at most limit of them (0 means 25). It is the first
// of these that is not taken:
//
//	the whole name, when it fits     BirchDentalGroup
//	its first word of five or more   Birch
//	its initials, three or more      BDG
//	its beginning and a number       BirchDentalGroupofTampa1
//
// Letters with marks, and those of the Latin alphabets, become the letters they
// are read as: Łódź becomes Lodz, Straße becomes Strasse. Letters and digits
// without such a form are left out and returned as dropped, so that a person
// can look. A name that has nothing else becomes Company1 and so on.
//
// taken reports whether an identifier is in use in the tenant, ignoring case;
// nil means that none is. The identifier is empty when none within the limit is
// free among the first million numbers.
func Identifier(name string, taken func(string) bool, limit int) (identifier, dropped string) {
	if limit <= 0 {
		limit = shortestLimit
	}
	if taken == nil {
		taken = func(string) bool { return false }
	}
	bare, _ := splitAddress(name)
	parts, dropped := asciiWords(bare)
	whole := strings.Join(parts, "")
	proposals := []string{whole}
	if len(parts) > 1 && len(parts[0]) >= 5 {
		proposals = append(proposals, parts[0])
	}
	if len(parts) > 2 {
		initials := ""
		for _, w := range parts {
			initials += strings.ToUpper(w[:1])
		}
		proposals = append(proposals, initials)
	}
	for _, proposal := range proposals {
		if proposal != "" && len(proposal) <= limit && !taken(proposal) {
			return proposal, dropped
		}
	}
	if whole == "" {
		whole = "Company"
	}
	for n := 1; n < 1_000_000; n++ {
		number := strconv.Itoa(n)
		if len(number) > limit {
			break
		}
		if proposal := whole[:min(len(whole), limit-len(number))] + number; !taken(proposal) {
			return proposal, dropped
		}
	}
	return "", dropped
}

// CompanyName proposes a name for a new company: the customer's name in one
// line, without HTML entities and without a mail address at its end, cut to
// limit UTF-16 units. It is empty when nothing is left.
func CompanyName(name string, limit int) string {
	name, _ = splitAddress(decodeEntities(name))
	name = text.Line(name)
	if text.Len(name) <= limit {
		return name
	}
	return strings.TrimRight(strings.TrimSuffix(text.Cut(name+"..", limit+1), "…"), " ")
}

// asciiWords splits a name at everything but letters, marks and digits, and
// writes them in ASCII. Dots and apostrophes join. It returns the letters and
// digits that it could not write, once each.
func asciiWords(name string) (words []string, dropped string) {
	var out strings.Builder
	for _, c := range norm.NFKD.String(strings.Map(unify, decodeEntities(name))) {
		ascii, known := latin[c]
		switch {
		case known:
			out.WriteString(ascii)
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
			out.WriteRune(c)
		case c == '.', c == '\'', unicode.IsMark(c):
		case unicode.IsLetter(c), unicode.IsNumber(c):
			if !strings.ContainsRune(dropped, c) {
				dropped += string(c)
			}
			fallthrough
		default:
			out.WriteByte(' ')
		}
	}
	return strings.Fields(out.String()), norm.NFC.String(dropped)
}

// latin holds the letters of the Latin alphabets that are not a letter with a
// mark.
var latin = map[rune]string{
	'ß': "ss", 'ẞ': "SS", 'æ': "ae", 'Æ': "AE", 'œ': "oe", 'Œ': "OE", 'ø': "o", 'Ø': "O",
	'ł': "l", 'Ł': "L", 'đ': "d", 'Đ': "D", 'ð': "d", 'Ð': "D", 'þ': "th", 'Þ': "Th", 'ħ': "h", 'Ħ': "H",
	'ı': "i", 'ĸ': "k", 'ŋ': "ng", 'Ŋ': "Ng", 'ŧ': "t", 'Ŧ': "T", 'ə': "e", 'Ə': "E", 'ƒ': "f",
	'ɓ': "b", 'Ɓ': "B", 'ɗ': "d", 'Ɗ': "D", 'ƙ': "k", 'Ƙ': "K", 'ƴ': "y", 'Ƴ': "Y", 'ɛ': "e", 'Ɛ': "E", 'ɔ': "o", 'Ɔ': "O",
}
