// Package place handles the field of tickets that holds the marker:
// externalXRef or a custom field. All code that finds tickets by markers, or
// reads or writes markers, uses it.
package place
