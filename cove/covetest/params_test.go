package covetest_test

import (
	"strings"
	"testing"

	"github.com/covedesk/covedesk/cove/covetest"
)

// Every method reports wrong parameters and then changes nothing.
func TestParametersAreChecked(t *testing.T) {
	w := dial(t, covetest.NewServer(covetest.Config{}))
	root := w.srv.RootID()
	device := w.srv.AddDevice(covetest.Device{Name: "d"})
	query := func(member string, value any) map[string]any {
		return map[string]any{"query": map[string]any{"PartnerId": root, member: value}}
	}
	for _, tt := range []struct {
		method string
		params map[string]any
		says   string
	}{
		{"Login", map[string]any{"partner": 1, "username": "u", "password": "p"}, "partner"},
		{"GetPartnerInfo", map[string]any{"name": nil}, "name"},
		{"GetPartnerInfoById", map[string]any{"partnerId": 1.5}, "partnerId"},
		{"GetPartnerInfoById", map[string]any{"partnerId": "x"}, "partnerId"},
		{"GetPartnerInfoByUid", map[string]any{}, "partnerUid"},
		{"GetPartnerInfoByUid", map[string]any{"partnerUid": "x"}, "exist"},
		{"EnumeratePartners", map[string]any{"parentPartnerId": root, "fetchRecursively": "yes"}, "fetchRecursively"},
		{"EnumeratePartners", map[string]any{"parentPartnerId": root, "fields": "0"}, "fields"},
		{"EnumeratePartners", map[string]any{"parentPartnerId": root, "fields": []any{"0"}}, "fields"},
		{"EnumerateChildPartners", map[string]any{"partnerId": root, "range": map[string]any{"Offset": -1}}, "range"},
		{"EnumerateChildPartners", map[string]any{"partnerId": root, "partnerFilter": map[string]any{"States": "InTrial"}}, "States"},
		{"EnumerateChildPartners", map[string]any{"partnerId": root, "partnerFilter": map[string]any{"States": []any{1}}}, "States"},
		{"EnumerateChildPartners", map[string]any{"partnerId": root, "partnerFilter": map[string]any{"SortOrder": "ByAge"}}, "SortOrder"},
		{"ModifyPartner", map[string]any{"partnerInfo": []any{}}, "partnerInfo"},
		{"ModifyPartner", map[string]any{"partnerInfo": map[string]any{"Id": root, "Company": map[string]any{"PostAddress": map[string]any{"City": 5}}}}, "City"},
		{"AddPartner", map[string]any{"partnerInfo": map[string]any{"ParentId": root, "Name": "N", "Level": "EndCustomer"}}, "ServiceType"},
		{"EnumerateAccountStatistics", map[string]any{}, "query"},
		{"EnumerateAccountStatistics", query("PartnerId", nil), "PartnerId"},
		{"EnumerateAccountStatistics", query("Filter", 5), "Filter"},
		{"EnumerateAccountStatistics", query("Columns", "AU"), "Columns"},
		{"EnumerateAccountStatistics", query("SelectionMode", "merged"), "SelectionMode"},
		{"EnumerateAccountStatistics", query("StartRecordNumber", -1), "StartRecordNumber"},
		{"EnumerateAccountStatistics", query("RecordsCount", -1), "RecordsCount"},
		{"EnumerateAccountStatistics", query("Totals", []string{"COUNT"}), "Totals"},
		{"EnumerateAccountStatistics", query("Totals", []string{"SUM(AT ==)"}), "Totals"},
		{"EnumerateAccountStatistics", query("ExcludedPartners", []any{true}), "ExcludedPartners"},
		{"EnumerateAccountHistoryStatistics", query("RecordsCount", 1), "timeslice"},
		{"GetAccountInfoById", map[string]any{}, "accountId"},
		{"GetAccountInfo", map[string]any{"name": "d"}, "password"},
		{"GetAccountInfoByToken", map[string]any{}, "token"},
		{"EnumerateAccounts", map[string]any{}, "partnerId"},
		{"AddAccount", map[string]any{"accountInfo": map[string]any{}}, "PartnerId"},
		{"AddAccount", map[string]any{"accountInfo": map[string]any{"PartnerId": root, "NameAlias": 5}}, "NameAlias"},
		{"ModifyAccount", map[string]any{"accountInfo": map[string]any{"Id": device, "ProductId": true}}, "ProductId"},
		{"ModifyAccount", map[string]any{"accountInfo": map[string]any{"Name": "none"}}, "exist"},
		{"ModifyAccountsBatch", map[string]any{"accountIds": []any{5}, "accountInfo": map[string]any{}}, "exist"},
		{"RemoveAccount", map[string]any{"accountId": "x"}, "accountId"},
		{"SetAccountFeatures", map[string]any{"accountId": device}, "features"},
		{"AddCustomColumn", map[string]any{"customColumn": map[string]any{"PartnerId": root}}, "Name"},
		{"RemoveCustomColumn", map[string]any{}, "customColumnId"},
		{"AddUser", map[string]any{"userInfo": map[string]any{"Name": "n"}}, "PartnerId"},
		{"ModifyUser", map[string]any{"userInfo": map[string]any{"Id": 50121, "Flags": "x"}}, "Flags"},
		{"RemoveUser", map[string]any{}, "userId"},
		{"EnumerateStorageNodesByAccountId", map[string]any{"accounts": []any{5}}, "exist"},
		{"ChangePartnerState", map[string]any{"partnerId": root, "action": "InTrial"}, "reason"},
		{"GetPartnerInfoHistory", map[string]any{"partnerId": 5}, "exist"},
	} {
		e := w.refused(tt.method, tt.params)
		if e.Code != -32603 || e.Data != 0 || !strings.Contains(e.Message, tt.says) {
			t.Errorf("%s %v: %+v, want %q", tt.method, tt.params, e, tt.says)
		}
	}
	if got := w.srv.Partners(); len(got) != 1 || got[0].ExternalCode != "" || len(w.srv.DeviceIDs()) != 1 {
		t.Errorf("something was changed: %+v", got)
	}
}
