package covetest

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// T is what Conform needs of *testing.T.
type T interface {
	Helper()
	Context() context.Context
	Logf(format string, args ...any)
	Errorf(format string, args ...any)
	// Fatalf must not return.
	Fatalf(format string, args ...any)
}

// ConformOption changes what Conform does.
type ConformOption func(*conformance)

// ConformClient sets the HTTP client, for servers whose certificate is not
// publicly trusted. Default: a client with a time limit of one minute.
func ConformClient(client *http.Client) ConformOption {
	return func(c *conformance) { c.client = client }
}

// ConformWrites also checks writes: it changes the customer reference of one
// partner and puts it back. Without this option nothing is written.
func ConformWrites(partnerID int64) ConformOption {
	return func(c *conformance) { c.writeTo = partnerID }
}

// Conform checks that a Cove behaves as this package's server does, with some
// forty plain HTTP requests and no client library. It runs against this
// server in its own tests, and it is meant to be run against a sandbox tenant
// as well:
//
//	func TestSandbox(t *testing.T) {
//		covetest.Conform(t, "https://api.backup.management", covetest.Credentials{
//			Partner: os.Getenv("COVE_PARTNER"), Username: os.Getenv("COVE_USERNAME"), Password: os.Getenv("COVE_PASSWORD"),
//		})
//	}
//
// It only reads, unless told otherwise. One sign-in with a user name that
// does not exist is part of it. Where tenants differ it asserts nothing and
// logs what it found, in the words of [Switches]. What it says never holds a
// password, a visa or a token.
func Conform(t T, baseURL string, credentials Credentials, options ...ConformOption) {
	t.Helper()
	c := &conformance{T: t, base: strings.TrimSuffix(strings.TrimSuffix(baseURL, "/"), "/jsonapi"), credentials: credentials,
		client: &http.Client{Timeout: time.Minute}}
	for _, o := range options {
		o(c)
	}
	c.login()
	c.envelope()
	c.visas()
	c.partners()
	c.rows()
	c.paging()
	c.filters()
	c.columns()
	c.device()
	if c.writeTo != 0 {
		c.writes()
	}
}

type conformance struct {
	T
	base        string
	credentials Credentials
	client      *http.Client
	writeTo     int64

	visa    string
	user    struct{ ID, PartnerID int64 }
	known   map[int64]bool // partners of the tree, the root included
	devices []conformRow   // all devices, by id
	arrays  bool           // values come as arrays
}

type conformAnswer struct {
	ID      json.RawMessage
	JSONRPC string
	Result  json.RawMessage
	Error   *struct {
		Code, Data int
		Message    string
	}
	Visa string
}

// data is Cove's own error code; -1 when the call succeeded.
func (a conformAnswer) data() int {
	if a.Error == nil {
		return -1
	}
	return a.Error.Data
}

// value decodes result.result.
func (a conformAnswer) value(into any) error {
	if a.Error != nil {
		return fmt.Errorf("error %d, data %d: %s", a.Error.Code, a.Error.Data, a.Error.Message)
	}
	var outer struct{ Result json.RawMessage }
	if err := json.Unmarshal(a.Result, &outer); err != nil {
		return fmt.Errorf("the outer result is no object: %w", err)
	}
	return json.Unmarshal(outer.Result, into)
}

// post sends any body to any URL and returns status and body.
func (c *conformance) post(url, body string) (int, []byte, error) {
	req, err := http.NewRequestWithContext(c.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := c.client.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	out, err := io.ReadAll(resp.Body)
	return resp.StatusCode, out, err
}

// send posts a request to the management service and decodes the envelope.
func (c *conformance) send(request map[string]any) conformAnswer {
	c.Helper()
	body, err := json.Marshal(request)
	if err != nil {
		c.Fatalf("%v", err)
	}
	status, out, err := c.post(c.base+"/jsonapi", string(body))
	if err != nil {
		c.Fatalf("%v: %v", request["method"], err)
	}
	var a conformAnswer
	if err := json.Unmarshal(out, &a); err != nil || status != http.StatusOK {
		c.Fatalf("%v: HTTP %d with a body of %d bytes: %v", request["method"], status, len(out), err)
	}
	if a.JSONRPC != "2.0" || (a.Error == nil) == (a.Result == nil) {
		c.Errorf("%v: the answer needs jsonrpc 2.0 and either result or error", request["method"])
	}
	return a
}

// call sends a method with the current visa and chains the next one.
func (c *conformance) call(method string, params map[string]any) conformAnswer {
	c.Helper()
	a := c.send(map[string]any{"jsonrpc": "2.0", "id": "1", "visa": c.visa, "method": method, "params": params})
	if a.Visa != "" {
		c.visa = a.Visa
	}
	return a
}

func (c *conformance) must(method string, params map[string]any, into any) {
	c.Helper()
	if err := c.call(method, params).value(into); err != nil {
		c.Fatalf("%s: %v", method, err)
	}
}

func (c *conformance) login() {
	c.Helper()
	wrong := c.send(map[string]any{"jsonrpc": "2.0", "id": "1", "method": "Login", "params": map[string]any{
		"partner": c.credentials.Partner, "username": c.credentials.Username + ".does-not-exist", "password": "x"}})
	if wrong.data() != dataCredentials {
		c.Errorf("Login of an unknown user: data %d, want %d", wrong.data(), dataCredentials)
	}
	a := c.send(map[string]any{"jsonrpc": "2.0", "id": "1", "method": "Login", "params": map[string]any{
		"partner": c.credentials.Partner, "username": c.credentials.Username, "password": c.credentials.Password}})
	var user struct {
		ID        int64 `json:"Id"`
		PartnerID int64 `json:"PartnerId"`
		Password  *string
	}
	if err := a.value(&user); err != nil {
		c.Fatalf("Login: %v", err)
	}
	if user.ID == 0 || user.PartnerID == 0 || user.Password != nil && *user.Password != "" {
		c.Errorf("Login: the UserInfo needs Id and PartnerId and must not tell the password")
	}
	fields := strings.Split(a.Visa, "-")
	issued, err := int64(0), error(nil)
	if len(fields) == 5 {
		issued, err = strconv.ParseInt(fields[3], 10, 64)
	}
	if len(fields) != 5 || err != nil || issued < 1e9 {
		c.Errorf("Login: the visa has %d fields, want 5 with the issue time in the fourth", len(fields))
	}
	c.user.ID, c.user.PartnerID, c.visa = user.ID, user.PartnerID, a.Visa
}

// envelope checks how requests are read.
func (c *conformance) envelope() {
	c.Helper()
	ask := func(change func(map[string]any)) conformAnswer {
		c.Helper()
		r := map[string]any{"jsonrpc": "2.0", "id": "seven", "visa": c.visa, "method": "GetPartnerInfoById", "params": map[string]any{"partnerId": c.user.PartnerID}}
		change(r)
		return c.send(r)
	}
	if a := ask(func(map[string]any) {}); a.Error != nil || string(a.ID) != `"seven"` || a.Visa == "" {
		c.Errorf("a good request: data %d, id %s, a new visa: %v", a.data(), a.ID, a.Visa != "")
	}
	if a := ask(func(r map[string]any) { r["id"] = 7 }); a.Error != nil || string(a.ID) != "7" {
		c.Errorf("a number as id: data %d, id %s", a.data(), a.ID)
	}
	if a := ask(func(r map[string]any) { r["params"].(map[string]any)["unknownMember"] = true }); a.Error != nil {
		c.Errorf("an unknown parameter: data %d, want it ignored", a.data())
	}
	if a := ask(func(r map[string]any) { delete(r, "visa") }); a.data() != dataVisa {
		c.Errorf("no visa: data %d, want %d", a.data(), dataVisa)
	}
	inside := func(r map[string]any) { r["params"].(map[string]any)["visa"] = r["visa"]; delete(r, "visa") }
	if a := ask(inside); a.data() != dataVisa {
		c.Errorf("the visa inside params: data %d, want %d", a.data(), dataVisa)
	}
	if a := ask(func(r map[string]any) { r["method"] = "NoSuchMethodAtAll" }); a.Error == nil {
		c.Errorf("an unknown method succeeds")
	} else {
		c.Logf("UnknownMethodInternal: %v (code %d)", a.Error.Code == codeCove, a.Error.Code)
	}
	if a := ask(func(r map[string]any) { r["method"] = "getpartnerinfobyid" }); a.Error == nil {
		c.Errorf("method names are not case-sensitive")
	}
	if a := ask(func(r map[string]any) { r["params"] = map[string]any{"partnerid": c.user.PartnerID} }); a.Error == nil {
		c.Errorf("parameter names are not case-sensitive")
	}
	if status, out, err := c.post(c.base+"/jsonapi", `{"jsonrpc":`); err != nil {
		c.Errorf("malformed JSON: %v", err)
	} else if a := (conformAnswer{}); status == http.StatusOK && (json.Unmarshal(out, &a) != nil || a.Error == nil) {
		c.Errorf("malformed JSON is no error")
	}
}

// visas checks the chain.
func (c *conformance) visas() {
	c.Helper()
	first := c.visa
	c.call("GetPartnerInfoById", map[string]any{"partnerId": c.user.PartnerID})
	second := c.visa
	c.call("GetPartnerInfoById", map[string]any{"partnerId": c.user.PartnerID})
	if first == second || second == c.visa {
		c.Errorf("answers do not carry a new visa")
	}
	newest := c.visa
	c.visa = first
	a := c.call("GetPartnerInfoById", map[string]any{"partnerId": c.user.PartnerID})
	c.visa = newest
	if a.Error != nil && a.data() != dataVisa {
		c.Errorf("a superseded visa: data %d", a.data())
	}
	c.Logf("SupersededVisaDies: %v", a.Error != nil)
	bad := c.call("GetPartnerInfoById", map[string]any{"partnerId": -12345})
	if bad.Error == nil {
		c.Errorf("a partner that cannot exist is answered")
	}
	c.Logf("ErrorsWithoutVisa: %v", bad.Visa == "")
}

type conformPartner struct {
	ID       int64 `json:"Id"`
	ParentID int64 `json:"ParentId"`
	Name     *string
	Level    string
}

func (c *conformance) partners() {
	c.Helper()
	var root, named conformPartner
	c.must("GetPartnerInfoById", map[string]any{"partnerId": c.user.PartnerID}, &root)
	if root.ID != c.user.PartnerID || root.Name == nil || *root.Name == "" || root.Level == "" {
		c.Fatalf("GetPartnerInfoById: id %d, a name: %v, level %q", root.ID, root.Name != nil, root.Level)
	}
	c.must("GetPartnerInfo", map[string]any{"name": *root.Name}, &named)
	if named.ID != root.ID {
		c.Errorf("GetPartnerInfo by name: id %d, want %d", named.ID, root.ID)
	}
	if a := c.call("GetPartnerInfo", map[string]any{"name": *root.Name + " "}); a.Error == nil {
		c.Errorf("GetPartnerInfo takes a name that is not exact")
	}
	if a := c.call("EnumeratePartners", map[string]any{"fetchRecursively": true}); a.data() != dataForbidden {
		c.Errorf("EnumeratePartners without a parent: data %d, want %d", a.data(), dataForbidden)
	}
	var all, direct []conformPartner
	c.must("EnumeratePartners", map[string]any{"parentPartnerId": root.ID, "fetchRecursively": true, "fields": []int{0, 1, 5, 18}}, &all)
	c.must("EnumeratePartners", map[string]any{"parentPartnerId": root.ID, "fetchRecursively": false, "fields": []int{0, 1}}, &direct)
	c.known = map[int64]bool{root.ID: true}
	children := 0
	for _, p := range all {
		if c.known[p.ID] {
			c.Errorf("EnumeratePartners lists %d twice, or the parent itself", p.ID)
		}
		c.known[p.ID] = true
		if p.ParentID == root.ID {
			children++
		}
		if p.Name == nil || p.Level == "" {
			c.Errorf("EnumeratePartners: %d lacks name or level, which were asked for", p.ID)
		}
	}
	deepest := root
	for _, p := range all {
		if !c.known[p.ParentID] {
			c.Errorf("EnumeratePartners: the parent %d of %d is not in the list", p.ParentID, p.ID)
		}
		if p.ParentID != root.ID {
			deepest = p
		}
	}
	if len(direct) != children {
		c.Errorf("EnumeratePartners: %d direct children, %d in the recursive list", len(direct), children)
	}
	var tree struct {
		ActualChildCount int
		Info             conformPartner
		Children         []struct{ Info conformPartner }
	}
	c.must("EnumerateChildPartners", map[string]any{"partnerId": root.ID, "fields": []int{0, 1}, "partnerFilter": map[string]any{}, "range": map[string]any{"Offset": 0, "Size": 1}}, &tree)
	if tree.Info.ID != root.ID || tree.ActualChildCount != children || len(tree.Children) != min(1, children) {
		c.Errorf("EnumerateChildPartners: %d of %d children for a range of one, want %d", len(tree.Children), tree.ActualChildCount, children)
	}
	var line []conformPartner
	c.must("EnumerateAncestorPartners", map[string]any{"partnerId": deepest.ID}, &line)
	withSelf := len(line) > 0 && line[0].ID == deepest.ID
	c.Logf("AncestorsWithoutSelf: %v", !withSelf)
	for i := 1; i < len(line); i++ {
		if line[i-1].ParentID != line[i].ID {
			c.Errorf("EnumerateAncestorPartners: %d does not follow its child", line[i].ID)
		}
	}
	if deepest.ID != root.ID && !slices.ContainsFunc(line, func(p conformPartner) bool { return p.ID == root.ID }) {
		c.Errorf("EnumerateAncestorPartners does not reach the user's own partner")
	}
}

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
	c.Errorf("device %d: the value of %s is no string", device, code)
	return ""
}

// conformLimit is how many devices are looked at.
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

// paging reads all devices in small pages and wants the same.
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

// filters compares what filters select with what the columns say.
func (c *conformance) filters() {
	c.Helper()
	// order compares a cell with a number; no cell is 0.
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

// columns compares the two spellings.
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

// device looks at one device and at its storage node.
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
	node := func(token string) (conformAnswer, bool) {
		body, err := json.Marshal(map[string]any{"jsonrpc": "2.0", "id": 1, "method": "QuerySessions", "params": map[string]any{
			"accountId": id, "account": out.Result.Name, "token": token, "query": "0 != 1", "orderBy": "BackupStartTime DESC", "range": map[string]any{"Offset": 0, "Size": 5}}})
		if err != nil {
			c.Fatalf("%v", err)
		}
		status, text, err := c.post("https://"+strings.TrimSuffix(host, ":443")+"/repserv_json", string(body))
		if err != nil {
			c.Logf("the storage node %s cannot be asked: %v", host, err)
			return conformAnswer{}, false
		}
		var answer conformAnswer
		if err := json.Unmarshal(text, &answer); err != nil || status != http.StatusOK {
			c.Errorf("QuerySessions: HTTP %d, %v", status, err)
			return conformAnswer{}, false
		}
		return answer, true
	}
	if answer, ok := node("00000000-0000-0000-0000-000000000000"); ok && answer.Error == nil {
		c.Errorf("the storage node takes a wrong token")
	}
	answer, ok := node(out.Result.Token)
	if !ok {
		return
	}
	if answer.data() == dataVisa {
		c.Logf("NodeNeedsVisa: true")
		return
	}
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

// writes changes a customer reference and puts it back.
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
