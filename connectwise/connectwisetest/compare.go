package connectwisetest

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// errLiteral says that a literal is missing.
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
	// A comparison with null is never true, as in SQL.
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

// fold returns a text for comparison without case.
func fold(s string) string { return strings.ToLower(s) }

// collate returns a string for comparison as SQL Server compares by default:
// without case and trailing blanks.
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
