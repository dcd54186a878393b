package cove

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// maxDepth bounds the nesting of values, so that an answer of many brackets
// cannot exhaust the stack.
const maxDepth = 200

// A syntaxError is a place where an answer stops being JSON.
type syntaxError struct {
	offset int
	want   string
}

func (e *syntaxError) Error() string {
	return fmt.Sprintf("%v: at byte %d, where %s was expected", ErrMalformed, e.offset, e.want)
}

func (e *syntaxError) Unwrap() error { return ErrMalformed }

// A scanner reads JSON strictly: it refuses all that encoding/json refuses. Its
// input must be UTF-8; see utf8Text.
type scanner struct {
	buf []byte // with its padding
	pos int
}

// padded returns data with wordPadding zero bytes after it.
func padded(data []byte) []byte {
	return append(data, make([]byte, wordPadding)...)
}

func (s *scanner) fail(want string) error { return &syntaxError{offset: s.pos, want: want} }

// space skips white space and returns the byte that follows.
func (s *scanner) space() byte {
	for {
		switch c := s.buf[s.pos]; c {
		case ' ', '\t', '\n', '\r':
			s.pos++
		default:
			return c
		}
	}
}

// expect skips white space and one byte, which must be c.
func (s *scanner) expect(c byte, want string) error {
	if s.space() != c {
		return s.fail(want)
	}
	s.pos++
	return nil
}

// more is called before each element of a list or object. It consumes a comma
// and reports true, or the closing bracket and reports false.
func (s *scanner) more(first bool, closing byte) (bool, error) {
	c := s.space()
	if c == closing {
		s.pos++
		return false, nil
	}
	if first {
		return true, nil
	}
	if c != ',' {
		return false, s.fail("a comma or a closing bracket")
	}
	s.pos++
	if s.space() == closing {
		return false, s.fail("another element")
	}
	return true, nil
}

// key reads the name of a member and its colon.
func (s *scanner) key() ([]byte, error) {
	s.space()
	name, err := s.str()
	if err != nil {
		return nil, err
	}
	return name, s.expect(':', "a colon")
}

// str reads a string.
func (s *scanner) str() ([]byte, error) {
	if s.buf[s.pos] != '"' {
		return nil, s.fail("a string")
	}
	start := s.pos + 1
	s.pos = stringStop(s.buf, start)
	switch s.buf[s.pos] {
	case '"':
		s.pos++
		return s.buf[start : s.pos-1], nil
	case '\\':
		return s.escaped(start)
	}
	return nil, s.fail("a character of a string")
}

// lone reads the text in an object such as {"AN":"text"}, whose beginning up to
// the text is given. It reports false for an object that begins otherwise or
// goes on behind the text, and for a text with escapes; then it reads nothing.
func (s *scanner) lone(opening []byte) (text []byte, ok bool) {
	b := s.buf[s.pos:]
	if !bytes.HasPrefix(b, opening) {
		return nil, false
	}
	end := stringStop(b, len(opening))
	if b[end] != '"' || b[end+1] != '}' {
		return nil, false
	}
	s.pos += end + 2
	return b[len(opening):end], true
}

// escaped reads the rest of a string whose first escape is at s.pos. Few
// strings have an escape, so encoding/json reads those.
func (s *scanner) escaped(start int) ([]byte, error) {
	for s.buf[s.pos] == '\\' {
		s.pos = stringStop(s.buf, s.pos+2)
	}
	if s.buf[s.pos] != '"' {
		return nil, s.fail("a character of a string")
	}
	s.pos++
	var text string
	if json.Unmarshal(s.buf[start-1:s.pos], &text) != nil {
		return nil, s.fail("a string with known escapes before this place")
	}
	return []byte(text), nil
}

// number reads a number and returns its text.
func (s *scanner) number() ([]byte, error) {
	start, plain := s.pos, true
	for {
		switch c := s.buf[s.pos]; {
		case c >= '0' && c <= '9':
		case c == '-' || c == '+' || c == '.' || c == 'e' || c == 'E':
			plain = false
		default:
			text := s.buf[start:s.pos]
			if plain && len(text) > 0 && text[0] != '0' || json.Valid(text) {
				return text, nil
			}
			return nil, s.fail("a number before this place")
		}
		s.pos++
	}
}

// literal reads true, false or null.
func (s *scanner) literal(text string) error {
	for i := range len(text) {
		if s.buf[s.pos] != text[i] {
			return s.fail(text)
		}
		s.pos++
	}
	return nil
}

// skip skips any value.
func (s *scanner) skip(depth int) error {
	if depth > maxDepth {
		return s.fail("less nesting")
	}
	switch c := s.space(); c {
	case '{':
		return s.members(func([]byte) error { return s.skip(depth + 1) })
	case '[':
		return s.elements(func() error { return s.skip(depth + 1) })
	case '"':
		_, err := s.str()
		return err
	case 't':
		return s.literal("true")
	case 'f':
		return s.literal("false")
	case 'n':
		return s.literal("null")
	default:
		_, err := s.number()
		return err
	}
}

// members calls a function with the name of each member of an object; the
// function reads the value.
func (s *scanner) members(value func(name []byte) error) error {
	return s.each('{', '}', "an object", func() error {
		name, err := s.key()
		if err != nil {
			return err
		}
		return value(name)
	})
}

// elements calls a function to read each element of a list.
func (s *scanner) elements(value func() error) error { return s.each('[', ']', "a list", value) }

func (s *scanner) each(opening, closing byte, want string, value func() error) error {
	if err := s.expect(opening, want); err != nil {
		return err
	}
	for first := true; ; first = false {
		if ok, err := s.more(first, closing); err != nil || !ok {
			return err
		}
		if err := value(); err != nil {
			return err
		}
	}
}

// end checks that nothing but white space is left before the padding.
func (s *scanner) end() error {
	s.space()
	if s.pos != len(s.buf)-wordPadding {
		return s.fail("the end of the answer")
	}
	return nil
}
