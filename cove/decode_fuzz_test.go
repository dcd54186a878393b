package cove

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// FuzzDecode compares the decoder with encoding/json: both refuse the same
// texts, and read the same values from the others. A decoder reads the same
// twice.
func FuzzDecode(f *testing.F) {
	for _, row := range []string{
		`{"AccountId":7,"PartnerId":8,"Flags":null,"Settings":[{"AN":"s\u00e9"},{"TS":"1"},{"XX":["a"]}]}`,
		`{"AccountId":7,"Settings":[]},{"AccountId":"8","Settings":[{"AN":"\ud83d\ude00"},{"AN":null}]}`,
		`{"AccountId":7,"Settings":[{"AN":"é"},{"AL":1e5}]}`,
	} {
		f.Add([]byte(`{"id":"1","jsonrpc":"2.0","result":{"result":[` + row + `],"totalStatistics":null},"visa":"v"}`))
	}
	f.Add([]byte(`{"error":{"code":-32603,"data":2100,"message":"x"}}`))
	type row struct {
		Name      string            `cove:"AN"`
		Rest      map[string]string `cove:"rest"`
		Malformed []ColumnError     `cove:"malformed"`
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d, err := newDecoder[row]([]string{"AL", "TS", "AA12345678901234"})
		if err != nil {
			t.Fatal(err)
		}
		if !utf8.Valid(data) {
			return // such an answer never reaches the decoder; see utf8Text
		}
		var p, again page[row]
		env, err := d.decodePage(bytes.Clone(data), 5000, &p)
		_, errAgain := d.decodePage(bytes.Clone(data), 5000, &again) // now it knows the order of the columns
		if diff := cmp.Diff(p.rows, again.rows, errorsByText); diff != "" || fmt.Sprint(err) != fmt.Sprint(errAgain) {
			t.Fatalf("the same answer is read differently the second time (-first +second):\n%s\nerrors %v, %v: %q", diff, err, errAgain, data)
		}
		if err != nil {
			return
		}
		if !json.Valid(data) {
			t.Fatalf("accepted what is not JSON: %q", data)
		}
		if env.failure != nil {
			return
		}
		var want struct {
			Result struct {
				Result []struct {
					Settings []map[string]any
				}
			}
		}
		// encoding/json merges members that repeat or differ only in case.
		lower := bytes.ToLower(data)
		if bytes.Count(lower, []byte(`"settings"`)) != len(p.rows) || bytes.Count(lower, []byte(`"result"`)) != 2 || bytes.Contains(lower, []byte("\\u")) {
			return
		}
		if err := json.Unmarshal(data, &want); err != nil || len(want.Result.Result) != len(p.rows) {
			t.Fatalf("%d rows, encoding/json reads %d, error %v: %q", len(p.rows), len(want.Result.Result), err, data)
		}
		for i, r := range p.rows {
			first := map[string]string{}
			for _, cell := range want.Result.Result[i].Settings {
				for code, value := range cell {
					s, text := value.(string)
					if len(cell) != 1 || !text {
						return // lists, numbers and repeats have tests of their own
					}
					if first[code] == "" {
						first[code] = s
					}
				}
			}
			got := map[string]string{"AN": r.Name, "AL": r.Rest["AL"], "TS": r.Rest["TS"], "AA12345678901234": r.Rest["AA12345678901234"]}
			for code, value := range got {
				if value != first[code] {
					t.Fatalf("%s: %q, encoding/json reads %q: %q", code, value, first[code], data)
				}
			}
		}
	})
}

func TestDecodeLikeEncodingJSON(t *testing.T) {
	for _, s := range []string{`""`, `"a"`, `"12345678"`, `"1234567\""`, `"éa"`, `"\u0000"`, `"\ud83d\ude00"`, `"\ud83dx"`, `"\udc00\ud800"`, `"\ud800\u0041"`} {
		var want string
		if err := json.Unmarshal([]byte(s), &want); err != nil {
			t.Fatal(s, err)
		}
		rows, err := decodeAll[struct {
			Name string `cove:"AN"`
		}](fmt.Sprintf(`{"AccountId":1,"Settings":[{"AN":%s}]}`, s))
		if err != nil || rows[0].Name != want {
			t.Errorf("%s: %q, want %q, error %v", s, rows[0].Name, want, err)
		}
	}
}
