package covetest

import (
	"cmp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// value is the value of an expression of the filter language.
type value struct {
	kind   valueKind
	number float64
	text   string
}

type valueKind uint8

const (
	missing valueKind = iota // a column without a value; equal to both "" and 0
	numeric
	textual
)

func number(n float64) value { return value{kind: numeric, number: n} }

func text(s string) value { return value{kind: textual, text: s} }

func boolean(b bool) value {
	if b {
		return number(1)
	}
	return number(0)
}

// holds tells whether a value counts as true: all but empty and zero do.
func (v value) holds() bool {
	switch v.kind {
	case numeric:
		return v.number != 0
	case textual:
		return v.text != ""
	}
	return false
}

// asNumber reads a value as a number; blank text is 0.
func (v value) asNumber() (float64, bool) {
	if v.kind == textual && v.text != "" {
		n, err := strconv.ParseFloat(v.text, 64)
		return n, err == nil
	}
	return v.number, true
}

// asText returns a value as text.
func (v value) asText() string {
	if v.kind == numeric {
		return strconv.FormatFloat(v.number, 'f', -1, 64)
	}
	return v.text
}

// compare compares two values: as texts if both are texts, else as numbers if
// both can be read as numbers, else as texts.
func compare(a, b value) int {
	if a.kind == textual && b.kind == textual || a.kind == missing && b.kind == textual || a.kind == textual && b.kind == missing {
		return cmp.Compare(a.text, b.text)
	}
	x, ok1 := a.asNumber()
	y, ok2 := b.asNumber()
	if ok1 && ok2 {
		return cmp.Compare(x, y)
	}
	return cmp.Compare(a.asText(), b.asText())
}

// matches tells whether a whole text matches a pattern: * stands for any run of
// characters, ? for any one character, and all else for itself.
func matches(text, pattern string, ignoreCase bool) bool {
	starText, starPattern := -1, -1
	t, p := 0, 0
	for t < len(text) {
		r, n := utf8.DecodeRuneInString(text[t:])
		if p < len(pattern) {
			want, m := utf8.DecodeRuneInString(pattern[p:])
			if want == '*' {
				starText, starPattern = t, p+m
				p += m
				continue
			}
			if want == '?' || want == r || ignoreCase && unicode.ToLower(want) == unicode.ToLower(r) {
				t, p = t+n, p+m
				continue
			}
		}
		if starPattern < 0 {
			return false
		}
		_, n = utf8.DecodeRuneInString(text[starText:])
		starText += n
		t, p = starText, starPattern
	}
	return strings.Trim(pattern[p:], "*") == ""
}
