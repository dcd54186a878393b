package connectwisetest

import (
	"fmt"
	"strings"
	"time"
)

type tokenKind uint8

const (
	tokenEnd    tokenKind = iota
	tokenWord             // names and keywords
	tokenNumber           // 12, -3.5
	tokenString
	tokenDate
	tokenOperator // = != < <= > >=
	tokenOpen
	tokenClose
	tokenComma
)

// token is a token of a condition. The fields before and behind tell whether
// there is white space, a parenthesis or an end of the text on that side; a
// keyword needs it on both sides.
type token struct {
	kind       tokenKind
	text       string
	when       time.Time
	line, char int
	before     bool
	behind     bool
}

func (t token) keyword(word string) bool {
	return t.kind == tokenWord && strings.EqualFold(t.text, word)
}

// syntaxError is the server's answer to a condition it cannot read.
func syntaxError(line, char int, text string) *problem {
	return badRequest("ApiFindCondition", "Condition Syntax Error (Line %d, Character %d) - Unrecognized value: %s\n%s", line, char, text,
		"Strings are enclosed in double or single quotes, dates in square brackets, numbers are digits with an optional point and negation, booleans are the keywords true and false, nothing is the keyword null.")
}

type lexer struct {
	s          string
	i          int
	line, from int // from: start of the line
	sw         Switches
}

func (l *lexer) fail(start int) *problem {
	end := start
	for end < len(l.s) && (wordByte(l.s[end]) || l.s[end] == '.') {
		end++
	}
	for end == start || end < len(l.s) && !wordByte(l.s[start]) && !strings.ContainsRune(" \t\r\n", rune(l.s[end])) {
		end++
	}
	return syntaxError(l.line, start-l.from+1, l.s[start:end])
}

// tokens splits a condition into tokens. The last one is tokenEnd.
func tokens(text string, sw Switches) ([]token, *problem) {
	l := &lexer{s: text, line: 1, sw: sw}
	var out []token
	for {
		space := l.space() || l.i == 0
		if n := len(out); n > 0 {
			out[n-1].behind = space || l.i >= len(l.s) || l.s[l.i] == '('
			space = space || out[n-1].kind == tokenClose
		}
		if l.i >= len(l.s) {
			return append(out, token{line: l.line, char: l.i - l.from + 1, before: space}), nil
		}
		t, p := l.next()
		if p != nil {
			return nil, p
		}
		t.before = space
		out = append(out, t)
	}
}

func (l *lexer) space() bool {
	start := l.i
	for l.i < len(l.s) {
		switch l.s[l.i] {
		case '\n':
			l.line++
			l.from = l.i + 1
		case ' ', '\t', '\r':
		default:
			return l.i > start
		}
		l.i++
	}
	return l.i > start
}

func wordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '/'
}

// marks are the tokens of one character.
var marks = map[byte]tokenKind{'(': tokenOpen, ')': tokenClose, ',': tokenComma, '=': tokenOperator}

func (l *lexer) next() (token, *problem) {
	start := l.i
	t := token{line: l.line, char: start - l.from + 1}
	take := func(k tokenKind, n int) (token, *problem) {
		t.kind, t.text = k, l.s[start:start+n]
		l.i += n
		return t, nil
	}
	c := l.s[start]
	if k, ok := marks[c]; ok {
		return take(k, 1)
	}
	switch {
	case c == '!' || c == '<' || c == '>':
		if strings.HasPrefix(l.s[start+1:], "=") {
			return take(tokenOperator, 2)
		}
		if c == '!' {
			return t, l.fail(start)
		}
		return take(tokenOperator, 1)
	case c == '"' || c == '\'':
		return l.str(t, c)
	case c == '[':
		end := strings.IndexByte(l.s[start:], ']')
		if end < 0 {
			return t, l.fail(start)
		}
		when, ok := l.sw.readDate(strings.TrimSpace(l.s[start+1 : start+end]))
		if !ok {
			return t, l.fail(start)
		}
		t.when = when
		return take(tokenDate, end+1)
	case c == '-' || c >= '0' && c <= '9':
		n := l.run(start+1, func(c byte) bool { return wordByte(c) || c == '.' })
		if !isNumber(l.s[start : start+1+n]) {
			return t, l.fail(start)
		}
		return take(tokenNumber, 1+n)
	case wordByte(c):
		return take(tokenWord, l.run(start, wordByte))
	}
	return t, l.fail(start)
}

// run returns how many bytes from a position on have a property.
func (l *lexer) run(from int, of func(byte) bool) int {
	n := 0
	for from+n < len(l.s) && of(l.s[from+n]) {
		n++
	}
	return n
}

// readDate reads a date of a condition.
func (sw Switches) readDate(text string) (time.Time, bool) {
	if t, ok := readTime(text); ok {
		return t, true
	}
	if !sw.StrictDates {
		if t, ok := parseTime(text, "2006-1-2T15:4:5Z07:00", "2006-1-2T15:4:5", "2006-1-2 15:4:5Z07:00", "2006-1-2 15:4:5", "2006-1-2 15:4", "2006-1-2"); ok {
			return t, true
		}
	}
	if sw.AmericanDates {
		return parseTime(text, "1/2/2006 15:4:5", "1/2/2006 3:4:5 PM", "1/2/2006")
	}
	return time.Time{}, false
}

func isNumber(s string) bool {
	s = strings.TrimPrefix(s, "-")
	whole, fraction, point := strings.Cut(s, ".")
	digits := func(s string) bool {
		for i := range len(s) {
			if s[i] < '0' || s[i] > '9' {
				return false
			}
		}
		return s != ""
	}
	return digits(whole) && (!point || digits(fraction))
}

// str reads a string. How a quote inside it is written is not documented; see
// Escapes.
func (l *lexer) str(t token, quote byte) (token, *problem) {
	start := l.i
	line, from := l.line, l.from
	var b strings.Builder
	for l.i++; l.i < len(l.s); l.i++ {
		c := l.s[l.i]
		next := byte(0)
		if l.i+1 < len(l.s) {
			next = l.s[l.i+1]
		}
		switch {
		case c == '\\' && l.sw.Escapes == EscapeBackslash && (next == '"' || next == '\'' || next == '\\'):
			l.i++
			b.WriteByte(next)
		case c == quote && l.sw.Escapes == EscapeDoubled && next == quote:
			l.i++
			b.WriteByte(quote)
		case c == quote:
			l.i++
			t.kind, t.text = tokenString, b.String()
			return t, nil
		default:
			if c == '\n' {
				l.line++
				l.from = l.i + 1
			}
			b.WriteByte(c)
		}
	}
	l.line, l.from = line, from
	return t, l.fail(start)
}

// String returns a token as errors quote it.
func (t token) String() string {
	if t.kind == tokenEnd {
		return "end of condition"
	}
	return fmt.Sprint(t.text)
}
