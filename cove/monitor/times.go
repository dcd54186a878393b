package monitor

import (
	"cmp"
	"strconv"
	"strings"
	"time"
)

// A clock writes times for people, as of one moment and in one zone.
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

// zone returns the offset of a time in this zone: "UTC-05:00", "UTC".
func (c clock) zone(t time.Time) string {
	t = t.In(c.now.Location())
	_, offset := t.Zone()
	return "UTC" + where(offset != 0, t.Format("-07:00"))
}

// in writes a time in this zone, with the year if it is another one.
func (c clock) in(t time.Time, layout string) string {
	if t = t.In(c.now.Location()); t.Year() != c.now.Year() {
		layout = strings.Replace(layout, "Jan", "Jan 2006", 1)
	}
	return t.Format(layout)
}

// day writes "25 Nov".
func (c clock) day(t time.Time) string { return c.in(t, "2 Jan") }

// short writes "Wed 18 Nov 02:15". It never writes "today", because a ticket is
// also read on other days.
func (c clock) short(t time.Time) string { return c.in(t, "Mon 2 Jan 15:04") }

// full writes a time with its zone: "Wed 18 Nov 02:15 (UTC-05:00)".
func (c clock) full(t time.Time) string { return c.short(t) + " (" + c.zone(t) + ")" }

// once writes the first time with its zone, and further ones without.
func (c clock) once() func(time.Time) string {
	write := c.full
	return func(t time.Time) string {
		defer func() { write = c.short }()
		return write(t)
	}
}

// duration writes a duration as a rule states it: "26 h", "10 days".
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
	var parts []string
	if days := int64(d / day); days > 0 {
		parts = append(parts, counted(days, "day"))
	}
	if hours := int64(d % day / time.Hour); hours > 0 {
		parts = append(parts, strconv.FormatInt(hours, 10)+" h")
	}
	if minutes := int64(d % time.Hour / time.Minute); minutes > 0 && d < day {
		parts = append(parts, strconv.FormatInt(minutes, 10)+" min")
	}
	return cmp.Or(strings.Join(parts, " "), "less than a minute")
}
