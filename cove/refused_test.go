package cove_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/cove"
)

// refusing answers statistics like a tenant that refuses some columns.
func refusing(calls *int, refused ...string) replies {
	return func(a asked) string {
		*calls++
		for _, code := range refused {
			if slices.Contains(a.query.Columns, code) {
				return `{"error":{"code":-32603,"data":13501,"message":"Operation failed because of security reasons"}}`
			}
		}
		ids := numbers(3)
		slices.Reverse(ids)
		from := min(a.query.StartRecordNumber, 3)
		return listing(`{"AccountId":ID,"PartnerId":2,"Settings":[{"AN":"device ID"}]}`, ids[from:min(from+a.query.RecordsCount, 3)])
	}
}

// Columns that this user may not read are found, left out and reported; the
// list goes on.
func TestS11_RefusedColumns(t *testing.T) {
	for _, refused := range [][]string{{"PF"}, {"S0"}, {"D01F00", "D01F06", "D10F18"}, {"AN", "D23F07"}} {
		calls := 0
		c := through(t, refusing(&calls, refused...))
		all, err := cove.AllDevices[cove.Device](t.Context(), c, cove.DeviceQuery{})
		if err != nil || len(all) != 3 {
			t.Fatalf("%v: %d devices, %v", refused, len(all), err)
		}
		for _, d := range all {
			if diff := cmp.Diff(slices.Sorted(slices.Values(refused)), slices.Sorted(slices.Values(d.Refused))); diff != "" {
				t.Errorf("device %d (-want +got):\n%s", d.ID, diff)
			}
		}
		if most := 12 + 18*len(refused); calls > most {
			t.Errorf("%v: %d requests, want at most %d", refused, calls, most)
		}
		calls = 0
		if _, err := cove.AllDevices[cove.Device](t.Context(), c, cove.DeviceQuery{}); err != nil || calls != 3 {
			t.Errorf("%v: the second query took %d requests, %v", refused, calls, err)
		}
	}
}

// Without a field for them in the struct, an error comes first and the rows
// after it.
func TestS11_RefusedColumnsOfAnyStruct(t *testing.T) {
	calls := 0
	c := through(t, refusing(&calls, "PF"))
	type row struct {
		Name      string `cove:"AN"`
		Reference string `cove:"PF"`
	}
	var names []string
	told := 0
	for d, err := range cove.Devices[row](t.Context(), c, cove.DeviceQuery{PageSize: 2, Where: cove.Where("AU in (?)", numbers(1500))}) {
		var refused *cove.RefusedColumnsError
		if errors.As(err, &refused) {
			if told++; len(names) > 0 || !slices.Equal(refused.Columns, []string{"PF"}) || !errors.Is(err, cove.ErrForbidden) || !strings.Contains(err.Error(), "PF") {
				t.Errorf("after %d rows: %v", len(names), err)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, d.Name)
	}
	if told != 1 || len(names) != 3 {
		t.Errorf("told %d times, %v", told, names)
	}
	all, err := cove.AllDevices[row](t.Context(), c, cove.DeviceQuery{})
	if refused := (*cove.RefusedColumnsError)(nil); !errors.As(err, &refused) || len(all) != 3 {
		t.Errorf("%d rows, %v", len(all), err)
	}
	page, err := cove.DevicesPage[row](t.Context(), c, cove.DeviceQuery{}, 0)
	if refused := (*cove.RefusedColumnsError)(nil); !errors.As(err, &refused) || len(page.Devices) != 3 {
		t.Errorf("%+v, %v", page, err)
	}
	type only struct {
		Reference string   `cove:"PF"`
		Refused   []string `cove:"refused"`
	}
	if all, err := cove.AllDevices[only](t.Context(), c, cove.DeviceQuery{}); err != nil || len(all) != 3 {
		t.Errorf("nothing but a refused column: %+v, %v", all, err)
	}
}

// When the API refuses the query for another reason, that error is returned.
func TestS11_RefusedForAnotherReason(t *testing.T) {
	calls := 0
	c := through(t, replies(func(asked) string {
		calls++
		return `{"error":{"code":-32603,"data":13501,"message":"Operation failed because of security reasons"}}`
	}))
	if all, err := cove.AllDevices[cove.Device](t.Context(), c, cove.DeviceQuery{}); !errors.Is(err, cove.ErrForbidden) || len(all) > 0 || calls != 2 {
		t.Errorf("%d requests, %v", calls, err)
	}
	var fewer *cove.RefusedColumnsError
	c = through(t, refusing(&calls, strings.Fields("AN MN AL AR PF PD PN OI OP OS OT AT I78 I81 CD TS ED IS MF MO US YS LN EI IP TZ "+strings.Repeat("D01F00 ", 1)+
		"D01F03 D01F05 D01F07 D01F09 D04F00 D04F06 D04F09 D04F18 D06F00 D06F06 D06F09 D10F03 D10F08 D10F12 D11F00 D11F06 D12F00 D12F07 D14F00 D14F08 D15F00 D19F05 D20F05 D23F05")...))
	if _, err := cove.AllDevices[accountAndMore](t.Context(), c, cove.DeviceQuery{}); errors.As(err, &fewer) || !errors.Is(err, cove.ErrForbidden) {
		t.Errorf("a search without end: %v", err)
	}
}

// When the search for refused columns fails, its error is returned and not the
// refusal.
func TestS11_SearchThatFails(t *testing.T) {
	calls := 0
	c := through(t, replies(func(asked) string {
		if calls++; calls == 1 {
			return `{"error":{"code":-32603,"data":13501,"message":"Operation failed because of security reasons"}}`
		}
		return `{"result":`
	}))
	if _, err := cove.AllDevices[cove.Device](t.Context(), c, cove.DeviceQuery{}); !errors.Is(err, cove.ErrMalformed) || errors.Is(err, cove.ErrForbidden) {
		t.Errorf("%d requests, %v", calls, err)
	}
}

type accountAndMore struct{ cove.Device }

// Refused columns are reported although they were found in a part of the query
// that no device matches.
func TestS11_RefusedColumnsOfAnEmptyPart(t *testing.T) {
	calls := 0
	answer := refusing(&calls, "PF")
	c := through(t, replies(func(a asked) string {
		if strings.Contains(string(a.Params.Query), "(1500,") && slices.Contains(a.query.Columns, "AN") && !slices.Contains(a.query.Columns, "PF") {
			return listing("", nil)
		}
		return answer(a)
	}))
	type row struct {
		Name      string `cove:"AN"`
		Reference string `cove:"PF"`
	}
	all, err := cove.AllDevices[row](t.Context(), c, cove.DeviceQuery{Where: cove.Where("AU in (?)", numbers(1500))})
	if refused := (*cove.RefusedColumnsError)(nil); !errors.As(err, &refused) || len(all) != 3 {
		t.Errorf("%d rows, %v", len(all), err)
	}
}
