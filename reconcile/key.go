package reconcile

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
)

// Key names what can have a problem and so can have a ticket: a source
// ("cove") and a subject in it ("3785154", an account id). The caller gives
// both; they are never derived from a summary or another text that people
// change. Neither may be empty and both must be valid UTF-8.
type Key struct {
	Source  string `json:"source,omitzero"`
	Subject string `json:"subject,omitzero"`
}

// String gives source and subject for people, as in "cove/3785154". It is not
// reversible.
func (k Key) String() string { return k.Source + "/" + k.Subject }

// ID is the fixed-length name of the key that a ticket's marker carries.
func (k Key) ID() KeyID { return KeyID(hashText(24, k.Source, k.Subject)) }

// KeyID is the hash of a [Key]: 24 characters of lower-case base32, the first
// 120 bits of SHA-256 over the length-prefixed source and subject. Different
// keys have different ids, whatever characters they hold.
type KeyID string

// SourceID is what a marker says about a source: 4 characters of lower-case
// base32.
func SourceID(source string) string { return hashText(4, source) }

// GroupID is what a marker says about a group (a customer): 7 characters of
// lower-case base32.
func GroupID(group string) string { return hashText(7, group) }

// base32Lower has no characters that a query language could take for a
// wildcard.
var base32Lower = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// hashText gives the first chars characters (at most 32) of the base32 form of
// SHA-256 over the parts. Every part is preceded by its length, so that moving
// a character from one part to the next gives another hash.
func hashText(chars int, parts ...string) string {
	var stack [256]byte
	b := stack[:0]
	for _, p := range parts {
		b = lengthPrefixed(b, p)
	}
	return encodeHash(chars, b)
}

func lengthPrefixed(b []byte, text string) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(len(text)))
	return append(b, text...)
}

func encodeHash(chars int, b []byte) string {
	sum := sha256.Sum256(b)
	return encodeSum(chars, sum[:])
}

func encodeSum(chars int, sum []byte) string {
	var out [32]byte
	base32Lower.Encode(out[:], sum[:20])
	return string(out[:chars])
}
