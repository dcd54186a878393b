package cove

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
)

// Where the API promises a text it may send a number, a list or null. These
// methods take a value in any of those forms.

// value reads the value of a column as text: a string, a number, true or
// false as they stand, null as nothing, of a list its first element. An object
// is returned as it stands, with errObject.
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

// raw reads any value and returns it as it stands.
func (s *scanner) raw() (json.RawMessage, error) {
	s.space()
	start := s.pos
	err := s.skip(0)
	return s.buf[start:s.pos], err
}

// integer reads an id: a number, a text of digits, or null.
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
