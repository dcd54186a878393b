package cove

import (
	"slices"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

// The requests for a list, one by one. Each page begins with the rows of the
// last device of the page before, in addition to the rows of a page. Only an
// empty page without overlap ends the list.
func TestRequestsOfAList(t *testing.T) {
	type request struct{ Start, Size int }
	for name, tt := range map[string]struct {
		rows  []int64
		query DeviceQuery
		limit int // of the server
		want  []request
	}{
		"no device":        {nil, DeviceQuery{PageSize: 10}, 99, []request{{0, 10}}},
		"one device":       {upTo(1), DeviceQuery{PageSize: 10}, 99, []request{{0, 10}, {0, 11}, {1, 10}}},
		"full pages":       {upTo(30), DeviceQuery{PageSize: 10}, 99, []request{{0, 10}, {9, 11}, {19, 11}, {29, 11}, {30, 10}}},
		"pages of one":     {upTo(3), DeviceQuery{PageSize: 1}, 99, []request{{0, 1}, {0, 2}, {1, 2}, {2, 2}, {3, 1}}},
		"a capped server":  {upTo(9), DeviceQuery{PageSize: 10}, 5, []request{{0, 10}, {4, 11}, {8, 11}, {9, 10}}},
		"capped to one":    {upTo(2), DeviceQuery{PageSize: 10}, 1, []request{{0, 10}, {0, 11}, {1, 10}, {1, 11}, {2, 10}}},
		"installations":    {[]int64{1, 1, 2, 2, 2, 3}, DeviceQuery{PageSize: 3, Mode: SelectPerInstallation}, 99, []request{{0, 3}, {2, 4}, {5, 4}, {6, 3}}},
		"a run at the end": {[]int64{1, 2, 2}, DeviceQuery{PageSize: 3, Mode: SelectPerInstallation}, 99, []request{{0, 3}, {1, 5}, {3, 3}}},
		"one device alone": {[]int64{7, 7, 7, 7}, DeviceQuery{PageSize: 2, Mode: SelectPerInstallation}, 99, []request{{0, 2}, {0, 4}, {0, 6}, {4, 2}}},
	} {
		t.Run(name, func(t *testing.T) {
			var got []request
			ids, err := pages(func(start, size int) []int64 {
				got = append(got, request{start, size})
				return cut(tt.rows, start, min(size, tt.limit))
			}).read(t, tt.query)
			if err != nil || !slices.Equal(ids, tt.rows) {
				t.Errorf("rows %v, %v", ids, err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A caller who takes one device causes one request: the next page is asked for
// at the second row.
func TestOneDeviceIsOneRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		requests := 0
		c := clientOf(t, pages(func(start, size int) []int64 {
			requests++
			return cut(upTo(30), start, size)
		}))
		for d, err := range Devices[struct {
			ID int64 `cove:"account"`
		}](t.Context(), c, DeviceQuery{PageSize: 10}) {
			if err != nil {
				t.Fatal(err)
			}
			synctest.Wait() // for a page that is read ahead
			if requests != int(min(d.ID, 2)) {
				t.Errorf("%d requests at device %d", requests, d.ID)
			}
			if d.ID == 5 {
				break
			}
		}
	})
}
