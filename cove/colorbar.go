package cove

import "fmt"

// A ColorBar holds one session status a day for the last 28 days, oldest first:
// element 27 is the newest day (column F08, legacy B). Days before the device
// existed are StatusNone. A ColorBar is comparable. Its zero value is 28 days
// without a session.
type ColorBar [28]SessionStatus

// Ago returns the status of a day, counted back from the newest: 0 is the
// newest day, 27 the oldest, anything else StatusNone.
func (b ColorBar) Ago(days int) SessionStatus {
	if days < 0 || days >= len(b) {
		return StatusNone
	}
	return b[len(b)-1-days]
}

// String returns one digit for each day, oldest first, as the API writes it. A
// status above 9 does not fit in a digit and becomes a question mark.
func (b ColorBar) String() string {
	var text [len(b)]byte
	for i, s := range b {
		text[i] = '?'
		if s < 10 {
			text[i] = '0' + byte(s)
		}
	}
	return string(text[:])
}

// UnmarshalText reads digits, newest last. With fewer than 28 digits the oldest
// days stay StatusNone; with more the newest 28 count.
func (b *ColorBar) UnmarshalText(text []byte) error {
	if len(text) > len(b) {
		text = text[len(text)-len(b):]
	}
	*b = ColorBar{}
	days := b[len(b)-len(text):]
	for i, c := range text {
		if c -= '0'; c > 9 {
			*b = ColorBar{}
			return fmt.Errorf("no colour bar: %s", quoteShort(text))
		}
		days[i] = SessionStatus(c)
	}
	return nil
}
