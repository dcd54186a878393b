package covetest_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/cove/covetest"
)

func partnerIDs(t *testing.T, list []map[string]any) []int64 {
	t.Helper()
	ids := []int64{}
	for _, p := range list {
		ids = append(ids, int64(p["Id"].(float64)))
	}
	return ids
}

func forest(t *testing.T, sw covetest.Switches) *wire {
	srv := covetest.NewServer(covetest.Config{Switches: sw, Partner: covetest.Partner{ID: 10, ParentID: 1, Name: "MSP"}})
	srv.AddPartner(covetest.Partner{ID: 20, Name: "B", Company: &covetest.Company{LegalCompanyName: "B Inc", City: "Troy"}})
	srv.AddPartner(covetest.Partner{ID: 21, Name: "A", State: "InTrial"})
	srv.AddPartner(covetest.Partner{ID: 22, Name: "C", Level: "Reseller"})
	srv.AddPartner(covetest.Partner{ID: 30, ParentID: 20, Name: "B west", Level: "Site", ExternalCode: "x"})
	return dial(t, srv)
}

func TestEnumeratePartners(t *testing.T) {
	w := forest(t, covetest.Switches{})
	for _, tt := range []struct {
		params map[string]any
		want   []int64
	}{
		{map[string]any{"parentPartnerId": 10, "fetchRecursively": false}, []int64{20, 21, 22}},
		{map[string]any{"parentPartnerId": 10, "fetchRecursively": true}, []int64{20, 30, 21, 22}},
		{map[string]any{"parentPartnerId": "20", "fetchRecursively": "true"}, []int64{30}},
		{map[string]any{"parentPartnerId": 30, "fetchRecursively": true}, []int64{}},
	} {
		var list []map[string]any
		w.must("EnumeratePartners", tt.params, &list)
		if got := partnerIDs(t, list); !slices.Equal(got, tt.want) {
			t.Errorf("%v: %v, want %v", tt.params, got, tt.want)
		}
	}
	if e := w.refused("EnumeratePartners", map[string]any{"fetchRecursively": true}); e.Data != 13501 {
		t.Errorf("without a parent: %+v", e)
	}
	if e := w.refused("EnumeratePartners", map[string]any{"parentPartnerId": 10, "fields": []int{99}}); e.Data != 0 {
		t.Errorf("unknown field: %+v", e)
	}
	var list []map[string]any
	w.must("EnumeratePartners", map[string]any{"parentPartnerId": 20, "fields": []int{1, 18}}, &list)
	want := []map[string]any{{"Id": 30.0, "ParentId": 20.0, "Name": nil, "Company": nil, "Level": "Site", "ExternalCode": "x", "MailFrom": ""}}
	if diff := cmp.Diff(want, list); diff != "" {
		t.Error(diff)
	}
}

func TestChildPartners(t *testing.T) {
	w := forest(t, covetest.Switches{})
	type tree struct {
		ActualChildCount int
		Children         []tree
		Info             map[string]any
	}
	for _, tt := range []struct {
		name   string
		params map[string]any
		count  int
		want   []int64
	}{
		{"all", map[string]any{}, 3, []int64{20, 21, 22}},
		{"first page", map[string]any{"range": map[string]any{"Offset": 0, "Size": 2}}, 3, []int64{20, 21}},
		{"second page", map[string]any{"range": map[string]any{"Offset": 2, "Size": 2}}, 3, []int64{22}},
		{"Count is no Size", map[string]any{"range": map[string]any{"Offset": 1, "Count": 1}}, 3, []int64{21, 22}},
		{"beyond", map[string]any{"range": map[string]any{"Offset": 9, "Size": 2}}, 3, []int64{}},
		{"state", map[string]any{"partnerFilter": map[string]any{"States": []string{"InTrial"}}}, 1, []int64{21}},
		{"level", map[string]any{"partnerFilter": map[string]any{"Levels": []string{"Reseller"}}}, 1, []int64{22}},
		{"pattern", map[string]any{"partnerFilter": map[string]any{"NamePattern": "b*"}}, 1, []int64{20}},
		{"sorted", map[string]any{"partnerFilter": map[string]any{"SortOrder": "ByLevelAndName"}}, 3, []int64{22, 21, 20}},
	} {
		tt.params["partnerId"], tt.params["fields"] = 10, []int{0, 1}
		var got tree
		w.must("EnumerateChildPartners", tt.params, &got)
		ids := []int64{}
		for _, c := range got.Children {
			ids = append(ids, int64(c.Info["Id"].(float64)))
			if c.Info["Id"] == 20.0 && (c.ActualChildCount != 1 || c.Children != nil) {
				t.Errorf("%s: the child with children is %+v", tt.name, c)
			}
		}
		if got.ActualChildCount != tt.count || !slices.Equal(ids, tt.want) {
			t.Errorf("%s: %d, %v", tt.name, got.ActualChildCount, ids)
		}
	}
	var whole tree
	w.must("GetPartnerTree", map[string]any{"partnerId": 10}, &whole)
	if whole.Info["Name"] != nil || len(whole.Children) != 3 || len(whole.Children[0].Children) != 1 {
		t.Errorf("tree %+v", whole)
	}
}

func TestAncestors(t *testing.T) {
	for without, want := range map[bool][]int64{false: {30, 20, 10}, true: {20, 10}} {
		w := forest(t, covetest.Switches{AncestorsWithoutSelf: without})
		var list []map[string]any
		w.must("EnumerateAncestorPartners", map[string]any{"partnerId": 30}, &list)
		if got := partnerIDs(t, list); !slices.Equal(got, want) {
			t.Errorf("without self %v: %v, want %v", without, got, want)
		}
	}
}

func TestPartnerWrites(t *testing.T) {
	w := forest(t, covetest.Switches{})
	w.must("ModifyPartner", map[string]any{"partnerInfo": map[string]any{"Id": 20, "ExternalCode": "CWM:250:B", "Name": "B2", "Company": map[string]any{"PhoneNumber": "1"}}}, nil)
	p, _ := w.srv.Partner(20)
	if p.ExternalCode != "CWM:250:B" || p.Name != "B2" || p.Level != "EndCustomer" || p.Company.City != "Troy" || p.Company.PhoneNumber != "1" {
		t.Errorf("after ModifyPartner: %+v %+v", p, p.Company)
	}
	var info map[string]any
	w.must("GetPartnerInfo", map[string]any{"name": "B2"}, &info)
	w.must("GetPartnerInfoByUid", map[string]any{"partnerUid": info["Uid"]}, &info)
	if info["Id"] != 20.0 {
		t.Errorf("by name and uid: %v", info)
	}
	w.must("ModifyPartner", map[string]any{"partnerInfo": map[string]any{"Id": 30, "ParentId": 21}}, nil)
	var id int64
	w.must("AddPartner", map[string]any{"partnerInfo": map[string]any{"ParentId": 21, "Name": "D", "Level": "EndCustomer", "ServiceType": "AllInclusive", "Country": "US"}, "createDefaultAccount": false}, &id)
	var list []map[string]any
	w.must("EnumeratePartners", map[string]any{"parentPartnerId": 21}, &list)
	if got := partnerIDs(t, list); !slices.Equal(got, []int64{30, id}) {
		t.Errorf("children of 21: %v, new %d", got, id)
	}
	for name, info := range map[string]map[string]any{
		"name taken":    {"Id": 20, "Name": "A"},
		"name empty":    {"Id": 20, "Name": ""},
		"below itself":  {"Id": 21, "ParentId": 30},
		"level unknown": {"Id": 20, "Level": "Customer"},
		"no such":       {"Id": 999, "Name": "x"},
		"no id":         {"Name": "x"},
		"wrong type":    {"Id": 20, "ExternalCode": 5},
	} {
		if e := w.refused("ModifyPartner", map[string]any{"partnerInfo": info}); e.Data != 0 || e.Code != -32603 {
			t.Errorf("%s: %+v", name, e)
		}
	}
	if e := w.refused("AddPartner", map[string]any{"partnerInfo": map[string]any{"ParentId": 10, "Name": "A", "Level": "Site", "ServiceType": "AllInclusive"}}); e.Data != 0 {
		t.Errorf("name taken: %+v", e)
	}
}

func TestForbiddenPartner(t *testing.T) {
	w := forest(t, covetest.Switches{})
	w.srv.AddUser(covetest.User{Name: "a", Password: "p", PartnerID: 21})
	w.visa = w.call("Login", map[string]any{"partner": "A", "username": "a", "password": "p"}).Visa
	for method, params := range map[string]map[string]any{
		"GetPartnerInfo":            {"name": "B"},
		"GetPartnerInfoById":        {"partnerId": 10},
		"EnumeratePartners":         {"parentPartnerId": 20},
		"EnumerateChildPartners":    {"partnerId": 20},
		"EnumerateAncestorPartners": {"partnerId": 20},
		"ModifyPartner":             {"partnerInfo": map[string]any{"Id": 20}},
		"AddPartner":                {"partnerInfo": map[string]any{"ParentId": 20, "Name": "n", "Level": "Site", "ServiceType": "AllInclusive"}},
	} {
		if e := w.refused(method, params); e.Data != 13501 {
			t.Errorf("%s: %+v", method, e)
		}
	}
	if _, err := json.Marshal(w.srv.Requests()); err != nil {
		t.Error(err)
	}
}
