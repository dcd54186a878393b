package connectwisetest

import (
	"slices"
	"strings"
)

// selections reads the parameter fields. Nil means all fields. Names that are
// unknown or may not be read are ignored, unless Switches.StrictFields is set.
func (s *Server) selections(t *table, text string) ([]selection, *problem) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	chosen := map[*field]*selection{}
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		parts := strings.Split(name, "/")
		f := t.schema.folded[strings.ToLower(parts[0])]
		ok := f != nil && !f.writeOnly
		if ok && len(parts) > 1 {
			switch f.kind {
			case kindRef:
				var member string
				if member, ok = f.ref.member(parts[1]); ok {
					parts[1] = member
				} else {
					ok = strings.EqualFold(parts[1], "_info")
				}
			case kindInfo, kindCustom, kindObject, kindList:
			default:
				ok = false
			}
		}
		if !ok {
			if s.sw().StrictFields {
				return nil, unknownName(name)
			}
			continue
		}
		x := chosen[f]
		if x == nil {
			x = &selection{f: f}
			chosen[f] = x
			if len(parts) == 1 {
				continue
			}
		} else if len(parts) == 1 || x.sub == nil {
			x.sub = nil
			continue
		}
		x.sub = append(x.sub, parts[1])
	}
	out := []selection{}
	for _, f := range t.schema.fields {
		if x := chosen[f]; x != nil {
			out = append(out, *x)
		}
	}
	return out, nil
}

// selections returns the fields that the caller asked for and may see. Without
// permission for companies, contacts lack their company and site.
func (c *call) selections(t *table, text string) ([]selection, *problem) {
	sel, p := c.s.selections(t, text)
	if p != nil || t.name != "contacts" || c.s.level(c.who, companyMaintenance, inquiring) != None {
		return sel, p
	}
	if sel == nil {
		for _, f := range t.schema.fields {
			sel = append(sel, selection{f: f})
		}
	}
	return slices.DeleteFunc(sel, func(x selection) bool { return x.f.name == "company" || x.f.name == "site" }), nil
}
