package cove

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/time/rate"
	"pgregory.net/rapid"
)

// pages answers statistics from a function that gives account ids.
type pages func(start, size int) []int64

func (p pages) RoundTrip(req *http.Request) (*http.Response, error) {
	return celled{p, ""}.RoundTrip(req)
}

func (c celled) RoundTrip(req *http.Request) (*http.Response, error) {
	var asked struct {
		Method string
		Params struct {
			Query struct{ StartRecordNumber, RecordsCount int }
		}
	}
	if err := json.NewDecoder(req.Body).Decode(&asked); err != nil {
		return nil, err
	}
	text := `{"result":{"result":{"Id":1,"PartnerId":2}},"visa":"v"}`
	if asked.Method != "Login" {
		text = `{"result":{"result":[` + c.rows(c.pages(asked.Params.Query.StartRecordNumber, asked.Params.Query.RecordsCount)) + `]}}`
	}
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(text)), Request: req}, nil
}

// read enumerates all devices.
func (p pages) read(t interface {
	Fatal(args ...any)
	Context() context.Context
}, q DeviceQuery,
) (ids []int64, err error) {
	c := clientOf(t, p)
	type row struct {
		ID int64 `cove:"account"`
	}
	for d, err := range Devices[row](t.Context(), c, q) {
		if err != nil {
			return ids, err
		}
		ids = append(ids, d.ID)
	}
	return ids, nil
}

func clientOf(t interface{ Fatal(args ...any) }, transport http.RoundTripper) *Client {
	c, err := NewClient(Credentials{Username: "u", Password: "p"}, WithHTTPClient(&http.Client{Transport: transport}), WithLimiter(rate.NewLimiter(rate.Inf, 1)))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func upTo(n int64) []int64 {
	ids := make([]int64, n)
	for i := range ids {
		ids[i] = int64(i) + 1
	}
	return ids
}

// cut returns a page of a list.
func cut(ids []int64, start, size int) []int64 {
	start = min(start, len(ids))
	return slices.Clone(ids[start:min(start+size, len(ids))])
}

// Whether a server cuts pages, drops rows or repeats itself: all devices come,
// or there is an error.
func TestPagesThatDoNotFit(t *testing.T) {
	calls := 0
	for name, tt := range map[string]struct {
		page  pages
		size  int
		want  int // devices
		wrong bool
	}{
		"a device goes while a capped server is read": {func(start, _ int) []int64 {
			ids := upTo(60)
			if calls > 3 {
				ids = slices.Delete(ids, 5, 6)
			}
			return cut(ids, start, 10)
		}, 0, 60, false},
		"a device goes late in a long list": {func(start, size int) []int64 {
			ids := upTo(300)
			if calls > 25 {
				ids = slices.Delete(ids, 5, 6)
			}
			return cut(ids, start, size)
		}, 10, 300, false},
		"devices go now and then in a long list": {func(start, size int) []int64 {
			ids := upTo(300)
			return cut(slices.Delete(ids, 2, 2+min(7, max(0, calls-2)/3)), start, size)
		}, 20, 300, false},
		"more devices go than a page holds": {func(start, size int) []int64 {
			ids := upTo(60)
			if calls > 3 {
				ids = slices.Delete(ids, 2, 25)
			}
			return cut(ids, start, size)
		}, 10, 60, false},
		"a capped server gives pages of any length": {func(start, _ int) []int64 {
			return cut(upTo(60), start, []int{10, 7, 9, 3}[calls%4])
		}, 0, 60, false},
		"one page comes empty": {func(start, size int) []int64 {
			if calls == 3 {
				return nil
			}
			return cut(upTo(60), start, size)
		}, 10, 60, false},
		"two pages come empty": {func(start, size int) []int64 {
			if calls == 3 || calls == 4 {
				return nil
			}
			return cut(upTo(60), start, size)
		}, 10, 60, false},
		"every page but the first comes empty": {func(start, size int) []int64 {
			if start > 0 {
				return nil
			}
			return cut(upTo(60), start, size)
		}, 10, 0, true},
		"the first page whatever is asked for": {func(_, size int) []int64 { return upTo(int64(size)) }, 10, 0, true},
		"another fleet each time": {func(start, size int) []int64 {
			ids := upTo(int64(size))
			for i := range ids {
				ids[i] += int64(1000 * calls)
			}
			return cut(ids, 0, size)
		}, 10, 0, true},
		"devices are pushed into the first page": {func(start, size int) []int64 {
			ids := upTo(6)
			if calls > 1 {
				ids = append([]int64{99}, ids...)
			}
			return cut(ids, start, size)
		}, 2, 6, false},
		"all devices go": {func(start, size int) []int64 {
			if calls > 1 {
				return nil
			}
			return cut(upTo(60), start, size)
		}, 10, 10, true},
	} {
		t.Run(name, func(t *testing.T) {
			calls = 0
			got, err := pages(func(start, size int) []int64 {
				if calls++; calls > 200 {
					return nil
				}
				return tt.page(start, size)
			}).read(t, DeviceQuery{PageSize: tt.size})
			if tt.wrong != errors.Is(err, ErrMalformed) || !tt.wrong && err != nil {
				t.Errorf("%d devices, error %v", len(got), err)
			}
			if tt.want > 0 && len(got) != tt.want {
				t.Errorf("%d devices: %v", len(got), got)
			}
			if calls > 40 {
				t.Errorf("%d calls", calls)
			}
			if err != nil {
				t.Log(err)
			}
		})
	}
}

// Devices are added and removed while the pages are read: a device that was
// always there comes once, and no device comes twice.
func TestPagesOfARestlessFleet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ids := upTo(rapid.Int64Range(0, 60).Draw(t, "devices"))
		stayed := slices.Clone(ids)
		size := rapid.IntRange(2, 12).Draw(t, "page size")
		limit := rapid.IntRange(2, 12).Draw(t, "server's limit")
		type event struct{ Kind, At, Length int } // a change of the fleet before an answer
		events := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) event {
			return event{rapid.IntRange(0, 3).Draw(t, "kind"), rapid.IntRange(0, 60).Draw(t, "at"), rapid.IntRange(1, 20).Draw(t, "length")}
		}), 0, 20).Draw(t, "events")
		calls, come := 0, 0
		got, err := pages(func(start, size int) []int64 {
			if calls < len(events) {
				e := events[calls]
				switch at := min(e.At, len(ids)); e.Kind {
				case 0: // some go
					gone := slices.Clone(ids[at:min(at+e.Length, len(ids))])
					left := func(id int64) bool { return slices.Contains(gone, id) }
					stayed, ids = slices.DeleteFunc(stayed, left), slices.DeleteFunc(ids, left)
				case 1: // one comes, less often than the cursor has patience
					if come++; come > 2 {
						break
					}
					ids = slices.Insert(ids, at, int64(1000+calls))
				}
			}
			calls++
			return cut(ids, start, min(size, limit))
		}).read(t, DeviceQuery{PageSize: size})
		for i, id := range got {
			if slices.Contains(got[:i], id) {
				t.Fatalf("device %d came twice in %v", id, got)
			}
		}
		if err != nil {
			if !errors.Is(err, ErrMalformed) {
				t.Fatal(err)
			}
			return // too many changes: the client reports an error
		}
		for _, id := range stayed {
			if !slices.Contains(got, id) {
				t.Fatalf("device %d did not come in %v", id, got)
			}
		}
	})
}

// A device has several rows in a list of installations, so rows that are read
// again cannot be distinguished from new ones. When such a list shifts, it ends
// in an error, and no row comes twice.
func TestInstallationsThatShift(t *testing.T) {
	calls := 0
	got, err := pages(func(start, size int) []int64 {
		ids := upTo(60)
		if calls++; calls > 2 {
			ids = slices.Delete(ids, 5, 6)
		}
		return cut(ids, start, size)
	}).read(t, DeviceQuery{PageSize: 10, Mode: SelectPerInstallation})
	if !errors.Is(err, ErrMalformed) || !strings.Contains(err.Error(), "read it again") || !slices.Equal(got, upTo(20)) {
		t.Errorf("%v, %v", got, err)
	}
}
