package strict

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestParseDuration(t *testing.T) {
	if got, err := ParseDuration(" 90m "); err != nil || got != 90*time.Minute {
		t.Errorf("blanks around a duration: %v, %v", got, err)
	}
	for in, want := range map[string]time.Duration{
		"0": 0, "0s": 0, "36h": 36 * time.Hour, "30d": 30 * day, "7d12h": 180 * time.Hour, "90m": 90 * time.Minute, "1h30m": 90 * time.Minute,
		"0d": 0, "-2d": -2 * day, "-1d12h": -36 * time.Hour, "-5m": -5 * time.Minute, "1.5h": 90 * time.Minute, "106751d": 106751 * day,
		"-2562047h47m16.854775808s": math.MinInt64,
	} {
		if got, err := ParseDuration(in); err != nil || got != want {
			t.Errorf("ParseDuration(%q) = %v, %v; want %v", in, got, err, want)
		}
	}
	for _, in := range []string{
		"", "d", "5", "five", "1.5d", "12h7d", "7d-12h", "--5h", "-", "+5h", "1d+2h", "7 d", "7D", "106752d", "106751d24h", "99999999999999999999d", "1d1d", "2562048h",
	} {
		if got, err := ParseDuration(in); err == nil || !strings.Contains(err.Error(), "7d12h") {
			t.Errorf("ParseDuration(%q) = %v, %v", in, got, err)
		}
	}
}

func TestFormatDuration(t *testing.T) {
	for want, in := range map[string]time.Duration{
		"0s": 0, "30d": 30 * day, "36h": 36 * time.Hour, "180h": 180 * time.Hour, "1h30m": 90 * time.Minute, "90s": 0, "1m30s": 90 * time.Second,
		"10m": 10 * time.Minute, "10h": 10 * time.Hour, "-1d": -day, "1h0m5s": time.Hour + 5*time.Second, "1.5s": 1500 * time.Millisecond,
	} {
		if got := FormatDuration(in); got != want && in != 0 {
			t.Errorf("FormatDuration(%v) = %q, want %q", in, got, want)
		}
	}
	if got := FormatDuration(0); got != "0s" {
		t.Errorf("%q", got)
	}
}

func checkDuration(t interface{ Fatalf(string, ...any) }, d time.Duration) {
	if back, err := ParseDuration(FormatDuration(d)); err != nil || back != d {
		t.Fatalf("%d is written %q and read %d, %v", d, FormatDuration(d), back, err)
	}
}

func TestDurationRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		unit := rapid.SampledFrom([]time.Duration{1, time.Second, time.Minute, time.Hour, day}).Draw(t, "unit")
		checkDuration(t, unit*(time.Duration(rapid.Int64().Draw(t, "n"))/unit))
	})
}

func FuzzParseDuration(f *testing.F) {
	for _, seed := range []string{"", "0", "36h", "30d", "7d12h", "-1d", "-2562047h47m16.854775808s", "106751d23h47m16.854775807s", "1d.5s"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		d, err := ParseDuration(in)
		if err != nil {
			return
		}
		checkDuration(t, d)
		if strings.HasPrefix(strings.TrimSpace(in), "-") != (d < 0) && d != 0 {
			t.Errorf("ParseDuration(%q) = %v", in, d)
		}
	})
}

// W7: one rule for zones; if the machine has no zone database, the error says
// so.
func TestW7Zone(t *testing.T) {
	for _, name := range []string{"UTC", "America/New_York", "Europe/Berlin"} {
		if got, err := Zone(name); err != nil || got.String() != name {
			t.Errorf("Zone(%q) = %v, %v", name, got, err)
		}
	}
	none := func(string) (*time.Location, error) { return nil, errors.New("unknown time zone") }
	for _, tt := range []struct {
		name string
		load func(string) (*time.Location, error)
		want string
	}{
		{"", time.LoadLocation, "is empty"},
		{"Local", time.LoadLocation, "another zone on every machine"},
		{"local", time.LoadLocation, "another zone on every machine"},
		{"Local", none, "another zone on every machine"},
		{"Mars/Olympus", time.LoadLocation, `"Mars/Olympus" is not a time zone`},
		{"../etc/passwd", time.LoadLocation, "is not a time zone"},
		{"America/New_York", none, `"America/New_York" cannot be looked up, because this machine has no time zone database`},
		{"Mars\n", none, `"Mars" cannot be looked up`},
	} {
		if got, err := zone(tt.name, tt.load); err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("Zone(%q) = %v, %v; want %q", tt.name, got, err, tt.want)
		}
	}
}

func TestWeekday(t *testing.T) {
	for in, want := range map[string]time.Weekday{"sun": time.Sunday, "Monday": time.Monday, "SAT": time.Saturday, "wEd": time.Wednesday} {
		if got, err := Weekday(in); err != nil || got != want {
			t.Errorf("Weekday(%q) = %v, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "mo", "mond", "Montag", "1"} {
		if got, err := Weekday(in); err == nil {
			t.Errorf("Weekday(%q) = %v", in, got)
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"Closed", ">Closed", "New", "In Progress", "close"}
	for _, tt := range []struct {
		name string
		n    int
		want []string
	}{
		{"closed", 2, []string{"Closed", ">Closed"}},
		{"Clsed", 2, []string{"Closed", ">Closed"}},
		{"progress", 1, []string{"In Progress"}},
		{" new ", 1, []string{"New"}},
		{"", 1, []string{"New"}},
		{"x", 9, []string{"New", "close", "Closed", ">Closed", "In Progress"}},
	} {
		if diff := cmp.Diff(tt.want, Nearest(tt.name, names, tt.n)); diff != "" {
			t.Errorf("Nearest(%q):\n%s", tt.name, diff)
		}
	}
	if got := Nearest("x", nil, 3); got != nil {
		t.Errorf("%q", got)
	}
	if got := editDistance(strings.Repeat("a", 1<<20), strings.Repeat("b", 1<<20)); got != longestName {
		t.Errorf("%d", got)
	}
}

func TestEditDistance(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abc", "", 3}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"flaw", "lawn", 2}, {"é", "e", 1}, {"same", "same", 0},
	} {
		if got := editDistance(test.a, test.b); got != test.want {
			t.Errorf("editDistance(%q, %q) = %d, want %d", test.a, test.b, got, test.want)
		}
	}
}

func TestUTF8(t *testing.T) {
	wide := func(big bool, text string) []byte {
		var out []byte
		for _, u := range utf16.Encode([]rune(text)) {
			if b := []byte{byte(u), byte(u >> 8)}; big {
				out = append(out, b[1], b[0])
			} else {
				out = append(out, b...)
			}
		}
		return out
	}
	for _, tt := range []struct {
		name string
		data []byte
		want string
	}{
		{"UTF-16 with a mark", wide(false, "\uFEFF{}"), "is not UTF-8; looks like UTF-16; save it as UTF-8"},
		{"UTF-16, the other way", wide(true, "\uFEFF{}"), "is not UTF-8; looks like UTF-16; save it as UTF-8"},
		{"UTF-16 without a mark", wide(false, `{"name": "x"}`), "is not UTF-8; looks like UTF-16; save it as UTF-8"},
		{"Windows-1252", []byte("customer,company\nB\xe4ckerei,5\n"), "is not UTF-8 (line 2); looks like Windows-1252; save it as UTF-8"},
		{"no text", slices.Repeat([]byte{0xff, 0x80, 0x03}, 9), "is not UTF-8 (line 1), nor anything that is text; save it as UTF-8"},
	} {
		if got, err := inUTF8(tt.data); got != nil || err == nil || err.Error() != tt.want {
			t.Errorf("%s: %q, %v", tt.name, got, err)
		}
	}
	for in, want := range map[string]string{"": "", "\uFEFFa": "a", "Bäckerei": "Bäckerei", "\uFFFD": "\uFFFD"} {
		if got, err := inUTF8([]byte(in)); err != nil || string(got) != want {
			t.Errorf("UTF8(%q) = %q, %v", in, got, err)
		}
	}
}

func TestCSV(t *testing.T) {
	for name, in := range map[string]string{
		"commas":     "customer,company\n a , 5 \n\"b, c\",6\n",
		"semicolons": "\uFEFFCompany;CUSTOMER\r\n5;a\r\n;\r\n6;b, c\r\n",
		"tabs":       "customer\tcompany\tnote\na\t5\t\nb, c\t6\t\n",
	} {
		rows, err := CSV([]byte(in), []string{"customer"}, []string{"company", "note"})
		var got []string
		for _, r := range rows {
			got = append(got, r.Cell("customer")+"="+r.Cell("company")+r.Cell("note"))
		}
		if diff := cmp.Diff([]string{"a=5", "b, c=6"}, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
		if last := rows[len(rows)-1].Line; last != strings.Count(strings.TrimSpace(in), "\n")+1 {
			t.Errorf("%s: the last row is line %d", name, last)
		}
	}
	for name, tt := range map[string]struct{ in, want string }{
		"empty":    {"", "is empty"},
		"encoding": {"customer\nB\xe4ck", "is not UTF-8 (line 2); looks like Windows-1252; save it as UTF-8"},
		"columns": {"custmer,note,note,x\n", `line 1: the column "custmer" is not known; the nearest are "customer", "note"` + "\n" +
			`line 1: the column "note" stands there twice` + "\n" + `line 1: the column "x" is not known; the nearest are "note", "customer"` + "\n" +
			`line 1: the column "customer" is missing`},
		"rows":   {"customer,note\na\nb,c\n\nd,e,f\n", "line 2: has 1 cells where the first line names 2 columns\nline 5: has 3 cells where the first line names 2 columns"},
		"quotes": {"customer,note\na\n\"b,c\n", "line 2: has 1 cells where the first line names 2 columns\nline 3: extraneous or missing \" in quoted-field"},
	} {
		rows, err := CSV([]byte(tt.in), []string{"customer"}, []string{"note"})
		if rows != nil || err == nil || err.Error() != tt.want {
			t.Errorf("%s: %v, %v\nwant %s", name, rows, err, tt.want)
		}
	}
}

// When optional is nil, further columns may have any name.
func TestCSVOfOthers(t *testing.T) {
	rows, err := CSV([]byte("ID,Extra,x\n7,a,b\n"), []string{"id"}, nil)
	if err != nil || len(rows) != 1 || rows[0].Cell("Id") != "7" || rows[0].Cell("extra") != "a" || rows[0].Cell("none") != "" {
		t.Errorf("%v, %v", rows, err)
	}
	if _, err := CSV([]byte("x,y\n"), []string{"id"}, nil); err == nil || err.Error() != `line 1: the column "id" is missing` {
		t.Error(err)
	}
}

func TestRead(t *testing.T) {
	if got, err := Read(strings.NewReader("\uFEFFabc"), 6); err != nil || string(got) != "abc" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := Read(strings.NewReader("abcd"), 3); err == nil || err.Error() != "has more than 3 bytes" {
		t.Error(err)
	}
}

func FuzzCSV(f *testing.F) {
	for _, seed := range []string{"", "customer\na", "customer;note\n\"a\";b", "\uFEFFcustomer", "customer,customer", "customer\n\"", "\xff\xfec\x00"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		rows, err := CSV(data, []string{"customer"}, []string{"note"})
		var faults Faults
		if err != nil && (!errors.As(err, &faults) || len(faults) == 0 || rows != nil) {
			t.Fatalf("%q: %v", data, err)
		}
		for i, r := range rows {
			if i > 0 && r.Line <= rows[i-1].Line || r.Line < 2 {
				t.Fatalf("%q: row %d is line %d", data, i, r.Line)
			}
		}
	})
}
