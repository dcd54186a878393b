package cove

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestWhere(t *testing.T) {
	at := time.Unix(1763766000, 0)
	tests := []struct {
		expression string
		args       []any
		want       string
	}{
		{"AT == 1", nil, "AT == 1"},
		{"AT == ? and OT == ?", []any{AccountBackupManager, OSServer}, "AT == 1 and OT == 2"},
		{"AN == ?", []any{"srv-01"}, "AN == 'srv-01'"},
		{"AN == ?", []any{""}, "AN == ''"},
		{"AN == ?", []any{"O'Neill"}, `AN == "O'Neill"`},
		{"AN == ?", []any{`19" rack`}, `AN == '19" rack'`},
		{"AN == ?", []any{"what? *"}, "AN == 'what? *'"},
		{"I81 == ?", []any{Virtual}, "I81 == 'Virtual'"},
		{"TS > ?.days().ago()", []any{7}, "TS > 7.days().ago()"},
		{"TS > ?", []any{at}, "TS > 1763766000"},
		{"TL == ?", []any{time.Time{}}, "TL == 0"},
		{"TA > ?", []any{time.Hour}, "TA > 3600"},
		{"US > ? and DE == ?", []any{Bytes(1 << 40), true}, "US > 1099511627776 and DE == true"},
		{"US > ?", []any{uint64(math.MaxUint64)}, "US > 18446744073709551615"},
		{"X == ?", []any{1.5e21}, "X == 1500000000000000000000"},
		{"AU in (?)", []any{[]int64{1, 2}}, "AU in (1,2)"},
		{"AU in ?", []any{[2]int{1, 2}}, "AU in (1,2)"},
		{"AN in ( ? )", []any{[]string{"a", "it's"}}, `AN in ( 'a',"it's" )`},
		{"AN =~ ?", []any{Pattern("srv-*?")}, "AN =~ 'srv-*?'"},
		{"AN =~ ?", []any{"srv"}, "AN =~ 'srv'"},
		{"AN =~ (?)", []any{Pattern("*")}, "AN =~ ('*')"},
		{"AN =~ ? and AL == ?", []any{Pattern("*"), "what?"}, "AN =~ '*' and AL == 'what?'"},
		{"AN =~ ? || (AL == ?)", []any{Pattern("*"), "*"}, "AN =~ '*' || (AL == '*')"},
		{"AR != '=~' && AN == ?", []any{"*"}, "AR != '=~' && AN == '*'"},
		{"F00 in (?, ?)", []any{StatusFailed, StatusAborted}, "F00 in (2, 3)"},
		{"F00 in (?)", []any{[]SessionStatus{StatusFailed, StatusAborted}}, "F00 in (2,3)"},
		{`AN == 'what?' and AR == "?" and AT == ?`, []any{1}, `AN == 'what?' and AR == "?" and AT == 1`},
	}
	for _, tt := range tests {
		f := Where(tt.expression, tt.args...)
		if f.Err() != nil || f.String() != tt.want {
			t.Errorf("Where(%q, %v) = %q, %v; want %q", tt.expression, tt.args, f, f.Err(), tt.want)
		}
	}
}

func TestWhereRefuses(t *testing.T) {
	tests := []struct {
		expression string
		args       []any
		unquotable bool
	}{
		{"AN == ?", nil, false},
		{"AN == 1", []any{1}, false},
		{"AN == 'open", nil, false},
		{"AN == ?", []any{nil}, false},
		{"AN == ?", []any{struct{}{}}, false},
		{"AN == ?", []any{math.NaN()}, false},
		{"AN in (?)", []any{[][]int{{1}}}, false},
		{"X == ?", []any{math.Inf(1)}, false},
		{"AN == ?", []any{new("x")}, false},
		{"AN == ?", []any{[]byte("x")}, false},
		{"AN in (?)", []any{[]byte("x")}, false},
		{"I78 == ?", []any{DataSourcesOf(SourceMSSQL)}, false},
		{"I78 =~ ?", []any{SourceMSSQL}, false},
		{"I78 in (?)", []any{[]DataSource{SourceMSSQL}}, false},
		{"TB in (?)", []any{ColorBar{}}, false},
		{"AU == ?", []any{[]int{1}}, false},
		{"AU == (?)", []any{[]int{1}}, false},
		{"AU in (?, 5)", []any{[]int{}}, false},
		{"AU in (4, ?)", []any{[]int{5}}, false},
		{"AN =~ ?", []any{[]string{"*"}}, false},
		{"AN =~ (?)", []any{"*"}, true},
		{"AN =~\r?", []any{"*"}, true},
		{"AN =~\u00a0?", []any{"*"}, true},
		{"AN =~ '' + ?", []any{"*"}, true},
		{"AN =~ 'and' + ?", []any{"*"}, true},
		{"T? == 5", []any{0}, true},
		{"AU == ?0", []any{1}, true},
		{"AU == ??", []any{1, 2}, true},
		{"AU == ?é", []any{1}, true},
		{"AN == ?", []any{Pattern("a*")}, false},
		{"AN =~ ?", []any{"a*"}, true},
		{"AN == ?", []any{`both ' and "`}, true},
		{"AN == ?", []any{`back\slash`}, true},
		{"AN == ?", []any{"line\nbreak"}, true},
		{"AN == ?", []any{"\x00"}, true},
		{"AN == ?", []any{"\xff"}, true},
		{"AN in (?)", []any{[]string{"a", `\`}}, true},
		{`AN == 'a\' and AR == ?`, []any{"x"}, true},
		{`AN == 'it''s' and AR == ?`, []any{"x"}, true},
		{`AN == ?'x'`, []any{"x"}, true},
		{`AN == 'x'?`, []any{"x"}, true},
	}
	for _, tt := range tests {
		f := Where(tt.expression, tt.args...)
		if f.Err() == nil || errors.Is(f.Err(), ErrUnquotable) != tt.unquotable {
			t.Errorf("Where(%q, %q) = %q, %v", tt.expression, tt.args, f, f.Err())
		}
	}
}

// dialects are ways in which a server might read a string literal: each reads
// one at the start of a text and returns its value and the rest.
var dialects = map[string]func(string) (value, rest string, ok bool){
	"none": func(s string) (string, string, bool) {
		value, rest, ok := strings.Cut(s[1:], s[:1])
		return value, rest, ok
	},
	"doubled": func(s string) (string, string, bool) {
		q, rest := s[:1], s[1:]
		var b strings.Builder
		for {
			part, behind, ok := strings.Cut(rest, q)
			if !ok {
				return "", "", false
			}
			b.WriteString(part)
			if !strings.HasPrefix(behind, q) {
				return b.String(), behind, true
			}
			b.WriteString(q)
			rest = behind[1:]
		}
	},
	"backslash": func(s string) (string, string, bool) {
		var b strings.Builder
		for i := 1; i < len(s); i++ {
			switch {
			case s[i] == s[0]:
				return b.String(), s[i+1:], true
			case s[i] == '\\' && i+1 < len(s):
				i++
			}
			b.WriteByte(s[i])
		}
		return "", "", false
	},
}

// Where refuses a value, or every dialect reads it back exactly and none of it
// is outside the quotes.
func TestWhereQuotesForEveryDialect(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(
			rapid.String(),
			rapid.StringOfN(rapid.SampledFrom([]rune{'\'', '"', '\\', '*', '?', 'a', ' ', '\n', ')', '%', '[', '0', '\u2019', 'é'}), 0, 12, -1),
		).Draw(t, "value")
		other := rapid.SampledFrom([]string{"x", `it's`, `19"`}).Draw(t, "other")
		f := Where("AN == ? and AR in (?)", value, []string{other, value})
		if f.Err() != nil {
			if !errors.Is(f.Err(), ErrUnquotable) {
				t.Fatal(f.Err())
			}
			return
		}
		for name, read := range dialects {
			rest := f.String()
			for _, step := range []struct{ before, value string }{{"AN == ", value}, {" and AR in (", other}, {",", value}} {
				var ok bool
				if rest, ok = strings.CutPrefix(rest, step.before); !ok {
					t.Fatalf("%s: %q does not go on with %q in %q", name, rest, step.before, f)
				}
				var got string
				if got, rest, ok = read(rest); !ok || got != step.value {
					t.Fatalf("%s reads %q, not %q, from %q", name, got, step.value, f)
				}
			}
			if rest != ")" {
				t.Fatalf("%s leaves %q of %q", name, rest, f)
			}
		}
	})
}

func FuzzWhere(f *testing.F) {
	f.Add("AN == ? and AR =~ ?", "a'b", `c"d`)
	f.Add(`AN == '?' and AT == ?`, `\`, "*")
	f.Fuzz(func(t *testing.T, expression, a, b string) {
		w := Where(expression, a, b)
		if w.Err() == nil && strings.Count(w.String(), a) == 0 {
			t.Errorf("%q: %q lost in %q", expression, a, w)
		}
	})
}
