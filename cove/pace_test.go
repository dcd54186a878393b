package cove

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestPace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace()
		count := func(d time.Duration) int {
			n := 0
			for end := time.Now().Add(d); time.Now().Before(end); n++ {
				if err := p.Wait(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			return n
		}
		if n := count(5 * time.Second); n < 20 || n > 30 {
			t.Errorf("%d requests in the first five seconds", n)
		}
		count(time.Minute)
		if n := count(10 * time.Second); n < 99 || n > 101 {
			t.Errorf("%d requests in ten seconds at full pace", n)
		}
	})
}
