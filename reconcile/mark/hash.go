package mark

import (
	"fmt"

	"github.com/covedesk/covedesk/internal/text"
)

// KeyID is the fixed-length form of a key: 24 characters of lower-case base32,
// the first 120 bits of a SHA-256 over source and subject, each with its
// length. Different keys have different ids, whatever characters they hold.
type KeyID string

// KeyIDOf returns the id of the key with this source ("cove") and subject
// ("3785154").
func KeyIDOf(source, subject string) KeyID { return KeyID(text.Hash(24, source, subject)) }

// SourceID returns the form of a source that a marker holds: 4 characters of
// lower-case base32.
func SourceID(source string) string { return text.Hash(4, source) }

// CustomerID returns the form of a customer's id that a marker holds: 7
// characters of lower-case base32.
func CustomerID(customer string) string { return text.Hash(7, customer) }

// OwnerOf returns the owner for markers: the name of an installation, '-' and 4
// characters of lower-case base32 that stand for the tenant. In a copied tenant
// the owner is therefore another one, and the tickets that were copied are left
// alone. A name has 1 to 5 characters of a-z, 0-9 and '-'; any other is an
// error.
func OwnerOf(name, tenant string) (string, error) {
	const longest = 5 // leaves room for '-' and the tenant
	if !isOwner(name) || len(name) > longest {
		return "", fmt.Errorf("owner %q: want 1 to %d characters of a-z, 0-9 and -; what tells one tenant from another is added to it", name, longest)
	}
	return name + "-" + text.HashBytes(4, []byte("tenant:"+tenant)), nil
}
