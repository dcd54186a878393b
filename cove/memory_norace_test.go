//go:build !race

package cove

// memoryPages is how many pages an enumeration may take.
const memoryPages = 2
