package world_test

import (
	"fmt"
	"time"

	"github.com/covedesk/covedesk/internal/world"
)

// The time in a world stands still until its clock is moved.
func Example() {
	w := world.New(world.Config{Seed: 7, Customers: 3, Devices: 12})
	fmt.Println(w.Now().Equal(world.Start))
	w.Advance(6 * time.Hour)
	fmt.Println(w.Now().Format(time.RFC3339))
	// Output:
	// true
	// 2026-11-16T12:30:00Z
}
