package connectwise

import (
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/covedesk/covedesk/internal/transport"
)

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenWord
	tokenString
	tokenDate
	tokenOperator
	tokenOpen
	tokenClose
	tokenComma
	tokenPlaceholder
)

type token struct {
	kind tokenKind
	text string
	at   int // byte offset, for messages
}

// maxDepth bounds how deep parentheses may nest.
const maxDepth = 100

func tokenize(text string) ([]token, error) {
	var tokens []token
	for i := 0; i < len(text); {
		if strings.IndexByte(" \t\r\n", text[i]) >= 0 {
			i++
			continue
		}
		next, err := nextToken(text, i)
		if err != nil {
			return nil, err
		}
		tokens, i = append(tokens, next), i+len(next.text)
	}
	return append(tokens, token{tokenEnd, "the end", len(text)}), nil
}

// tokensAlone are the tokens of one character.
var tokensAlone = map[byte]tokenKind{'(': tokenOpen, ')': tokenClose, ',': tokenComma, '?': tokenPlaceholder}

// nextToken reads the token that begins at start.
func nextToken(text string, start int) (token, error) {
	upTo := func(end int, kind tokenKind) token { return token{kind, text[start:end], start} }
	c := text[start]
	if kind, alone := tokensAlone[c]; alone {
		return upTo(start+1, kind), nil
	}
	switch c {
	case '"', '\'':
		length := strings.IndexByte(text[start+1:], c)
		if length < 0 {
			return token{}, fmt.Errorf("the string at character %d has no end", start+1)
		}
		t := upTo(start+length+2, tokenString)
		if err := transport.Plain(t.text); err != nil {
			return token{}, fmt.Errorf("the string at character %d: %w", start+1, err)
		}
		return t, nil
	case '[':
		length := strings.IndexByte(text[start:], ']')
		if length < 0 {
			return token{}, fmt.Errorf("the date at character %d has no closing bracket", start+1)
		}
		t := upTo(start+length+1, tokenDate)
		if at, ok := parseTime(t.text[1 : len(t.text)-1]); !ok || at.IsZero() {
			return token{}, fmt.Errorf("%q at character %d is not a date", t.text, start+1)
		}
		return t, nil
	case '=', '<', '>', '!':
		t := upTo(start+1, tokenOperator)
		if c != '=' && strings.HasPrefix(text[start+1:], "=") {
			t = upTo(start+2, tokenOperator)
		}
		if t.text == "!" {
			return token{}, fmt.Errorf("unexpected ! at character %d", start+1)
		}
		return t, nil
	}
	return nextWord(text, start)
}

// nextWord reads a name, a keyword or a number.
func nextWord(text string, start int) (token, error) {
	i := start
	for ; i < len(text) && !strings.ContainsRune(" \t\r\n(),?\"'[]=<>!", rune(text[i])); i++ {
		if text[i] < 0x20 || text[i] == 0x7f || text[i] == '\\' {
			return token{}, fmt.Errorf("unexpected %q at character %d", text[i], i+1)
		}
	}
	if i == start {
		return token{}, fmt.Errorf("unexpected %q at character %d", text[i], i+1)
	}
	return token{tokenWord, text[start:i], start}, nil
}

type conditionParser struct {
	tokens []token
	args   []any
	used   int
	depth  int
}

func parseCondition(text string, args []any) (node, error) {
	tokens, err := tokenize(text)
	if err != nil {
		return nil, err
	}
	p := &conditionParser{tokens: tokens, args: args}
	if p.peek().kind == tokenEnd {
		if len(args) > 0 {
			return nil, fmt.Errorf("0 placeholders for %d arguments", len(args))
		}
		return constant(true), nil
	}
	n, err := p.or()
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != tokenEnd {
		return nil, unexpected(t, "and, or")
	}
	if p.used != len(args) {
		return nil, fmt.Errorf("%d placeholders for %d arguments", p.used, len(args))
	}
	return n, nil
}

func (p *conditionParser) peek() token { return p.tokens[0] }

func (p *conditionParser) next() token {
	t := p.tokens[0]
	if t.kind != tokenEnd {
		p.tokens = p.tokens[1:]
	}
	return t
}

func (p *conditionParser) keyword(word string) bool {
	if t := p.peek(); t.kind == tokenWord && strings.EqualFold(t.text, word) {
		p.next()
		return true
	}
	return false
}

func (p *conditionParser) arg() (any, error) {
	if p.used >= len(p.args) {
		return nil, fmt.Errorf("more placeholders than the %d arguments", len(p.args))
	}
	p.used++
	return p.args[p.used-1], nil
}

func unexpected(t token, want string) error {
	return fmt.Errorf("found %s at character %d, want %s", t.text, t.at+1, want)
}

func (p *conditionParser) or() (node, error) { return p.junction(true, "or", p.and) }

func (p *conditionParser) and() (node, error) { return p.junction(false, "and", p.unary) }

func (p *conditionParser) junction(or bool, word string, operand func() (node, error)) (node, error) {
	first, err := operand()
	if err != nil {
		return nil, err
	}
	nodes := []node{first}
	for p.keyword(word) {
		n, err := operand()
		if err != nil {
			return nil, err
		}
		nodes = append(nodes, n)
	}
	if len(nodes) == 1 {
		return first, nil
	}
	return junction{or: or, nodes: nodes}, nil
}

func (p *conditionParser) unary() (node, error) {
	switch t := p.next(); t.kind {
	case tokenOpen:
		if p.depth++; p.depth > maxDepth {
			return nil, errors.New("parentheses nest too deeply")
		}
		n, err := p.or()
		if err != nil {
			return nil, err
		}
		if t := p.next(); t.kind != tokenClose {
			return nil, unexpected(t, ")")
		}
		p.depth--
		return n, nil
	case tokenPlaceholder:
		arg, err := p.arg()
		if err != nil {
			return nil, err
		}
		c, ok := arg.(Condition)
		switch {
		case !ok:
			return nil, fmt.Errorf("the ? at character %d stands for a comparison: want a Condition, not %T", t.at+1, arg)
		case c.err != nil:
			return nil, c.err
		case c.node == nil:
			return constant(true), nil
		}
		return c.node, nil
	case tokenWord:
		return p.comparison(t.text)
	default:
		return nil, unexpected(t, "a name")
	}
}

func (p *conditionParser) comparison(name string) (node, error) {
	if t := p.peek(); t.kind == tokenOperator {
		p.next()
		literal, err := p.literal(t.text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return predicate(name + " " + t.text + " " + literal), nil
	}
	not := p.keyword("not")
	for _, word := range []string{"like", "contains"} {
		if !p.keyword(word) {
			continue
		}
		literal, err := p.literal(word)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if not {
			word = "not " + word
		}
		return predicate(name + " " + word + " " + literal), nil
	}
	if p.keyword("in") {
		values, err := p.list()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return membership{name: name, not: not, values: values}, nil
	}
	return nil, unexpected(p.peek(), "an operator after "+name)
}

// list reads what follows in: one ? for a slice, or literals and placeholders
// in parentheses. The values of a slice are inserted at its placeholder.
func (p *conditionParser) list() ([]string, error) {
	if p.peek().kind == tokenPlaceholder {
		return p.values(nil)
	}
	if t := p.next(); t.kind != tokenOpen {
		return nil, unexpected(t, "( or ? after in")
	}
	var values []string
	for {
		var err error
		if values, err = p.values(values); err != nil {
			return nil, err
		}
		switch t := p.next(); t.kind {
		case tokenComma:
		case tokenClose:
			return values, nil
		default:
			return nil, unexpected(t, ", or )")
		}
	}
}

// values appends the values of one item of a list.
func (p *conditionParser) values(values []string) ([]string, error) {
	if p.peek().kind != tokenPlaceholder {
		literal, err := p.literal("in")
		return append(values, literal), err
	}
	p.next()
	arg, err := p.arg()
	if err != nil {
		return nil, err
	}
	return quoteList(values, arg)
}

func (p *conditionParser) literal(operator string) (string, error) {
	switch t := p.next(); t.kind {
	case tokenPlaceholder:
		arg, err := p.arg()
		if err != nil {
			return "", err
		}
		return quote(operator, arg)
	case tokenString, tokenDate:
		return t.text, nil
	case tokenWord:
		if isNumber(t.text) {
			return t.text, nil
		}
		for _, word := range []string{"true", "false", "null"} {
			if strings.EqualFold(t.text, word) {
				return word, nil
			}
		}
		return "", unexpected(t, "a value (strings need quotes)")
	default:
		return "", unexpected(t, "a value")
	}
}

// quoteList appends the literals of a slice, or of a single value.
func quoteList(values []string, arg any) ([]string, error) {
	if v := reflect.ValueOf(arg); v.IsValid() && (v.Kind() == reflect.Slice || v.Kind() == reflect.Array) {
		for i := range v.Len() {
			literal, err := quote("in", v.Index(i).Interface())
			if err != nil {
				return nil, err
			}
			values = append(values, literal)
		}
		return values, nil
	}
	literal, err := quote("in", arg)
	if err != nil {
		return nil, err
	}
	return append(values, literal), nil
}
