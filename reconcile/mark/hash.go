package mark

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"
)

// KeyID is the fixed-length name of a key: 24 characters of lower-case base32,
// the first 120 bits of SHA-256 over the length-prefixed source and subject.
// Different keys have different ids, whatever characters they hold.
type KeyID string

// KeyIDOf gives the id of the key with this source ("cove") and subject
// ("3785154").
func KeyIDOf(source, subject string) KeyID { return KeyID(Hash(keySize, source, subject)) }

// SourceID is what a marker says about a source: 4 characters of lower-case
// base32.
func SourceID(source string) string { return Hash(sourceSize, source) }

// CustomerID is what a marker says about a customer: 7 characters of lower-case
// base32.
func CustomerID(customer string) string { return Hash(customerSize, customer) }

// OwnerOf gives the owner that markers name: the name of an installation, '-'
// and 4 characters of lower-case base32 that stand for the tenant, so that
// nobody takes the tickets of a copied tenant for his own. A name is 1 to 5
// characters of a-z, 0-9 and '-'.
func OwnerOf(name, tenant string) (string, error) {
	if !validOwner(name) || len(name) > nameMax {
		return "", fmt.Errorf("owner %q: want 1 to %d characters of a-z, 0-9 and -; what tells one tenant from another is added to it", name, nameMax)
	}
	return name + "-" + encoded(tenantSize, []byte("tenant:"+tenant)), nil
}

const (
	// nameMax leaves room for '-' and the tenant.
	nameMax    = ownerMax - 1 - tenantSize
	tenantSize = 4
)

func validOwner(owner string) bool {
	return owner != "" && len(owner) <= ownerMax && strings.Trim(owner, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}

const base32Digits = "abcdefghijklmnopqrstuvwxyz234567"

var lowerBase32 = base32.NewEncoding(base32Digits).WithPadding(base32.NoPadding)

func isBase32(text string) bool { return strings.Trim(text, base32Digits) == "" }

// Hash gives the first chars characters (at most 51) of SHA-256 over the parts
// in lower-case base32. Every part is preceded by its length, so that moving a
// character from one part to the next gives another hash.
func Hash(chars int, parts ...string) string {
	var room [256]byte
	b := room[:0]
	for _, p := range parts {
		b = lengthPrefixed(b, p)
	}
	return encoded(chars, b)
}

func lengthPrefixed(b []byte, text string) []byte {
	b = binary.BigEndian.AppendUint64(b, uint64(len(text)))
	return append(b, text...)
}

func encoded(chars int, b []byte) string {
	sum := sha256.Sum256(b)
	var text [52]byte
	lowerBase32.Encode(text[:], sum[:])
	return string(text[:chars])
}
