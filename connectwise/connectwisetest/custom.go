package connectwisetest

import (
	"strconv"
	"strings"
)

func (s *Server) assignCustom(d *draft, n *node) *problem {
	if n.kind == nodeNull || n.kind == nodeString && n.text == "" {
		return nil
	}
	if n.kind != nodeArray {
		return conversion(n, modelType("CustomFieldValue")+"[]")
	}
	if s.sw().CustomFieldsReplaced {
		d.custom = nil
	}
	for _, e := range n.items {
		if p := strictMembers(e, "CustomFieldValue", "id", "caption", "type", "entryMethod", "numberOfDecimals", "value", "connectWiseId", "rowNum", "userDefinedFieldRecId", "podId"); p != nil {
			return p
		}
		def, ok := s.customField(d.rec.t.schema.name, e)
		if !ok && s.sw().DropCustomFields {
			continue
		}
		if !ok {
			d.fail(fieldProblem{"NotFound", "Custom field not found", d.entity(), "customFields"})
			continue
		}
		x, ok := customValue(def, e.member("value"))
		if !ok {
			d.fail(fieldProblem{"InvalidField", "Invalid value for custom field " + def.Caption, d.entity(), "customFields"})
			continue
		}
		if d.custom == nil {
			d.custom = map[int64]any{}
		}
		d.custom[def.ID] = x
	}
	return nil
}

func (s *Server) customField(entity string, e *node) (CustomField, bool) {
	id, caption := e.member("id"), e.member("caption")
	for _, def := range s.custom[entity] {
		if id != nil && id.kind != nodeNull {
			if id.text == strconv.FormatInt(def.ID, 10) {
				return def, true
			}
		} else if !s.sw().CustomFieldsByID && caption != nil && caption.kind == nodeString && strings.EqualFold(caption.text, def.Caption) {
			return def, true
		}
	}
	return CustomField{}, false
}

// customValue converts a value to the type of a custom field.
func customValue(def CustomField, n *node) (any, bool) {
	if n == nil || n.kind == nodeNull {
		return nil, true
	}
	switch def.Type {
	case "Number", "Percent", "Currency":
		x, err := strconv.ParseFloat(n.text, 64)
		return x, err == nil && (n.kind == nodeNumber || n.kind == nodeString)
	case "Checkbox":
		if n.kind == nodeString {
			b, err := strconv.ParseBool(n.text)
			return b, err == nil
		}
		return n.truth, n.kind == nodeBool
	case "Date":
		t, ok := readTime(n.text)
		return t, ok && n.kind == nodeString
	}
	switch n.kind {
	case nodeString, nodeNumber:
		return n.text, true
	case nodeBool:
		return strconv.FormatBool(n.truth), true
	}
	return nil, false
}
