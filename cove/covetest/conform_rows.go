package covetest

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// conformRow is a statistics row with its cells by code.
type conformRow struct {
	AccountID int64 `json:"AccountId"`
	PartnerID int64 `json:"PartnerId"`
	Settings  []map[string]json.RawMessage
	cells     map[string]string
}

// query asks for statistics.
func (c *conformance) query(query map[string]any) []conformRow {
	c.Helper()
	query["PartnerId"], query["SelectionMode"] = c.user.PartnerID, "Merged"
	var rows []conformRow
	c.must("EnumerateAccountStatistics", map[string]any{"query": query}, &rows)
	for i := range rows {
		rows[i].cells = map[string]string{}
		for _, s := range rows[i].Settings {
			if len(s) != 1 {
				c.Errorf("device %d: a setting has %d members, want 1", rows[i].AccountID, len(s))
			}
			for code, raw := range s {
				rows[i].cells[code] = c.cell(rows[i].AccountID, code, raw)
			}
		}
	}
	return rows
}

// cell reads a value: a string, or in some tenants an array of one.
func (c *conformance) cell(device int64, code string, raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil && !bytes.Equal(raw, []byte("null")) {
		return text
	}
	var list []string
	if json.Unmarshal(raw, &list) == nil && len(list) > 0 {
		if !c.arrays {
			c.Logf("ArrayValues: true")
		}
		c.arrays = true
		return list[0]
	}
	c.Errorf("device %d: the value of %s is not a string", device, code)
	return ""
}

// conformLimit is how many devices Conform reads.
const conformLimit = 5000

var conformColumns = []string{"AU", "I0", "AN", "I1", "AT", "OT", "CD", "TS", "I6", "I78", "T0", "T7", "D09F06", "F0", "D01F00", "F7", "D01F06", "F6", "D01F07", "S0", "S7", "D02F06", "S6", "D02F07", "G0", "D19F00"}

func (c *conformance) rows() {
	c.Helper()
	c.devices = c.query(map[string]any{"RecordsCount": conformLimit, "OrderBy": "AU ASC", "Columns": conformColumns})
	seen := map[int64]bool{}
	for i, r := range c.devices {
		switch {
		case seen[r.AccountID]:
			c.Errorf("device %d has two rows", r.AccountID)
		case !c.known[r.PartnerID]:
			c.Errorf("device %d belongs to %d, which is not in the tree", r.AccountID, r.PartnerID)
		case r.cells["AU"] != strconv.FormatInt(r.AccountID, 10):
			c.Errorf("device %d says AU %q", r.AccountID, r.cells["AU"])
		case i > 0 && c.devices[i-1].AccountID > r.AccountID:
			c.Errorf("AU ASC puts %d after %d", r.AccountID, c.devices[i-1].AccountID)
		}
		seen[r.AccountID] = true
	}
	c.Logf("%d devices", len(c.devices))
	if len(c.devices) == 0 {
		c.Logf("without devices most checks have nothing to look at")
	}
}

// paging reads all devices in small pages and expects the same devices.
func (c *conformance) paging() {
	c.Helper()
	size := max(1, (len(c.devices)+2)/3)
	var all []int64
	for start := 0; start < len(c.devices); start += size {
		page := c.query(map[string]any{"StartRecordNumber": start, "RecordsCount": size, "OrderBy": "AU ASC", "Columns": []string{"AU"}})
		if len(page) > size {
			c.Errorf("a page of %d rows, asked for %d", len(page), size)
		}
		for _, r := range page {
			all = append(all, r.AccountID)
		}
	}
	if want := deviceIDs(c.devices); len(c.devices) < conformLimit && !slices.Equal(all, want) {
		c.Errorf("pages hold %d devices, one page holds %d, or they differ", len(all), len(want))
	}
	if rows := c.query(map[string]any{"StartRecordNumber": len(c.devices) + 1000000, "RecordsCount": 5, "OrderBy": "AU ASC"}); len(rows) != 0 {
		c.Errorf("a page beyond the end has %d rows", len(rows))
	}
	created := c.query(map[string]any{"RecordsCount": conformLimit, "OrderBy": "CD DESC", "Columns": []string{"CD"}})
	if !slices.IsSortedFunc(created, func(a, b conformRow) int { return cmp.Compare(toNumber(b.cells["CD"]), toNumber(a.cells["CD"])) }) {
		c.Errorf("CD DESC is not in order")
	}
	if rows := c.query(map[string]any{"Columns": []string{"AU"}}); len(c.devices) > 1 {
		c.Logf("AllRecordsByDefault: %v", len(rows) > 1)
	}
}

func deviceIDs(rows []conformRow) []int64 {
	list := make([]int64, len(rows))
	for i, r := range rows {
		list[i] = r.AccountID
	}
	return list
}

func toNumber(text string) float64 {
	n, _ := strconv.ParseFloat(text, 64)
	return n
}

// filters checks that filters select the devices whose columns match.
func (c *conformance) filters() {
	c.Helper()
	// order compares a cell with a number; a missing cell counts as 0.
	order := func(r conformRow, code string, than float64) int { return cmp.Compare(toNumber(r.cells[code]), than) }
	type check struct {
		filter string
		want   func(conformRow) bool
	}
	checks := []check{
		{"AT == 1", func(r conformRow) bool { return order(r, "AT", 1) == 0 }},
		{"AT==1 OR AT==2", func(r conformRow) bool { return order(r, "AT", 1) == 0 || order(r, "AT", 2) == 0 }},
		{"T7 >= 1", func(r conformRow) bool { return order(r, "T7", 1) >= 0 }},
		{"not (T7 >= 1)", func(r conformRow) bool { return order(r, "T7", 1) < 0 }},
		{"S0 != 5", func(r conformRow) bool { return order(r, "S0", 5) != 0 }}, // devices without System State included
		{"S0 == 0", func(r conformRow) bool { return order(r, "S0", 0) == 0 }},
		{"F0 <> 5 and AT == 1", func(r conformRow) bool { return order(r, "F0", 5) != 0 && order(r, "AT", 1) == 0 }},
		{"D01F06 > 0 || S7 > 0", func(r conformRow) bool { return order(r, "D01F06", 0) > 0 || order(r, "S7", 0) > 0 }},
		{"OT == 1 + 1", func(r conformRow) bool { return order(r, "OT", 2) == 0 }},
		{"CD > 1000000 * 1000", func(r conformRow) bool { return order(r, "CD", 1e9) > 0 }},
		{"OT in (1, 2)", func(r conformRow) bool { return order(r, "OT", 1) == 0 || order(r, "OT", 2) == 0 }},
		{"TS > 1000000000 and TS < 36500.days().ago()", func(conformRow) bool { return false }},
	}
	if len(c.devices) > 0 {
		r := c.devices[len(c.devices)/2]
		name := r.cells["AN"]
		checks = append(checks, check{fmt.Sprintf("AU in (%d, -1)", r.AccountID), func(o conformRow) bool { return o.AccountID == r.AccountID }})
		if name != "" && !strings.ContainsAny(name, `"'*?\[]`) {
			checks = append(checks,
				check{`AN == "` + name + `"`, func(o conformRow) bool { return o.cells["AN"] == name }},
				check{"AN =~ '*" + name + "*'", func(o conformRow) bool {
					return strings.Contains(strings.ToLower(o.cells["AN"]), strings.ToLower(name))
				}})
		}
	}
	for _, check := range checks {
		var want []int64
		for _, r := range c.devices {
			if check.want(r) {
				want = append(want, r.AccountID)
			}
		}
		got := deviceIDs(c.query(map[string]any{"RecordsCount": conformLimit, "OrderBy": "AU ASC", "Filter": check.filter}))
		if len(c.devices) < conformLimit && !slices.Equal(got, want) {
			c.Errorf("filter %q selects %d devices, by their columns it is %d, or others", check.filter, len(got), len(want))
		}
	}
	if a := c.call("EnumerateAccountStatistics", map[string]any{"query": map[string]any{"PartnerId": c.user.PartnerID, "RecordsCount": 1, "Filter": "AT == ("}}); a.Error == nil {
		c.Errorf("a filter that cannot be read is no error")
	}
}

// columns checks that both spellings of a column have the same value.
func (c *conformance) columns() {
	c.Helper()
	same := [][2]string{{"AU", "I0"}, {"AN", "I1"}, {"TS", "I6"}, {"T7", "D09F06"}, {"F0", "D01F00"}, {"F7", "D01F06"}, {"F6", "D01F07"}, {"S7", "D02F06"}, {"S6", "D02F07"}, {"G0", "D19F00"}}
	for _, r := range c.devices {
		for _, pair := range same {
			if r.cells[pair[0]] != r.cells[pair[1]] {
				c.Errorf("device %d: %s is %q, %s is %q", r.AccountID, pair[0], r.cells[pair[0]], pair[1], r.cells[pair[1]])
			}
		}
	}
	ask := func(codes ...string) conformAnswer {
		return c.call("EnumerateAccountStatistics", map[string]any{"query": map[string]any{"PartnerId": c.user.PartnerID, "RecordsCount": 1, "Columns": codes}})
	}
	if a := ask("AU", "XX"); a.Error != nil && a.data() != dataForbidden {
		c.Errorf("an unknown column: data %d", a.data())
	} else {
		c.Logf("UnknownColumnForbidden: %v", a.Error != nil)
	}
	for _, r := range c.devices {
		if active := r.cells["I78"]; active != "" {
			c.Logf("I78 looks like %q", active)
			break
		}
	}
}
