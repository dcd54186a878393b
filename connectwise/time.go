package connectwise

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Time is a moment as the API writes it: UTC in whole seconds
// ("2026-06-03T23:32:20Z"). A field that holds only a date is midnight UTC.
//
// Reading is lenient, because the API stores some dates as plain text. "" and
// null are the zero Time, a moment without a zone is UTC, a date is midnight
// UTC. Dates of the year 1800 occur and are kept. A text that is not a date
// does not make the record unreadable: Valid reports false, Text returns the
// text, and writes send it back unchanged. Such a Time is not zero.
//
// The embedded time.Time is zero when there is no readable moment. If you
// assign to it, the text that was read is dropped.
type Time struct {
	time.Time
	text string // kept only when it is not the canonical form of Time
}

// At returns the Time of a moment. It drops parts of a second.
func At(t time.Time) Time {
	if t.IsZero() {
		return Time{}
	}
	return Time{Time: t.UTC().Truncate(time.Second)}
}

var timeLayouts = [...]string{
	time.RFC3339,
	"2006-01-02T15:04:05.999999999",
	"2006-01-02 15:04:05.999999999Z07:00",
	"2006-01-02 15:04:05.999999999",
	"2006-01-02T15:04Z07:00",
	"2006-01-02T15:04",
	"2006-01-02",
}

func parseTime(text string) (time.Time, bool) {
	trimmed := strings.Trim(text, " \t\r\n\x00\u200e\u00a0")
	for _, layout := range timeLayouts {
		if t, err := time.Parse(layout, trimmed); err == nil {
			return t.UTC(), true
		}
	}
	return time.Time{}, trimmed == ""
}

// kept returns the text that was read, "" if the moment has been changed since.
func (t Time) kept() string {
	if t.text == "" {
		return ""
	}
	if at, _ := parseTime(t.text); !at.Equal(t.Time) {
		return ""
	}
	return t.text
}

// Valid reports whether the value is empty or a moment that could be read.
func (t Time) Valid() bool { return !t.Time.IsZero() || t.kept() == "" }

// Text returns the text that the server sent, or the canonical form.
func (t Time) Text() string {
	if text := t.kept(); text != "" || t.Time.IsZero() {
		return text
	}
	return t.UTC().Format(time.RFC3339)
}

// String returns Text.
func (t Time) String() string { return t.Text() }

// IsZero reports whether there is neither a moment nor any text.
func (t Time) IsZero() bool { return t.Time.IsZero() && t.kept() == "" }

// Equal reports whether both are the same moment, or the same unreadable text.
func (t Time) Equal(other Time) bool {
	if t.Time.IsZero() && other.Time.IsZero() {
		return t.kept() == other.kept()
	}
	return t.Time.Equal(other.Time)
}

// MarshalJSON writes Text, usually the moment in UTC in whole seconds, and null
// for the zero Time. A year without four digits is an error.
func (t Time) MarshalJSON() ([]byte, error) {
	if t.IsZero() {
		return []byte("null"), nil
	}
	if year := t.UTC().Year(); year < 0 || year > 9999 {
		return nil, fmt.Errorf("connectwise: year %d cannot be written", year)
	}
	return json.Marshal(t.Text())
}

// UnmarshalJSON reads a string or null in any of the forms above. It accepts
// every string.
func (t *Time) UnmarshalJSON(data []byte) error {
	*t = Time{}
	if bytes.Equal(data, []byte("null")) {
		return nil
	}
	// Replace invalid UTF-8 as encoding/json does, because it could not be
	// written back.
	text := string([]rune(string(data)))
	if data[0] == '"' {
		if err := json.Unmarshal(data, &text); err != nil {
			return err
		}
	}
	parsed, ok := parseTime(text)
	if !ok || (!parsed.IsZero() && parsed.Format(time.RFC3339) != text) {
		t.text = text
	}
	t.Time = parsed
	return nil
}
