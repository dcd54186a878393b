package transport

import (
	"errors"
	"math"
	"reflect"
	"testing"
	"time"
)

func TestLiteral(t *testing.T) {
	type named int8
	for _, c := range []struct {
		value   any
		literal string
		ok      bool
	}{
		{true, "true", true}, {named(-5), "-5", true}, {uint64(math.MaxUint64), "18446744073709551615", true},
		{float32(0.1), "0.1", true}, {1e21, "1000000000000000000000", true}, {time.Second, "1000000000", true},
		{"text", "", false}, {[]int{1}, "", false}, {nil, "", false}, {new(int), "", false},
	} {
		if got, ok := Literal(reflect.ValueOf(c.value)); got != c.literal || ok != c.ok {
			t.Errorf("%v: %q, %t", c.value, got, ok)
		}
	}
	for _, f := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if got, ok := Literal(reflect.ValueOf(f)); ok {
			t.Errorf("%v is %q", f, got)
		}
	}
}

func TestQuote(t *testing.T) {
	marks := [2]string{`'`, `"`}
	for s, want := range map[string]string{"": "''", "it": "'it'", "it's": `"it's"`, `an "it"`: `'an "it"'`, "Müller 🦷": "'Müller 🦷'"} {
		if got, err := Quote(s, marks); got != want || err != nil {
			t.Errorf("%s: %s, %v", s, got, err)
		}
	}
	for _, s := range []string{`it's "it"`, `C:\it`, "two\nlines", "a\x00b", "\x7f", "two\u2028lines", "two\u2029lines", "two\u0085lines", "\xff"} {
		if got, err := Quote(s, marks); !errors.Is(err, ErrUnquotable) || got != "" {
			t.Errorf("%q: %s, %v", s, got, err)
		}
	}
}
