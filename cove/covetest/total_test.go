package covetest_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/cove/covetest"
)

// The total's columns are sums and newest values of the sources' columns.
func TestTotalsFollowTheSources(t *testing.T) {
	codes := []string{"D01", "D02", "D05", "D10", "D19", "D23"}
	rapid.Check(t, func(rt *rapid.T) {
		sources := map[string]covetest.Source{}
		for _, code := range rapid.SliceOfDistinct(rapid.SampledFrom(codes), rapid.ID).Draw(rt, "sources") {
			when := func(name string) time.Time {
				return time.Unix(1763700000+int64(rapid.IntRange(0, 50).Draw(rt, name)), 0)
			}
			src := covetest.Source{Status: rapid.IntRange(0, 12).Draw(rt, "status"), Errors: int64(rapid.IntRange(0, 9).Draw(rt, "errors")),
				SelectedSize: int64(rapid.IntRange(0, 9).Draw(rt, "size")), ProtectedSize: int64(rapid.IntRange(0, 9).Draw(rt, "protected")),
				ColorBar: rapid.StringOfN(rapid.SampledFrom([]rune("012356789")), 0, 28, -1).Draw(rt, "bar"), LastSession: when("session")}
			if rapid.Bool().Draw(rt, "succeeded") {
				src.LastSuccess = when("success")
			}
			sources[code] = src
		}
		w := dial(t, covetest.NewServer(covetest.Config{}))
		w.srv.AddDevice(covetest.Device{Name: "d", Sources: sources})
		columns := []string{}
		for _, code := range append(codes, "D09") {
			for _, field := range []string{"F00", "F03", "F06", "F07", "F08", "F09", "F15"} {
				columns = append(columns, code+field)
			}
		}
		cells := w.rows(map[string]any{"Columns": columns})[0].cells()
		sum := func(field string) string {
			n := int64(0)
			for code := range sources {
				i, _ := strconv.ParseInt(cells[code+field], 10, 64)
				n += i
			}
			return fmt.Sprint(n)
		}
		newest := func(field string) string {
			best := ""
			for code := range sources {
				best = max(best, cells[code+field]) // all have ten digits, so texts compare like numbers
			}
			return best
		}
		want := map[string]string{}
		if len(sources) > 0 {
			want["D09F03"], want["D09F06"], want["D09F07"] = sum("F03"), sum("F06"), sum("F07")
		}
		if at := newest("F09"); at != "" {
			want["D09F09"] = at
		}
		for code, value := range want {
			if cells[code] != value {
				rt.Fatalf("%s is %q, want %q in %v", code, cells[code], value, cells)
			}
		}
		// T0 is the status of a running source if there is one, else of one
		// whose session is the newest.
		running := slices.ContainsFunc(slices.Collect(maps.Values(sources)), func(s covetest.Source) bool { return slices.Contains([]int{1, 9, 12}, s.Status) })
		ok := len(sources) == 0
		for code, src := range sources {
			if strconv.Itoa(src.Status) == cells["D09F00"] && (running && cells[code+"F15"] == "" || !running && cells[code+"F15"] == newest("F15")) {
				ok = true
			}
		}
		if !ok || running != (cells["D09F15"] == "" && len(sources) > 0) {
			rt.Fatalf("D09F00 is %q, D09F15 %q in %v", cells["D09F00"], cells["D09F15"], cells)
		}
		// The total's bar is as long as the longest bar, and bad wherever one
		// is bad.
		longest := 0
		for code := range sources {
			longest = max(longest, len(cells[code+"F08"]))
		}
		bar := cells["D09F08"]
		if len(bar) != longest {
			rt.Fatalf("the total's bar %q is not %d days long", bar, longest)
		}
		for code := range sources {
			own := cells[code+"F08"]
			for i := range own {
				if own[len(own)-1-i] == '2' && bar[len(bar)-1-i] != '2' {
					rt.Fatalf("%s failed %d days ago, the total says %q", code, i, bar)
				}
			}
		}
	})
}

// Each device comes once, whatever the page size.
func TestPagesHoldEachDeviceOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		srv := covetest.NewServer(covetest.Config{})
		n := rapid.IntRange(0, 30).Draw(rt, "devices")
		for i := range n {
			srv.AddDevice(covetest.Device{Name: fmt.Sprint("d", i), OSType: rapid.IntRange(0, 2).Draw(rt, "type"), Alias: rapid.StringMatching("[a-c]{0,2}").Draw(rt, "alias")})
		}
		order := rapid.SampledFrom([]string{"", "AU ASC", "AU DESC", "OT ASC", "AL DESC, OT ASC", "AN ASC"}).Draw(rt, "order")
		size := rapid.IntRange(1, 12).Draw(rt, "size")
		w := dial(t, srv)
		var all []int64
		for start := 0; ; start += size {
			page := ids(w.rows(map[string]any{"OrderBy": order, "StartRecordNumber": start, "RecordsCount": size}))
			all = append(all, page...)
			if len(page) < size {
				break
			}
		}
		slices.Sort(all)
		if !slices.Equal(all, srv.DeviceIDs()) {
			rt.Fatalf("order %q, pages of %d: %v", order, size, all)
		}
	})
}
