package load

import "github.com/covedesk/covedesk/connectwise/desk/internal/lookup"

// Writers are the API members that programs write as.
type Writers struct {
	Member string
	Former []string // members that we wrote as before
	// Older are the members that an older tool writes as, if Adopts says that
	// there is one; none: ours.
	Older  []string
	Adopts bool
}

// Us reports whether it is our API member, now or before.
func (w Writers) Us(identifier string) bool {
	return lookup.Same(identifier, w.Member) || lookup.In(w.Former, identifier)
}

// Tool reports whether the older tool writes under this name.
func (w Writers) Tool(identifier string) bool {
	if len(w.Older) == 0 {
		return w.Adopts && w.Us(identifier)
	}
	return w.Adopts && lookup.In(w.Older, identifier)
}
