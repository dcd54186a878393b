//go:build race

package match_test

// slowdown is what the race detector costs.
const slowdown = 10
