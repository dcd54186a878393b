package covetest

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// token is one word of the filter language.
type token struct {
	kind tokenKind
	text string // for strings: the content
	at   int    // byte offset, for error texts
}

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenName
	tokenNumber
	tokenString
	tokenSign // operators, parentheses, comma, dot; keywords and, or, not, in
)

// signs by length, longest first. The service has no bitwise "|", and "&" only
// on the storage node.
var signs = []string{"&&", "||", "==", "!=", "<>", "<=", ">=", "=~", "<", ">", "!", "(", ")", ",", ".", "+", "-", "*", "/", "%", "&"}

var keywords = map[string]string{"and": "&&", "or": "||", "not": "!", "in": "in"}

// lex splits a filter into tokens. The last one has the kind tokenEnd.
func lex(text string, quotes QuoteDialect) ([]token, error) {
	var list []token
	for at := 0; at < len(text); {
		c := text[at]
		switch {
		case c == ' ' || c == '\t' || c == '\r' || c == '\n':
			at++
		case c == '"' || c == '\'':
			content, end, ok := lexString(text, at, quotes)
			if !ok {
				return nil, fmt.Errorf("string that begins at %d has no end", at)
			}
			list = append(list, token{tokenString, content, at})
			at = end
		case c >= '0' && c <= '9':
			end := at + numberLength(text[at:])
			if end < len(text) && nameByte(text[end]) {
				return nil, fmt.Errorf("number at %d runs into a name", at)
			}
			list = append(list, token{tokenNumber, text[at:end], at})
			at = end
		case nameStart(c):
			end := at
			for end < len(text) && nameByte(text[end]) {
				end++
			}
			word := text[at:end]
			if sign := keywords[strings.ToLower(word)]; sign != "" {
				list = append(list, token{tokenSign, sign, at})
			} else {
				list = append(list, token{tokenName, word, at})
			}
			at = end
		default:
			i := slices.IndexFunc(signs, func(sign string) bool { return strings.HasPrefix(text[at:], sign) })
			if i < 0 {
				r, _ := utf8.DecodeRuneInString(text[at:])
				return nil, fmt.Errorf("unexpected %q at %d", r, at)
			}
			sign := signs[i]
			list = append(list, token{tokenSign, sign, at})
			at += len(sign)
		}
	}
	return append(list, token{tokenEnd, "end of filter", len(text)}), nil
}

// lexString reads a literal that begins at a quote.
func lexString(text string, at int, quotes QuoteDialect) (content string, end int, ok bool) {
	quote := text[at]
	var b strings.Builder
	for i := at + 1; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text) && (quotes == QuotesBackslash || quotes == QuotesEither && (text[i+1] == quote || text[i+1] == '\\')):
			i++
			b.WriteByte(text[i])
		case c == quote && (quotes == QuotesDoubled || quotes == QuotesEither) && i+1 < len(text) && text[i+1] == quote:
			i++
			b.WriteByte(quote)
		case c == quote:
			return b.String(), i + 1, true
		default:
			b.WriteByte(c)
		}
	}
	return "", 0, false
}

// numberLength returns the length of the number at the beginning of a text: 2
// in 30.days(), which calls a method of 30, and 3 in 1.5.
func numberLength(text string) int {
	n := digits(text)
	if n+1 < len(text) && text[n] == '.' && digits(text[n+1:]) > 0 {
		n += 1 + digits(text[n+1:])
	}
	return n
}

func digits(text string) int {
	n := 0
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return n
}

func nameStart(c byte) bool {
	return c == '_' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
}

// nameByte also accepts "@", which is the field character of shared mailboxes.
func nameByte(c byte) bool { return nameStart(c) || c >= '0' && c <= '9' || c == '@' }
