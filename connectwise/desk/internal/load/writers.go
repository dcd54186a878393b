package load

import "github.com/covedesk/covedesk/connectwise/desk/internal/lookup"

// Writers are the API members that programs use.
type Writers struct {
	Member string
	Former []string // members that this desk used before
	// Older are the members that an older tool uses, if Adopts is set; empty
	// means our own member.
	Older  []string
	Adopts bool
}

// Us reports whether an identifier is that of our API member, now or before.
func (w Writers) Us(identifier string) bool {
	return lookup.Same(identifier, w.Member) || lookup.In(w.Former, identifier)
}

// Tool reports whether the older tool uses the member with this identifier.
func (w Writers) Tool(identifier string) bool {
	if len(w.Older) == 0 {
		return w.Adopts && w.Us(identifier)
	}
	return w.Adopts && lookup.In(w.Older, identifier)
}
