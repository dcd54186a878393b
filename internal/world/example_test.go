package world_test

import (
	"fmt"
	"time"

	"github.com/covedesk/covedesk/internal/world"
)

// Two worlds of one seed are the same at the same moment, however they got
// there.
func Example() {
	one, other := world.New(world.Config{Seed: 7}), world.New(world.Config{Seed: 7})
	one.Advance(6 * time.Hour)
	other.Advance(6 * time.Hour)
	fmt.Println(one.Now().Format(time.RFC3339), one.Now().Equal(other.Now()))
	// Output:
	// 2026-11-16T12:30:00Z true
}
