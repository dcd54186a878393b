package world

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// coveClient calls the world's Cove as any client would.
type coveClient struct {
	t    *testing.T
	w    *World
	visa string
}

func ask(t *testing.T, w *World) *coveClient {
	t.Helper()
	c := &coveClient{t: t, w: w}
	api := w.Cove.Credentials()
	c.call(w.Cove.URL+"/jsonapi", "Login", map[string]any{"partner": api.Partner, "username": api.Username, "password": api.Password}, nil)
	return c
}

// call decodes the result of a call, outer and inner.
func (c *coveClient) call(url, method string, params map[string]any, into any) {
	c.t.Helper()
	body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": "1", "method": method, "params": params})
	if err != nil {
		c.t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, url, strings.NewReader(string(body)))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+c.visa)
	resp, err := c.w.Cove.Client().Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var answer struct {
		Result json.RawMessage
		Error  any
		Visa   string
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || answer.Error != nil {
		c.t.Fatalf("%s: %v, %v", method, err, answer.Error)
	}
	if answer.Visa != "" {
		c.visa = answer.Visa
	}
	if into != nil {
		if err := json.Unmarshal(answer.Result, into); err != nil {
			c.t.Fatalf("%s: %v in %s", method, err, answer.Result)
		}
	}
}

// rows returns the statistics, now or as of a time, by device.
func (c *coveClient) rows(slice time.Time, columns ...string) map[int64]map[string]string {
	c.t.Helper()
	method, params := "EnumerateAccountStatistics", map[string]any{"query": map[string]any{"PartnerId": c.w.Cove.RootID(), "RecordsCount": 100000, "Columns": columns}}
	if !slice.IsZero() {
		method, params["timeslice"] = "EnumerateAccountHistoryStatistics", slice.Unix()
	}
	var out struct {
		Result []struct {
			AccountID int64 `json:"AccountId"`
			Settings  []map[string]string
		} `json:"result"`
	}
	c.call(c.w.Cove.URL+"/jsonapi", method, params, &out)
	rows := map[int64]map[string]string{}
	for _, r := range out.Result {
		rows[r.AccountID] = map[string]string{}
		for _, cell := range r.Settings {
			for code, value := range cell {
				rows[r.AccountID][code] = value
			}
		}
	}
	return rows
}

func TestR24_DevicesAreFilled(t *testing.T) {
	w := New(Config{Seed: 3, Customers: 8, Devices: 120})
	c := ask(t, w)
	always := []string{"AN", "PN", "PD", "LN", "US", "CD", "AT", "OT"}
	machine := []string{"MN", "OS", "VN", "MF", "MO", "I84", "I85", "IP", "EI", "MA", "OP", "OI", "F1", "F3", "FA"}
	cloud := []string{"GM", "G@", "JM", "D05F22", "D23F23", "D23F24", "GA", "JA", "D05F12", "D23F12"}
	last := []string{"FG", "SG", "GG", "JG", "D05F15", "D23F15"}
	for id, row := range c.rows(time.Time{}, append(append(append(append([]string{}, always...), machine...), cloud...), last...)...) {
		want := append(append([]string{}, always...), machine...)
		if row["AT"] == "2" {
			want = append(append([]string{}, always...), cloud...)
		}
		for _, code := range want {
			if row[code] == "" || row[code] == "0" && code != "OT" && code != "G@" {
				t.Errorf("%s: %s is %q", row["AN"], code, row[code])
			}
		}
		sessions := c.sessions(id, row["AN"], row["AT"] == "2")
		for _, code := range last {
			if at := row[code]; at != "" && !sessions[at] {
				t.Errorf("%s: %s is %s, and no session ended then", row["AN"], code, at)
			}
		}
	}
	for _, p := range w.Cove.Partners() {
		if p.ID != w.Cove.RootID() && (p.LocationID == 0 || p.Company == nil || p.Company.City == "" || len(p.Properties) == 0) {
			t.Errorf("partner %s: %+v", p.Name, p)
		}
	}
}

// sessions returns the endings of a device's sessions, and checks that they are
// filled.
func (c *coveClient) sessions(id int64, name string, cloud bool) map[string]bool {
	c.t.Helper()
	d, _ := c.w.Cove.Device(id)
	var out struct {
		Result []map[string]any `json:"result"`
	}
	members := []string{"SelectedSize", "ProcessedSize", "ChangedSize", "SentSize", "SelectedCount", "ProcessedCount", "BuildVersion", "StartTime"}
	if cloud {
		members = []string{"Duration", "AccountsCount", "SiteCollectionsCount", "StartTime"}
		c.call(c.w.Cove.URL+"/reporting_api", "EnumerateSessions", map[string]any{"accountToken": d.Token}, &out)
	} else {
		c.call("https://"+c.w.Cove.NodeHost+"/repserv_json", "QuerySessions", map[string]any{"accountId": id, "account": name, "token": d.Token}, &out)
	}
	ends := map[string]bool{}
	for _, s := range out.Result {
		for _, name := range members {
			if s[name] == 0.0 || s[name] == "" || s[name] == nil {
				c.t.Errorf("%s: a session with %s %v", d.Name, name, s[name])
			}
		}
		ends[fmt.Sprintf("%.0f", s["EndTime"])] = true
	}
	if cloud {
		return ends
	}
	c.call("https://"+c.w.Cove.NodeHost+"/repserv_json", "QueryErrors", map[string]any{"accountId": id, "account": name, "token": d.Token, "sessionId": 0}, &out)
	for _, e := range out.Result {
		if e["Code"] == 0.0 || e["Text"] == "" {
			c.t.Errorf("%s: an error without code or text: %v", d.Name, e)
		}
	}
	return ends
}

func TestR25_TheWorldHasAPast(t *testing.T) {
	w := New(Config{Seed: 3, Customers: 8, Devices: 120})
	slice := w.Now().Add(-60 * 24 * time.Hour)
	w.Advance(24 * time.Hour)
	c := ask(t, w)
	now, then := c.rows(time.Time{}, "AN", "CD", "US", "TG", "TL"), c.rows(slice, "AN", "CD", "US", "TG", "TL")
	if len(then) == 0 || len(then) == len(now) {
		t.Errorf("%d devices two months ago, %d now", len(then), len(now))
	}
	limit := fmt.Sprint(slice.Unix())
	for id, row := range then {
		if row["CD"] > limit || row["TG"] > limit || row["TL"] > limit || row["US"] == now[id]["US"] {
			t.Errorf("%s two months ago: %v, now %v", row["AN"], row, now[id])
		}
	}
}
