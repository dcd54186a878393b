package cove

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
)

// Where the API documents a text it may send a number, a list or null. These
// methods accept all of these forms.

// value reads the value of a column as text. Strings, numbers, true and false
// are returned as text, null as an empty text, a list as its first element. An
// object is returned unchanged, with errObject.
func (s *scanner) value() ([]byte, error) {
	switch s.space() {
	case '"':
		return s.str()
	case 'n':
		return nil, s.literal("null")
	case 't':
		return []byte("true"), s.literal("true")
	case 'f':
		return []byte("false"), s.literal("false")
	case '{':
		raw, err := s.raw()
		if err == nil {
			err = errObject
		}
		return raw, err
	case '[':
		var first []byte
		n := 0
		err := s.elements(func() (err error) {
			if n++; n > 1 || s.space() == '[' || s.space() == '{' {
				return s.skip(1)
			}
			first, err = s.value()
			return err
		})
		return first, err
	}
	return s.number()
}

var errObject = errors.New("an object where a text was expected")

// raw reads any value and returns it unchanged.
func (s *scanner) raw() (json.RawMessage, error) {
	s.space()
	start := s.pos
	err := s.skip(0)
	return s.buf[start:s.pos], err
}

// integer reads an id: a number, a text of digits, or null, which is 0.
func (s *scanner) integer() (int64, error) {
	at := s.space()
	text, err := s.value()
	if err != nil || at == 'n' {
		return 0, err
	}
	n, err := strconv.ParseInt(trim(text), 10, 64)
	if err != nil {
		return 0, s.fail("a number before this place")
	}
	return n, nil
}

// texts reads a list of strings, or null.
func (s *scanner) texts() ([]string, error) {
	if s.space() == 'n' {
		return nil, s.literal("null")
	}
	var list []string
	err := s.elements(func() error {
		text, err := s.value()
		list = append(list, string(text))
		return err
	})
	return list, err
}

// trim returns text without the blanks around it.
func trim(text []byte) string { return string(bytes.Trim(text, " ")) }
