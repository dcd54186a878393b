package cove

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzUnmarshal: reading any record ends, and a record that was read has the
// members it must have.
func FuzzUnmarshal(f *testing.F) {
	for _, text := range []string{
		`{"Id":7,"PartnerId":"x","Name":null,"Flags":["a"],"CreationTime":"1700000000","Token":"t"}`, `{"Id":1,"Company":{"PostAddress":{"City":"x"}},"CreationTime":0}`,
		`{"Id":2,"Features":[["a",1],["b","c"]]}`, `{"843":"x","844":7}`, `[[843,"x"],["844",null]]`, `{"StorageNodes":{"Id":5,"CommonInfo":{"Host":"A:443"}}}`,
		`[{"Id":1},null]`, `"5558"`, `"D01D02"`, `"D1,D2"`, `"CompletedWithErrors"`, `1700000000`, `null`, `-1`, `1e99`, `{"Id":1e30}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, each := range []interface {
			json.Unmarshaler
			valid() bool
		}{new(Partner), new(Account), new(User), new(StorageNode), new(Product)} {
			if json.Unmarshal(data, each) == nil && string(data) != "null" && !each.valid() {
				switch each.(type) {
				case *StorageNode, *Product: // lists of them are checked row by row
				default:
					t.Fatalf("%T without an id from %q", each, data)
				}
			}
		}
		var nodes nodeList
		if json.Unmarshal(data, &nodes) == nil {
			for i := range nodes {
				if !nodes[i].valid() {
					t.Fatalf("a node without an id from %q", data)
				}
			}
		}
		var at unixTime
		_ = json.Unmarshal(data, &at) // must end
		if y := at.Year(); y < 1 || y > 9999 {
			t.Fatalf("the year %d from %q", y, data)
		}
		text := strings.Trim(string(data), `"`)
		var bar ColorBar
		if bar.UnmarshalText([]byte(text)) == nil && len(text) == len(bar) && bar.String() != text {
			t.Fatalf("%q was read as %v", text, bar)
		}
		var set DataSourceSet
		if set.UnmarshalText([]byte(text)) == nil {
			var again DataSourceSet
			if err := again.UnmarshalText([]byte(set.String())); err != nil || again != set {
				t.Fatalf("%q is written %s: %v, %v", text, set, again, err)
			}
		}
		var status SessionStatus
		var mode RecoveryMode
		_, _ = status.UnmarshalText([]byte(text)), mode.UnmarshalText([]byte(text)) // must end
	})
}

// FuzzPager reads a list from a server that follows a script. Each byte says
// how long a page is and which device is added or removed before it. Each
// device that was always there must come exactly once, or there must be an
// error, after a bounded number of requests.
func FuzzPager(f *testing.F) {
	f.Add([]byte{40, 3, 5, 9}, []byte{10, 200, 7, 91, 1}, `{"AN":"x"}`)
	f.Add([]byte{1}, []byte{1}, `{"AN":["x"]},{"TS":"y"}`)
	f.Add([]byte{60}, []byte{0, 0, 130, 130}, `{"TS":"1763766000"},{"XX":null}`)
	f.Fuzz(func(t *testing.T, fleet, script []byte, cell string) {
		if len(fleet) == 0 || len(script) == 0 || !utf8.ValidString(cell) {
			return
		}
		ids := upTo(int64(fleet[0]) % 64)
		gone := make(map[int64]bool)
		whole := len(ids)
		calls := 0
		answers := pages(func(start, size int) []int64 {
			b := script[calls%len(script)]
			if calls < len(script) && b >= 128 && len(ids) > 0 { // one device is removed
				at := int(b) % len(ids)
				gone[ids[at]] = true
				ids = append(append([]int64(nil), ids[:at]...), ids[at+1:]...)
			}
			calls++
			return cut(ids, start, min(size, 2+int(b)%16)) // at least two rows: with one row in a page the client cannot notice that rows shift
		})
		answers2 := celled{answers, cell}
		var seen []int64
		type row struct {
			ID        int64         `cove:"account"`
			Name      string        `cove:"AN"`
			Malformed []ColumnError `cove:"malformed"`
		}
		c := clientOf(t, answers2)
		var err error
		came := make(map[int64]bool)
		for d, each := range Devices[row](t.Context(), c, DeviceQuery{PageSize: 1 + len(fleet)%9}) {
			if err = each; err != nil {
				break
			}
			if came[d.ID] {
				t.Fatalf("device %d came twice", d.ID)
			}
			came[d.ID] = true
			seen = append(seen, d.ID)
		}
		if most := 40 + 12*whole + 20*len(script); calls > most {
			t.Fatalf("%d requests for %d devices", calls, whole)
		}
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return
		}
		for id := int64(1); id <= int64(whole); id++ {
			if !gone[id] && !came[id] {
				t.Fatalf("device %d is missing of %v", id, seen)
			}
		}
		if !json.Valid([]byte("["+cell+"]")) && len(seen) > 0 {
			t.Fatalf("%q was read", cell)
		}
	})
}

// celled puts columns into the rows of pages.
type celled struct {
	pages
	cell string
}

func (c celled) rows(ids []int64) string {
	rows := make([]string, len(ids))
	for i, id := range ids {
		rows[i] = fmt.Sprintf(`{"AccountId":%d,"Settings":[%s]}`, id, c.cell)
	}
	return strings.Join(rows, ",")
}

func (p *Partner) valid() bool { return p.ID != 0 }
func (u *User) valid() bool    { return u.ID != 0 }
func (a *Account) valid() bool { return a.ID != 0 }
