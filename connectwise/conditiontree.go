package connectwise

import (
	"strconv"
	"strings"
)

// A condition is kept as a tree, for three reasons: constants that empty in
// lists leave behind can be folded away, a long in list that stands beside
// other conditions can be split without changing what matches, and the
// precedence of and over or, which the API does not document, can be written
// out in parentheses.
type node interface{ render(b *strings.Builder) }

type (
	constant   bool   // what an empty in list or an empty condition is
	predicate  string // one comparison, ready to send
	membership struct {
		name   string
		not    bool
		values []string // literals, ready to send
	}
	junction struct {
		or    bool
		nodes []node
	}
)

func render(n node) string {
	var b strings.Builder
	n.render(&b)
	return b.String()
}

func (n constant) render(b *strings.Builder) { b.WriteString(strconv.FormatBool(bool(n))) }

func (n predicate) render(b *strings.Builder) { b.WriteString(string(n)) }

func (n membership) render(b *strings.Builder) {
	b.WriteString(n.name)
	if n.not {
		b.WriteString(" not")
	}
	b.WriteString(" in (" + strings.Join(n.values, ",") + ")")
}

func (n junction) render(b *strings.Builder) {
	word := " and "
	if n.or {
		word = " or "
	}
	for i, child := range n.nodes {
		if i > 0 {
			b.WriteString(word)
		}
		if _, nested := child.(junction); nested {
			b.WriteByte('(')
			child.render(b)
			b.WriteByte(')')
			continue
		}
		child.render(b)
	}
}

// fold removes constants and joins nested junctions of the same kind.
func fold(n node) node {
	switch n := n.(type) {
	case membership:
		if len(n.values) == 0 {
			return constant(n.not)
		}
	case junction:
		var kept []node
		for _, child := range n.nodes {
			child = fold(child)
			if c, ok := child.(constant); ok {
				if bool(c) == n.or {
					return c // this constant decides the whole junction
				}
				continue
			}
			if j, ok := child.(junction); ok && j.or == n.or {
				kept = append(kept, j.nodes...)
				continue
			}
			kept = append(kept, child)
		}
		switch len(kept) {
		case 0:
			return constant(!n.or)
		case 1:
			return kept[0]
		}
		return junction{or: n.or, nodes: kept}
	}
	return n
}
