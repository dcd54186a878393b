package match

import (
	"strconv"
	"strings"
)

// defaultIdentifierLimit is the shortest limit that a version of the service
// desk has had: 25 characters, later 30 and 156.
const defaultIdentifierLimit = 25

// Identifier proposes an identifier for a new company with the name: letters
// and digits of ASCII, at most limit of them (0 means 25), the first of these
// that is not taken:
//
//	the whole name, when it fits     BirchDentalGroup
//	its first word of five or more   Birch
//	its initials, three or more      BDG
//	its beginning and a number       BirchDentalGroupofTampa1
//
// taken says whether an identifier is in use, in whatever case; nil means that
// none is. A name without a letter or digit of ASCII gives Company1 and so on.
func Identifier(name string, taken func(string) bool, limit int) string {
	if limit <= 0 {
		limit = defaultIdentifierLimit
	}
	if taken == nil {
		taken = func(string) bool { return false }
	}
	parts := asciiWords(plainName(name))
	whole := strings.Join(parts, "")
	for _, proposal := range []string{whole, firstWord(parts), initials(parts)} {
		if proposal != "" && len(proposal) <= limit && !taken(proposal) {
			return proposal
		}
	}
	if whole == "" {
		whole = "Company"
	}
	for n := 1; ; n++ {
		number := strconv.Itoa(n)
		proposal := whole[:max(0, min(len(whole), limit-len(number)))] + number
		// A limit too short for its number is exceeded rather than searched for ever.
		if !taken(proposal) || len(proposal) > limit {
			return proposal
		}
	}
}

// asciiWords splits a name at everything but letters and digits of ASCII.
// Dots and apostrophes join.
func asciiWords(name string) []string {
	name = strings.NewReplacer(".", "", "'", "", "’", "").Replace(name)
	return strings.FieldsFunc(name, func(c rune) bool {
		return (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')
	})
}

func firstWord(words []string) string {
	if len(words) < 2 || len(words[0]) < 5 {
		return ""
	}
	return words[0]
}

func initials(words []string) string {
	if len(words) < 3 {
		return ""
	}
	var b strings.Builder
	for _, w := range words {
		b.WriteString(strings.ToUpper(w[:1]))
	}
	return b.String()
}
