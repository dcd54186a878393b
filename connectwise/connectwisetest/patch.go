package connectwisetest

import (
	"fmt"
	"slices"
	"strings"
)

func badPath(path string) *problem {
	return badRequest("InvalidPatch", "path %s is not valid", path)
}

func badCast(n *node, to string) *problem {
	from := map[nodeKind]string{
		nodeString: "System.String", nodeNumber: "System.Int64", nodeBool: "System.Boolean",
		nodeArray: "Newtonsoft.Json.Linq.JArray", nodeObject: "Newtonsoft.Json.Linq.JObject", nodeNull: "System.Object",
	}[n.kind]
	return &problem{status: 400, code: "InvalidPatch", message: fmt.Sprintf("Could not cast or convert from %s to %s.", from, to), noErrors: true}
}

// patch applies the operations of a PATCH body to the draft, in order.
func (s *Server) patch(d *draft, n *node) *problem {
	if n.kind != nodeArray {
		return badRequest("ConnectWiseApi", "Cannot deserialize the current JSON object into type '%s[]' because the type requires a JSON array of operations.", modelType("PatchOperation"))
	}
	for _, op := range n.items {
		if p := strictMembers(op, "PatchOperation", "op", "path", "value"); p != nil {
			return p
		}
		if p := s.patchOne(d, op); p != nil {
			return p
		}
	}
	return nil
}

func (s *Server) patchOne(d *draft, op *node) *problem {
	value := op.member("value")
	verb, path := &node{}, &node{}
	if n := op.member("op"); n != nil {
		verb = n
	}
	if n := op.member("path"); n != nil && n.kind == nodeString {
		path = n
	}
	if !slices.Contains(patchVerbs, verb.text) {
		return badRequest("InvalidPatch", "op %s is not valid", verb.text)
	}
	if value == nil || verb.text == "remove" {
		value = &node{path: "value"}
	}
	parts := strings.Split(strings.TrimPrefix(path.text, "/"), "/")
	f := d.rec.t.schema.exact[parts[0]] // names are case-sensitive here
	if f == nil || !f.patchable() {
		return badPath(path.text)
	}
	if len(parts) == 1 {
		return s.patchWhole(d, f, verb.text, value)
	}
	switch {
	case f.kind == kindRef && len(parts) == 2 && f.ref.has(parts[1]):
		if s.sw().IgnoreSubPaths {
			return nil
		}
		inner := &node{kind: nodeObject, keys: []string{parts[1]}, items: []*node{value}, keyEnds: make([][2]int, 1)}
		if verb.text == "remove" || value.kind == nodeNull {
			inner = value
		}
		return s.patchWhole(d, f, verb.text, inner)
	case f.kind == kindObject && d.rec.t.patchItem != nil:
		return d.rec.t.patchItem(d, f, verb.text, parts[1:], value, path.text)
	}
	return badPath(path.text)
}

var patchVerbs = []string{"add", "replace", "remove"}

func (f *field) patchable() bool {
	return !f.readOnly && !f.createOnly && f.kind != kindInfo && (!f.writeOnly || patchable[f.name])
}

// patchable are write-only members that have an effect in an update.
var patchable = map[string]bool{"processNotifications": true, "skipCallback": true, "ignoreDuplicates": true, "password": true, "portalPassword": true}

func (s *Server) patchWhole(d *draft, f *field, verb string, value *node) *problem {
	if verb == "remove" {
		d.written[f.name] = true
		switch f.kind {
		case kindCustom, kindObject:
			return badPath(f.name)
		}
		d.vals[f.index] = f.def
		return nil
	}
	if p := s.assign(d, f, value); p != nil {
		if p.code == "ConnectWiseApi" && strings.HasPrefix(p.message, "Error converting") || strings.HasPrefix(p.message, "Cannot deserialize") || strings.HasPrefix(p.message, "Could not convert") {
			return badCast(value, typeName(f))
		}
		return p
	}
	return nil
}

func typeName(f *field) string {
	switch f.kind {
	case kindRef:
		return modelType(f.of)
	case kindCustom:
		return modelType("CustomFieldValue") + "[]"
	case kindObject:
		return modelType(f.of) + "[]"
	case kindInt:
		return "System.Int32"
	case kindNum:
		return "System.Decimal"
	case kindBool:
		return "System.Boolean"
	case kindTime:
		return "System.DateTime"
	}
	return "System.String"
}
