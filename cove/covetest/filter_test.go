package covetest_test

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/cove/covetest"
)

// tree is an expression with its value, computed independently of the server.
type tree struct {
	sign  string // "" for a number
	level int    // of the operator: 2 unary, 3 product, 4 sum, 5 comparison, 6 and, 7 or; 1 for numbers
	kids  []tree
	value float64
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func trees(depth int) *rapid.Generator[tree] {
	return rapid.Custom(func(t *rapid.T) tree {
		if depth == 0 || rapid.IntRange(0, 3).Draw(t, "leaf") == 0 {
			n := rapid.IntRange(0, 9).Draw(t, "number")
			return tree{sign: fmt.Sprint(n), level: 1, value: float64(n)}
		}
		op := rapid.SampledFrom([]string{"!", "-", "*", "/", "%", "+", "~", "==", "!=", "<>", "<", ">", "<=", ">=", "and", "&&", "or", "||"}).Draw(t, "operator")
		a := trees(depth-1).Draw(t, "left")
		switch op {
		case "!":
			return tree{"!", 2, []tree{a}, truth(a.value == 0)}
		case "~": // unary minus
			return tree{"-", 2, []tree{a}, -a.value}
		}
		b := trees(depth-1).Draw(t, "right")
		x, y := a.value, b.value
		two := func(level int, value float64) tree { return tree{op, level, []tree{a, b}, value} }
		switch op {
		case "*":
			return two(3, x*y)
		case "/":
			if y == 0 {
				return two(3, 0)
			}
			return two(3, x/y)
		case "%":
			if y == 0 {
				return two(3, 0)
			}
			return two(3, math.Mod(x, y))
		case "+":
			return two(4, x+y)
		case "-":
			return two(4, x-y)
		case "==":
			return two(5, truth(x == y))
		case "!=", "<>":
			return two(5, truth(x != y))
		case "<":
			return two(5, truth(x < y))
		case ">":
			return two(5, truth(x > y))
		case "<=":
			return two(5, truth(x <= y))
		case ">=":
			return two(5, truth(x >= y))
		case "and", "&&":
			return two(6, truth(x != 0 && y != 0))
		}
		return two(7, truth(x != 0 || y != 0))
	})
}

// write prints an expression with as few parentheses as the documented
// precedence allows; operators of one level join from left to right.
func (e tree) write(b *strings.Builder, level int) {
	if e.level > level {
		b.WriteByte('(')
		defer b.WriteByte(')')
	}
	switch len(e.kids) {
	case 0:
		b.WriteString(e.sign)
	case 1:
		b.WriteString(e.sign)
		e.kids[0].write(b, e.level)
	default:
		e.kids[0].write(b, e.level)
		b.WriteString(" " + e.sign + " ")
		e.kids[1].write(b, e.level-1)
	}
}

func TestPrecedence(t *testing.T) {
	srv := covetest.NewServer(covetest.Config{})
	rapid.Check(t, func(t *rapid.T) {
		for _, e := range rapid.SliceOfN(trees(4), 20, 20).Draw(t, "expressions") {
			var b strings.Builder
			e.write(&b, 7)
			got, err := covetest.Evaluate(srv, b.String())
			if err != nil {
				t.Fatalf("%s: %v", b.String(), err)
			}
			if math.Abs(got-e.value) > 1e-9*max(1, math.Abs(e.value)) {
				t.Fatalf("%s is %v, want %v", b.String(), got, e.value)
			}
		}
	})
}

func TestWildcardsLikeExpressions(t *testing.T) {
	letters := rapid.StringOf(rapid.SampledFrom([]rune("ab*?[é")))
	rapid.Check(t, func(t *rapid.T) {
		text, pattern := letters.Draw(t, "text"), letters.Draw(t, "pattern")
		var b strings.Builder
		for _, r := range pattern {
			switch r {
			case '*':
				b.WriteString(".*")
			case '?':
				b.WriteByte('.')
			default:
				b.WriteString(regexp.QuoteMeta(string(r)))
			}
		}
		want := regexp.MustCompile(`^(?s:` + b.String() + `)$`).MatchString(text)
		if got := covetest.Matches(text, pattern); got != want {
			t.Fatalf("%q =~ %q is %v, want %v", text, pattern, got, want)
		}
	})
}
