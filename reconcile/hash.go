package reconcile

import (
	"encoding/base32"
	"encoding/binary"
)

// The planner hashes as package mark does, in bulk.

// base32Lower has no characters that a query language could take for a
// wildcard.
var base32Lower = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

func lengthPrefixed(b []byte, text string) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(len(text)))
	return append(b, text...)
}

func encodeSum(chars int, sum []byte) string {
	var out [32]byte
	base32Lower.Encode(out[:], sum[:20])
	return string(out[:chars])
}
