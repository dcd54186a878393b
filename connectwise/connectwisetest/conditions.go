package connectwisetest

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// row is what a condition is asked about: a record, or an element of one of
// its lists.
type row struct {
	v       *version
	element any // of child conditions and custom field conditions
}

// test is a compiled condition.
type test func(row) bool

// operand is a name of a condition, resolved: how to read it and what it holds.
type operand struct {
	kind kind
	enum []string
	read func(row) any
	many func(*version) []int64 // instead of read: any of them may match
	part bool                   // of an element of a list
}

// names resolves the names of one kind of condition.
type names func(name string) (operand, *problem)

type parser struct {
	s     *Server
	toks  []token
	i     int
	names names
	depth int
	many  bool // a name that may match in many ways was asked for
}

// compile reads a condition. An empty one matches everything (nil).
func (s *Server) compile(text string, names names) (test, *problem) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	toks, p := tokens(text, s.cfg.Switches)
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

// takeKeyword takes a keyword, which must stand alone between white space.
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
		return p.operation(o, name)
	}
	if p.many { // a row of them in one condition is refused
		return nil, p.unexpected(name)
	}
	p.many = true
	one := operand{kind: o.kind, read: func(r row) any { return r.element }}
	t, err := p.operation(one, name)
	return func(r row) bool {
		return slices.ContainsFunc(o.many(r.v), func(x int64) bool { return t(row{v: r.v, element: x}) })
	}, err
}

// operation reads what stands behind a name.
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
		if o.part && p.s.cfg.Switches.NoChildIn {
			return nil, p.unexpected(op)
		}
		positive, err = p.in(o, name.text)
	default:
		return nil, p.unexpected(op)
	}
	if err != nil {
		return nil, err
	}
	// As in SQL, nothing is neither like nor not like anything.
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
		if !p.s.cfg.Switches.ContainsWildcards {
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

// errLiteral says that no literal stands where one must.
var errLiteral = &problem{}

func badEnum() *problem { return badRequest("ApiFindCondition", "Enum value supplied was invalid") }

func badLiteral(name string) *problem {
	return badRequest("ApiFindCondition", "The value supplied for %s does not have its type.", name)
}

func (s *Server) equals(o operand, name string, lit token) (func(any) bool, *problem) {
	c, null, err := o.literal(name, lit)
	if err != nil {
		return nil, err
	}
	if null {
		return func(any) bool { return false }, nil
	}
	return func(x any) bool { n, ok := c(x); return ok && n == 0 }, nil
}

func (s *Server) comparison(o operand, name, op string, lit token) (test, *problem) {
	c, null, err := o.literal(name, lit)
	if err != nil {
		return nil, err
	}
	if null {
		switch op {
		case "=":
			return func(r row) bool { return o.read(r) == nil }, nil
		case "!=":
			return func(r row) bool { return o.read(r) != nil }, nil
		}
		return nil, badLiteral(name)
	}
	if (o.kind == kindBool || o.kind == kindEnum) && op != "=" && op != "!=" {
		return nil, badLiteral(name)
	}
	var want func(int) bool
	switch op {
	case "=":
		want = func(n int) bool { return n == 0 }
	case "!=":
		want = func(n int) bool { return n != 0 }
	case "<":
		want = func(n int) bool { return n < 0 }
	case "<=":
		want = func(n int) bool { return n <= 0 }
	case ">":
		want = func(n int) bool { return n > 0 }
	default:
		want = func(n int) bool { return n >= 0 }
	}
	// A comparison with nothing is never true, as in SQL.
	return func(r row) bool {
		x := o.read(r)
		if x == nil {
			return false
		}
		n, ok := c(x)
		return ok && want(n)
	}, nil
}

// literal turns a literal into a comparison with it.
func (o operand) literal(name string, lit token) (compare func(any) (int, bool), null bool, err *problem) {
	switch {
	case lit.keyword("null"):
		return nil, true, nil
	case o.kind == kindRef:
		return nil, false, unknownName(name)
	case lit.keyword("true") || lit.keyword("false"):
		if o.kind != kindBool && o.kind != kindAny {
			return nil, false, badLiteral(name)
		}
		want := lit.keyword("true")
		return func(x any) (int, bool) {
			b, ok := x.(bool)
			if b == want {
				return 0, ok
			}
			return 1, ok
		}, false, nil
	case lit.kind == tokenString:
		return o.stringLiteral(name, lit.text)
	case lit.kind == tokenNumber:
		if o.kind != kindInt && o.kind != kindNum && o.kind != kindAny {
			if o.kind == kindEnum {
				return nil, false, badEnum()
			}
			return nil, false, badLiteral(name)
		}
		want, _ := strconv.ParseFloat(lit.text, 64)
		return func(x any) (int, bool) {
			switch x := x.(type) {
			case int64:
				return compareNumbers(float64(x), want), true
			case float64:
				return compareNumbers(x, want), true
			}
			return 0, false
		}, false, nil
	case lit.kind == tokenDate:
		if o.kind != kindTime && o.kind != kindAny {
			return nil, false, badLiteral(name)
		}
		return func(x any) (int, bool) {
			t, ok := x.(time.Time)
			return t.Compare(lit.when), ok
		}, false, nil
	}
	return nil, false, errLiteral
}

func (o operand) stringLiteral(name, text string) (func(any) (int, bool), bool, *problem) {
	switch o.kind {
	case kindEnum:
		if !slices.ContainsFunc(o.enum, func(e string) bool { return strings.EqualFold(e, text) }) {
			return nil, false, badEnum()
		}
	case kindString, kindAny:
	default:
		return nil, false, badLiteral(name)
	}
	want := collate(text)
	return func(x any) (int, bool) {
		s, ok := x.(string)
		if !ok && o.kind == kindAny {
			s, ok = textOf(x), true
		}
		return strings.Compare(collate(s), want), ok
	}, false, nil
}

func compareNumbers(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// fold makes text comparable without case.
func fold(s string) string { return strings.ToLower(s) }

// collate makes strings comparable the way SQL Server does by default: without
// case and trailing blanks.
func collate(s string) string { return fold(strings.TrimRight(s, " ")) }

func textOf(x any) string {
	switch x := x.(type) {
	case string:
		return x
	case int64:
		return strconv.FormatInt(x, 10)
	case float64:
		return strconv.FormatFloat(x, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(x)
	case time.Time:
		return x.Format(time.RFC3339)
	}
	return ""
}
