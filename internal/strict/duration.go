package strict

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// ParseDuration reads a duration as people write it: "90m", "36h", "30d",
// "7d12h", "1h30m", "0". It is [time.ParseDuration] with an optional number of
// whole days, of 24 hours each, before the rest.
func ParseDuration(s string) (time.Duration, error) {
	rest := strings.TrimSpace(s)
	rest, negative := strings.CutPrefix(rest, "-")
	total := time.Duration(0)
	if days, after, found := strings.Cut(rest, "d"); found {
		n, err := strconv.ParseUint(days, 10, 63)
		if err != nil || n > uint64(math.MaxInt64/day) {
			return 0, noDuration(s)
		}
		if total, rest = time.Duration(n)*day, after; rest == "" {
			rest = "0"
		}
	}
	d, err := time.ParseDuration(rest)
	if negative && total == 0 && err != nil {
		// The longest negative one has no positive counterpart.
		d, err = time.ParseDuration("-" + rest)
		negative = false
	}
	if err != nil || strings.ContainsAny(rest, "+-") || d > math.MaxInt64-total {
		return 0, noDuration(s)
	}
	if total += d; negative {
		total = -total
	}
	return total, nil
}

func noDuration(s string) error {
	return fmt.Errorf(`%s is not a duration such as "36h", "30d" or "7d12h"`, shown(s))
}

// FormatDuration returns a form of a duration that [ParseDuration] reads: whole
// days as "30d", others as "36h", "1h30m", "90s", without parts that are zero.
func FormatDuration(d time.Duration) string {
	if d != 0 && d%day == 0 {
		return fmt.Sprintf("%dd", d/day)
	}
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = s[:len(s)-2]
	}
	if strings.HasSuffix(s, "h0m") {
		s = s[:len(s)-2]
	}
	return s
}
