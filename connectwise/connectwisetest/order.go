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
		if p == nil && o.many != nil {
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

// sortRows sorts by the keys. Of rows that are equal the one with the lower id
// comes first, and with a descending key the one with the higher: who asks for
// the newest of two records of one second gets the later one.
func sortRows(rows []*version, keys []orderKey) {
	if len(keys) == 0 {
		return
	}
	slices.SortStableFunc(rows, func(a, b *version) int {
		for _, k := range keys {
			if n := k.sign(compareValues(k.o.read(row{v: a}), k.o.read(row{v: b}))); n != 0 {
				return n
			}
		}
		return keys[0].sign(cmp.Compare(a.rec.id, b.rec.id))
	})
}

func (k orderKey) sign(n int) int {
	if k.desc {
		return -n
	}
	return n
}

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
	return strings.Compare(collate(textOf(a)), collate(textOf(b)))
}
