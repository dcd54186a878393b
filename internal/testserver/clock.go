package testserver

import (
	"sync"
	"time"
)

// Clock is a clock that can be set, advanced and run at another speed. The
// zero value shows the time of the machine. It is safe for concurrent use.
//
// Several servers share one by having its method Now as their clock.
type Clock struct {
	mu     sync.Mutex
	turned bool // was set, advanced or run at another speed
	shown  time.Time
	since  time.Time // machine time when it showed that
	speed  float64
}

// Now is the time that the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at(time.Now())
}

func (c *Clock) at(machine time.Time) time.Time {
	if !c.turned {
		return machine
	}
	return c.shown.Add(time.Duration(float64(machine.Sub(c.since)) * c.speed))
}

func (c *Clock) turn(change func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	machine := time.Now()
	c.shown, c.since = c.at(machine), machine
	if !c.turned {
		c.turned, c.speed = true, 1
	}
	change()
}

// Set makes the clock show t. It goes on at the speed it had.
func (c *Clock) Set(t time.Time) { c.turn(func() { c.shown = t }) }

// Advance puts the clock forward by d, or back if d is negative.
func (c *Clock) Advance(d time.Duration) { c.turn(func() { c.shown = c.shown.Add(d) }) }

// Run makes the clock go at a multiple of the machine's speed: 1 is real time,
// 60 a minute a second, 0 stops it.
func (c *Clock) Run(speed float64) { c.turn(func() { c.speed = speed }) }
