package reconcile

import (
	"fmt"
	"time"
)

// Zone is a time zone by its IANA name ("America/New_York"). The zero value is
// UTC. Reading the zone's rules happens where a Zone is made ([LoadZone], JSON),
// not where it is used.
type Zone struct{ location *time.Location }

// LoadZone gives the zone of a name. "" is UTC; "Local" is refused, because it
// means something else on every machine.
func LoadZone(name string) (Zone, error) {
	if name == "Local" {
		return Zone{}, fmt.Errorf("reconcile: the zone %q is not the same everywhere", name)
	}
	loc, err := time.LoadLocation(name)
	if err != nil {
		return Zone{}, fmt.Errorf("reconcile: %w", err)
	}
	if loc == time.UTC {
		return Zone{}, nil
	}
	return Zone{loc}, nil
}

// String is the zone's name.
func (z Zone) String() string { return z.in().String() }

// MarshalText implements [encoding.TextMarshaler].
func (z Zone) MarshalText() ([]byte, error) { return []byte(z.String()), nil }

// UnmarshalText implements [encoding.TextUnmarshaler].
func (z *Zone) UnmarshalText(text []byte) error {
	read, err := LoadZone(string(text))
	if err == nil {
		*z = read
	}
	return err
}

func (z Zone) in() *time.Location {
	if z.location == nil {
		return time.UTC
	}
	return z.location
}
