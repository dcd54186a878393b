package text

import (
	"regexp"
	"strings"
)

// Hide replaces secrets by *** where their name or their form shows them: the
// members of JSON, even if it is cut off or inside a string; password=…, sig=…,
// "the password is …"; the text after Bearer and Basic; user and password in a
// URL; a JSON Web Token; a private key. Use [Secrets] for values that no name
// announces. Words of a sentence that may be a secret are hidden. Hiding twice
// changes nothing.
func Hide(s string) string { return (*Secrets)(nil).Text(s) }

// Show makes a text from outside fit to be shown: printable and on one line
// ([Line]), without secrets ([Hide]), at most limit UTF-16 units long ([Cut]),
// in this order.
func Show(s string, limit int) string { return (*Secrets)(nil).Show(s, limit) }

// shapes match secrets that no name announces, each with its replacement. Most
// texts lack what a match contains, and searching for that is cheaper.
var shapes = []struct {
	contains string
	pattern  *regexp.Regexp
	instead  string
}{
	{"://", regexp.MustCompile(`(?i)\b([a-z][a-z0-9+.-]*://)[^\s/?#"'<>\\]+@`), "${1}" + mask + "@"},
	{"eyJ", regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}(\.[A-Za-z0-9_-]*){0,2}`), mask},
	{"-----BEGIN", regexp.MustCompile(`(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(-----END [A-Z ]*PRIVATE KEY-----|$)`), mask},
}

func maskShapes(s string) string {
	for _, shape := range shapes {
		if strings.Contains(s, shape.contains) {
			s = shape.pattern.ReplaceAllString(s, shape.instead)
		}
	}
	return s
}

// said matches a secret in a sentence or a setting: "the password is x",
// "Token: x", pwd = 'x'. The name of an HTTP scheme may precede a header's
// credentials.
var said = regexp.MustCompile(`(?i)(?:` +
	`\b[\w.-]*authorization["']?\s*[:=]\s*(?:(?:basic|bearer|negotiate|ntlm|digest|token|apikey)\s+)?|` +
	`\b(?:set-)?cookie["']?\s*:\s*|` +
	`\b(?:[\w.-]*(?:password|passwort|passphrase|passcode|passwd|pwd|secret|token|tempauth|(?:api|account|access|private|shared|signing)[ _-]?key)s?|pass|pw|visa)` +
	`["']?(?:\s*(?::=|=>|->|[:=])\s*|\s+(?:is|was|are|ist|war|lautet)\s+))` +
	`("(?:[^"\\]|\\.)*"?|'[^']*'?|[^\s"'&;<>]+)`)

func maskSaid(s string) string {
	if !strings.ContainsAny(s, ":=> \t\n\f\r") { // every match has one between name and value
		return s
	}
	var b strings.Builder
	done := 0
	for _, at := range said.FindAllStringSubmatchIndex(s, -1) {
		value := s[at[2]:at[3]]
		if isWord(value) {
			continue
		}
		b.WriteString(s[done:at[2]])
		quote := ""
		if value[0] == '"' || value[0] == '\'' {
			quote = value[:1]
		}
		b.WriteString(quote + mask + quote)
		done = at[3]
	}
	return b.String() + s[done:]
}

// isWord reports whether a word is what a sentence says about a secret, not the
// secret: "the password is wrong", "invalid token: expired".
func isWord(s string) bool {
	return words[strings.ToLower(strings.TrimRight(s, ".,:!?)"))]
}

var words = func() map[string]bool {
	set := map[string]bool{}
	for _, w := range strings.Fields(`a about already an and at being blank case denied disabled empty expired for in incorrect invalid is
		it known locked malformed mandatory missing must needed new no none not null of old on only or out read refused rejected
		required reset revoked set should stored still the this to too unknown unset used valid wrong`) {
		set[w] = true
	}
	return set
}()

// scheme matches an HTTP authentication scheme and the blanks after it.
var scheme = regexp.MustCompile(`(?i)\b(?:basic|bearer)[ ]+`)

// maskSchemes masks the text after the words Basic and Bearer, as in an
// Authorization header. A word of lower-case letters only, as in "Bearer token
// missing", is not masked.
func maskSchemes(s string) string {
	var b strings.Builder
	done := 0
	for _, at := range scheme.FindAllStringIndex(s, -1) {
		if at[0] < done {
			continue
		}
		value := s[at[1]:]
		value, _, _ = strings.Cut(value[:valueEnd(value)], ",")
		if value == "" || len(value) < 16 && strings.Trim(strings.TrimRight(value, ".:!?)"), "abcdefghijklmnopqrstuvwxyz") == "" {
			continue
		}
		b.WriteString(s[done:at[1]] + mask)
		done = at[1] + len(value)
	}
	return b.String() + s[done:]
}
