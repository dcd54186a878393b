package testserver_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/covedesk/covedesk/internal/testserver"
)

func TestClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c testserver.Clock
		is := func(what string, want time.Time) {
			t.Helper()
			if got := c.Now(); !got.Equal(want) {
				t.Errorf("%s: %v, want %v", what, got, want)
			}
		}
		is("machine time", time.Now())
		time.Sleep(time.Second)
		is("it goes", time.Now())
		c.Advance(time.Hour)
		is("advanced", time.Now().Add(time.Hour))
		noon := time.Date(2027, 3, 1, 12, 0, 0, 0, time.UTC)
		c.Set(noon)
		time.Sleep(time.Second)
		is("set, goes on", noon.Add(time.Second))
		c.Run(60)
		time.Sleep(time.Second)
		is("a minute a second", noon.Add(61*time.Second))
		c.Advance(-time.Minute)
		time.Sleep(time.Second)
		is("put back, same speed", noon.Add(61*time.Second))
		c.Run(0)
		time.Sleep(time.Second)
		is("stopped", noon.Add(61*time.Second))
	})
}
