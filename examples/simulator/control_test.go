package main

import (
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/cove/covetest"
)

// stage is a simulator under orders. The clock stands still.
type stage struct {
	*testing.T
	line ready
	home string // where programs keep their memory
}

func onStage(t *testing.T) stage {
	t.Helper()
	return stage{t, start(t, "-control", "127.0.0.1:0", "-now", "2026-11-16T06:30:00Z", "-speed", "0", "-customers", "3", "-devices", "12"), t.TempDir()}
}

// try sends an order and returns the status and the answer.
func (s stage) try(method, path string) (int, string) {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), method, s.line.Control+path, http.NoBody)
	if err != nil {
		s.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// post sends an order that must be obeyed and returns what it answered.
func (s stage) post(path string) map[string]any {
	s.Helper()
	status, body := s.try(http.MethodPost, path)
	var answer map[string]any
	if err := json.Unmarshal([]byte(body), &answer); status != http.StatusOK || err != nil {
		s.Fatalf("POST %s: %d %s", path, status, body)
	}
	return answer
}

// answer is what a test looks at besides the body.
type answer struct {
	status int
	header http.Header
}

// psa asks ConnectWise and decodes the answer.
func (s stage) psa(method, path, body string, into any) answer {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), method, s.line.ConnectWise.URL+"/v4_6_release/apis/3.0/"+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	c := s.line.ConnectWise
	req.SetBasicAuth(c.Company+"+"+c.PublicKey, c.PrivateKey)
	req.Header.Set("clientId", c.ClientID)
	req.Header.Set("Content-Type", "application/json")
	return s.decode(req, into)
}

// rpc asks Cove, with the visa of a login before, and decodes the result.
func (s stage) rpc(method string, params map[string]any, into any) answer {
	s.Helper()
	call := map[string]any{"jsonrpc": "2.0", "id": "1", "method": method, "params": params}
	if method != "Login" {
		var login struct{ Visa string }
		c := s.line.Cove
		s.rpc("Login", map[string]any{"partner": c.Partner, "username": c.Username, "password": c.Password}, &login)
		call["visa"] = login.Visa
	}
	body, err := json.Marshal(call)
	if err != nil {
		s.Fatal(err)
	}
	req, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.line.Cove.URL+"/jsonapi", strings.NewReader(string(body)))
	if err != nil {
		s.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	return s.decode(req, into)
}

func (s stage) decode(req *http.Request, into any) answer {
	s.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		s.Fatal(err)
	}
	if into != nil {
		if err := json.Unmarshal(body, into); err != nil {
			s.Fatalf("%s %s: %d %s: %v", req.Method, req.URL.Path, resp.StatusCode, body, err)
		}
	}
	return answer{resp.StatusCode, resp.Header}
}

// newcomer is the device of the test.
const newcomer = "NEW-01"

// column is one column of the newcomer.
func (s stage) column(code string) string {
	s.Helper()
	var answer struct {
		Result struct {
			Result []struct{ Settings []map[string]string }
		}
	}
	var me struct {
		Result struct{ Result struct{ PartnerID int64 } }
	}
	c := s.line.Cove
	s.rpc("Login", map[string]any{"partner": c.Partner, "username": c.Username, "password": c.Password}, &me)
	s.rpc("EnumerateAccountStatistics", map[string]any{"query": map[string]any{
		"PartnerId": me.Result.Result.PartnerID, "StartRecordNumber": 0, "RecordsCount": 50, "Columns": []string{"AN", code}, "Filter": `AN == "` + newcomer + `"`,
	}}, &answer)
	if len(answer.Result.Result) != 1 {
		s.Fatalf("%d devices are called %s", len(answer.Result.Result), newcomer)
	}
	for _, column := range answer.Result.Result[0].Settings {
		if value, found := column[code]; found {
			return value
		}
	}
	return ""
}

// ticket creates a ticket and returns its number.
func (s stage) ticket(summary string) string {
	s.Helper()
	var companies []struct{ ID json.Number }
	s.psa(http.MethodGet, "company/companies?pageSize=1", "", &companies)
	var made struct{ ID json.Number }
	s.psa(http.MethodPost, "service/tickets", `{"summary":"`+summary+`","company":{"id":`+companies[0].ID.String()+`}}`, &made)
	if made.ID == "" {
		s.Fatalf("no ticket %q was made", summary)
	}
	return made.ID.String()
}

// seen is what ConnectWise shows of a ticket.
type seen struct {
	ID         json.Number
	Summary    string
	ClosedFlag bool
	Board      struct{ Name string }
	Status     struct{ Name string }
	Owner      struct{ Identifier string }
}

func (s stage) look(id string) (t seen) {
	s.Helper()
	s.psa(http.MethodGet, "service/tickets/"+id, "", &t)
	return t
}

// contract is what DESIGN.md 9 promises of the control address.
var contract = map[string][]string{
	"/advance": {"by"}, "/device": {"name", "customer", "source", "status", "error"},
	"/fault": {"api", "method", "path", "verb", "nth", "kind", "times"}, "/clock": {"server"}, "/switch": {"name"},
	"/rights": {"module", "level"}, "/reset": {}, "/technician": {},
}

func TestFirstLineAndPageKeepTheContract(t *testing.T) {
	t.Parallel()
	s := onStage(t)
	text, err := json.Marshal(s.line)
	if err != nil {
		t.Fatal(err)
	}
	var line map[string]any
	if err := json.Unmarshal(text, &line); err != nil {
		t.Fatal(err)
	}
	var names []string
	for name, value := range line {
		names = append(names, name)
		if parts, found := value.(map[string]any); found {
			for part, value := range parts {
				names = append(names, name+"."+part)
				if value == "" {
					t.Errorf("%s.%s is empty", name, part)
				}
			}
		}
	}
	slices.Sort(names)
	want := []string{
		"caFile", "connectwise", "connectwise.clientId", "connectwise.company", "connectwise.privateKey", "connectwise.publicKey", "connectwise.url",
		"control", "cove", "cove.partner", "cove.password", "cove.url", "cove.username",
	}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Errorf("first line (-want +got):\n%s", diff)
	}

	status, page := s.try(http.MethodGet, "/")
	if status != http.StatusOK {
		t.Fatalf("GET /: %d", status)
	}
	sections := strings.Split(page, "\nPOST ")[1:]
	if len(sections) != len(contract) {
		t.Errorf("%d orders on the page, want %d:\n%s", len(sections), len(contract), page)
	}
	for _, section := range sections {
		path, _, _ := strings.Cut(section, "\n")
		parameters, found := contract[path]
		if !found {
			t.Errorf("%s is not a part of the contract", path)
		}
		for _, name := range parameters {
			if !regexp.MustCompile(`(?m)^    ` + name + `= +\S`).MatchString(section) {
				t.Errorf("%s= is not explained at %s", name, path)
			}
		}
	}
	for _, deed := range []string{"close", "move", "rename", "merge", "take", "note"} {
		if !strings.Contains(page, deed) {
			t.Errorf("the page does not say that a technician can %s", deed)
		}
	}
}

func TestBadOrdersAreOneClearLine(t *testing.T) {
	t.Parallel()
	s := onStage(t)
	id := s.ticket("Stays as it is")
	for path, want := range map[string]string{
		"/advance":                           "by is missing",
		"/advance?by=":                       "by is missing",
		"/advance?by=soon":                   "is not a duration",
		"/advance?by=-1h":                    "forward",
		"/advance?by=400d":                   "366 days",
		"/advance?for=1h":                    `there is no parameter "for": there are by`,
		"/advance?by=1&by=":                  "2 times",
		"/advance?by=%zz":                    "cannot read the parameters",
		"/clock":                             "server or speed is missing",
		"/clock?server=x":                    "is not a duration",
		"/clock?speed=fast":                  "want a number",
		"/clock?speed=-1":                    "want 0 to",
		"/clock?server=2026-11-16T06:29:00Z": "goes forward",
		"/clock?server=2026-11-17T06:29:00Z&api=cove": "one clock",
		"/device?status=2":                            "name is missing",
		"/device?name=x&status=ill":                   "status=ill: want a number from 1 to 12",
		"/device?name=x&status=13":                    "from 1 to 12",
		"/device?name=x":                              "from 1 to 12",
		"/device?name=nobody&status=2":                "no device is called",
		"/fault?kind=page":                            "api is missing",
		"/fault?api=psa&kind=page":                    "want cove, connectwise",
		"/fault?api=cove":                             "kind is missing",
		"/fault?api=cove&kind=odd":                    "there are refuse, reset",
		"/fault?api=cove&kind=page&nth=0":             "the first is 1",
		"/fault?api=cove&kind=page&nth=one":           "want a whole number",
		"/fault?api=cove&kind=page&times=0":           "at least 1",
		"/fault?api=cove&kind=page&status=42":         "want 200 to 599",
		"/fault?api=cove&kind=late&delay=-1h":         "want 0 to 24h",
		"/fault?api=cove&kind=page&method=a&verb=GET": "come by POST",
		"/fault?api=connectwise&kind=page&method=a":   "leave method out",
		"/switch":                                              "name is missing",
		"/switch?name=Nothing":                                 `no switch "Nothing"`,
		"/switch?name=SelfSignedNode":                          "no switch",
		"/switch?name=PageCap":                                 "value is missing",
		"/switch?name=PageCap&value=many":                      "want a whole number",
		"/switch?name=PageCap&value=1&api=cove":                "no switch",
		"/switch?name=NoDate&value=perhaps":                    "want true or false",
		"/switch?name=Links&value=odd":                         "want plain, missing",
		"/switch?name=ListLag&value=long":                      "is not a duration",
		"/rights?level=None":                                   "module is missing",
		"/rights?module=Service":                               "want None, My, All",
		"/rights?module=Nothing&level=None":                    `no module "Nothing": there are`,
		"/rights?module=Service Tickets&level=All&verb=look":   "want add, edit",
		"/reset?all=true":                                      "takes no parameters",
		"/technician":                                          "want close, reopen",
		"/technician?do=paint&ticket=" + id:                    "want close, reopen",
		"/technician?do=close":                                 "ticket is missing",
		"/technician?do=close&ticket=99999":                    "there is no such ticket",
		"/technician?do=close&ticket=nowhere":                  "no ticket has that",
		"/technician?do=rename&ticket=" + id:                   "to is missing",
		"/technician?do=move&ticket=" + id + "&to=Nowhere":     "Nowhere",
		"/technician?do=merge&ticket=" + id + "&to=99999":      "there is no such ticket",
		"/technician?do=note&ticket=" + id:                     "text is missing",
		"/technician?do=note&ticket=x&text=y&internal=perhaps": "no ticket has that",
	} {
		status, body := s.try(http.MethodPost, strings.ReplaceAll(path, " ", "+"))
		if status != http.StatusBadRequest || !strings.Contains(body, want) || strings.Count(body, "\n") != 1 || !strings.HasSuffix(body, "\n") {
			t.Errorf("POST %s: %d %q, want 400 and one line with %q", path, status, body, want)
		}
	}
	for _, tt := range []struct {
		method, path string
		status       int
	}{{http.MethodGet, "/advance", 405}, {http.MethodPost, "/", 405}, {http.MethodGet, "/nowhere", 404}, {http.MethodPost, "/nowhere", 404}} {
		if status, body := s.try(tt.method, tt.path); status != tt.status || strings.Count(body, "\n") != 1 {
			t.Errorf("%s %s: %d %q, want %d", tt.method, tt.path, status, body, tt.status)
		}
	}
	if got := s.look(id); got.Summary != "Stays as it is" || got.ClosedFlag {
		t.Errorf("a refused order changed the ticket: %+v", got)
	}
}

func TestClock(t *testing.T) {
	t.Parallel()
	s := onStage(t)
	date := func() string { return s.psa(http.MethodGet, "system/info", "", nil).header.Get("Date") }
	coveDate := func() string { return s.rpc("Login", map[string]any{}, nil).header.Get("Date") }
	want := func(psa, cove string) {
		t.Helper()
		if got := date(); !strings.HasSuffix(got, psa+" GMT") {
			t.Errorf("ConnectWise's Date is %s, want %s", got, psa)
		}
		if got := coveDate(); !strings.HasSuffix(got, cove+" GMT") {
			t.Errorf("Cove's Date is %s, want %s", got, cove)
		}
	}
	want("16 Nov 2026 06:30:00", "16 Nov 2026 06:30:00")
	if now := s.post("/advance?by=1d")["now"]; now != "2026-11-17T06:30:00Z" {
		t.Errorf("now %v", now)
	}
	s.post("/clock?server=2026-11-18T08:00:00Z")
	want("18 Nov 2026 08:00:00", "18 Nov 2026 08:00:00")
	s.post("/clock?server=10m")
	want("18 Nov 2026 08:10:00", "18 Nov 2026 08:10:00")
	s.post("/clock?server=-1h&api=connectwise")
	want("18 Nov 2026 07:00:00", "18 Nov 2026 08:10:00")
	s.post("/clock?server=0")
	want("18 Nov 2026 08:00:00", "18 Nov 2026 08:00:00")
	s.post("/clock?speed=3600")
	begun := date()
	for range 100 {
		if date() != begun {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("the clock does not run")
}

func TestDevicesLiveOn(t *testing.T) {
	t.Parallel()
	s := onStage(t)
	id := s.post("/device?name=NEW-01&customer=" + strings.ReplaceAll(customer(s), " ", "+") + "&source=D01&status=5")["device"]
	if id == nil || s.column("D01F00") != "5" {
		t.Fatalf("device %v has status %s", id, s.column("D01F00"))
	}
	first := s.column("D01F09")
	s.post("/advance?by=2d")
	if later := s.column("D01F09"); later <= first {
		t.Errorf("last success at %s, two days later at %s", first, later)
	}
	s.post("/device?name=new-01&error=Access+is+denied")
	good := s.column("D01F09")
	s.post("/advance?by=2d")
	if status, success := s.column("D01F00"), s.column("D01F09"); status != "2" || success != good {
		t.Errorf("status %s, last success %s; want 2 and %s", status, success, good)
	}
	s.post("/device?name=new-01&status=offline")
	at := s.column("TS")
	s.post("/advance?by=2d")
	if later := s.column("TS"); later != at {
		t.Errorf("an offline device called home: %s, then %s", at, later)
	}
}

// Devices call home while the clock runs, without any order.
func TestDevicesFollowTheClock(t *testing.T) {
	t.Parallel()
	s := onStage(t)
	s.post("/device?name=NEW-01&status=5&customer=" + strings.ReplaceAll(customer(s), " ", "+"))
	before := s.column("TS")
	s.post("/clock?speed=3600")
	for range 100 {
		if s.column("TS") > before {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("still seen at %s", before)
}

// customer is the name of the first customer.
func customer(s stage) string {
	var me struct {
		Result struct{ Result struct{ PartnerID int64 } }
	}
	c := s.line.Cove
	s.rpc("Login", map[string]any{"partner": c.Partner, "username": c.Username, "password": c.Password}, &me)
	var list struct {
		Result struct{ Result []struct{ Name string } }
	}
	s.rpc("EnumeratePartners", map[string]any{"parentPartnerId": me.Result.Result.PartnerID, "fetchRecursively": false, "fields": []int{0, 1}}, &list)
	return list.Result.Result[0].Name
}

func TestFaultsSwitchesRightsAndReset(t *testing.T) {
	t.Parallel()
	s := onStage(t)
	status := func() int { return s.psa(http.MethodGet, "service/boards", "", nil).status }
	statuses := func(want ...int) {
		t.Helper()
		for i, code := range want {
			if got := status(); got != code {
				t.Errorf("request %d: %d, want %d", i+1, got, code)
			}
		}
	}
	s.post("/fault?api=connectwise&verb=get&path=/v4_6_release/apis/3.0/service/boards&nth=2&times=2&kind=status&status=503")
	statuses(200, 503, 503, 200)
	s.post("/fault?api=connectwise&path=service/boards&times=-1&kind=page&status=502")
	statuses(502, 502)
	s.post("/fault?api=connectwise&kind=none")
	statuses(200)
	s.post("/fault?api=cove&method=Login&kind=tooManyRequests&retryAfter=7")
	if resp := s.rpc("Login", map[string]any{}, nil); resp.status != 429 || resp.header.Get("Retry-After") != "7" {
		t.Errorf("Login answered %d, Retry-After %q", resp.status, resp.header.Get("Retry-After"))
	}

	s.post("/switch?name=pagecap&value=1")
	var boards []struct{ Name string }
	if s.psa(http.MethodGet, "service/boards", "", &boards); len(boards) != 1 {
		t.Errorf("%d boards on a page of one", len(boards))
	}
	s.post("/switch?name=NoDate")
	if date := s.rpc("Login", map[string]any{}, nil).header.Get("Date"); date != "" {
		t.Errorf("NoDate is on, Date: %s", date)
	}
	s.post("/switch?name=NoDate&value=false")
	if s.rpc("Login", map[string]any{}, nil).header.Get("Date") == "" {
		t.Error("NoDate is off, and there is no Date")
	}
	s.post("/switch?name=ListLag&value=1h&api=connectwise")
	id := s.ticket("Not listed yet")
	var list []seen
	if s.psa(http.MethodGet, "service/tickets", "", &list); len(list) != 0 {
		t.Errorf("%d tickets are listed at once, with a lag of an hour", len(list))
	}

	s.post("/rights?module=Service+Tickets&level=none&verb=add")
	if got := s.psa(http.MethodPost, "service/tickets", `{"summary":"Refused"}`, nil).status; got != 403 {
		t.Errorf("a create without the right answered %d", got)
	}
	if got := s.look(id).Summary; got != "Not listed yet" {
		t.Errorf("reading was refused, too: %q", got)
	}
	if got := s.psa(http.MethodPost, "company/contacts", `{"firstName":"Jane"}`, nil).status; got != 201 {
		t.Errorf("a contact, which is another module, answered %d", got)
	}

	s.post("/advance?by=3h")
	if now := s.post("/reset")["now"]; now != "2026-11-16T06:30:00Z" {
		t.Errorf("after the reset it is %v", now)
	}
	if s.psa(http.MethodGet, "service/boards", "", &boards); len(boards) < 2 {
		t.Errorf("%d boards after the reset", len(boards))
	}
	if s.psa(http.MethodGet, "service/tickets", "", &list); len(list) != 0 {
		t.Errorf("%d tickets after the reset", len(list))
	}
	s.ticket("Allowed again")
	if s.psa(http.MethodGet, "service/tickets", "", &list); len(list) != 1 {
		t.Errorf("%d tickets are listed after the reset, want the new one", len(list))
	}
}

// Each switch can be turned, from the name on the page.
func TestEverySwitchTurns(t *testing.T) {
	t.Parallel()
	examples := map[reflect.Kind]string{reflect.Bool: "true", reflect.Int: "7", reflect.Int64: "1h", reflect.String: "x", reflect.Slice: "D02,OT"}
	turn := func(switches any, names []string) {
		for _, name := range names {
			field := reflect.ValueOf(switches).Elem().FieldByName(name)
			value := examples[field.Kind()]
			if named, found := words[field.Type()]; found {
				value = named[len(named)-1]
			}
			a := &arguments{values: map[string]string{"value": value}}
			if setField(a, switches, name); a.err != nil || field.IsZero() {
				t.Errorf("%s=%s: %v, now %v", name, value, a.err, field)
			}
		}
	}
	turn(new(covetest.Switches), switchNames[covetest.Switches]())
	turn(new(connectwisetest.Switches), switchNames[connectwisetest.Switches]())
}

func TestTechnician(t *testing.T) {
	t.Parallel()
	s := onStage(t)
	id, other := s.ticket("Backup of SRV-01 failed"), s.ticket("Backup of SRV-02 failed")
	do := func(deed string) seen {
		t.Helper()
		s.post("/technician?ticket=" + id + "&" + deed)
		return s.look(id)
	}
	if got := do("do=take&as=jdoe"); got.Owner.Identifier != "jdoe" || got.Status.Name != "In Progress" {
		t.Errorf("taken: %+v", got)
	}
	if got := do("do=rename&to=Ours"); got.Summary != "Ours" {
		t.Errorf("renamed: %+v", got)
	}
	if got := do("do=move&to=Field+Service"); got.Board.Name != "Field Service" || got.ClosedFlag {
		t.Errorf("moved: %+v", got)
	}
	if got := do("do=close"); !got.ClosedFlag {
		t.Errorf("closed: %+v", got)
	}
	if got := do("do=reopen"); got.ClosedFlag {
		t.Errorf("reopened: %+v", got)
	}
	do("do=note&text=Called+them&internal=true")
	var notes []struct {
		Text                 string
		InternalAnalysisFlag bool
		CreatedBy            string
	}
	s.psa(http.MethodGet, "service/tickets/"+id+"/notes", "", &notes)
	if len(notes) != 1 || notes[0].Text != "Called them" || !notes[0].InternalAnalysisFlag || notes[0].CreatedBy != "helpdesk" {
		t.Errorf("notes: %+v", notes)
	}
	// By words of the summary, which an older closed ticket has, too; the parent
	// stays open.
	older := s.ticket("Backup of SRV-03 failed")
	s.post("/technician?do=close&ticket=" + older)
	newer := s.ticket("Backup of SRV-03 failed again")
	if s.post("/technician?do=take&ticket=srv-03"); !s.look(older).ClosedFlag || s.look(newer).Status.Name != "In Progress" {
		t.Errorf("by words of the summary: the closed one %+v, the open one %+v", s.look(older), s.look(newer))
	}
	s.post("/technician?do=move&ticket=" + id + "&to=Service+Desk")
	if got := s.post("/technician?do=merge&ticket=srv-02&to=ours")["ticket"]; got == nil {
		t.Error("no ticket in the answer")
	}
	if got := s.look(other); !got.ClosedFlag {
		t.Errorf("merged: %+v", got)
	}
	if got := s.look(id); got.ClosedFlag {
		t.Errorf("the parent: %+v", got)
	}
	s.post("/technician?do=delete&ticket=" + id)
	if got := s.psa(http.MethodGet, "service/tickets/"+id, "", nil).status; got != 404 {
		t.Errorf("a deleted ticket answers %d", got)
	}
}
