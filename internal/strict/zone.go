package strict

import (
	"fmt"
	"strings"
	"time"
)

// Zone returns the time zone of an IANA name such as "America/New_York", or
// "UTC". It refuses "Local", because that is another zone on every machine, and
// "". If the machine has no database of zones, the error says so.
func Zone(name string) (*time.Location, error) { return zone(name, time.LoadLocation) }

func zone(name string, load func(string) (*time.Location, error)) (*time.Location, error) {
	switch {
	case name == "":
		return nil, fmt.Errorf(`is empty where a time zone such as "America/New_York" or "UTC" is needed`)
	case strings.EqualFold(name, "Local"):
		return nil, fmt.Errorf(`%q is another zone on every machine; write its name, such as "America/New_York"`, name)
	}
	location, err := load(name)
	if err == nil {
		return location, nil
	}
	for _, known := range []string{"Europe/London", "America/New_York"} {
		if _, err := load(known); err == nil {
			return nil, fmt.Errorf(`%s is not a time zone such as "America/New_York"`, shown(name))
		}
	}
	return nil, fmt.Errorf("the time zone %s cannot be looked up, because this machine has no time zone database: install tzdata, or build the program with the tag timetzdata", shown(name))
}

// Weekday returns the day with a name: "Monday" or "mon", in any case.
func Weekday(name string) (time.Weekday, error) {
	for d := time.Sunday; d <= time.Saturday; d++ {
		if full := d.String(); strings.EqualFold(name, full) || strings.EqualFold(name, full[:3]) {
			return d, nil
		}
	}
	return 0, fmt.Errorf(`%s is not a day: want "mon", "tue", "wed", "thu", "fri", "sat" or "sun"`, shown(name))
}
