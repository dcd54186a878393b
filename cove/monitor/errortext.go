package monitor

import (
	"regexp"
	"strings"

	"github.com/covedesk/covedesk/internal/text"
)

// errorLimit limits the text of one error, wordLimit a file name or any other
// text that was not written for a ticket.
const (
	errorLimit = 300
	wordLimit  = 200
)

// unannounced matches secrets without a word such as "password" before them:
// device tokens are UUIDs, others are long.
var unannounced = regexp.MustCompile(`\b[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b|[A-Za-z0-9+/_=-]{40,}`)

// cleanError makes the text of an error fit for a ticket: one line of limited
// length, without anything that looks like a secret.
func cleanError(s string) string {
	return text.Cut(unannounced.ReplaceAllString(text.Show(s, 20*errorLimit), "***"), errorLimit)
}

// shown makes a text from outside safe for any place in a note: one printable
// line without secrets, which markdown leaves as it is.
// Several backquotes in a row would make it three times as long, so they go.
func shown(s string) string {
	return text.Markdown(strings.ReplaceAll(text.Show(s, wordLimit), "``", "''"))
}
