package connectwise

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Number is an amount, a rate or a number of hours. It keeps the digits that
// the server sent: "1.10" stays "1.10". The empty Number means no value and is
// left out of a request; Number("0") is sent.
//
// The API writes such values as JSON numbers, and sometimes as strings; both
// are read. A text that is not a number does not make the record unreadable;
// Float64 returns an error for it.
type Number string

// Int returns the Number of a whole amount.
func Int(n int64) Number { return Number(strconv.FormatInt(n, 10)) }

// Float returns the Number of an amount in its shortest decimal form. The
// Number of NaN or an infinity cannot be sent.
func Float(f float64) Number { return Number(strconv.FormatFloat(f, 'f', -1, 64)) }

// digits returns the number in JSON form, "" for the empty Number. It refuses
// other forms that strconv accepts, such as NaN and 0x1p3.
func (n Number) digits() (string, error) {
	text := strings.TrimSpace(string(n))
	if text != "" && (!json.Valid([]byte(text)) || !strings.ContainsRune("-0123456789", rune(text[0]))) {
		return "", fmt.Errorf("connectwise: %q is not a number", string(n))
	}
	return text, nil
}

// Float64 returns the amount, 0 for the empty Number. A text that is not a
// number, or a number that is too large for a float64, is an error.
func (n Number) Float64() (float64, error) {
	text, err := n.digits()
	if text == "" {
		return 0, err
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, fmt.Errorf("connectwise: %q is not a number: %w", string(n), err)
	}
	return f, nil
}

// Int64 returns a whole amount: "3.0" is 3, "3.5" is an error.
func (n Number) Int64() (int64, error) {
	text, err := n.digits()
	if text == "" {
		return 0, err
	}
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return i, nil
	}
	f, err := n.Float64()
	if err != nil {
		return 0, err
	}
	if f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, fmt.Errorf("connectwise: %q is not a whole number", string(n))
	}
	return int64(f), nil
}

// String returns the digits.
func (n Number) String() string { return string(n) }

// MarshalJSON writes a JSON number, null for the empty Number. A text that is
// not a number is an error.
func (n Number) MarshalJSON() ([]byte, error) {
	text, err := n.digits()
	if text == "" {
		text = "null"
	}
	return []byte(text), err
}

// UnmarshalJSON reads a JSON number or a string. It accepts every string.
func (n *Number) UnmarshalJSON(data []byte) error {
	switch {
	case bytes.Equal(data, []byte("null")):
		*n = ""
	case data[0] == '"':
		var text string
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
		*n = Number(strings.Trim(text, " \t\r\n\x00"))
	default:
		*n = Number(data)
	}
	return nil
}
