package strict_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/internal/strict"
)

type window struct {
	Days  []time.Weekday `json:"days"`
	Start string         `json:"start"`
}

type common struct {
	Owner string `json:"owner"`
}

type Shared struct {
	Board string `json:"board"`
}

// level has a text form of its own.
type level int

func (l *level) UnmarshalText(text []byte) error {
	switch string(text) {
	case "low":
		*l = 1
	case "high":
		*l = 2
	default:
		return fmt.Errorf("%q is not a level", text)
	}
	return nil
}

// section decodes itself, as a part that another package owns does.
type section struct {
	Limit int `json:"limit"`
}

func (s *section) UnmarshalJSON(data []byte) error {
	type plain section
	return strict.Decode(data, (*plain)(s))
}

type settings struct {
	common
	*Shared
	Name    string                   `json:"name"`
	On      bool                     `json:"on"`
	Count   int                      `json:"count"`
	Small   uint8                    `json:"small"`
	Share   float64                  `json:"share"`
	Every   time.Duration            `json:"every"`
	Zone    *time.Location           `json:"zone"`
	Windows []window                 `json:"windows"`
	Ages    map[string]time.Duration `json:"ages"`
	Levels  map[level]int            `json:"levels"`
	Numbers map[int]string           `json:"numbers"`
	Level   level                    `json:"level"`
	Part    *section                 `json:"part"`
	Whole   section                  `json:"whole"`
	Raw     json.RawMessage          `json:"raw"`
	Any     any                      `json:"any"`
	When    time.Time                `json:"when"`
	Pair    [2]int                   `json:"pair"`
	Plain   string
	Hidden  string `json:"-"`
	private string
}

func TestDecode(t *testing.T) {
	got := settings{Count: 7, Name: "kept", Ages: map[string]time.Duration{"old": 1}, Part: &section{Limit: 3}}
	part := got.Part
	got.private = "kept"
	err := strict.Decode([]byte("\uFEFF"+` {
		"owner": "desk", "board": "Help", "on": true, "small": 255, "share": 0.5, "every": "7d12h", "zone": "UTC",
		"windows": [{"days": ["sat", "Sunday"], "start": "22:00"}, {}],
		"ages": {"server": "36h"}, "levels": {"high": 1}, "numbers": {"5": "five"}, "level": "low", "part": {"limit": 5},
		"raw": {"x": [1]}, "any": [1, null], "when": "2026-11-22T05:30:00Z", "pair": [1, 2], "Plain": "p"
	} `), &got)
	want := settings{
		common: common{"desk"}, Shared: &Shared{"Help"}, Name: "kept", On: true, Count: 7, Small: 255, Share: 0.5, Every: 180 * time.Hour, Zone: time.UTC,
		Windows: []window{{[]time.Weekday{time.Saturday, time.Sunday}, "22:00"}, {}},
		Ages:    map[string]time.Duration{"server": 36 * time.Hour}, Levels: map[level]int{2: 1}, Numbers: map[int]string{5: "five"}, Level: 1,
		Part: &section{5}, Raw: json.RawMessage(`{"x": [1]}`), Any: []any{1.0, nil}, When: time.Date(2026, 11, 22, 5, 30, 0, 0, time.UTC),
		Pair: [2]int{1, 2}, Plain: "p", private: "kept",
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(settings{}), cmp.Comparer(func(a, b *time.Location) bool { return a == b })); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	if part.Limit != 3 {
		t.Error("what the old value pointed to was changed")
	}
	if err := strict.Decode([]byte(`{"ages": null, "part": null, "zone": null, "windows": []}`), &got); err != nil || got.Ages != nil || got.Part != nil || got.Zone != nil || len(got.Windows) != 0 {
		t.Errorf("%v, %+v", err, got)
	}
}

func TestDecodeFaults(t *testing.T) {
	for _, tt := range []struct {
		name, in string
		want     []string
	}{
		{"empty", " \n", []string{"is empty"}},
		{"no JSON", "{\n  \"name\": oops}", []string{"is no JSON: line 2, column 11: invalid character 'o' looking for beginning of value"}},
		{"a string cut off", `{"name": "x`, []string{"is no JSON: line 1, column 11: it breaks off"}},
		{"comma too many", `{"on": true,}`, []string{"is no JSON: line 1, column 13: invalid character '}' looking for beginning of object key string"}},
		{"cut off", `{"on": tr`, []string{"is no JSON: line 1, column 9: it breaks off"}},
		{"trailing", `{} {}`, []string{"is no JSON: line 1, column 4: there is more text after the end"}},
		{"a list", `[]`, []string{"is a list where an object is needed"}},
		{"null", `null`, []string{"is null; leave it out to keep its value"}},
		{"unknown", `{"nam": "x", "Name": "x", "windows": [{}, {"day": []}]}`, []string{
			`nam: is not known; the nearest are "name", "raw", "any"`,
			`Name: is not known; the nearest are "name", "ages", "any"`,
			`windows[1].day: is not known; the nearest are "days", "start"`,
		}},
		{"hidden", `{"Hidden": "x", "private": "x"}`, []string{
			`Hidden: is not known; the nearest are "when", "Plain", "ages"`,
			`private: is not known; the nearest are "Plain", "name", "pair"`,
		}},
		{"twice", `{"on": true, "on": false, "ages": {"a": "1h", "a": "2h"}}`, []string{"on: stands there twice", "ages.a: stands there twice"}},
		{"names that paths cannot hold", `{"a.b": 1, "": 1, "x\u001b[31m\ny": 1}`, []string{
			`"a.b": is not known; the nearest are "any", "ages", "name"`,
			`"": is not known; the nearest are "on", "any", "raw"`,
			`"x y": is not known; the nearest are "any", "every", "name"`,
		}},
		{"wrong kinds", `{"name": 5, "on": "yes", "count": 1.5, "small": 256, "share": "half", "every": 36, "zone": 1, "windows": {}, "ages": [], "level": 2, "pair": 1}`, []string{
			`name: is 5 where text is needed`, `on: is the text "yes" where true or false is needed`, `count: is 1.5 where a whole number up to 9223372036854775807 is needed`,
			`small: is 256 where a whole number from 0 to 255 is needed`, `share: is the text "half" where a number is needed`, `every: is 36 where text is needed`,
			`zone: is 1 where text is needed`, `windows: is an object where a list is needed`, `ages: is a list where an object is needed`, `level: is 2 where text is needed`,
			`pair: json: cannot unmarshal number into Go value of type [2]int`,
		}},
		{"null where none can be", `{"name": null, "windows": [null], "ages": {"a": null}}`, []string{
			"name: is null; leave it out to keep its value", "windows[0]: is null; leave it out to keep its value", "ages.a: is null; leave it out to keep its value",
		}},
		{"texts", `{"every": "soon", "zone": "Local", "windows": [{"days": ["mon", "payday"]}], "level": "mid", "levels": {"mid": 1}, "numbers": {"x": ""}}`, []string{
			`every: "soon" is not a duration such as "36h", "30d" or "7d12h"`,
			`zone: "Local" is another zone on every machine; write its name, such as "America/New_York"`,
			`windows[0].days[1]: "payday" is not a day: want "mon", "tue", "wed", "thu", "fri", "sat" or "sun"`,
			`level: "mid" is not a level`, `levels.mid: "mid" is not a level`, `numbers.x: has a name that is not a whole number`,
		}},
		{"inside another's section", `{"part": {"limt": 1}, "whole": {"limit": "x"}}`, []string{
			`part.limt: is not known; the nearest are "limit"`, `whole.limit: is the text "x" where a whole number up to 9223372036854775807 is needed`,
		}},
		{"a secret", `{"count": "password=hunter2"}`, []string{`count: is the text "password=***" where a whole number up to 9223372036854775807 is needed`}},
	} {
		got := settings{Name: "kept"}
		err := strict.Decode([]byte(tt.in), &got)
		var faults strict.Faults
		errors.As(err, &faults)
		var lines []string
		for _, f := range faults {
			lines = append(lines, f.String())
		}
		if diff := cmp.Diff(tt.want, lines); diff != "" {
			t.Errorf("%s:\n%s", tt.name, diff)
		}
		if diff := cmp.Diff(settings{Name: "kept"}, got, cmp.AllowUnexported(settings{})); diff != "" {
			t.Errorf("%s: read in spite of faults:\n%s", tt.name, diff)
		}
	}
}

func TestFaultsArePrinted(t *testing.T) {
	var f strict.Faults
	if f.Err() != nil || f.Error() != "" {
		t.Errorf("no faults: %v", f.Err())
	}
	for i := range 25 {
		f.Add(fmt.Sprintf("[%d]", i), "is\n%s", "wrong")
	}
	text := f.Under("rows").Err().Error()
	if lines := strings.Split(text, "\n"); len(lines) != 21 || lines[0] != "rows[0]: is wrong" || lines[19] != "rows[19]: is wrong" || lines[20] != "and 5 more" {
		t.Errorf("%s", text)
	}
	if got := (strict.Faults{{"a", "x"}, {"", "y"}}).Under("p").Error(); got != "p.a: x\np: y" {
		t.Errorf("%s", got)
	}
}

// JSON that encoding/json writes is read as encoding/json reads it.
func TestDecodeAgreesWithJSON(t *testing.T) {
	type values struct {
		A string
		B map[string][]int
		C *float64
		D []struct{ E bool }
	}
	rapid.Check(t, func(t *rapid.T) {
		var v, plain, got values
		v.A = rapid.String().Draw(t, "a")
		v.B = rapid.MapOf(rapid.String(), rapid.SliceOf(rapid.Int())).Draw(t, "b")
		if f := rapid.Float64Range(-1e9, 1e9).Draw(t, "c"); f > 0 {
			v.C = &f
		}
		v.D = make([]struct{ E bool }, rapid.IntRange(0, 3).Draw(t, "d"))
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &plain); err != nil {
			t.Fatal(err)
		}
		if err := strict.Decode(data, &got); err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		if diff := cmp.Diff(plain, got); diff != "" {
			t.Fatalf("%s:\n%s", data, diff)
		}
	})
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{"", "{}", "null", `{"name":"x"}`, `{"windows":[{"days":["sat"]}]}`, `{"ages":{"a":"1h","a":1}}`, `{"on":true}x`, "\xff\xfe{\x00", `{"part":{"limit":1e9}}`, `{"any":[[[]]]}`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var got settings
		err := strict.Decode(data, &got)
		var faults strict.Faults
		if err != nil {
			if !errors.As(err, &faults) || len(faults) == 0 || strings.ContainsAny(strings.ReplaceAll(err.Error(), "\n", ""), "\x00\x1b\r") {
				t.Fatalf("%q: %v", data, err)
			}
			return
		}
		// encoding/json accepts all accepted JSON too, apart from the texts that it
		// has no form for.
		if plain := strings.TrimPrefix(string(data), "\uFEFF"); !json.Valid([]byte(plain)) {
			t.Fatalf("%q was accepted", data)
		}
	})
}
