package connectwisetest

import (
	"strings"
)

// searchTickets serves conditions too long for a URL from the body.
func (s *Server) searchTickets(c *call) *response {
	n, p := c.parse()
	if p != nil {
		return p.response()
	}
	if n.kind != nodeObject {
		return conversion(n, modelType("FilterValues")).response()
	}
	l := c.listing()
	for i, key := range n.keys {
		e := n.items[i]
		if e.kind != nodeString && e.kind != nodeNull {
			return conversion(e, "System.String").response()
		}
		switch strings.ToLower(key) {
		case "conditions":
			l.conditions = e.text
		case "orderby":
			l.orderBy = e.text
		case "childconditions":
			l.childConditions = e.text
		case "customfieldconditions":
			l.customFieldConditions = e.text
		default:
			return unknownMember(key, "FilterValues", e.path, n.keyEnds[i][0], n.keyEnds[i][1]).response()
		}
	}
	return c.collection(c.tickets(), func(src source) *response {
		src.noPages = true
		return c.list(src, l)
	})
}
