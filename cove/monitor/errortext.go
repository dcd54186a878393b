package monitor

import (
	"regexp"

	"github.com/covedesk/covedesk/internal/text"
)

// errorLimit bounds the text of one error, wordLimit that of a file or of
// anything else that was not written for a ticket.
const (
	errorLimit = 300
	wordLimit  = 200
)

// unannounced are secrets that nothing around them announces: device tokens are
// UUIDs, others are long.
var unannounced = regexp.MustCompile(`\b[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b|[A-Za-z0-9+/_=-]{40,}`)

// cleanError makes the text of an error fit for a ticket: one line, bounded,
// without anything that looks like a secret.
func cleanError(s string) string {
	return text.Cut(unannounced.ReplaceAllString(text.Show(s, 20*errorLimit), "***"), errorLimit)
}

// shown makes a text from outside one that can stand anywhere in a note: one
// printable line without secrets that markdown leaves as it is.
func shown(s string) string { return text.Markdown(text.Show(s, wordLimit)) }
