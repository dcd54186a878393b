package secrettest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// recorder is a test that may fail.
type recorder struct {
	testing.TB
	failures []string
}

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, a ...any) {
	r.failures = append(r.failures, fmt.Sprintf(format, a...))
}

type open struct{ Password string }

type stringer struct{ Password string }

func (stringer) String() string               { return "***" }
func (stringer) MarshalText() ([]byte, error) { return []byte("***"), nil }

type formatter struct{ stringer }

func (formatter) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte("***")) }
func (formatter) GobEncode() ([]byte, error) { return []byte("***"), nil }

type closed struct{ password *string }

func TestCheckFindsWhatShows(t *testing.T) {
	secret := Value
	for _, tt := range []struct {
		name   string
		check  func(testing.TB, ...any)
		value  any
		finds  []string
		misses []string
	}{
		{"open", Check, open{Value}, []string{"%v:", "%x:", "%d:", "%q:", "%w:", "JSON:", "XML:", "gob:", "as text:", "as JSON:", "secrettest.hidden"}, nil},
		{"pointer", Check, &open{Value}, []string{"%v:", "JSON:"}, nil},
		{"stringer", CheckPlain, stringer{Value}, []string{"%d:", "%#v:", "gob:"}, []string{"%v:", "%w:", "JSON:", "XML:", "secrettest.hidden"}},
		{"formatter", Check, formatter{stringer{Value}}, []string{"%w:", "%p:", "secrettest.hidden"}, []string{"JSON:", "gob:"}},
		{"plain formatter", CheckPlain, formatter{stringer{Value}}, nil, []string{"shows"}},
		{"closed", Check, closed{&secret}, nil, []string{"s"}},
		{"bytes", Check, struct{ Token []byte }{[]byte(Value)}, []string{"%v:", "JSON:"}, nil},
		{"list", CheckPlain, map[string][]open{"a": {{Value}}}, []string{"%v:"}, nil},
		{"empty", Check, open{}, []string{"does not hold"}, nil},
		{"function", Check, struct{ F func() string }{func() string { return Value }}, nil, []string{"s"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := &recorder{}
			tt.check(r, tt.value)
			all := strings.Join(r.failures, "\n")
			for _, want := range tt.finds {
				if !strings.Contains(all, want) {
					t.Errorf("%q was not found in\n%.2000s", want, all)
				}
			}
			for _, not := range tt.misses {
				if strings.Contains(all, not) {
					t.Errorf("%q was found in\n%.2000s", not, all)
				}
			}
		})
	}
}

func TestCoversNamesWhatIsMissing(t *testing.T) {
	dir := t.TempDir()
	source := `package p
type Keys struct{ PrivateKey string }
type Client struct{ options }
type options struct { keys *Keys }
type Option func(*options)
type Page struct { TokenCount int; Next string }
type Plain struct { Name string; f func(Keys) }
`
	if err := os.WriteFile(filepath.Join(dir, "p.go"), []byte(source), 0o600); err != nil {
		t.Fatal(err)
	}
	type Keys struct{}
	r := &recorder{}
	Covers(r, dir, []any{&Keys{}}, "Page", "Plain")
	want := "Client holds a secret and no value of it is checked\nPlain is excused without need"
	if got := strings.Join(r.failures, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
