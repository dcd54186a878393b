package covetest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// lenience checks what the service accepts although the documentation does not
// say so: a visa in the header, and requests without params.
func (c *conformance) lenience() {
	c.Helper()
	ask := func(bearer string, members map[string]any) conformAnswer {
		c.Helper()
		r := map[string]any{"jsonrpc": "2.0", "id": "1", "method": "EnumerateLocations"}
		for name, value := range members {
			r[name] = value
		}
		return c.sendTo("/jsonapi", bearer, r)
	}
	for what, a := range map[string]conformAnswer{
		"a request without params":                          ask("", map[string]any{"visa": c.visa}),
		"the visa as a bearer token":                        ask(c.visa, nil),
		"the visa as a bearer token and null":               ask(c.visa, map[string]any{"visa": nil}),
		"the visa beside a bearer token that is not a visa": ask("x", map[string]any{"visa": c.visa}),
	} {
		if a.Error != nil {
			c.Errorf("%s: data %d", what, a.data())
		}
	}
	if a := ask(c.visa, map[string]any{"visa": "x"}); a.data() != dataVisa {
		c.Errorf("a bearer token beside a visa that is none: data %d, want %d", a.data(), dataVisa)
	}
}

// language checks the parts of the filter language that known scripts use.
func (c *conformance) language() {
	c.Helper()
	selects := func(filter string) ([]int64, conformAnswer) {
		c.Helper()
		a := c.call("EnumerateAccountStatistics", map[string]any{"query": map[string]any{"PartnerId": c.user.PartnerID, "SelectionMode": "Merged",
			"RecordsCount": conformLimit, "OrderBy": "au asc", "Filter": filter}})
		var rows []conformRow
		if a.Error == nil {
			if err := a.value(&rows); err != nil {
				c.Errorf("filter %q: %v", filter, err)
			}
		}
		return deviceIDs(rows), a
	}
	for one, other := range map[string]string{"at == 1": "AT == 1", "F0 == Session.Completed": "F0 == 5", "t0 == Session.Failed": "T0 == 2"} {
		got, a := selects(one)
		want, _ := selects(other)
		if a.Error != nil || !slices.Equal(got, want) {
			c.Errorf("filter %q: data %d and %d devices, %q selects %d", one, a.data(), len(got), other, len(want))
		}
	}
	for _, dialect := range []string{`AN == 'x''y'`, `AN == 'x\'y'`} {
		_, a := selects(dialect)
		c.Logf("Quotes: %s is read: %v", dialect, a.Error == nil)
	}
	for _, r := range c.devices {
		name := r.cells["AN"]
		if upper := strings.ToUpper(name); upper != name && !strings.ContainsAny(name, `"'*?\[]`) {
			found, _ := selects("AN =~ '*" + upper + "*'")
			c.Logf("PatternMatchesCase: %v", !slices.Contains(found, r.AccountID))
			break
		}
	}
	c.totals()
}

// totals checks that totals are sorted by expression, with one member in each
// element.
func (c *conformance) totals() {
	c.Helper()
	asked := []string{"SUM(US)", "COUNT(F0 == Session.Completed)", "MAX(AU)", "COUNT(AT==1)"}
	a := c.call("EnumerateAccountStatistics", map[string]any{"query": map[string]any{"PartnerId": c.user.PartnerID, "RecordsCount": 1, "Totals": asked}})
	var out struct {
		TotalStatistics []map[string]json.RawMessage `json:"totalStatistics"`
	}
	if a.Error != nil || json.Unmarshal(a.Result, &out) != nil {
		c.Errorf("Totals: data %d", a.data())
		return
	}
	var got []string
	for _, element := range out.TotalStatistics {
		for text := range element {
			got = append(got, text)
		}
	}
	slices.Sort(asked)
	if !slices.Equal(got, asked) || len(got) != len(out.TotalStatistics) {
		c.Errorf("Totals: %q in %d elements, want %q, an element each", got, len(out.TotalStatistics), asked)
	}
}

// history asks for the state a month ago and checks that no time in it is
// later.
func (c *conformance) history() {
	c.Helper()
	var server struct{ Time int64 }
	if err := c.call("GetServerInfo", map[string]any{}).value(&server); err != nil || server.Time == 0 {
		server.Time = time.Now().Unix()
	}
	slice := server.Time - 30*86400
	a := c.call("EnumerateAccountHistoryStatistics", map[string]any{"timeslice": slice, "totalStatistics": "*", "query": map[string]any{
		"PartnerId": c.user.PartnerID, "SelectionMode": "Merged", "RecordsCount": conformLimit, "OrderBy": "AU ASC", "Columns": []string{"AU", "CD", "TL", "FL"}}})
	var rows []conformRow
	if err := a.value(&rows); err != nil {
		c.Errorf("EnumerateAccountHistoryStatistics: %v", err)
		return
	}
	for _, r := range rows {
		for _, s := range r.Settings {
			for code, raw := range s {
				// Allow a day more: history is kept by day.
				if text := c.cell(r.AccountID, code, raw); code != "AU" && toNumber(text) > float64(slice+86400) {
					c.Errorf("device %d a month ago: %s is %s, later than that", r.AccountID, code, text)
				}
			}
		}
	}
	c.Logf("%d devices a month ago", len(rows))
}

// catalogue checks that the profiles of devices are listed, and that nodes and
// partners are found in the ways that clients use.
func (c *conformance) catalogue() {
	c.Helper()
	profiles := map[int64]map[int64]string{}
	for _, r := range c.query(map[string]any{"RecordsCount": 20, "OrderBy": "AU ASC", "Filter": "OI > 0", "Columns": []string{"OI", "OP"}}) {
		list, known := profiles[r.PartnerID]
		if !known {
			var rows []struct {
				ID   int64 `json:"Id"`
				Name string
			}
			c.must("EnumerateAccountProfiles", map[string]any{"partnerId": r.PartnerID}, &rows)
			list = map[int64]string{}
			for _, p := range rows {
				list[p.ID] = p.Name
			}
			profiles[r.PartnerID] = list
		}
		id, _ := strconv.ParseInt(r.cells["OI"], 10, 64)
		if name, ok := list[id]; !ok || name != r.cells["OP"] {
			c.Errorf("device %d has profile %d %q, EnumerateAccountProfiles has %q", r.AccountID, id, r.cells["OP"], name)
		}
	}
	if len(c.devices) > 0 {
		var nodes struct {
			StorageNodes []struct{ CommonInfo struct{ Name string } }
		}
		c.must("EnumerateStorageNodesByAccountId", map[string]any{"accounts": []int64{c.devices[0].AccountID}}, &nodes)
		if len(nodes.StorageNodes) == 0 || nodes.StorageNodes[0].CommonInfo.Name == "" {
			c.Errorf("EnumerateStorageNodesByAccountId: no StorageNodes.CommonInfo.Name")
		}
	}
	var direct []conformPartner
	c.must("EnumeratePartners", map[string]any{"parentPartnerId": c.user.PartnerID, "fetchRecursively": false, "fields": []int{0, 1}}, &direct)
	i := slices.IndexFunc(direct, func(p conformPartner) bool {
		return p.Name != nil && len(*p.Name) > 3 && !strings.ContainsAny(*p.Name, "*?")
	})
	if i < 0 {
		return
	}
	part := string([]rune(*direct[i].Name)[1:])
	var tree struct {
		Children []struct{ Info conformPartner }
	}
	c.must("EnumerateChildPartners", map[string]any{"partnerId": c.user.PartnerID, "fields": []int{0}, "partnerFilter": map[string]any{"NamePattern": part}}, &tree)
	if !slices.ContainsFunc(tree.Children, func(n struct{ Info conformPartner }) bool { return n.Info.ID == direct[i].ID }) {
		c.Errorf("NamePattern %q does not find %q", part, *direct[i].Name)
	}
}

// cloud checks one Microsoft 365 device.
func (c *conformance) cloud() {
	c.Helper()
	rows := c.query(map[string]any{"RecordsCount": 200, "OrderBy": "AU ASC", "Filter": "AT == 2", "Columns": []string{"GM"}})
	if len(rows) == 0 {
		return
	}
	r := slices.MaxFunc(rows, func(a, b conformRow) int { return cmp.Compare(toNumber(a.cells["GM"]), toNumber(b.cells["GM"])) })
	var account struct{ Token string }
	c.must("GetAccountInfoById", map[string]any{"accountId": r.AccountID}, &account)
	ask := func(path, method string, more map[string]any) conformAnswer {
		c.Helper()
		params := map[string]any{"accountToken": account.Token}
		for name, value := range more {
			params[name] = value
		}
		return c.sendTo(path, c.visa, map[string]any{"jsonrpc": "2.0", "id": "1", "method": method, "params": params})
	}
	sessions := ask("/reporting_api", "EnumerateSessions", map[string]any{"range": map[string]any{"Offset": 0, "Size": 5}})
	for i, s := range c.rowsWith("EnumerateSessions", sessions, "Id", "Status", "StartTime", "EndTime", "Duration", "ErrorsCount", "AccountsCount", "SiteCollectionsCount") {
		_, old := s["DataSource"]
		_, kind := s["Type"]
		_, source := s["DataSourceType"]
		if !old && (!kind || !source) {
			c.Errorf("EnumerateSessions: a row without DataSourceType and Type")
		}
		if i == 0 {
			c.Logf("SessionsByDataSource: %v", old)
		}
	}
	var users struct {
		Users                     []json.RawMessage
		OneDriveAutoInclusionType *string
	}
	if err := ask("/management_api", "EnumerateUsers", nil).value(&users); err != nil {
		c.Errorf("EnumerateUsers of a Microsoft 365 device: %v", err)
	} else if users.OneDriveAutoInclusionType == nil || toNumber(r.cells["GM"]) > 0 && len(users.Users) == 0 {
		c.Errorf("EnumerateUsers: %d users of %s protected ones, OneDriveAutoInclusionType: %v", len(users.Users), r.cells["GM"], users.OneDriveAutoInclusionType != nil)
	}
}

// flags adds a user with a flag in one spelling, checks that the user is listed
// with the other spelling, and removes the user.
func (c *conformance) flags() {
	c.Helper()
	name := fmt.Sprintf("conform-%d", time.Now().UnixNano())
	var id int64
	c.must("AddUser", map[string]any{"userInfo": map[string]any{"PartnerId": c.user.PartnerID, "Name": name, "Password": name, "RoleId": 7,
		"Flags": []string{"AllowApiAuthentication", "NonInteractiveUser"}}}, &id)
	var user struct{ Flags []string }
	c.must("GetUserInfoById", map[string]any{"userId": id}, &user)
	if !slices.Contains(user.Flags, "NonInteractive") || slices.Contains(user.Flags, "NonInteractiveUser") {
		c.Errorf("AddUser with flag NonInteractiveUser is listed with %q, want NonInteractive", user.Flags)
	}
	if a := c.call("RemoveUser", map[string]any{"userId": id}); a.Error != nil {
		c.Errorf("RemoveUser: data %d", a.data())
	}
}
