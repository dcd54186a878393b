package main

import (
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/covedesk/covedesk/examples/internal/program"
)

// This file marks what the program writes to a ticket, so that it is found
// again after a crash: a ticket by its externalXRef, a note by its first line,
// a document by its title.

// xref is what the externalXRef of a case's ticket holds. database is a name that
// no other database has.
func xref(database string, number int64) string {
	return fmt.Sprintf("twoway:%s:%d", database, number)
}

var noteHead = regexp.MustCompile(`^Case (\d{1,18})(?:, comment (\d{1,9}))?, by ([^\n]*):(?:\n|$)`)

// noteText is a comment as a note.
func noteText(number int64, c Comment) string {
	head := fmt.Sprintf("Case %d", number)
	if c.N > 0 {
		head += fmt.Sprintf(", comment %d", c.N)
	}
	return head + ", by " + program.OneLine(c.Author) + ":\n" + c.Text
}

// readNote takes a note apart. ok says that it begins like one of ours.
func readNote(text string) (number int64, n int, body string, ok bool) {
	text = plain(text)
	m := noteHead.FindStringSubmatch(text)
	if m == nil {
		return 0, 0, text, false
	}
	number, _ = strconv.ParseInt(m[1], 10, 64) // digits, not too many
	n, _ = strconv.Atoi(m[2])                  // none: 0
	return number, n, plain(text[len(m[0]):]), true
}

var titleMark = regexp.MustCompile(`\[case (\d{1,18}), ([0-9a-f]{12})\]$`)

// documentTitle is the title of an attachment on the ticket.
func documentTitle(number int64, a Attachment) string {
	const limit = 60
	name := []rune(program.OneLine(a.Name))
	return strings.TrimSpace(string(name[:min(len(name), limit)])) + fmt.Sprintf(" [case %d, %s]", number, a.Hash[:12])
}

// readTitle gives the case and the beginning of the hash that a title names, "" if
// it names none.
func readTitle(title string) (number int64, hash string) {
	m := titleMark.FindStringSubmatch(strings.TrimSpace(title))
	if m == nil {
		return 0, ""
	}
	number, _ = strconv.ParseInt(m[1], 10, 64)
	return number, m[2]
}

// summary is the summary of a case's ticket.
func summary(c Case) string {
	const limit = 100 // UTF-16 units
	text := program.OneLine(fmt.Sprintf("Case #%d: %s", c.Number, c.Title))
	units, cut := 0, 0
	for i, r := range text {
		if units < limit { // up to here and an ellipsis
			cut = i
		}
		units += utf16.RuneLen(r)
	}
	if units <= limit {
		return text
	}
	return strings.TrimSpace(text[:cut]) + "…"
}

// fileName is the last element of a name from outside.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(program.OneLine(name), `\`, "/"))
	if name == "." || name == "/" || name == ".." {
		return "file"
	}
	return name
}
