package testserver

import (
	"sync"
	"time"
)

// Clock is a clock that can be set, advanced and run at another speed. The zero
// value shows the time of the machine. It is safe for concurrent use.
//
// To let several servers share a clock, give each its method Now.
type Clock struct {
	mu     sync.Mutex
	turned bool // it was set, advanced or run at another speed
	shown  time.Time
	since  time.Time // machine time when it showed that
	speed  float64
}

// Now returns the time that the clock shows.
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

// Set makes the clock show t. Its speed stays the same.
func (c *Clock) Set(t time.Time) { c.turn(func() { c.shown = t }) }

// Advance moves the clock forward by d, or back if d is negative.
func (c *Clock) Advance(d time.Duration) { c.turn(func() { c.shown = c.shown.Add(d) }) }

// Run sets the clock's speed, as a multiple of the machine's: 1 is real time,
// 60 is a minute a second, 0 stops the clock.
func (c *Clock) Run(speed float64) { c.turn(func() { c.speed = speed }) }
