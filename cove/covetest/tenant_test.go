package covetest_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/cove/covetest"
)

func TestUsers(t *testing.T) {
	w := dial(t, covetest.NewServer(covetest.Config{}))
	root := w.srv.RootID()
	var id int64
	w.must("AddUser", map[string]any{"userInfo": map[string]any{"PartnerId": root, "Name": "api2", "Password": "p", "RoleId": 2, "Title": "", "PhoneNumber": "", "Flags": []string{"NonInteractiveUser"}}}, &id)
	w.must("ModifyUser", map[string]any{"userInfo": map[string]any{"Id": id, "Title": "Bot"}}, nil)
	var list []map[string]any
	w.must("EnumerateUsers", map[string]any{"partnerIds": []int64{root}}, &list)
	if len(list) != 2 || list[1]["Title"] != "Bot" || list[1]["RoleId"] != 2.0 || list[1]["Password"] != nil {
		t.Errorf("users %v", list)
	}
	partner := w.srv.Credentials().Partner
	if a := w.call("Login", map[string]any{"partner": partner, "username": "api2", "password": "p"}); a.Error != nil {
		t.Errorf("the new user cannot sign in: %+v", *a.Error)
	}
	var one map[string]any
	w.must("GetUserInfoById", map[string]any{"userId": id}, &one)
	if one["LastLoginTime"] == 0.0 {
		t.Errorf("no time of the last login: %v", one)
	}
	w.must("RemoveUser", map[string]any{"userId": id}, nil)
	w.refused("GetUserInfoById", map[string]any{"userId": id})
	w.refused("AddUser", map[string]any{"userInfo": map[string]any{"PartnerId": root, "Name": "x", "Password": "p", "RoleId": 9}})
	w.refused("EnumerateUsers", map[string]any{})
	var roles []map[string]any
	w.must("EnumerateUserRoles", map[string]any{}, &roles)
	if len(roles) != 7 || roles[0]["Name"] != "SuperUser" || roles[6]["Id"] != 7.0 {
		t.Errorf("roles %v", roles)
	}
}

func TestCatalogue(t *testing.T) {
	w := dial(t, covetest.NewServer(covetest.Config{Version: "26.2"}))
	root := w.srv.RootID()
	p := w.srv.AddPartner(covetest.Partner{Name: "B"})
	w.srv.AddProduct(covetest.Product{Name: "B only", PartnerID: p, Features: [][2]string{{"DailyRetention", "60"}}})
	w.srv.AddProfile(covetest.Profile{Name: "Servers", Data: map[string]any{"Language": "en"}})
	names := func(method string, params map[string]any) []string {
		var list []struct{ Name string }
		w.must(method, params, &list)
		out := []string{}
		for _, x := range list {
			out = append(out, x.Name)
		}
		return out
	}
	for _, tt := range []struct {
		method string
		params map[string]any
		want   []string
	}{
		{"EnumerateProducts", map[string]any{"partnerId": root, "currentPartnerOnly": false}, []string{"All-In", "Documents"}},
		{"EnumerateProducts", map[string]any{"partnerId": p, "currentPartnerOnly": false}, []string{"All-In", "Documents", "B only"}},
		{"EnumerateProducts", map[string]any{"partnerId": p, "currentPartnerOnly": true}, []string{"B only"}},
		{"EnumerateAccountProfiles", map[string]any{"partnerId": p}, []string{"Documents", "Servers"}},
		{"EnumerateStorages", map[string]any{"partnerId": root}, []string{"us-tr1"}},
		{"EnumerateLocations", map[string]any{}, []string{"United States"}},
	} {
		if got := names(tt.method, tt.params); !slices.Equal(got, tt.want) {
			t.Errorf("%s %v: %v, want %v", tt.method, tt.params, got, tt.want)
		}
	}
	var product struct {
		ID       int64 `json:"Id"`
		Features [][2]string
	}
	w.must("FindProductByName", map[string]any{"partnerId": p, "name": "B only"}, &product)
	w.must("GetProductInfo", map[string]any{"productId": product.ID}, &product)
	if diff := cmp.Diff([][2]string{{"DailyRetention", "60"}}, product.Features); diff != "" {
		t.Error(diff)
	}
	w.refused("GetProductInfo", map[string]any{"productId": 1})
	w.refused("FindProductByName", map[string]any{"partnerId": root, "name": "B only"})
	var profile struct{ ProfileData map[string]any }
	w.must("GetAccountProfileInfo", map[string]any{"accountProfileId": 5100}, &profile)
	if profile.ProfileData["Language"] != "en" {
		t.Errorf("profile %v", profile)
	}
	w.refused("GetAccountProfileInfo", map[string]any{"accountProfileId": 1})

	id := w.srv.AddDevice(covetest.Device{Name: "d"})
	type node struct {
		ID         int64 `json:"Id"`
		CommonInfo struct{ Host string }
	}
	var nodes []node
	var of struct{ StorageNodes []node }
	w.must("EnumerateStorageNodesByAccountId", map[string]any{"accounts": []int64{id}}, &of)
	w.must("EnumerateStorageNodes", map[string]any{"storageId": 41}, &nodes)
	var one node
	w.must("GetStorageNodeInfo", map[string]any{"storageNodeId": nodes[0].ID}, &one)
	if len(of.StorageNodes) != 1 || len(nodes) != 1 || one.CommonInfo.Host != w.srv.NodeHost {
		t.Errorf("nodes %v, %v", nodes, one)
	}
	w.refused("EnumerateStorageNodes", map[string]any{"storageId": 1})
	w.refused("GetStorageNodeInfo", map[string]any{"storageNodeId": 1})
	var info struct{ Version string }
	w.must("GetServerInfo", map[string]any{}, &info)
	if info.Version != "26.2" {
		t.Errorf("server info %v", info)
	}
	var command string
	w.must("GetAutoDeployCommandLine", map[string]any{"partnerId": p}, &command)
	if command == "" {
		t.Error("no command line")
	}
	if e := w.refused("GetAutoLoginUrl", map[string]any{"partnerId": p}); e.Data != 13501 {
		t.Errorf("GetAutoLoginUrl: %+v", e)
	}
	var properties []map[string]any
	w.must("EnumeratePartnerProperties", map[string]any{}, &properties)
	if len(properties) != 24 || properties[23]["Name"] != "O365_EAP_Partner" {
		t.Errorf("%d properties", len(properties))
	}
}

func TestPartnerState(t *testing.T) {
	w := dial(t, covetest.NewServer(covetest.Config{}))
	a := w.call("AddPartnerEx", map[string]any{"partnerInfo": map[string]any{"ParentId": w.srv.RootID(), "Name": "N", "Level": "EndCustomer", "ServiceType": "AllInclusive"}})
	var added struct {
		Result           int64
		ResetPasswordURL string `json:"resetPasswordUrl"`
	}
	if err := json.Unmarshal(a.Result, &added); err != nil || added.Result == 0 || added.ResetPasswordURL == "" {
		t.Fatalf("AddPartnerEx: %s, %v", a.Result, err)
	}
	id := added.Result
	w.must("ChangePartnerState", map[string]any{"partnerId": id, "action": "InTrial", "reason": "test"}, nil)
	var state string
	w.must("GetPartnerState", map[string]any{"partnerId": id}, &state)
	if state != "InTrial" {
		t.Errorf("state %q", state)
	}
	w.must("GetAutoDeploymentPartnerState", map[string]any{"partnerId": id}, &state)
	if state != "Unspecified" {
		t.Errorf("auto-deployment %q", state)
	}
	w.must("ModifyAutoDeploymentPartnerState", map[string]any{"partnerId": id, "autoDeploymentState": "Enable"}, nil)
	w.must("GetAutoDeploymentPartnerState", map[string]any{"partnerId": id}, &state)
	if state != "Enable" {
		t.Errorf("auto-deployment %q", state)
	}
	w.refused("ModifyAutoDeploymentPartnerState", map[string]any{"partnerId": id, "autoDeploymentState": "Unspecified"})
	device := w.srv.AddDevice(covetest.Device{Name: "d", PartnerID: id})
	w.refused("RemovePartner", map[string]any{"partnerId": id})
	w.srv.RemoveDevice(device)
	w.must("RemovePartner", map[string]any{"partnerId": id}, nil)
	w.refused("EnumerateAncestorPartners", map[string]any{"partnerId": id})
	var history [][]map[string]any
	w.must("GetPartnerInfoHistory", map[string]any{"partnerId": id, "fields": []int{0, 1}}, &history)
	if len(history) != 2 || history[0][0]["Name"] != "N" || history[1][1]["Timestamp"] == 0.0 {
		t.Errorf("history %v", history)
	}
}
