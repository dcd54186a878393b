package cove

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// scanPadding zero bytes follow every buffer that is scanned, so that eight
// bytes can be loaded at any position. No loop passes them: a zero byte is not
// valid anywhere in JSON.
const scanPadding = 16

// maxDepth bounds nesting, so that an answer of brackets cannot exhaust the
// stack.
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

// A scanner walks through JSON strictly: what encoding/json refuses, it
// refuses too.
type scanner struct {
	buf  []byte // with its padding
	pos  int
	text []byte // scratch for strings with escapes
}

// padded returns data with scanPadding zero bytes after it.
func padded(data []byte) []byte {
	return append(data, make([]byte, scanPadding)...)
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

// more is called before each element of a list or object that ends with
// closing: it consumes the comma, or the closing bracket.
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

// key reads the name of a member and its colon. The name lasts until the next
// string is read.
func (s *scanner) key() ([]byte, error) {
	s.space()
	name, err := s.str()
	if err != nil {
		return nil, err
	}
	return name, s.expect(':', "a colon")
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special marks, in the high bit of each byte, the bytes of w that need a look
// within a string: quotes, backslashes, control characters and non-ASCII. Only
// the lowest mark is exact, and only the lowest is used.
func special(w uint64) uint64 {
	quote := w ^ ones*'"'
	slash := w ^ ones*'\\'
	return ((quote-ones)&^quote | (slash-ones)&^slash | (w-ones*' ')&^w | w) & highs
}

// str reads a string. The result is decoded UTF-8; invalid UTF-8 becomes
// U+FFFD, as encoding/json does. It lasts until the next string is read.
func (s *scanner) str() ([]byte, error) {
	if s.buf[s.pos] != '"' {
		return nil, s.fail("a string")
	}
	s.pos++
	start, ascii := s.pos, true
	for {
		m := special(binary.LittleEndian.Uint64(s.buf[s.pos:]))
		if m == 0 {
			s.pos += 8
			continue
		}
		s.pos += bits.TrailingZeros64(m) >> 3
		switch c := s.buf[s.pos]; {
		case c == '"':
			text := s.buf[start:s.pos]
			s.pos++
			if !ascii && !utf8.Valid(text) {
				s.text = appendValid(s.text[:0], text)
				return s.text, nil
			}
			return text, nil
		case c == '\\':
			return s.escaped(start)
		case c < ' ':
			return nil, s.fail("a character of a string")
		default:
			ascii = false
			s.pos++
		}
	}
}

// appendValid appends text with every invalid byte replaced by U+FFFD.
func appendValid(dst, text []byte) []byte {
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		dst = utf8.AppendRune(dst, r)
		text = text[n:]
	}
	return dst
}

// escaped goes on with a string whose first escape is at s.pos.
func (s *scanner) escaped(start int) ([]byte, error) {
	out := s.text[:0]
	out = append(out, s.buf[start:s.pos]...)
	for {
		switch c := s.buf[s.pos]; {
		case c == '"':
			s.pos++
			s.text = out
			if !utf8.Valid(out) {
				s.text = appendValid(nil, out)
			}
			return s.text, nil
		case c < ' ':
			return nil, s.fail("a character of a string")
		case c != '\\':
			out = append(out, c)
			s.pos++
		default:
			s.pos++
			r, err := s.escape()
			if err != nil {
				return nil, err
			}
			out = utf8.AppendRune(out, r)
		}
	}
}

// escape reads what follows a backslash.
func (s *scanner) escape() (rune, error) {
	c := s.buf[s.pos]
	s.pos++
	switch c {
	case '"', '\\', '/':
		return rune(c), nil
	case 'b':
		return '\b', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'u':
		r, ok := s.hex4(s.pos)
		if !ok {
			return 0, s.fail("four hexadecimal digits")
		}
		s.pos += 4
		if utf16.IsSurrogate(r) {
			if s.buf[s.pos] == '\\' && s.buf[s.pos+1] == 'u' {
				if low, ok := s.hex4(s.pos + 2); ok {
					if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
						s.pos += 6
						return pair, nil
					}
				}
			}
			return utf8.RuneError, nil
		}
		return r, nil
	}
	s.pos--
	return 0, s.fail("an escape")
}

func (s *scanner) hex4(at int) (rune, bool) {
	var r rune
	for _, c := range s.buf[at : at+4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// number reads a number and returns its text.
func (s *scanner) number() ([]byte, error) {
	start := s.pos
	if s.buf[s.pos] == '-' {
		s.pos++
	}
	switch c := s.buf[s.pos]; {
	case c == '0':
		s.pos++
	case c >= '1' && c <= '9':
		s.digits()
	default:
		return nil, s.fail("a digit")
	}
	if s.buf[s.pos] == '.' {
		s.pos++
		if s.digits() == 0 {
			return nil, s.fail("a digit")
		}
	}
	if c := s.buf[s.pos]; c == 'e' || c == 'E' {
		s.pos++
		if c := s.buf[s.pos]; c == '+' || c == '-' {
			s.pos++
		}
		if s.digits() == 0 {
			return nil, s.fail("a digit")
		}
	}
	return s.buf[start:s.pos], nil
}

func (s *scanner) digits() int {
	start := s.pos
	for c := s.buf[s.pos]; c >= '0' && c <= '9'; c = s.buf[s.pos] {
		s.pos++
	}
	return s.pos - start
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

// skip passes over any value.
func (s *scanner) skip(depth int) error {
	if depth > maxDepth {
		return s.fail("less nesting")
	}
	switch c := s.space(); c {
	case '{':
		s.pos++
		for first := true; ; first = false {
			ok, err := s.more(first, '}')
			if err != nil || !ok {
				return err
			}
			if _, err := s.key(); err != nil {
				return err
			}
			if err := s.skip(depth + 1); err != nil {
				return err
			}
		}
	case '[':
		s.pos++
		for first := true; ; first = false {
			ok, err := s.more(first, ']')
			if err != nil || !ok {
				return err
			}
			if err := s.skip(depth + 1); err != nil {
				return err
			}
		}
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

// end checks that nothing but white space is left before the padding.
func (s *scanner) end() error {
	s.space()
	if s.pos != len(s.buf)-scanPadding {
		return s.fail("the end of the answer")
	}
	return nil
}
