//go:build race

package cove

// memoryPages is the bound under the race detector, which uses more memory.
const memoryPages = 3
