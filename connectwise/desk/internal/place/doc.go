// Package place knows where tickets keep their markers, externalXRef or a custom
// field, and finds tickets by them. Whatever finds, reads or writes markers asks
// it.
package place
