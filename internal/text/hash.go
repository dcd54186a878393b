package text

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
)

var lowerBase32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Hash returns the first chars characters (at most 51) of a SHA-256 over the
// parts, in lower-case base32. Each part is preceded by its length, so moving a
// character from one part to the next gives another hash.
func Hash(chars int, parts ...string) string {
	var room [256]byte
	return HashBytes(chars, AppendParts(room[:0], parts...))
}

// AppendParts appends each part to b, preceded by its length.
func AppendParts(b []byte, parts ...string) []byte {
	for _, p := range parts {
		b = append(binary.BigEndian.AppendUint64(b, uint64(len(p))), p...)
	}
	return b
}

// HashBytes is [Hash] of bytes, without a length before them.
func HashBytes(chars int, b []byte) string {
	sum := sha256.Sum256(b)
	var text [52]byte
	lowerBase32.Encode(text[:], sum[:])
	return string(text[:chars])
}
