package monitor

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// errorLimit bounds the text of one error, pathLimit that of its file.
const (
	errorLimit = 300
	pathLimit  = 200
)

// secrets are what must not reach a ticket, and what stands there instead. An
// error text may quote a request with its tokens; device tokens are UUIDs.
var secrets = []struct {
	pattern *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`(?i)(https?://[^\s?#"'<>]+)[?#][^\s"'<>]*`), "$1"},
	{regexp.MustCompile(`(?i)(https?://)[^\s/@"'<>]+@`), "$1"},
	{regexp.MustCompile(`(?i)\b(bearer|basic)\s+[a-z0-9._~+/=-]{8,}`), "$1 [removed]"},
	{regexp.MustCompile(`eyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)?`), "[removed]"},
	{regexp.MustCompile(`(?i)\b([a-z_-]*(?:token|passwor[dt]|passphrase|passwd|pwd|secret|visa|signature|authorization|api[_-]?key|private[_-]?key)[a-z_-]*["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s"',;&}\]]+)`), "${1}[removed]"},
	{regexp.MustCompile(`\b[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}\b`), "[id]"},
	{regexp.MustCompile(`[A-Za-z0-9+/_=-]{40,}`), "[removed]"},
}

// cleanError makes the text of an error fit for a ticket: one line, bounded,
// without anything that looks like a secret.
func cleanError(text string) string {
	text = oneLine(text, 20*errorLimit)
	for _, s := range secrets {
		text = s.pattern.ReplaceAllString(text, s.instead)
	}
	return cut(text, errorLimit)
}

// oneLine folds white space and control characters and bounds the length.
func oneLine(text string, limit int) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool {
		return r <= ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' || r >= 0x80 && r < 0xa0
	}), " ")
	return cut(text, limit)
}

var (
	unresolved  = regexp.MustCompile(`(?i)(host ?name|host|name|domain)\b.*\b(not be resolved|not resolved|could not resolve|unable to resolve|resolution)|(unable to|could not|cannot) resolve|no such host`)
	errorNumber = regexp.MustCompile(`(?:#|(?i:error|code)[ :=]+)(\d+)`)
	locked      = regexp.MustCompile(`(?i)being used by another process|\bis locked\b|sharing violation|file locked`)
	quotedFile  = regexp.MustCompile(`['"]([^'"]*[\\/][^'"]+)['"]`)
)

// shortError says in a few words what an error is, for lists and exports:
// "DNS error #11001", "File locked: q3.xlsx", "Mailbox inactive", or the first
// 50 characters or so of its text.
func shortError(text, item string) string {
	text = cleanError(text)
	low := strings.ToLower(text)
	switch {
	case unresolved.MatchString(text):
		if m := errorNumber.FindStringSubmatch(text); m != nil {
			return "DNS error #" + m[1]
		}
		return "DNS error"
	case locked.MatchString(text):
		if m := quotedFile.FindStringSubmatch(text); item == "" && m != nil {
			item = m[1]
		}
		if item == "" {
			return "File locked"
		}
		name := oneLine(item[strings.LastIndexAny(item, `\/`)+1:], pathLimit)
		return "File locked: " + cut(name, 30)
	case strings.Contains(low, "inactive") && strings.Contains(low, "mailbox"):
		return "Mailbox inactive"
	case strings.Contains(low, "soft-deleted") || strings.Contains(low, "soft deleted"):
		return "Mailbox soft-deleted"
	case strings.Contains(low, "no data"):
		return "No data available"
	case utf8.RuneCountInString(text) <= 50:
		return text
	}
	short := string([]rune(text)[:50])
	if at := strings.LastIndexByte(short, ' '); at > 20 {
		short = short[:at]
	}
	return strings.TrimRight(short, " .,;:") + "..."
}

// special are the characters that markdown could take for markup, where it
// matters in a path or an error: emphasis, escapes, tags, links.
var special = regexp.MustCompile("[*_`<>\\[\\]~|]|\\\\([[:punct:]]|$)")

// literal protects a path, or an error, from a note that is shown as markdown.
// What holds nothing special stands as it is.
func literal(text string) string {
	if !special.MatchString(text) {
		return text
	}
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		return fence + " " + text + " " + fence
	}
	return fence + text + fence
}
