package cove

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// all holds a field of every kind.
type all struct {
	Account   int64             `cove:"account"`
	Partner   int64             `cove:"partner"`
	Flags     []string          `cove:"flags"`
	Rest      map[string]string `cove:"rest"`
	Malformed []ColumnError     `cove:"malformed"`

	String   string        `cove:"AN"`
	Bool     bool          `cove:"I82"`
	Int      int           `cove:"B1"`
	Int8     int8          `cove:"B2"`
	Int16    int16         `cove:"B3"`
	Int32    int32         `cove:"B4"`
	Int64    int64         `cove:"B5"`
	Uint     uint          `cove:"B6"`
	Uint8    uint8         `cove:"B7"`
	Uint16   uint16        `cove:"B8"`
	Uint32   uint32        `cove:"B9"`
	Uint64   uint64        `cove:"C1"`
	Float32  float32       `cove:"C2"`
	Float64  float64       `cove:"C3"`
	Time     time.Time     `cove:"TS"`
	Took     time.Duration `cove:"TA"`
	Hours    time.Duration `cove:"TZ"`
	Bytes    Bytes         `cove:"US"`
	Status   SessionStatus `cove:"T0"`
	Bar      ColorBar      `cove:"TB"`
	Sources  DataSourceSet `cove:"I78"`
	Text     RecoveryMode  `cove:"I80"`
	Named    Physicality   `cove:"I81"`
	Pointer  *int64        `cove:"P1"`
	Pointer2 *string       `cove:"P2"`
	Pointer3 *time.Time    `cove:"P3"`
	Long     string        `cove:"AA12345678901234"`
	Files    struct {
		Status SessionStatus `cove:"F00"`
		Errors int64         `cove:"F06"`
	} `cove:"D01"`
	System struct {
		Errors int64 `cove:"F06"`
		Size   Bytes `cove:"F07"`
	} `cove:"S"`
	embedded
	Embedded
	*nothing
}

type embedded struct {
	Hidden string
	Serial string `cove:"MO"` // promoted nevertheless
}

// nothing asks for no column, so it may be embedded by pointer.
type nothing struct{ Mutex int }

// Embedded is promoted into the struct that embeds it.
type Embedded struct {
	Alias string `cove:"AL"`
}

// errorsByText compares errors by what they say.
var errorsByText = cmp.Comparer(func(a, b error) bool { return fmt.Sprint(a) == fmt.Sprint(b) })

// one decodes a row twice: the second time the decoder knows the order of the
// columns.
func one(t *testing.T, settings string) (all, error) {
	t.Helper()
	row := `{"AccountId":7,"PartnerId":8,"Flags":["A","B"],"Settings":` + settings + `}`
	rows, err := decodeAll[all](row+","+row, "XX")
	if err != nil {
		return all{}, err
	}
	if diff := cmp.Diff(rows[0], rows[1], cmp.AllowUnexported(all{}, embedded{}), errorsByText); diff != "" {
		t.Errorf("the same row is read differently the second time (-first +second):\n%s", diff)
	}
	return rows[1], nil
}

func decodeAll[T any](rows string, extra ...string) ([]T, error) {
	d, err := newDecoder[T](extra)
	if err != nil {
		return nil, err
	}
	var p page[T]
	_, err = d.decodePage([]byte(`{"id":"1","jsonrpc":"2.0","result":{"result":[`+rows+`],"totalStatistics":null},"visa":"v"}`), 5000, &p)
	if err == nil {
		err = p.err
	}
	return p.rows, err
}

func ptr[T any](v T) *T { return &v }

func TestDecodeKinds(t *testing.T) {
	base := func(change func(*all)) all {
		a := all{Account: 7, Partner: 8, Flags: []string{"A", "B"}}
		change(&a)
		return a
	}
	at := time.Unix(1763766000, 0).UTC()
	tests := []struct {
		name     string
		settings string
		want     all
	}{
		{"nothing", `[]`, base(func(*all) {})},
		{"string", `[{"AN":"srv"}]`, base(func(a *all) { a.String = "srv" })},
		{"escapes", `[{"AN":"a\"b\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud800x"}]`, base(func(a *all) { a.String = "a\"b\\/\b\f\n\r\té😀\ufffdx" })},
		{"escaped code", `[{"\u0041N":"srv"}]`, base(func(a *all) { a.String = "srv" })},
		{"unicode", `[{"AN":"Zoë 東京"}]`, base(func(a *all) { a.String = "Zoë 東京" })},
		{"blanks", " [ { \"AN\" : \"srv\" } , { \"AL\" : \"x\" } ] ", base(func(a *all) { a.String, a.Alias = "srv", "x" })},
		{"several in one object", `[{"AN":"srv","AL":"x"}]`, base(func(a *all) { a.String, a.Alias = "srv", "x" })},
		{"first of two counts", `[{"AN":"first"},{"AN":"second"}]`, base(func(a *all) { a.String = "first" })},
		{"blank then value", `[{"AN":""},{"AN":"second"}]`, base(func(a *all) { a.String = "second" })},
		{"unknown codes", `[{"ZZZ":"1"},{"ZZZZZZZZZZZZ":"1"},{"":"1"},{"AN":"srv"}]`, base(func(a *all) { a.String = "srv" })},
		{"no code behind a long one", `[{"AA12345678901234":"a"},{"":"b"},{"AA12345678901234":"c"}]`, base(func(a *all) { a.Long = "a" })},
		{"yes", `[{"I82":"Yes"}]`, base(func(a *all) { a.Bool = true })},
		{"no", `[{"I82":"No"}]`, base(func(*all) {})},
		{"integers", `[{"B1":"-1"},{"B2":"-128"},{"B3":"32767"},{"B4":"-2147483648"},{"B5":"9223372036854775807"}]`, base(func(a *all) {
			a.Int, a.Int8, a.Int16, a.Int32, a.Int64 = -1, -128, 32767, -2147483648, 9223372036854775807
		})},
		{"unsigned", `[{"B6":"1"},{"B7":"255"},{"B8":"65535"},{"B9":"4294967295"},{"C1":"18446744073709551615"}]`, base(func(a *all) {
			a.Uint, a.Uint8, a.Uint16, a.Uint32, a.Uint64 = 1, 255, 65535, 4294967295, 18446744073709551615
		})},
		{"floats", `[{"C2":"0.5"},{"C3":"-1e3"}]`, base(func(a *all) { a.Float32, a.Float64 = 0.5, -1000 })},
		{"time", `[{"TS":"1763766000"}]`, base(func(a *all) { a.Time = at })},
		{"no time", `[{"TS":"0"},{"TA":""},{"TZ":"0"}]`, base(func(*all) {})},
		{"durations", `[{"TA":"90"},{"TZ":"-5.5"}]`, base(func(a *all) { a.Took, a.Hours = 90*time.Second, -5*time.Hour-30*time.Minute })},
		{"bytes", `[{"US":" 1024 "}]`, base(func(a *all) { a.Bytes = 1024 })},
		{"status", `[{"T0":"12"}]`, base(func(a *all) { a.Status = StatusRestarted })},
		{"status to come", `[{"T0":"14"}]`, base(func(a *all) { a.Status = 14 })},
		{"colour bar", `[{"TB":"58"}]`, base(func(a *all) { a.Bar[26], a.Bar[27] = StatusCompleted, StatusCompletedWithErrors })},
		{"sources", `[{"I78":"D01D02D10"}]`, base(func(a *all) { a.Sources = DataSourcesOf(1, 2, 10) })},
		{"text unmarshaler", `[{"I80":"Enabled"}]`, base(func(a *all) { a.Text = RecoveryTesting })},
		{"named string", `[{"I81":"Virtual"}]`, base(func(a *all) { a.Named = Virtual })},
		{"pointers", `[{"P1":"0"},{"P2":"x"},{"P3":"1763766000"}]`, base(func(a *all) {
			a.Pointer, a.Pointer2, a.Pointer3 = ptr(int64(0)), ptr("x"), &at
		})},
		{"long code", `[{"AA12345678901234":"custom"}]`, base(func(a *all) { a.Long = "custom" })},
		{"embedded", `[{"MO":"R1"},{"AL":"x"}]`, base(func(a *all) { a.Serial, a.Alias = "R1", "x" })},
		{"source", `[{"D01F00":"5"},{"D01F06":"3"}]`, base(func(a *all) { a.Files.Status, a.Files.Errors = StatusCompleted, 3 })},
		// New 06 is legacy 7, new 07 is legacy 6.
		{"crossing", `[{"S7":"3"},{"S6":"1024"}]`, base(func(a *all) { a.System.Errors, a.System.Size = 3, 1024 })},
		{"rest", `[{"XX":"y"}]`, base(func(a *all) { a.Rest = map[string]string{"XX": "y"} })},
		{"array", `[{"AN":["a","b\u0041"]},{"B5":["7"]},{"AL":[]},{"XX":[null]}]`, base(func(a *all) { a.String, a.Int64 = "a", 7 })},
		{"array with escapes", `[{"AN":["a\u0041","b\u0042"]}]`, base(func(a *all) { a.String = "aA" })},
		{"long colour bar", `[{"TB":"225555555555555555555555555558"}]`, base(func(a *all) {
			for i := range a.Bar {
				a.Bar[i] = StatusCompleted
			}
			a.Bar[27] = StatusCompletedWithErrors
		})},
		{"nested array", `[{"AN":[["a"]]},{"AL":"x"}]`, base(func(a *all) { a.Alias = "x" })},
		{"numbers and nulls", `[{"B5":7},{"AN":3.5},{"I82":true},{"AL":null}]`, base(func(a *all) { a.Int64, a.String, a.Bool = 7, "3.5", true })},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := one(t, tt.settings)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(all{}, embedded{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecodeRefusesValues(t *testing.T) {
	for _, tt := range []struct{ code, value string }{
		{"I82", `"maybe"`}, {"B1", `"1.5"`}, {"B2", `"128"`}, {"B6", `"-1"`}, {"B7", `"256"`}, {"C1", `"-1"`}, {"B5", `"9223372036854775808"`},
		{"B5", `{"a":1}`}, {"C3", `"NaN"`}, {"C3", `"x"`}, {"TS", `"-5"`}, {"TS", `"253402300800"`}, {"TA", `"1e300"`}, {"TZ", `"x"`},
		{"T0", `"256"`}, {"T0", `"Nope"`}, {"TB", `"5x"`}, {"I78", `"D"`}, {"I78", `"D99"`}, {"I78", `"D0"`}, {"I80", `"7"`}, {"P1", `"x"`}, {"S7", `"x"`},
	} {
		t.Run(tt.code+tt.value, func(t *testing.T) {
			got, err := one(t, `[{"AN":"before"},{"`+tt.code+`":`+tt.value+`},{"AL":"behind"}]`)
			if err != nil {
				t.Fatal(err)
			}
			if len(got.Malformed) != 1 {
				t.Fatalf("malformed %v", got.Malformed)
			}
			m := got.Malformed[0]
			if m.AccountID != 7 || m.Column != tt.code || m.Value != strings.Trim(tt.value, `"`) || m.Err == nil {
				t.Errorf("got %+v", m)
			}
			for _, part := range []string{"device 7", tt.code, strings.Trim(tt.value, `"{}`)} {
				if !strings.Contains(m.Error(), part) && !strings.Contains(m.Error(), strings.ReplaceAll(part, `"`, `\"`)) {
					t.Errorf("%q does not name %q", m.Error(), part)
				}
			}
			got.Malformed = nil
			want, _ := one(t, `[{"AN":"before"},{"AL":"behind"}]`)
			if diff := cmp.Diff(want, got, cmp.AllowUnexported(all{}, embedded{})); diff != "" {
				t.Errorf("other fields (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecodeRefusesBytes(t *testing.T) {
	good := `{"id":"1","jsonrpc":"2.0","result":{"result":[{"AccountId":7,"PartnerId":8,"Flags":null,"Settings":[{"AN":"s"},{"AA12345678901234":"x"},{"TS":"1"}]}],"totalStatistics":null},"visa":"v"}`
	d, err := newDecoder[all](nil)
	if err != nil {
		t.Fatal(err)
	}
	read := func(text string) (page[all], error) {
		var p page[all]
		_, err := d.decodePage([]byte(text), 5000, &p)
		return p, err
	}
	if p, err := read(good); err != nil || len(p.rows) != 1 {
		t.Fatalf("%d rows, error %v", len(p.rows), err)
	}
	for i := range good { // cut anywhere
		if _, err := read(good[:i]); !errors.Is(err, ErrMalformed) {
			t.Errorf("cut after %d bytes: %v", i, err)
		}
	}
	for _, text := range []string{
		"", "null", "[]", "{}", `"x"`, good + "x", good + good, strings.Replace(good, "[{\"AN\"", "[,{\"AN\"", 1), strings.Replace(good, `"}]}]`, `"},]}]`, 1),
		strings.Replace(good, `{"AN"`, `{xAN"`, 1), strings.Replace(good, `{"AN"`, `["AN"`, 1), strings.Replace(good, `"AN":`, `"AN"x`, 1), strings.Replace(good, `:"s"`, `:xs"`, 1),
		strings.Replace(good, `"s"}`, `"s"]`, 1), strings.Replace(good, `"s"}`, `"s\}`, 1), strings.Replace(good, `"s"}`, "\"s\x01}", 1), strings.Replace(good, `"s"`, "\"\x01\"", 1), strings.Replace(good, `"s"`, `"\x"`, 1), strings.Replace(good, `"s"`, `"\u12"`, 1), strings.Replace(good, `"s"`, `s`, 1),
		strings.Replace(good, `"AccountId":7,`, ``, 1), strings.Replace(good, `"PartnerId":8,`, ``, 1), strings.Replace(good, `"PartnerId":8`, `"PartnerId":null`, 1), strings.Replace(good, `:7,`, `:"x",`, 1), strings.Replace(good, `:7,`, `:07,`, 1), strings.Replace(good, `:7,`, `:7.5,`, 1),
		strings.Replace(good, `"Settings"`, `"Other"`, 1), `{"result":null}`, `{"result":{}}`, `{"result":{"result":null}}`, `{"result":{"result":{}}}`, `{"result":[]}`,
		strings.Replace(good, `"visa"`, `"deep":`+strings.Repeat("[", 1000)+strings.Repeat("]", 1000)+`,"visa"`, 1),
		`{"result":{"result":[]},"result":{"result":[]}}`, strings.Repeat("[", 1e5), `{"a":` + strings.Repeat("[", 1e5),
	} {
		if _, err := read(text); !errors.Is(err, ErrMalformed) {
			t.Errorf("%.80q: error %v", text, err)
		}
	}
}

func TestDecodeError(t *testing.T) {
	d, err := newDecoder[all](nil)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]rpcError{
		`{"id":"1","error":{"code":-32603,"data":2100,"message":"x"},"visa":"v"}`: {-32603, 2100, "x"},
		`{"error":{"code":"-32603","data":"13501"}}`:                              {Code: -32603, Data: 13501},
		`{"error":{"data":{"x":1},"message":7}}`:                                  {Message: "7"},
		`{"error":"text"}`:                                                        {Message: `"text"`},
		`{"result":null,"error":{"code":1}}`:                                      {Code: 1},
		`{"result":{"result":[]},"error":{"code":1}}`:                             {Code: 1},
	} {
		var p page[all]
		env, err := d.decodePage([]byte(text), 5000, &p)
		if err != nil || env.failure == nil {
			t.Errorf("%s: %v %v", text, env, err)
			continue
		}
		if diff := cmp.Diff(want, *env.failure); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

// No value of one row appears in the next, and rows do not share memory.
func TestDecodeRowsAreIndependent(t *testing.T) {
	rows, err := decodeAll[all](`{"AccountId":1,"PartnerId":9,"Settings":[{"AN":"a"},{"P1":"5"},{"XX":"x"},{"B5":"9"},{"TS":"x"}]},
		{"AccountId":2,"PartnerId":9,"Settings":[]},{"AccountId":3,"PartnerId":9,"Settings":[{"P1":"6"},{"XX":"z"}]}`, "XX")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(all{Account: 2, Partner: 9}, rows[1], cmp.AllowUnexported(all{}, embedded{})); diff != "" {
		t.Errorf("second row (-want +got):\n%s", diff)
	}
	if *rows[0].Pointer != 5 || *rows[2].Pointer != 6 || rows[0].Rest["XX"] != "x" || rows[0].Malformed[0].AccountID != 1 {
		t.Errorf("rows share memory: %+v", rows)
	}
}

// keeper keeps the bytes it is given, as a caller's type may.
type keeper struct{ text []byte }

func (k *keeper) UnmarshalText(text []byte) error {
	k.text = text
	return nil
}

func TestDecodeIntoATypeThatKeepsItsText(t *testing.T) {
	rows, err := decodeAll[struct {
		A keeper `cove:"AN"`
		B keeper `cove:"AL"`
	}](`{"AccountId":1,"Settings":[{"AN":"one\u0041"},{"AL":"two\u0042"}]},{"AccountId":2,"Settings":[{"AN":"six\u0043"}]}`)
	if err != nil || string(rows[0].A.text) != "oneA" || string(rows[0].B.text) != "twoB" || string(rows[1].A.text) != "sixC" {
		t.Errorf("%s, %v", rows, err)
	}
}

func TestColumnErrorIsReadable(t *testing.T) {
	_, err := decodeAll[struct {
		Seen time.Time `cove:"TS"`
	}](`{"AccountId":1,"Settings":[{"TS":"` + strings.Repeat("x", 1e5) + `"}]}`)
	if bad := (*ColumnError)(nil); !errors.As(err, &bad) || utf8.RuneCountInString(bad.Value) != 200 {
		t.Errorf("%.300v", err)
	}
}

func TestOrderIsComplete(t *testing.T) {
	for order, want := range map[string]string{"": "AU ASC", " ": "AU ASC", "AN DESC": "AN DESC, AU ASC", "AU DESC": "AU DESC", "AN ASC, I0 DESC": "AN ASC, I0 DESC", "AUX ASC": "AUX ASC, AU ASC"} {
		if got := orderBy(order); got != want {
			t.Errorf("%q: %q", order, got)
		}
	}
}

func TestBytes(t *testing.T) {
	for b, want := range map[Bytes]string{0: "0 B", 1023: "1023 B", -1023: "-1023 B", 1024: "1.0 KiB", -2048: "-2.0 KiB", 1<<20 - 1: "1.0 MiB", 3 << 29: "1.5 GiB", 1<<63 - 1: "8.0 EiB"} {
		if got := b.String(); got != want {
			t.Errorf("%d: %s, want %s", int64(b), got, want)
		}
	}
}

// The room for the rows of a page is estimated. A first row that is much longer
// than the others must not lead the estimate astray, nor a product that is too
// large for an int of 32 bits.
func TestDecodeALongFirstRow(t *testing.T) {
	row := func(length int) string {
		return `{"AccountId":1,"Settings":[{"AN":"` + strings.Repeat("x", length) + `"}]}`
	}
	rows, err := decodeAll[struct {
		Name string `cove:"AN"`
	}](row(60_000) + strings.Repeat(","+row(2400), 4999))
	if err != nil || len(rows) != 5000 {
		t.Errorf("%d rows, %v", len(rows), err)
	}
}
