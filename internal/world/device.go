package world

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// kindOf is the kind of a device.
type kindOf int

const (
	server kindOf = iota
	workstation
	documents
	tenant
)

// device is a machine or a Microsoft 365 tenant, with its schedule and its
// troubles.
type device struct {
	id       int64
	partner  int64 // the customer or one of its sites
	kind     kindOf
	name     string
	computer string
	born     time.Time
	sources  []*source
	silences []trouble
}

// source is one data source of a device. It has sessions at phase, phase+every
// and so on.
type source struct {
	code     string // "D01"
	every    time.Duration
	phase    time.Duration // after midnight UTC
	lasts    time.Duration
	size     int64
	troubles []trouble
	runs     []session // off schedule, oldest first
}

// session is one run of a source, and what was wrong with it.
type session struct {
	trouble
	at time.Time // when it ended
}

// newDevice draws a device of a kind. n is its number within its customer.
func newDevice(r *rand.Rand, of kindOf, customer string, n int, start time.Time, trouble float64) *device {
	d := &device{kind: of, born: start.Add(-time.Duration(30+r.IntN(900)) * 24 * time.Hour)}
	short := strings.ToUpper(identifier(customer))
	if len(short) > 5 {
		short = short[:5]
	}
	var codes []string
	every, phase := 24*time.Hour, time.Duration(1+r.IntN(4))*time.Hour+time.Duration(r.IntN(60))*time.Minute
	switch of {
	case server:
		job := serverJobs[r.IntN(len(serverJobs))]
		d.computer = fmt.Sprintf("%s-%s%02d", short, job, n)
		codes = []string{"D01", "D02"}
		switch job {
		case "SQL":
			codes = append(codes, "D10")
		case "HV":
			codes = append(codes, "D14")
		}
		every = []time.Duration{4 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour}[r.IntN(4)]
	case workstation:
		d.computer = fmt.Sprintf("%s-%s%03d", short, peopleDesk[r.IntN(len(peopleDesk))], n)
		codes = []string{"D01", "D02"}
		phase += 8 * time.Hour // while people are at work
	case documents:
		d.computer = fmt.Sprintf("%s-%s%03d", short, peopleDesk[r.IntN(len(peopleDesk))], n)
		codes = []string{"D01"}
		every = 12 * time.Hour
	case tenant:
		codes = []string{"D19", "D20", "D05", "D23"}
		every = 6 * time.Hour
	}
	if of == tenant {
		d.name = strings.ToLower(identifier(customer)) + ".onmicrosoft.example"
	} else {
		d.name = fmt.Sprintf("%s_%05x", strings.ToLower(d.computer), r.IntN(1<<20))
		d.silences = drawSilence(r, of, start)
	}
	for i, code := range codes {
		d.sources = append(d.sources, &source{
			code:     code,
			every:    every,
			phase:    phase + time.Duration(i)*7*time.Minute,
			lasts:    time.Duration(2+r.IntN(25)) * time.Minute,
			size:     int64(1+r.IntN(400)) << 30,
			troubles: drawTroubles(r, causesOf(of, code), start, trouble),
		})
	}
	return d
}

func covering(list []trouble, at time.Time) (trouble, bool) {
	for _, t := range list {
		if t.covers(at) {
			return t, true
		}
	}
	return trouble{}, false
}

// sessionBefore returns the last session that ended at or before at, on or off
// schedule.
func (d *device) sessionBefore(s *source, at time.Time) (session, bool) {
	run, found := d.scheduled(s, at)
	for _, extra := range s.runs {
		if !extra.at.After(at) && (!found || !extra.at.Before(run.at)) {
			run, found = extra, true
		}
	}
	return run, found
}

// scheduled returns the last scheduled session that ended at or before at, if
// the device was on to run it.
func (d *device) scheduled(s *source, at time.Time) (session, bool) {
	midnight := at.UTC().Truncate(24 * time.Hour).Add(-24 * time.Hour)
	slots := at.Sub(midnight.Add(s.phase)) / s.every
	for end := midnight.Add(s.phase).Add(slots * s.every); end.After(d.born); end = end.Add(-s.every) {
		if end.After(at) {
			continue
		}
		if _, away := covering(d.silences, end); away {
			continue
		}
		run := session{trouble{ending: completed}, end}
		if t, ill := covering(s.troubles, end); ill {
			run.trouble = t
		}
		return run, true
	}
	return session{}, false
}

// successBefore returns the last completed session at or before at.
func (d *device) successBefore(s *source, at time.Time) (session, bool) {
	for {
		run, found := d.sessionBefore(s, at)
		if !found || run.ending == completed {
			return run, found
		}
		at = run.at.Add(-time.Second)
	}
}

// bar returns the colour bar: one digit a day, the worst ending of that day,
// the newest day on the right, 0 for a day without a session.
func (d *device) bar(s *source, at time.Time) string {
	var days [28]byte
	for i := range days {
		day := at.Add(-time.Duration(27-i) * 24 * time.Hour).UTC().Truncate(24 * time.Hour)
		last := day.Add(24*time.Hour - time.Second)
		if last.After(at) {
			last = at
		}
		days[i] = '0'
		if run, found := d.sessionBefore(s, last); found && !run.at.Before(day) && run.ending < 10 {
			days[i] = byte('0' + run.ending)
		}
	}
	return string(days[:])
}

// seen returns when the device last made contact: every few minutes unless it
// is silent.
func (d *device) seen(at time.Time) time.Time {
	if t, away := covering(d.silences, at); away {
		return t.from.Truncate(time.Minute)
	}
	return at.Add(-time.Duration(d.id%17) * time.Minute).Truncate(time.Minute)
}
