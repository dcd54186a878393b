package connectwise

import (
	"bytes"
	"errors"
	"fmt"
)

// splitArray splits a JSON array into at most the given number of elements,
// without decoding them. Anything other than one complete array of objects is
// an error. Decoding an element later checks whether it is valid.
func splitArray(data []byte, most int) ([][]byte, error) {
	data = trimJSON(data)
	if len(data) == 0 {
		return nil, errors.New("an empty answer instead of a list")
	}
	if data[0] != '[' {
		return nil, errors.New("no list")
	}
	var rows [][]byte
	i := skipSpace(data, 1)
	if i < len(data) && data[i] == ']' {
		return rows, trailing(data, i+1)
	}
	for {
		if i >= len(data) {
			return nil, errTruncated
		}
		if data[i] != '{' {
			return nil, fmt.Errorf("element %d of the list is not an object", len(rows)+1)
		}
		end := objectEnd(data, i)
		if end < 0 {
			return nil, errTruncated
		}
		if len(rows) == most {
			return nil, fmt.Errorf("the list holds more than the %d records that a page may have", most)
		}
		rows = append(rows, data[i:end:end])
		i = skipSpace(data, end)
		if i >= len(data) {
			return nil, errTruncated
		}
		switch data[i] {
		case ']':
			return rows, trailing(data, i+1)
		case ',':
			i = skipSpace(data, i+1)
		default:
			return nil, fmt.Errorf("found %q between the elements of the list", data[i])
		}
	}
}

var errTruncated = errors.New("the list breaks off")

func trailing(data []byte, i int) error {
	if i < len(data) {
		return errors.New("something follows the list")
	}
	return nil
}

// trimJSON removes the white space that JSON allows around a value. Unicode has
// further white space, which stays.
func trimJSON(data []byte) []byte { return bytes.Trim(data, " \t\r\n") }

func skipSpace(data []byte, i int) int {
	for i < len(data) && (data[i] == ' ' || data[i] == '\n' || data[i] == '\r' || data[i] == '\t') {
		i++
	}
	return i
}

// objectEnd returns the index after the object that begins at i, or -1.
func objectEnd(data []byte, i int) int {
	depth := 0
	for i < len(data) {
		switch data[i] {
		case '"':
			for i++; i < len(data) && data[i] != '"'; i++ {
				if data[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return -1
}
