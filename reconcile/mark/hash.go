package mark

import (
	"fmt"

	"github.com/covedesk/covedesk/internal/text"
)

// KeyID is the fixed-length name of a key: 24 characters of lower-case base32,
// the first 120 bits of SHA-256 over the length-prefixed source and subject.
// Different keys have different ids, whatever characters they hold.
type KeyID string

// KeyIDOf gives the id of the key with this source ("cove") and subject
// ("3785154").
func KeyIDOf(source, subject string) KeyID { return KeyID(text.Hash(24, source, subject)) }

// SourceID is what a marker says about a source: 4 characters of lower-case
// base32.
func SourceID(source string) string { return text.Hash(4, source) }

// CustomerID is what a marker says about a customer: 7 characters of lower-case
// base32.
func CustomerID(customer string) string { return text.Hash(7, customer) }

// OwnerOf gives the owner that markers name: the name of an installation, '-'
// and 4 characters of lower-case base32 that stand for the tenant, so that
// nobody takes the tickets of a copied tenant for his own. A name is 1 to 5
// characters of a-z, 0-9 and '-'.
func OwnerOf(name, tenant string) (string, error) {
	const longest = 5 // leaves room for what is added
	if !isOwner(name) || len(name) > longest {
		return "", fmt.Errorf("owner %q: want 1 to %d characters of a-z, 0-9 and -; what tells one tenant from another is added to it", name, longest)
	}
	return name + "-" + text.HashBytes(4, []byte("tenant:"+tenant)), nil
}
