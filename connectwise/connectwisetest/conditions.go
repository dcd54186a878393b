package connectwisetest

import (
	"slices"
	"strconv"
	"strings"
)

// row is what a condition is applied to: a record, or an element of one of its
// lists.
type row struct {
	v       *version
	element any // for child conditions and custom field conditions
}

// test is a compiled condition.
type test func(row) bool

// operand is a resolved name of a condition: how to read its value, and the
// kind of value.
type operand struct {
	kind kind
	enum []string
	read func(row) any
	many func(*version) []int64 // used in place of read: any of these values may match
	id   func(*version) int64   // for references: the result of read depends only on this id
	part bool                   // belongs to an element of a list
}

// names resolves the names of one kind of condition.
type names func(name string) (operand, *problem)

type parser struct {
	s     *Server
	toks  []token
	i     int
	names names
	depth int
	many  bool // the condition has a name with several values
}

// compile reads a condition. For an empty condition, which matches everything,
// it returns nil.
func (s *Server) compile(text string, names names) (test, *problem) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	toks, p := tokens(text, *s.sw())
	if p != nil {
		return nil, p
	}
	ps := &parser{s: s, toks: toks, names: names}
	t, p := ps.or()
	if p != nil {
		return nil, p
	}
	if tok := ps.peek(); tok.kind != tokenEnd {
		return nil, ps.unexpected(tok)
	}
	return t, nil
}

func (p *parser) peek() token { return p.toks[p.i] }

func (p *parser) take() token {
	t := p.toks[p.i]
	if t.kind != tokenEnd {
		p.i++
	}
	return t
}

func (p *parser) unexpected(t token) *problem { return syntaxError(t.line, t.char, t.String()) }

// takeKeyword consumes a keyword, which must have white space on both sides.
func (p *parser) takeKeyword(word string) (bool, *problem) {
	t := p.peek()
	if !t.keyword(word) {
		return false, nil
	}
	if !t.before || !t.behind {
		return false, p.unexpected(t)
	}
	p.take()
	return true, nil
}

func (p *parser) or() (test, *problem) {
	return p.chain("or", p.and, func(a, b test) test { return func(r row) bool { return a(r) || b(r) } })
}

func (p *parser) and() (test, *problem) {
	return p.chain("and", p.unary, func(a, b test) test { return func(r row) bool { return a(r) && b(r) } })
}

func (p *parser) chain(word string, next func() (test, *problem), join func(a, b test) test) (test, *problem) {
	left, err := next()
	for err == nil {
		var ok bool
		if ok, err = p.takeKeyword(word); !ok || err != nil {
			break
		}
		var right test
		if right, err = next(); err == nil {
			left = join(left, right)
		}
	}
	return left, err
}

func (p *parser) unary() (test, *problem) {
	if t := p.peek(); t.kind == tokenOpen {
		if p.depth++; p.depth > 100 {
			return nil, p.unexpected(t)
		}
		p.take()
		inner, err := p.or()
		if err != nil {
			return nil, err
		}
		if t := p.take(); t.kind != tokenClose {
			return nil, p.unexpected(t)
		}
		p.depth--
		return inner, nil
	}
	return p.predicate()
}

var keywords = []string{"and", "or", "not", "in", "like", "contains", "true", "false", "null"}

func (p *parser) predicate() (test, *problem) {
	name := p.take()
	if name.kind != tokenWord || slices.Contains(keywords, strings.ToLower(name.text)) {
		return nil, p.unexpected(name)
	}
	o, err := p.names(name.text)
	if err != nil {
		return nil, err
	}
	if o.many == nil {
		t, err := p.operation(o, name)
		if err == nil && o.id != nil {
			t = remembered(t, o.id)
		}
		return t, err
	}
	if p.many { // several of them in one condition are refused
		return nil, p.unexpected(name)
	}
	p.many = true
	one := operand{kind: o.kind, read: func(r row) any { return r.element }}
	t, err := p.operation(one, name)
	return func(r row) bool {
		return slices.ContainsFunc(o.many(r.v), func(x int64) bool { return t(row{v: r.v, element: x}) })
	}, err
}

// remembered evaluates a test only once for each record that the rows refer to.
func remembered(t test, id func(*version) int64) test {
	known := map[int64]bool{}
	return func(r row) bool {
		key := id(r.v)
		answer, ok := known[key]
		if !ok {
			answer = t(r)
			known[key] = answer
		}
		return answer
	}
}

// operation reads the operator and value after a name.
func (p *parser) operation(o operand, name token) (test, *problem) {
	op := p.take()
	if op.kind == tokenOperator {
		lit := p.take()
		t, err := p.s.comparison(o, name.text, op.text, lit)
		if err == errLiteral {
			return nil, p.unexpected(lit)
		}
		return t, err
	}
	negated := false
	if op.keyword("not") && op.before && op.behind {
		negated = true
		op = p.take()
	}
	if op.kind != tokenWord || !op.before || !op.behind {
		return nil, p.unexpected(op)
	}
	var positive func(any) bool
	var err *problem
	switch strings.ToLower(op.text) {
	case "like", "contains":
		positive, err = p.text(o, name.text, strings.ToLower(op.text))
	case "in":
		if o.part && p.s.sw().NoChildIn {
			return nil, p.unexpected(op)
		}
		positive, err = p.in(o, name.text)
	default:
		return nil, p.unexpected(op)
	}
	if err != nil {
		return nil, err
	}
	// As in SQL, null is neither like nor not like any text.
	return func(r row) bool {
		x := o.read(r)
		return x != nil && positive(x) != negated
	}, nil
}

func (p *parser) text(o operand, name, op string) (func(any) bool, *problem) {
	lit := p.take()
	if lit.kind != tokenString {
		return nil, p.unexpected(lit)
	}
	switch o.kind {
	case kindEnum:
		return nil, badEnum()
	case kindRef:
		return nil, unknownName(name)
	case kindString, kindAny:
	default:
		return nil, badLiteral(name)
	}
	pattern := lit.text
	if op == "contains" {
		if !p.s.sw().ContainsWildcards {
			needle := fold(pattern)
			return func(x any) bool { return strings.Contains(fold(textOf(x)), needle) }, nil
		}
		pattern = "%" + pattern + "%"
	}
	l := newLike(pattern)
	return func(x any) bool { return l.match(textOf(x)) }, nil
}

func (p *parser) in(o operand, name string) (func(any) bool, *problem) {
	if t := p.take(); t.kind != tokenOpen {
		return nil, p.unexpected(t)
	}
	ints := map[int64]bool{}
	texts := map[string]bool{}
	var others []func(any) bool
	for {
		lit := p.take()
		switch {
		case o.kind == kindInt && lit.kind == tokenNumber && !strings.Contains(lit.text, "."):
			n, _ := strconv.ParseInt(lit.text, 10, 64)
			ints[n] = true
		case o.kind == kindString && lit.kind == tokenString:
			texts[collate(lit.text)] = true
		default:
			eq, err := p.s.equals(o, name, lit)
			if err == errLiteral {
				return nil, p.unexpected(lit)
			}
			if err != nil {
				return nil, err
			}
			others = append(others, eq)
		}
		switch t := p.take(); t.kind {
		case tokenComma:
			continue
		case tokenClose:
			return func(x any) bool {
				if n, ok := x.(int64); ok && ints[n] {
					return true
				}
				if s, ok := x.(string); ok && len(texts) > 0 && texts[collate(s)] {
					return true
				}
				return slices.ContainsFunc(others, func(eq func(any) bool) bool { return eq(x) })
			}, nil
		default:
			return nil, p.unexpected(t)
		}
	}
}
