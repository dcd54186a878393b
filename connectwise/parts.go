package connectwise

import (
	"context"
	"fmt"
	"slices"
)

// listParts reads a list whose conditions fit no URL: it splits the longest
// in list that every record must match, so that the parts together match what
// the whole does. Servers compare texts without regard to case, so that a
// record may match two parts.
func (s *core) listParts(ctx context.Context, q query, yield func(row) bool) error {
	if q.ordered {
		e := request{method: "GET", path: s.path}.invalid(nil)
		e.cause = errSplitOrder
		e.classes = append(e.classes, ErrTooLong)
		return e
	}
	parts, err := s.split(ctx, q)
	if err != nil {
		return err
	}
	seen := map[key]bool{}
	return s.together(ctx, parts, func(r row) bool {
		if seen[r.key] {
			return true
		}
		seen[r.key] = true
		return yield(r)
	})
}

// split cuts the longest in list of the condition into parts that fit.
func (s *core) split(ctx context.Context, q query) ([]query, error) {
	conjuncts := []node{q.condition.node}
	if j, ok := q.condition.node.(junction); ok && !j.or {
		conjuncts = slices.Clone(j.nodes)
	}
	longest, most := -1, 1
	for i, n := range conjuncts {
		if m, ok := n.(membership); ok && !m.not && len(m.values) > most {
			longest, most = i, len(m.values)
		}
	}
	if longest < 0 {
		_, err := s.fit(ctx, q)
		return nil, err
	}
	list := conjuncts[longest].(membership)
	with := func(values []string) query {
		conjuncts[longest] = membership{name: list.name, values: values}
		part := q
		part.where = render(junction{nodes: conjuncts})
		return part
	}
	values := distinct(list.values)
	var parts []query
	for len(values) > 0 {
		// A value takes at least four characters: its own and an escaped comma.
		n, err := fitting(min(len(values), maxURL/4), func(n int) (bool, error) {
			long, err := s.long(ctx, with(values[:n]))
			return !long, err
		})
		if err != nil {
			return nil, err
		}
		if n == 0 {
			_, err := s.fit(ctx, with(values[:1]))
			return nil, err
		}
		parts = append(parts, with(values[:n]))
		values = values[n:]
	}
	return parts, nil
}

// fitting returns the largest n up to most for which fits holds, by halving.
func fitting(most int, fits func(int) (bool, error)) (int, error) {
	low, high := 0, most // low fits, above high does not
	for low < high {
		middle := (low + high + 1) / 2
		ok, err := fits(middle)
		if err != nil {
			return 0, fmt.Errorf("splitting conditions: %w", err)
		}
		if ok {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return low, nil
}

func distinct(values []string) []string {
	seen := make(map[string]bool, len(values))
	return slices.DeleteFunc(slices.Clone(values), func(v string) bool {
		if seen[v] {
			return true
		}
		seen[v] = true
		return false
	})
}
