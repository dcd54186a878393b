package transport

import (
	"math"
	"net/http"
	"testing"
	"time"
)

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		name, value, date string
		want              time.Duration
		ok                bool
	}{
		{"seconds", "30", "", 30 * time.Second, true},
		{"zero", "0", "", 0, true},
		{"with spaces", " 7 ", "", 7 * time.Second, true},
		{"fraction", "1.5", "", 1500 * time.Millisecond, true},
		{"as many seconds as a duration does not quite hold", "9223372036", "", math.MaxInt64, true},
		{"more than a duration holds", "1e300", "", math.MaxInt64, true},
		{"more than a float holds", "1e400", "", math.MaxInt64, true},
		{"date", "Sun, 01 Mar 2026 12:00:45 GMT", "", 45 * time.Second, true},
		{"date by the server's clock", "Sun, 01 Mar 2026 09:00:10 GMT", "Sun, 01 Mar 2026 09:00:00 GMT", 10 * time.Second, true},
		{"date in the past", "Sun, 01 Mar 2026 11:00:00 GMT", "", 0, true},
		{"old date form", "Sunday, 01-Mar-26 12:01:00 GMT", "", time.Minute, true},
		{"none", "", "", 0, false},
		{"negative", "-5", "", 0, false},
		{"words", "soon", "", 0, false},
		{"not a number", "NaN", "", 0, false},
		{"infinite", "Inf", "", 0, false},
		{"number with a unit", "5s", "", 0, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := http.Header{}
			h.Set("Retry-After", tt.value)
			h.Set("Date", tt.date)
			got, ok := retryAfter(h, now)
			if got != tt.want || ok != tt.ok {
				t.Errorf("retryAfter(%q) = %v, %v; want %v, %v", tt.value, got, ok, tt.want, tt.ok)
			}
		})
	}
}

func TestRateHintWithoutHeaderDoublesUpToTheCap(t *testing.T) {
	for attempt, want := range map[int]time.Duration{
		1: 5 * time.Second, 2: 10 * time.Second, 3: 20 * time.Second, 5: time.Minute, 1000: time.Minute,
	} {
		resp := &http.Response{StatusCode: http.StatusTooManyRequests}
		if got := rateHint(resp, attempt, time.Minute); got != want {
			t.Errorf("attempt %d: %v, want %v", attempt, got, want)
		}
	}
}

func TestRateHintInTheText(t *testing.T) {
	const said = `{"error":"ConnectWiseAPI","message":"Too many requests. Please try again in 30 seconds."}`
	for _, tt := range []struct {
		body   string
		header []string
		want   time.Duration
	}{
		{said, nil, 30 * time.Second},
		{said, []string{"Retry-After", "2"}, 2 * time.Second},
		{"TRY AGAIN IN 1 SECOND", nil, time.Second},
		{"try again in 99999 seconds", nil, unstatedPause},
		{"try again in 30 minutes", nil, unstatedPause},
	} {
		resp, err := run(readBodies(reply(429, tt.body, tt.header...).link(), 1000), request(t, t.Context(), http.MethodGet, ""))
		if err != nil {
			t.Fatal(err)
		}
		finish(resp)
		if got := rateHint(resp, 1, time.Minute); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.body, got, tt.want)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, s := range []string{"30", "0", "-1", "1e309", "NaN", "0x1p10", "Sun, 01 Mar 2026 12:00:45 GMT", "9223372036.9", "1_0"} {
		f.Add(s, "")
	}
	f.Add("Fri, 31 Dec 9999 23:59:59 GMT", "Mon, 01 Jan 0001 00:00:00 GMT")
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, value, date string) {
		h := http.Header{"Retry-After": {value}, "Date": {date}}
		d, ok := retryAfter(h, now)
		if d < 0 {
			t.Errorf("retryAfter(%q, date %q) = %v: negative", value, date, d)
		}
		if !ok && d != 0 {
			t.Errorf("retryAfter(%q) = %v although it cannot be read", value, d)
		}
	})
}
