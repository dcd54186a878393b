// Package memory is what a desk remembers from run to run: the keys with their
// tickets, what is being created, and the stops that stand. It replaces nothing
// that the tickets say themselves: where the two disagree the board wins.
package memory
