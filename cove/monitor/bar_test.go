package monitor

import (
	"testing"
	"time"
)

func TestBadDays(t *testing.T) {
	for digits, want := range map[string][2]int{ // up to the newest, before the newest good ones
		"": {0, 0}, "5": {0, 0}, "52": {1, 1}, "522": {2, 2}, "5202": {3, 3}, "52020": {3, 3}, "5221": {2, 2}, "520": {1, 1}, "21": {1, 1},
		"5225": {0, 2}, "52250": {0, 2}, "522551": {0, 2}, "5888": {3, 3}, "2": {1, 1},
	} {
		from, to := badDaysBefore(bar(digits))
		if got := [2]int{badDays(bar(digits)), to - from}; got != want {
			t.Errorf("%q: %v, want %v", digits, got, want)
		}
	}
}

func TestFirstDay(t *testing.T) {
	for digits, want := range map[string]int{"": 0, "5": 0, "50": 1, "00500": 2, "5000000000000000000000000000": 27} {
		if got := firstDay(bar(digits)); got != want {
			t.Errorf("%q: %d, want %d", digits, got, want)
		}
	}
}

// TestBadDaysText: a run of bad days that is longer than the time since the
// last good backup is not shown beside it.
func TestBadDaysText(t *testing.T) {
	for _, row := range []struct {
		digits string
		since  time.Duration
		want   string
	}{
		{"5552", 5 * day, ""},
		{"5522222", 5 * day, "5 bad days in a row, all failed."},
		{"5522222", 13 * time.Hour, ""},
		{"5555522", 13 * time.Hour, "2 bad days in a row, all failed."},
		{"5528022", 5 * day, "5 bad days in a row: 3 failed, 1 without a session, 1 with errors."},
	} {
		if got := badDaysText(bar(row.digits), row.since); got != row.want {
			t.Errorf("%s after %v: %q, want %q", row.digits, row.since, got, row.want)
		}
	}
}
