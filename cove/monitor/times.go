package monitor

import (
	"strconv"
	"strings"
	"time"
)

// A clock writes times as people read them, seen from one moment in one zone.
type clock struct {
	now time.Time // in the zone of the text
}

func (r *Rules) clock(at time.Time) clock {
	zone := r.Zone
	if zone == nil {
		zone = time.UTC
	}
	return clock{at.In(zone)}
}

// zone is the offset a time has in this zone: "UTC-05:00", "UTC".
func (c clock) zone(t time.Time) string {
	t = t.In(c.now.Location())
	if _, offset := t.Zone(); offset == 0 {
		return "UTC"
	}
	return "UTC" + t.Format("-07:00")
}

// day is "25 Nov", with the year when it is another one.
func (c clock) day(t time.Time) string {
	t = t.In(c.now.Location())
	if t.Year() != c.now.Year() {
		return t.Format("2 Jan 2006")
	}
	return t.Format("2 Jan")
}

// short is "today 02:05" or "Wed 18 Nov 02:15".
func (c clock) short(t time.Time) string {
	t = t.In(c.now.Location())
	y, m, d := t.Date()
	if ny, nm, nd := c.now.Date(); y == ny && m == nm && d == nd {
		return "today " + t.Format("15:04")
	}
	if t.Year() != c.now.Year() {
		return t.Format("Mon 2 Jan 2006 15:04")
	}
	return t.Format("Mon 2 Jan 15:04")
}

// full is a time with its zone: "Wed 18 Nov 02:15 (UTC-05:00)".
func (c clock) full(t time.Time) string {
	y := ""
	t = t.In(c.now.Location())
	if t.Year() != c.now.Year() {
		y = " 2006"
	}
	return t.Format("Mon 2 Jan"+y+" 15:04") + " (" + c.zone(t) + ")"
}

// once writes the first time with its zone, and further ones without.
func (c clock) once() func(time.Time) string {
	write := c.full
	return func(t time.Time) string {
		defer func() { write = c.short }()
		return write(t)
	}
}

// duration writes a span as a rule states it: "26 h", "10 days".
func duration(d time.Duration) string {
	hours := int64(d / time.Hour)
	switch {
	case d%day == 0 && d >= 2*day:
		return strconv.FormatInt(hours/24, 10) + " days"
	case d%time.Hour == 0:
		return strconv.FormatInt(hours, 10) + " h"
	}
	return d.String()
}

// length writes how long something took: "4 days 3 h", "3 h 20 min".
func length(d time.Duration) string {
	days, hours, minutes := int64(d/day), int64(d%day/time.Hour), int64(d%time.Hour/time.Minute)
	var parts []string
	add := func(n int64, one, many string) {
		switch {
		case n == 1:
			parts = append(parts, "1 "+one)
		case n > 1:
			parts = append(parts, strconv.FormatInt(n, 10)+" "+many)
		}
	}
	add(days, "day", "days")
	add(hours, "h", "h")
	if days == 0 {
		add(minutes, "min", "min")
	}
	if len(parts) == 0 {
		return "less than a minute"
	}
	return strings.Join(parts, " ")
}
