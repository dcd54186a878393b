package connectwisetest

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// converter reads a JSON value that is neither null nor an empty string. The
// second result tells whether the value has the converter's type.
type converter func(f *field, n *node) (any, bool, *problem)

// scalars are the kinds that hold one plain value, with their names in errors.
var scalars = map[kind]struct {
	read converter
	typ  string
}{
	kindInt:    {convertInt, "System.Nullable`1[System.Int32]"},
	kindNum:    {convertNum, "System.Nullable`1[System.Decimal]"},
	kindBool:   {convertBool, "System.Nullable`1[System.Boolean]"},
	kindString: {convertString, "System.String"},
	kindTime:   {convertTime, "System.Nullable`1[System.DateTime]"},
	kindEnum:   {convertEnum, ""},
}

// convert reads a JSON value for a field of this kind. It returns nil for null
// and for the empty string, which some clients send for members without a
// value.
func (s *Server) convert(f *field, k kind, n *node) (any, *problem) {
	if n.kind == nodeNull || n.kind == nodeString && n.text == "" {
		return nil, nil
	}
	if scalar, ok := scalars[k]; ok {
		x, ok, p := scalar.read(f, n)
		if !ok && p == nil {
			typ := scalar.typ
			if typ == "" {
				typ = modelType(strings.ToUpper(f.name[:1]) + f.name[1:])
			}
			p = conversion(n, typ)
		}
		return x, p
	}
	switch k {
	case kindRef:
		return s.convertRef(f.ref, n)
	case kindList:
		return s.convertList(f, n)
	case kindAny:
		return n.plain(), nil
	}
	return nil, nil
}

func (s *Server) convertList(f *field, n *node) (any, *problem) {
	if n.kind != nodeArray {
		return nil, conversion(n, modelType(f.name)+"[]")
	}
	out := []any{}
	for _, e := range n.items {
		x, p := s.convert(f, f.item, e)
		if p != nil {
			return nil, p
		}
		out = append(out, x)
	}
	return out, nil
}

func convertInt(_ *field, n *node) (any, bool, *problem) {
	if n.kind != nodeNumber && n.kind != nodeString {
		return nil, false, nil
	}
	i, err := strconv.ParseInt(strings.TrimSpace(n.text), 10, 64)
	if err == nil && (i > math.MaxInt32 || i < math.MinInt32) {
		return nil, false, badRequest("ConnectWiseApi", "JSON integer %s is too large or small for an Int32. Path '%s', line %d, position %d.", n.text, n.path, n.line, n.pos)
	}
	return i, err == nil, nil
}

func convertNum(_ *field, n *node) (any, bool, *problem) {
	if n.kind != nodeNumber && n.kind != nodeString {
		return nil, false, nil
	}
	x, err := strconv.ParseFloat(strings.TrimSpace(n.text), 64)
	return x, err == nil, nil
}

func convertBool(_ *field, n *node) (any, bool, *problem) {
	switch {
	case n.kind == nodeBool:
		return n.truth, true, nil
	case n.kind == nodeString && strings.EqualFold(n.text, "true"):
		return true, true, nil
	}
	return false, n.kind == nodeString && strings.EqualFold(n.text, "false"), nil
}

func convertString(_ *field, n *node) (any, bool, *problem) {
	switch n.kind {
	case nodeString, nodeNumber:
		return n.text, true, nil
	case nodeBool:
		return strconv.FormatBool(n.truth), true, nil
	}
	return nil, false, nil
}

func convertTime(_ *field, n *node) (any, bool, *problem) {
	if n.kind != nodeString {
		return nil, false, nil
	}
	t, ok := readTime(n.text)
	if !ok {
		return nil, false, badRequest("ConnectWiseApi", "Could not convert string to DateTime: %s. Path '%s', line %d, position %d.", n.text, n.path, n.line, n.pos)
	}
	return t, true, nil
}

func convertEnum(f *field, n *node) (any, bool, *problem) {
	if n.kind == nodeString {
		for _, e := range f.enum {
			if strings.EqualFold(e, n.text) {
				return e, true, nil
			}
		}
	}
	return nil, false, nil
}

// readTime reads a date of a body: ISO, with or without zone, time and
// fraction. Without a zone it is UTC.
func readTime(text string) (time.Time, bool) {
	return parseTime(text, time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04", "2006-01-02")
}

func parseTime(text string, layouts ...string) (time.Time, bool) {
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC().Truncate(time.Second), true
		}
	}
	return time.Time{}, false
}
