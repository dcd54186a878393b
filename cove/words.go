package cove

import (
	"encoding/binary"
	"math/bits"
)

// A page of devices consists mostly of strings, so finding where a string ends
// is most of the work of reading it. This file does that eight bytes at a time:
//
//  1. Eight bytes are loaded into one integer, the first of them lowest.
//  2. XOR with a byte repeated eight times makes zero of every byte equal to it.
//  3. (w - ones) &^ w sets the high bit of every byte that is zero: subtracting
//     one borrows there, and only there was the bit clear before.
//  4. With blanks (0x20) in place of ones the same marks every control character.
//  5. A borrow can mark the byte above a true mark too, never one below. So the
//     lowest mark is exact, and only that is used: its place is the count of
//     zero bits below it, divided by eight.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080

	// wordPadding zero bytes follow every buffer that is scanned, so that eight
	// bytes can be loaded at any place. No scan passes them: a zero byte is a
	// control character.
	wordPadding = 16
)

// stringStop returns the place of the first byte from i on that ends the plain
// part of a JSON string: a quote, a backslash or a control character.
func stringStop(b []byte, i int) int {
	for {
		w := binary.LittleEndian.Uint64(b[i:])
		quote, slash := w^ones*'"', w^ones*'\\'
		if m := ((quote-ones)&^quote | (slash-ones)&^slash | (w-ones*' ')&^w) & highs; m != 0 {
			return i + bits.TrailingZeros64(m)>>3
		}
		i += 8
	}
}
