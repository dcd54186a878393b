package connectwise

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// dialect is how a server might read a string literal. None is documented.
type dialect uint8

const (
	noEscapes dialect = iota
	backslashEscapes
	doubledQuotes
)

// readString reads the literal at the beginning of text and returns its value
// and the rest.
func (d dialect) readString(text string) (value, rest string, ok bool) {
	quote := text[0]
	var b strings.Builder
	for i := 1; i < len(text); i++ {
		switch c := text[i]; {
		case d == backslashEscapes && c == '\\' && i+1 < len(text):
			i++
			b.WriteByte(text[i])
		case d == doubledQuotes && c == quote && i+1 < len(text) && text[i+1] == quote:
			i++
			b.WriteByte(quote)
		case c == quote:
			return b.String(), text[i+1:], true
		default:
			b.WriteByte(c)
		}
	}
	return "", "", false
}

// anyText draws texts with many characters that are difficult in a condition.
func anyText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.String(),
		rapid.StringOf(rapid.RuneFrom([]rune(`"'\%*_[]? =()abAND`+"\x00\n\u00a0\u200eé"))),
		rapid.Just(`" or 1 = 1 or a = "`),
		rapid.Just(`\" or closedFlag = true or a = \"`),
	)
}

// Where refuses a string argument, or every dialect reads it back exactly and
// leaves the following text unchanged.
func TestStringsMatchExactlyOrAreRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := anyText().Draw(t, "value")
		c := Where("a = ? and closedFlag = false", value)
		if c.Err() != nil {
			return
		}
		text, found := strings.CutPrefix(c.String(), "a = ")
		if !found {
			t.Fatalf("condition %s", c)
		}
		for d := noEscapes; d <= doubledQuotes; d++ {
			got, rest, ok := d.readString(text)
			if !ok || got != value || rest != " and closedFlag = false" {
				t.Fatalf("dialect %d reads %s as %q, then %q", d, text, got, rest)
			}
		}
	})
}

// Ordinary texts are not refused.
func TestPlainStringsAreNotRefused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.StringOf(rapid.RuneFrom([]rune(`abzABZ019 "-_.,;:/()[]{}?!%&+*#@<>=|~äöüß漢字`))).Draw(t, "value")
		if err := Where("a = ?", value).Err(); err != nil {
			t.Fatal(err)
		}
	})
}

// anyTree draws a condition on a record with the fields a to d, each from 0 to
// 3.
func anyTree(depth int) *rapid.Generator[Condition] {
	return rapid.Custom(func(t *rapid.T) Condition {
		name := rapid.SampledFrom([]string{"a", "b", "c", "d"}).Draw(t, "name")
		kind := rapid.IntRange(0, 5).Draw(t, "kind")
		if depth == 0 {
			kind %= 3
		}
		switch kind {
		case 0:
			return Where(name+" "+rapid.SampledFrom([]string{"=", "!=", "<", ">="}).Draw(t, "op")+" ?", rapid.IntRange(0, 3).Draw(t, "n"))
		case 1:
			return Where(name+" in ?", rapid.SliceOfN(rapid.IntRange(0, 3), 0, 3).Draw(t, "list"))
		case 2:
			return Where(name+" not in ?", rapid.SliceOfN(rapid.IntRange(0, 3), 0, 3).Draw(t, "list"))
		}
		parts := rapid.SliceOfN(anyTree(depth-1), 1, 3).Draw(t, "parts")
		word := rapid.SampledFrom([]string{" and ", " or "}).Draw(t, "word")
		args := make([]any, len(parts))
		for i, p := range parts {
			args[i] = p
		}
		return Where(strings.TrimSuffix(strings.Repeat("?"+word, len(parts)), word), args...)
	})
}

// holds evaluates a tree on a record.
func holds(n node, record map[string]string) bool {
	switch n := n.(type) {
	case nil:
		return true
	case constant:
		return bool(n)
	case predicate:
		words := strings.Fields(string(n))
		have, want := record[words[0]], words[2]
		switch words[1] {
		case "=":
			return have == want
		case "!=":
			return have != want
		case "<":
			return have < want
		}
		return have >= want
	case membership:
		return slices.Contains(n.values, record[n.name]) != n.not
	case junction:
		for _, child := range n.nodes {
			if holds(child, record) == n.or {
				return n.or
			}
		}
		return !n.or
	}
	panic(fmt.Sprintf("node %T", n))
}

func anyRecord(t *rapid.T) map[string]string {
	record := map[string]string{}
	for _, name := range []string{"a", "b", "c", "d"} {
		record[name] = fmt.Sprint(rapid.IntRange(0, 3).Draw(t, name))
	}
	return record
}

// A condition that is sent can be parsed to the same condition, and folding,
// nesting and empty lists never change what matches.
func TestConditionsMeanWhatTheySay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(anyTree(3), 2, 2).Draw(t, "parts")
		record := anyRecord(t)
		both, either := Where("? and ?", parts[0], parts[1]), Where("? or ?", parts[0], parts[1])
		a, b := holds(parts[0].node, record), holds(parts[1].node, record)
		if holds(both.node, record) != (a && b) || holds(either.node, record) != (a || b) {
			t.Fatalf("(%s) with (%s) on %v", parts[0], parts[1], record)
		}
		for _, c := range []Condition{both, either} {
			if c.nothing() || c.IsZero() {
				continue
			}
			again := Where(c.String())
			if again.Err() != nil || again.String() != c.String() || !reflect.DeepEqual(again.node, c.node) {
				t.Fatalf("%s reads back as %s (%v)", c, again, again.Err())
			}
		}
	})
}

// The parts of a split list match together what the whole matches, and no
// value twice.
func TestSplitListsMatchTheSame(t *testing.T) {
	s := newTestServer(t, answerWith(200, "[]"))
	things := NewCollection[thing](s.client(t), "x/things")
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(rapid.IntRange(0, 1<<30), 300, 2000).Draw(t, "list")
		rest := anyTree(2).Draw(t, "rest")
		c := Where("? and id in ?", rest, list)
		q, err := things.query(&ListOptions{Where: c})
		if err != nil || q.nothing {
			return
		}
		parts, err := things.split(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, part := range parts {
			if long, err := things.long(t.Context(), part); long || err != nil {
				t.Fatalf("a part of %d characters, %v", len(part.where), err)
			}
			again := Where(part.where)
			conjuncts := []node{again.node}
			if j, ok := again.node.(junction); ok {
				conjuncts = j.nodes
			}
			var others []node
			for _, n := range conjuncts {
				m, ok := n.(membership)
				if !ok || m.name != "id" {
					others = append(others, n)
					continue
				}
				for _, v := range m.values {
					if seen[v] {
						t.Fatalf("%s twice", v)
					}
					seen[v] = true
				}
			}
			record := anyRecord(t)
			if holds(junction{nodes: others}, record) != holds(rest.node, record) {
				t.Fatalf("the rest of %s is not %s", part.where, rest)
			}
		}
		for _, n := range list {
			if !seen[fmt.Sprint(n)] {
				t.Fatalf("%d is lost", n)
			}
		}
	})
}
