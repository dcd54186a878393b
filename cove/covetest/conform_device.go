package covetest

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
)

// device checks one device and its storage node.
func (c *conformance) device() {
	c.Helper()
	i := slices.IndexFunc(c.devices, func(r conformRow) bool { return r.cells["AT"] == "1" })
	if i < 0 {
		return
	}
	id := c.devices[i].AccountID
	a := c.call("GetAccountInfoById", map[string]any{"accountId": id})
	var out struct {
		HomeNodeInfo struct{ CommonInfo struct{ Host string } } `json:"homeNodeInfo"`
		Result       struct {
			ID          int64 `json:"Id"`
			Name, Token string
		} `json:"result"`
	}
	if a.Error != nil || json.Unmarshal(a.Result, &out) != nil {
		c.Errorf("GetAccountInfoById: data %d", a.data())
		return
	}
	host := out.HomeNodeInfo.CommonInfo.Host
	if out.Result.ID != id || out.Result.Name != c.devices[i].cells["AN"] || out.Result.Token == "" || host == "" {
		c.Errorf("GetAccountInfoById: id %d, the name of the row: %v, a token: %v, node %q", out.Result.ID, out.Result.Name == c.devices[i].cells["AN"], out.Result.Token != "", host)
		return
	}
	ask := func(method, token, query, order string) (conformAnswer, bool) {
		c.Helper()
		return c.node(host, method, map[string]any{"accountId": id, "account": out.Result.Name, "token": token, "query": query, "orderBy": order,
			"range": map[string]any{"Offset": 0, "Size": 5}})
	}
	const newest = "BackupStartTime DESC"
	if answer, ok := ask("QuerySessions", "00000000-0000-0000-0000-000000000000", "0 != 1", newest); ok && answer.Error == nil {
		c.Errorf("the storage node takes a wrong token")
	}
	answer, ok := ask("QuerySessions", out.Result.Token, "0 != 1", newest)
	if !ok {
		return
	}
	if answer.data() == dataVisa {
		c.Logf("NodeNeedsVisa: true")
		return
	}
	c.sessions(answer)
	if answer, ok := ask("QueryAudit", out.Result.Token, "Operation == 'SaveFilterOptions'", "Timestamp DESC"); ok {
		c.rowsWith("QueryAudit", answer, "ActionId", "Details", "Operation", "Timestamp", "User")
	}
}

// sessions checks five sessions that were asked for newest first.
func (c *conformance) sessions(answer conformAnswer) {
	c.Helper()
	var sessions []struct {
		ID               int64 `json:"Id"`
		BackupStartTime  int64
		Status, PluginId string //nolint:revive // the name on the wire
	}
	if err := answer.value(&sessions); err != nil {
		c.Errorf("QuerySessions: %v", err)
	}
	if len(sessions) > 5 {
		c.Errorf("QuerySessions: %d rows for a range of 5", len(sessions))
	}
	for i := 1; i < len(sessions); i++ {
		if sessions[i-1].BackupStartTime < sessions[i].BackupStartTime {
			c.Errorf("QuerySessions: BackupStartTime DESC is not in order")
		}
	}
}

// node calls the storage node of a device and tells whether it answered.
func (c *conformance) node(host, method string, params map[string]any) (conformAnswer, bool) {
	c.Helper()
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
	if err != nil {
		c.Fatalf("%v", err)
	}
	status, text, err := c.post("https://"+strings.TrimSuffix(host, ":443")+"/repserv_json", string(body), "")
	if err != nil {
		c.Logf("the storage node %s cannot be asked: %v", host, err)
		return conformAnswer{}, false
	}
	var answer conformAnswer
	if err := json.Unmarshal(text, &answer); err != nil || status != http.StatusOK {
		c.Errorf("%s: HTTP %d, %v", method, status, err)
		return conformAnswer{}, false
	}
	return answer, true
}

// rowsWith checks that an answer is a list of objects with these members.
func (c *conformance) rowsWith(method string, a conformAnswer, members ...string) []map[string]any {
	c.Helper()
	var rows []map[string]any
	if err := a.value(&rows); err != nil {
		c.Errorf("%s: %v", method, err)
	}
	for _, r := range rows {
		for _, name := range members {
			if _, ok := r[name]; !ok {
				c.Errorf("%s: a row without %s", method, name)
			}
		}
	}
	return rows
}

// writes changes a customer reference and restores it.
func (c *conformance) writes() {
	c.Helper()
	code := func() string {
		c.Helper()
		var p struct{ ExternalCode string }
		c.must("GetPartnerInfoById", map[string]any{"partnerId": c.writeTo}, &p)
		return p.ExternalCode
	}
	write := func(text string) {
		c.Helper()
		a := c.call("ModifyPartner", map[string]any{"partnerInfo": map[string]any{"Id": c.writeTo, "ExternalCode": text}})
		if a.Error != nil || string(a.Result) != "null" {
			c.Errorf("ModifyPartner: data %d, an outer result of null: %v", a.data(), string(a.Result) == "null")
		}
	}
	before := code()
	write(before + " conform")
	if got := code(); got != before+" conform" {
		c.Errorf("ModifyPartner: the reference is %q afterwards", got)
	}
	write(before)
	if got := code(); got != before {
		c.Errorf("ModifyPartner: the reference is %q, not %q as before", got, before)
	}
}
