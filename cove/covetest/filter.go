package covetest

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// expr evaluates an expression for one row.
type expr func(v *view) value

// dialect holds what differs between the filter languages of the services.
type dialect struct {
	now        time.Time
	quotes     QuoteDialect
	ignoreCase bool
	bits       bool // the storage node's "&"
	// resolve finds a name, dotted names included.
	resolve func(name string) (expr, error)
	// any lists the texts of a row for the name ANY; nil where it is unknown.
	any func(v *view, yield func(string) bool)
}

// parse compiles a filter. Precedence, high to low: member and method, unary,
// product, sum, comparison, and, or.
func (d dialect) parse(filter string) (expr, error) {
	tokens, err := lex(filter, d.quotes)
	if err != nil {
		return nil, err
	}
	p := &parser{dialect: d, tokens: tokens}
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != tokenEnd {
		return nil, p.unexpected(t)
	}
	return p.plain(n)
}

// node is a parsed expression, with what the parser must know about it.
type node struct {
	eval     expr
	duration bool // of N.days(): only .ago() may follow, or arithmetic
	any      bool // the name ANY: only a comparison may follow
	integer  bool // an integer literal: has .hours() and .days()
}

type parser struct {
	dialect
	tokens []token
	pos    int
	depth  int
}

// maxDepth bounds the nesting of expressions.
const maxDepth = 500

func (p *parser) peek() token { return p.tokens[p.pos] }

func (p *parser) next() token {
	t := p.tokens[p.pos]
	if t.kind != tokenEnd {
		p.pos++
	}
	return t
}

// sign consumes the next token if it is one of the signs.
func (p *parser) sign(list ...string) (string, bool) {
	if t := p.peek(); t.kind == tokenSign && slices.Contains(list, t.text) {
		p.pos++
		return t.text, true
	}
	return "", false
}

func (p *parser) want(sign string) error {
	if _, ok := p.sign(sign); !ok {
		t := p.peek()
		return fmt.Errorf("expected %q instead of %q at %d", sign, t.text, t.at)
	}
	return nil
}

func (p *parser) unexpected(t token) error { return fmt.Errorf("unexpected %q at %d", t.text, t.at) }

// plain refuses ANY where a value is needed.
func (p *parser) plain(n node) (expr, error) {
	if n.any {
		return nil, errors.New("ANY must be compared with == or =~")
	}
	return n.eval, nil
}

// chain parses operands joined by operators of one level, left to right.
func (p *parser) chain(operand func() (node, error), join func(sign string, a, b expr) (expr, error), list ...string) (node, error) {
	left, err := operand()
	if err != nil {
		return node{}, err
	}
	for {
		sign, ok := p.sign(list...)
		if !ok {
			return left, nil
		}
		right, err := operand()
		if err != nil {
			return node{}, err
		}
		a, err := p.plain(left)
		if err != nil {
			return node{}, err
		}
		b, err := p.plain(right)
		if err != nil {
			return node{}, err
		}
		eval, err := join(sign, a, b)
		if err != nil {
			return node{}, err
		}
		left = node{eval: eval, duration: left.duration && right.duration}
	}
}

func (p *parser) or() (node, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return node{}, errors.New("expression is nested too deep")
	}
	return p.chain(p.and, func(_ string, a, b expr) (expr, error) {
		return func(v *view) value { return boolean(a(v).holds() || b(v).holds()) }, nil
	}, "||")
}

func (p *parser) and() (node, error) {
	return p.chain(p.comparison, func(_ string, a, b expr) (expr, error) {
		return func(v *view) value { return boolean(a(v).holds() && b(v).holds()) }, nil
	}, "&&")
}

var comparisons = map[string]func(c int) bool{
	"==": func(c int) bool { return c == 0 },
	"!=": func(c int) bool { return c != 0 },
	"<>": func(c int) bool { return c != 0 },
	"<":  func(c int) bool { return c < 0 },
	">":  func(c int) bool { return c > 0 },
	"<=": func(c int) bool { return c <= 0 },
	">=": func(c int) bool { return c >= 0 },
}

func (p *parser) comparison() (node, error) {
	left, err := p.sum()
	if err != nil {
		return node{}, err
	}
	for {
		sign, ok := p.sign("==", "!=", "<>", "<", ">", "<=", ">=", "=~", "in")
		if !ok {
			return left, nil
		}
		if sign == "in" {
			if left, err = p.in(left); err != nil {
				return node{}, err
			}
			continue
		}
		right, err := p.sum()
		if err != nil {
			return node{}, err
		}
		b, err := p.plain(right)
		if err != nil {
			return node{}, err
		}
		if left.any {
			if left, err = p.anyOf(sign, b); err != nil {
				return node{}, err
			}
			continue
		}
		a := left.eval
		if sign == "=~" {
			left = node{eval: func(v *view) value { return boolean(matches(a(v).asText(), b(v).asText(), p.ignoreCase)) }}
			continue
		}
		holds := comparisons[sign]
		left = node{eval: func(v *view) value { return boolean(holds(compare(a(v), b(v)))) }}
	}
}

// anyOf tells whether the comparison holds for any text of a row.
func (p *parser) anyOf(sign string, b expr) (node, error) {
	if sign != "==" && sign != "=~" {
		return node{}, fmt.Errorf("ANY cannot be compared with %s", sign)
	}
	return node{eval: func(v *view) value {
		want, found := b(v).asText(), false
		p.any(v, func(s string) bool {
			found = s == want || sign == "=~" && matches(s, want, p.ignoreCase)
			return !found
		})
		return boolean(found)
	}}, nil
}

func (p *parser) in(left node) (node, error) {
	a, err := p.plain(left)
	if err != nil {
		return node{}, err
	}
	if err := p.want("("); err != nil {
		return node{}, err
	}
	var list []expr
	for {
		n, err := p.sum()
		if err != nil {
			return node{}, err
		}
		item, err := p.plain(n)
		if err != nil {
			return node{}, err
		}
		list = append(list, item)
		if _, more := p.sign(","); !more {
			break
		}
	}
	if err := p.want(")"); err != nil {
		return node{}, err
	}
	return node{eval: func(v *view) value {
		x := a(v)
		return boolean(slices.ContainsFunc(list, func(item expr) bool { return compare(x, item(v)) == 0 }))
	}}, nil
}

func (p *parser) sum() (node, error) { return p.chain(p.product, arithmetic, "+", "-") }

func (p *parser) product() (node, error) {
	if p.bits {
		return p.chain(p.unary, arithmetic, "*", "/", "%", "&")
	}
	return p.chain(p.unary, arithmetic, "*", "/", "%")
}

// arithmetic computes with numbers. A text that is not a number counts as 0,
// and so does the result of a division by 0.
func arithmetic(sign string, a, b expr) (expr, error) {
	return func(v *view) value {
		x, _ := a(v).asNumber()
		y, _ := b(v).asNumber()
		switch sign {
		case "+":
			return number(x + y)
		case "-":
			return number(x - y)
		case "*":
			return number(x * y)
		case "&":
			return number(float64(int64(x) & int64(y)))
		}
		if y == 0 {
			return number(0)
		}
		if sign == "/" {
			return number(x / y)
		}
		return number(math.Mod(x, y))
	}, nil
}

func (p *parser) unary() (node, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxDepth {
		return node{}, errors.New("expression is nested too deep")
	}
	sign, ok := p.sign("!", "-", "+")
	if !ok {
		return p.member()
	}
	n, err := p.unary()
	if err != nil {
		return node{}, err
	}
	a, err := p.plain(n)
	if err != nil {
		return node{}, err
	}
	switch sign {
	case "!":
		return node{eval: func(v *view) value { return boolean(!a(v).holds()) }}, nil
	case "-":
		return node{eval: func(v *view) value { x, _ := a(v).asNumber(); return number(-x) }, duration: n.duration}, nil
	}
	return n, nil
}

// units are the methods of integers.
var units = map[string]float64{"hour": 3600, "hours": 3600, "day": 86400, "days": 86400}

func (p *parser) member() (node, error) {
	n, err := p.primary()
	if err != nil {
		return node{}, err
	}
	for {
		if _, ok := p.sign("."); !ok {
			return n, nil
		}
		t := p.next()
		if t.kind != tokenName {
			return node{}, p.unexpected(t)
		}
		if err := errors.Join(p.want("("), p.want(")")); err != nil {
			return node{}, err
		}
		a := n.eval
		switch seconds, unit := units[t.text]; {
		case unit && n.integer:
			n = node{duration: true, eval: func(v *view) value { return number(a(v).number * seconds) }}
		case t.text == "ago" && n.duration:
			now := float64(p.now.Unix())
			n = node{eval: func(v *view) value { return number(now - a(v).number) }}
		default:
			return node{}, fmt.Errorf("no method %s() at %d", t.text, t.at)
		}
	}
}

func (p *parser) primary() (node, error) {
	t := p.next()
	switch {
	case t.kind == tokenNumber:
		x, err := strconv.ParseFloat(t.text, 64)
		if err != nil {
			return node{}, p.unexpected(t)
		}
		return node{eval: func(*view) value { return number(x) }, integer: !strings.Contains(t.text, ".")}, nil
	case t.kind == tokenString:
		return node{eval: func(*view) value { return text(t.text) }}, nil
	case t.kind == tokenName:
		return p.name(t.text)
	case t.text == "(" && t.kind == tokenSign:
		n, err := p.or()
		if err != nil {
			return node{}, err
		}
		return n, p.want(")")
	}
	return node{}, p.unexpected(t)
}

func (p *parser) name(name string) (node, error) {
	switch {
	case name == "true" || name == "false":
		return node{eval: func(*view) value { return boolean(name == "true") }}, nil
	case name == "ANY" && p.any != nil:
		return node{any: true}, nil
	}
	// A dot before a name without parentheses belongs to the name.
	for p.pos+2 < len(p.tokens) && p.tokens[p.pos].text == "." && p.tokens[p.pos+1].kind == tokenName && p.tokens[p.pos+2].text != "(" {
		name += "." + p.tokens[p.pos+1].text
		p.pos += 2
	}
	eval, err := p.resolve(name)
	return node{eval: eval}, err
}
