package connectwisetest

import (
	"strings"
)

// searchTickets serves searches, whose conditions are in the body.
func (s *Server) searchTickets(c *call) *response {
	n, p := c.parse()
	if p != nil {
		return p.response()
	}
	l, p := filterValues(n, c.listing())
	if p != nil {
		return p.response()
	}
	return c.collection(c.tickets(), func(src source) *response { return c.list(src, l) })
}

// filterValues reads conditions from a body. They replace those of the URL.
func filterValues(n *node, l listing) (listing, *problem) {
	if n.kind != nodeObject {
		return l, conversion(n, modelType("FilterValues"))
	}
	for i, key := range n.keys {
		e := n.items[i]
		if e.kind != nodeString && e.kind != nodeNull {
			return l, conversion(e, "System.String")
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
			return l, unknownMember(key, "FilterValues", e.path, n.keyEnds[i][0], n.keyEnds[i][1])
		}
	}
	return l, nil
}
