package connectwise

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestWhereWritesEveryLiteral(t *testing.T) {
	type name string
	at := time.Date(2026, 8, 20, 20, 4, 26, 0, time.FixedZone("", 2*3600))
	seven := 7
	for _, tc := range []struct {
		text string
		args []any
		want string
	}{
		{"", nil, ""},
		{"closedFlag = false", nil, "closedFlag = false"},
		{"closedFlag=FALSE", nil, "closedFlag = false"},
		{"board/name = ? and closedFlag = ?", []any{"Service Desk", false}, `board/name = "Service Desk" and closedFlag = false`},
		{"a = ?", []any{`say "hi"`}, `a = 'say "hi"'`},
		{"a = ?", []any{"O'Hara"}, `a = "O'Hara"`},
		{"a = ?", []any{name("x")}, `a = "x"`},
		{"a = ?", []any{""}, `a = ""`},
		{"a = ?", []any{nil}, "a = null"},
		{"a != ?", []any{(*int)(nil)}, "a != null"},
		{"a = ?", []any{&seven}, "a = 7"},
		{"a = ? and b = ?", []any{int64(-3), uint8(4)}, "a = -3 and b = 4"},
		{"a = ?", []any{0.25}, "a = 0.25"},
		{"a = ?", []any{float32(0.1)}, "a = 0.1"},
		{"a = ?", []any{1e21}, "a = 1000000000000000000000"},
		{"a = ?", []any{Number("1.10")}, "a = 1.10"},
		{"a >= ?", []any{at}, "a >= [2026-08-20T18:04:26Z]"},
		{"a >= ?", []any{At(at)}, "a >= [2026-08-20T18:04:26Z]"},
		{"a >= ?", []any{at.Add(1)}, "a >= [2026-08-20T18:04:27Z]"},
		{"a < ?", []any{at.Add(1)}, "a < [2026-08-20T18:04:27Z]"},
		{"a > ?", []any{at.Add(1)}, "a > [2026-08-20T18:04:26Z]"},
		{"a <= ?", []any{at.Add(1)}, "a <= [2026-08-20T18:04:26Z]"},
		{"a > [2026-08-20]", nil, "a > [2026-08-20]"},
		{"id in ?", []any{[]int64{3, 4}}, "id in (3,4)"},
		{"id in (?, ?)", []any{3, 4}, "id in (3,4)"},
		{"id in (?, 9)", []any{[]int{3, 4}}, "id in (3,4,9)"},
		{"id not in ?", []any{[2]int{3, 4}}, "id not in (3,4)"},
		{"id IN ?", []any{[]int{}}, "false"},
		{"id in ? and a = 1", []any{[]int{}}, "false"},
		{"id in ? or a = 1", []any{[]int{}}, "a = 1"},
		{"(id in ? or a = 1) and b = 2", []any{[]int{}}, "a = 1 and b = 2"},
		{"id not in ?", []any{[]int{}}, ""},
		{"id not in ? and a = 1", []any{[]int{}}, "a = 1"},
		{"a = 'what?' and b = ?", []any{1}, "a = 'what?' and b = 1"},
		{"summary like ?", []any{Pattern("Backup%")}, `summary like "Backup%"`},
		{"summary not contains ?", []any{"Backup"}, `summary not contains "Backup"`},
		{"a = 1 or b = 2 and c = 3", nil, "a = 1 or (b = 2 and c = 3)"},
		{"(a = 1 or b = 2) and c = 3", nil, "(a = 1 or b = 2) and c = 3"},
		{"((a = 1))", nil, "a = 1"},
		{"? and c = ?", []any{Where("a = ? or b = 2", 1), 3}, "(a = 1 or b = 2) and c = 3"},
		{"? and c = 3", []any{Condition{}}, "c = 3"},
		{"a = -1.5", nil, "a = -1.5"},
		{"größe = 1", nil, "größe = 1"},
	} {
		c := Where(tc.text, tc.args...)
		if err := c.Err(); err != nil {
			t.Errorf("Where(%q, %v): %v", tc.text, tc.args, err)
		} else if got := c.String(); got != tc.want {
			t.Errorf("Where(%q, %v) = %s, want %s", tc.text, tc.args, got, tc.want)
		}
	}
}

func TestWhereRefuses(t *testing.T) {
	for _, tc := range []struct {
		text       string
		args       []any
		want       string // a part of the message
		unquotable bool
	}{
		{"a = ?", []any{`both " and '`}, "both kinds of quotes", true},
		{"a = ?", []any{`C:\dir`}, `holds '\\'`, true},
		{"a = ?", []any{"line\nbreak"}, `'\n'`, true},
		{"a = ?", []any{"nul\x00"}, `'\x00'`, true},
		{"a = ?", []any{"\xff"}, "UTF-8", true},
		{"a like ?", []any{"100%"}, "Pattern", true},
		{"a contains ?", []any{"a_b"}, "Pattern", true},
		{`a = "x\" or b = 1`, nil, `holds '\\'`, true},
		{`a = "x\y"`, nil, `holds '\\'`, true},
		{"a = 'x\ny'", nil, `'\n'`, true},
		{"a = 'x\xff'", nil, "UTF-8", true},
		{"a = ?", []any{"next\u0085line"}, `'\u0085'`, true},
		{"a = ?", []any{"line\u2028separator"}, `'\u2028'`, true},
		{"a like ?", []any{Pattern("x\u2029%")}, `'\u2029'`, true},
		{"a > [2026-13-01]", nil, "not a date", false},
		{"a > [2026' or 1 = 1 or b = ']", nil, "not a date", false},
		{"a > []", nil, "not a date", false},
		{"a > [?]", []any{1}, "not a date", false},
		{"a = ?", []any{Pattern("x%")}, "belongs to like", false},
		{"a = ?", []any{[]int{1}}, "belongs to in", false},
		{"a in ?", []any{[]any{1, nil}}, "null in a list", false},
		{"a = ?", nil, "more placeholders", false},
		{"a = ?", []any{1, 2}, "1 placeholders for 2 arguments", false},
		{"", []any{1}, "0 placeholders for 1", false},
		{"a = ?", []any{struct{}{}}, "struct {}", false},
		{"a = ?", []any{ByID(4)}, "connectwise.Ref", false},
		{"a = ?", []any{time.Time{}}, "zero time", false},
		{"a = ?", []any{Number("1e5")}, "not a number", false},
		{"a = abc", nil, "strings need quotes", false},
		{"a = 'open", nil, "no end", false},
		{"a > [2026", nil, "closing bracket", false},
		{"a = 1 b = 2", nil, "want and, or", false},
		{"a = 1 and", nil, "want a name", false},
		{"(a = 1", nil, "want )", false},
		{"a == 1", nil, "want a value", false},
		{"a ! 1", nil, "unexpected !", false},
		{"a in 1", nil, "want ( or ?", false},
		{"a in (1 2)", nil, "want , or )", false},
		{"? and a = 1", []any{1}, "want a Condition", false},
		{"? and a = 1", []any{Where("x")}, "want an operator", false},
		{strings.Repeat("(", 200) + "a = 1" + strings.Repeat(")", 200), nil, "too deeply", false},
		{"a;drop = 1\x00", nil, "unexpected", false},
	} {
		err := Where(tc.text, tc.args...).Err()
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("Where(%q, %q): error %v, want one with %q", tc.text, tc.args, err, tc.want)
		}
		if errors.Is(err, ErrUnquotable) != tc.unquotable {
			t.Errorf("Where(%q, %q): unquotable = %v, want %v", tc.text, tc.args, !tc.unquotable, tc.unquotable)
		}
	}
}
