package cove_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/cove/covetest"
)

// Devices that have not reported for a long time are listed like others.
func TestO13_SilentDevices(t *testing.T) {
	srv, c := start(t, covetest.Config{})
	for _, days := range []int{0, 31, 91} {
		srv.AddDevice(covetest.Device{Name: fmt.Sprintf("silent-%d", days), Seen: time.Now().AddDate(0, 0, -days)})
	}
	srv.AddDevice(covetest.Device{Name: "never"})
	all, err := cove.AllDevices[cove.Device](t.Context(), c, cove.DeviceQuery{})
	if err != nil || len(all) != 4 {
		t.Errorf("%d devices, %v", len(all), err)
	}
}

// Reading the accounts of a customer takes two requests, and the newest errors
// of a device one.
func TestO16_CallsForErrors(t *testing.T) {
	calls := make(map[string]int)
	c := through(t, replies(func(a asked) string {
		calls[a.Method]++
		switch a.Method {
		case "EnumerateAccounts":
			return listing(`{"Id":ID,"Name":"n","Token":"token-of-ID","StorageId":41}`, numbers(30))
		case "EnumerateStorageNodesByAccountId":
			if len(a.Params.Accounts) != 30 {
				t.Errorf("asked for the nodes of %v", a.Params.Accounts)
			}
			const node = `{"Id":5,"CommonInfo":{"Host":"Node.example:443","StorageId":41}}`
			return `{"result":{"result":{"StorageNodes":[` + node + `,` + node + `]}}}` // once for each account
		case "QueryErrors":
			return listing(`{"Id":ID,"Text":"x"}`, numbers(3))
		}
		return listing("", nil)
	}))
	all, err := c.Accounts(t.Context(), 0)
	if err != nil || len(all) != 30 {
		t.Fatalf("%d accounts, %v", len(all), err)
	}
	for i := range all {
		list, err := c.SessionErrors(t.Context(), &all[i], cove.SessionErrorQuery{Since: day, Limit: 50})
		if err != nil || len(list) != 3 {
			t.Fatalf("%d errors, %v", len(list), err)
		}
	}
	if diff := cmp.Diff(map[string]int{"EnumerateAccounts": 1, "EnumerateStorageNodesByAccountId": 1, "QueryErrors": 30}, calls); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A device's token is sent to that device's node. Where the list of nodes does
// not tell which one it is, the client asks the API, once.
func TestAccountsOnSeveralNodes(t *testing.T) {
	for _, nodes := range []string{
		`{"result":{"result":[{"Id":5,"CommonInfo":{"Host":"a.example","StorageId":41}},{"Id":6,"CommonInfo":{"Host":"b.example","StorageId":41}}]}}`,
		`{"result":{"result":{"StorageNodes":[{"Id":5,"CommonInfo":{"Host":"a.example","StorageId":40}}]}}}`,
		`{"result":{"result":[]}}`, `{"result":{"result":[{}]}}`, `{"error":{"code":-32601,"message":"no"}}`,
	} {
		whole := 0
		c := through(t, replies(func(a asked) string {
			switch a.Method {
			case "EnumerateAccounts":
				return `{"result":{"result":[{"Id":7,"Name":"n","Token":"t","StorageId":41},{"Id":8,"Type":"Office365","Token":"u","StorageId":41}]}}`
			case "EnumerateStorageNodesByAccountId":
				return nodes
			case "GetAccountInfoById":
				whole++
				return `{"result":{"result":{"Id":7,"Token":"t"},"homeNodeInfo":{"CommonInfo":{"Host":"node.example"}}}}`
			}
			if a.host != "node.example" {
				t.Errorf("the token went to %s", a.host)
			}
			return listing("", nil)
		}))
		all, err := c.Accounts(t.Context(), 2)
		if err != nil || len(all) != 2 || all[0].Node.Host != "" || all[1].Node.Host != "" {
			t.Fatalf("%s: %+v, %v", nodes, all, err)
		}
		for range 3 {
			if _, err := c.Sessions(t.Context(), &all[0], cove.SessionQuery{}); err != nil {
				t.Error(err)
			}
		}
		if whole != 1 {
			t.Errorf("asked %d times for the node", whole)
		}
	}
}

// Custom columns are found by their names.
func TestCustomColumnByName(t *testing.T) {
	c := through(t, replies(func(a asked) string {
		if a.Method != "EnumerateCustomColumns" || a.Params.PartnerID != 2 {
			t.Errorf("asked %s of partner %d", a.Method, a.Params.PartnerID)
		}
		return `{"result":{"result":[{"Id":843,"Name":"Notes"},{"Id":844,"Name":"Twice"},{"Id":845,"Name":"TWICE"}]}}`
	}))
	if column, err := c.CustomColumn(t.Context(), 0, "notes"); err != nil || column.Code() != "AA843" {
		t.Errorf("%+v, %v", column, err)
	}
	if _, err := c.CustomColumn(t.Context(), 0, "Note"); !errors.Is(err, cove.ErrNotFound) || !strings.Contains(err.Error(), `"Notes"`) {
		t.Errorf("no such column: %v", err)
	}
	if _, err := c.CustomColumn(t.Context(), 0, "Twice"); !errors.Is(err, cove.ErrInvalid) {
		t.Errorf("two such columns: %v", err)
	}
}
