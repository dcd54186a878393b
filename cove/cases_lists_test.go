package cove_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/covedesk/covedesk/cove"
)

// No row is lost when a server returns fewer rows than asked for, in pages of
// any length.
func TestW1_PagesOfAnyLength(t *testing.T) {
	for name, list := range lists {
		for _, lengths := range [][]int{{25}, {1}, {2}, {10, 1, 7}, {3, 1, 1}, {50, 1, 20}} {
			ids, calls := numbers(103), 0
			c := through(t, replies(func(a asked) string {
				calls++
				from := min(list.from(a), len(ids))
				return wrap(name, listing(list.row, ids[from:min(from+min(lengths[calls%len(lengths)], a.Params.Range.Size+a.query.RecordsCount), len(ids))]))
			}))
			if n, err := list.read(t.Context(), c); err != nil || n != len(ids) {
				t.Errorf("%s, pages of %v: %d rows of %d, %v", name, lengths, n, len(ids), err)
			}
		}
	}
}

// A server that always answers the same page causes an error after a few
// requests.
func TestW2_ServerThatIgnoresTheStart(t *testing.T) {
	for name, list := range lists {
		for _, fleet := range []int{1, 2, 150} {
			calls := 0
			c := through(t, replies(func(asked) string {
				if calls++; calls > 50 {
					t.Fatalf("%s: no end", name)
				}
				return wrap(name, listing(list.row, numbers(fleet)))
			}))
			n, err := list.read(t.Context(), c)
			if !errors.Is(err, cove.ErrMalformed) || calls > 13 {
				t.Errorf("%s, %d rows: %d requests, %d rows, %v", name, fleet, calls, n, err)
			}
		}
	}
}

// Pages that alternate, that are empty after the first, or that hold new rows
// at the same place each time, cause an error after a few requests.
func TestW3_PagesWithoutEnd(t *testing.T) {
	for name, list := range lists {
		for kind, page := range map[string]func(call, from int) []int64{
			"alternating":            func(call, _ int) []int64 { return numbers(20)[call%2*10:][:10] },
			"empty behind the first": func(_, from int) []int64 { return numbers(20)[:max(0, 20-20*from)] },
			"ever others": func(call, _ int) []int64 {
				ids := numbers(10)
				for i := range ids {
					ids[i] += int64(1000 * call)
				}
				return ids
			},
		} {
			calls := 0
			c := through(t, replies(func(a asked) string {
				if calls++; calls > 60 {
					t.Fatalf("%s, %s: no end", name, kind)
				}
				return wrap(name, listing(list.row, page(calls, list.from(a))))
			}))
			if n, err := list.read(t.Context(), c); !errors.Is(err, cove.ErrMalformed) || calls > 20 {
				t.Errorf("%s, %s: %d requests, %d rows, %v", name, kind, calls, n, err)
			}
		}
	}
}

// meter counts what is read of a body.
type meter struct {
	io.Reader
	n *int64
}

func (m meter) Read(p []byte) (int, error) {
	n, err := m.Reader.Read(p)
	*m.n += int64(n)
	return n, err
}

// endless repeats a text.
type endless string

func (e endless) Read(p []byte) (int, error) {
	n := 0
	for n < len(p) {
		n += copy(p[n:], e)
	}
	return n, nil
}

// An answer that is longer than asked for is not read to its end.
func TestW4_MoreThanWasAskedFor(t *testing.T) {
	for name, tt := range map[string]struct {
		head, row string
		most      int64
		read      func(*cove.Client) error
	}{
		"devices": {`{"result":{"result":[`, `{"AccountId":1,"Settings":[]},`, 4 << 20, func(c *cove.Client) error {
			_, err := cove.AllDevices[cove.Device](t.Context(), c, cove.DeviceQuery{PageSize: 10})
			return err
		}},
		"sessions": {`{"result":{"result":[`, `{"Id":1},`, 6 << 20, func(c *cove.Client) error {
			_, err := c.Sessions(t.Context(), system(), cove.SessionQuery{})
			return err
		}},
		"one partner": {`{"result":{"result":{"Id":2,"Flags":[`, `"x",`, 2 << 20, func(c *cove.Client) error { _, err := c.Partner(t.Context(), 2); return err }},
	} {
		var read int64
		c := through(t, sender(func(r *http.Request) (*http.Response, error) {
			body, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			answer := io.Reader(strings.NewReader(goodLogin))
			if !strings.Contains(string(body), `"Login"`) {
				answer = meter{io.MultiReader(strings.NewReader(tt.head), endless(tt.row)), &read}
			}
			return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(answer), Request: r}, nil
		}))
		if err := tt.read(c); err == nil || read > tt.most {
			t.Errorf("%s: %d bytes read, %v", name, read, err)
		}
	}
}

// The number of rows is bounded too, because a small answer can hold many.
func TestW4_MoreRowsThanWereAskedFor(t *testing.T) {
	for name, list := range lists {
		c := through(t, replies(func(a asked) string {
			ids := numbers(a.query.RecordsCount + a.Params.Range.Size + 1)
			return wrap(name, listing(list.row, ids))
		}))
		if n, err := list.read(t.Context(), c); !errors.Is(err, cove.ErrMalformed) || n > 0 {
			t.Errorf("%s: %d rows, %v", name, n, err)
		}
	}
	rows := `{"result":{"result":[` + strings.Repeat(`{},`, 1<<20) + `{}]}}`
	c := through(t, replies(func(asked) string { return rows }))
	for name, read := range map[string]func() error{
		"sessions": func() error { _, err := c.Sessions(t.Context(), system(), cove.SessionQuery{}); return err },
		"products": func() error { _, err := c.Products(t.Context(), 2, false); return err },
		"columns":  func() error { _, err := c.CustomColumns(t.Context(), 0); return err },
	} {
		if err := read(); !errors.Is(err, cove.ErrMalformed) {
			t.Errorf("%s without ids: %v", name, err)
		}
	}
}

// The bound applies to the decompressed answer.
func TestW4_Compressed(t *testing.T) {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = io.WriteString(w, `{"result":{"result":[`+strings.Repeat(`{"AccountId":1,"Settings":[]},`, 1_000_000)) // to memory
	_ = w.Close()
	srv, closeServer := listen(t, func(w http.ResponseWriter, r *http.Request) {
		if body, err := io.ReadAll(r.Body); err == nil && strings.Contains(string(body), `"Login"`) {
			_, _ = io.WriteString(w, goodLogin)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(packed.Bytes())
	})
	defer closeServer()
	c, err := cove.NewClient(cove.Credentials{Username: "u", Password: "p"}, cove.WithBaseURL(srv), cove.WithRetry(cove.Retry{Attempts: 1}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := cove.AllDevices[accountID](t.Context(), c, cove.DeviceQuery{PageSize: 100}); err == nil || !strings.Contains(err.Error(), "too large") {
		t.Errorf("got %v", err)
	}
}

// Where the API counts the rows, the list ends when all have come, and not
// before.
func TestW1_CountedRows(t *testing.T) {
	calls := 0
	c := through(t, replies(func(a asked) string {
		calls++
		from := min(a.Params.Range.Offset, 5)
		list := wrap("children", listing(`{"Info":{"Id":ID}}`, numbers(5)[from:min(from+2, 5)]))
		return strings.Replace(list, `"ActualChildCount":1`, `"ActualChildCount":5`, 1)
	}))
	if all, err := c.AllChildren(t.Context(), 2, cove.ChildQuery{}); err != nil || len(all) != 5 || calls != 4 {
		t.Errorf("%d partners in %d requests, %v", len(all), calls, err)
	}
}

// A sequence can be read more than once, also when its filter is sent in parts.
func TestDevicesReadsASequenceAgain(t *testing.T) {
	c := through(t, replies(func(a asked) string {
		var query struct{ Filter string }
		if err := json.Unmarshal(a.Params.Query, &query); err != nil || a.query.StartRecordNumber > 0 {
			return listing("", nil)
		}
		first, _, _ := strings.Cut(strings.TrimPrefix(query.Filter, "AU in ("), ",")
		id, err := strconv.ParseInt(first, 10, 64)
		if err != nil {
			t.Errorf("filter %s", query.Filter)
		}
		return listing(`{"AccountId":ID,"Settings":[]}`, []int64{id})
	}))
	devices := cove.Devices[accountID](t.Context(), c, cove.DeviceQuery{Where: cove.Where("AU in (?)", numbers(1500))})
	read := func() (all []int64) {
		for d, err := range devices {
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, d.ID)
		}
		return all
	}
	first := read()
	if again := read(); len(first) < 2 || !slices.Equal(first, again) {
		t.Errorf("read %v, and then %v", first, again)
	}
}
