package connectwisetest

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

type orderKey struct {
	o    operand
	desc bool
}

func (s *Server) order(t *table, text string) ([]orderKey, *problem) {
	var keys []orderKey
	for part := range strings.SplitSeq(text, ",") {
		words := strings.Fields(part)
		if len(words) == 0 {
			continue
		}
		o, p := s.recordNames(t)(words[0])
		if p == nil && (o.many != nil || o.kind == kindRef) {
			p = unknownName(words[0])
		}
		if p != nil {
			return nil, p
		}
		desc := len(words) > 1 && strings.EqualFold(words[1], "desc")
		if len(words) > 2 || len(words) == 2 && !desc && !strings.EqualFold(words[1], "asc") {
			return nil, badRequest("ApiFindCondition", "orderBy %q is not valid", part)
		}
		keys = append(keys, orderKey{o, desc})
	}
	return keys, nil
}

// sortRows sorts by the keys. Rows with equal keys are sorted by ascending id,
// or by descending id if the key is descending, so that of two records with the
// same time the later one counts as newer.
func sortRows(rows []*version, keys []orderKey) {
	if len(keys) == 0 {
		return
	}
	type sortable struct {
		v      *version
		values []any
	}
	list := make([]sortable, len(rows))
	for i, v := range rows {
		list[i].v, list[i].values = v, make([]any, len(keys))
		for j, k := range keys {
			x := k.o.read(row{v: v})
			if text, ok := x.(string); ok {
				x = collate(text)
			}
			list[i].values[j] = x
		}
	}
	slices.SortFunc(list, func(a, b sortable) int {
		for j, k := range keys {
			if n := k.sign(compareValues(a.values[j], b.values[j])); n != 0 {
				return n
			}
		}
		return keys[0].sign(cmp.Compare(a.v.rec.id, b.v.rec.id))
	})
	for i := range list {
		rows[i] = list[i].v
	}
}

func (k orderKey) sign(n int) int {
	if k.desc {
		return -n
	}
	return n
}

// compareValues compares two values of one kind. A missing value comes first.
func compareValues(a, b any) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	switch a := a.(type) {
	case int64:
		return cmp.Compare(a, b.(int64))
	case float64:
		return cmp.Compare(a, b.(float64))
	case time.Time:
		return a.Compare(b.(time.Time))
	case bool:
		if a == b.(bool) {
			return 0
		}
		if a {
			return 1
		}
		return -1
	}
	return strings.Compare(textOf(a), textOf(b))
}
