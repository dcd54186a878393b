//go:build race

package cove

// memoryPages is the bound under the race detector, which keeps more alive.
const memoryPages = 3
