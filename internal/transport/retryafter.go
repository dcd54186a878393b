package transport

import (
	"math"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// unstatedPause is the wait after a first 429 that does not say how long.
const unstatedPause = 5 * time.Second

// saidPause matches the wait in the text of ConnectWise's 429, which may have
// no Retry-After header.
var saidPause = regexp.MustCompile(`(?i)try again in ([0-9]{1,4}) seconds?\b`)

// rateHint returns how long to wait after a 429. If the server does not say, it
// is a guess that doubles with each attempt, up to most.
func rateHint(resp *http.Response, attempt int, most time.Duration) time.Duration {
	if d, ok := retryAfter(resp.Header, time.Now()); ok {
		return d
	}
	if said := saidPause.FindSubmatch(inMemory(resp)); said != nil {
		seconds, _ := strconv.Atoi(string(said[1])) // at most four digits
		return time.Duration(seconds) * time.Second
	}
	return min(unstatedPause<<min(attempt-1, 10), most)
}

// retryAfter reads a Retry-After header: seconds, or an HTTP date. A date is
// compared with the answer's own Date, so that the clocks need not agree. It
// returns false when there is no readable header.
func retryAfter(h http.Header, now time.Time) (time.Duration, bool) {
	s := strings.TrimSpace(h.Get("Retry-After"))
	if s == "" {
		return 0, false
	}
	if s[0] >= '0' && s[0] <= '9' {
		seconds, err := strconv.ParseFloat(s, 64)
		if err != nil && !math.IsInf(seconds, 1) {
			return 0, false
		}
		if seconds >= float64(math.MaxInt64/int64(time.Second)) {
			return math.MaxInt64, true
		}
		return time.Duration(seconds * float64(time.Second)), true
	}
	at, err := http.ParseTime(s)
	if err != nil {
		return 0, false
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(at.Sub(now), 0), true
}
