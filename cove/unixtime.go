package cove

import (
	"bytes"
	"fmt"
	"strconv"
	"time"
)

// unixTime is a time as the API writes it in JSON: seconds since 1970, as a
// number or as text; 0, "" and null are the zero time.
type unixTime struct{ time.Time }

func (t *unixTime) UnmarshalJSON(data []byte) error {
	text := bytes.Trim(data, `"`)
	if len(text) == 0 || string(text) == "null" {
		t.Time = time.Time{}
		return nil
	}
	seconds, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil || seconds < 0 || seconds > maxUnix {
		return fmt.Errorf("no Unix time: %s", quoteShort(data))
	}
	t.Time = fromUnix(seconds)
	return nil
}

// into sets a time, unless t is zero. A record may also be read from JSON that
// this package wrote, where times have other member names; they must not be
// overwritten.
func (t unixTime) into(to *time.Time) {
	if !t.IsZero() {
		*to = t.Time
	}
}

// maxUnix is the last second of the year 9999; a later value is not a time.
const maxUnix = 253402300799

func fromUnix(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}
