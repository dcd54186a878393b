package covedesk_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/cove/covetest"
)

// recordedExchange is a request that one of the original scripts sent in
// production, with its outcome. Placeholders replace what belonged to its own
// tenants: {{name}}, or {{name:int}} for a number.
type recordedExchange struct {
	Program, API, Method, Path string
	Headers                    map[string]string
	Body                       any
	Status                     int
	Error                      *bool // of JSON-RPC answers
}

// stage is the world in which the exchanges are replayed, with the values of
// the placeholders. Later exchanges ask for what earlier ones answered.
type stage struct {
	cove   *covetest.Server
	desk   *connectwisetest.Server
	values map[string]string
}

var replayTime = time.Date(2026, time.November, 28, 12, 0, 0, 0, time.UTC)

func newStage() *stage {
	now := func() time.Time { return replayTime }
	s := &stage{cove: covetest.NewServer(covetest.Config{Now: now}), desk: connectwisetest.NewServer(connectwisetest.Config{Now: now})}
	customer := s.cove.AddPartner(covetest.Partner{Name: "Harbor Foods"})
	stale := replayTime.Add(-138 * time.Hour)
	server := s.cove.AddDevice(covetest.Device{
		PartnerID: customer, Name: "expired-srv", ComputerName: "EXPIRED-SRV", OSType: 2, Seen: replayTime, Created: stale.AddDate(-1, 0, 0),
		Sources: map[string]covetest.Source{"D01": {Status: 2, Errors: 1, LastSuccess: stale}},
	})
	session := s.cove.AddSession(server, covetest.Session{Source: "D01", Status: 2, Start: stale, End: stale.Add(time.Hour), Errors: []covetest.SessionError{{Code: 5, Text: "Access is denied", Filename: `C:\a.pst`, Count: 3, Files: []string{`C:\a.pst`, `C:\b.pst`}}}})
	cloud := s.cove.AddDevice(covetest.Device{
		PartnerID: customer, Name: "harbor.example", AccountType: 2, Token: "cloud-token", Seen: replayTime,
		Sources: map[string]covetest.Source{"D05": {Status: 2, Errors: 1, LastSuccess: stale}, "D20": {Status: 2, Errors: 1, LastSuccess: stale}},
	})
	for _, source := range []string{"D05", "D20"} {
		session := s.cove.AddSession(cloud, covetest.Session{Source: source, Status: 2, Start: replayTime.Add(-time.Hour), End: replayTime.Add(-30 * time.Minute), Errors: []covetest.SessionError{{Code: 1, Text: "AADSTS65001", Filename: "Ann"}}})
		s.put("cloud session "+source, session)
	}
	s.desk.AddBoard(connectwisetest.Board{Name: "Backup"})
	company := s.desk.AddCompany(connectwisetest.Company{Identifier: "Harbor", Name: "Harbor Foods"})

	who, keys := s.cove.Credentials(), s.desk.Credentials()
	for name, value := range map[string]any{
		"username": who.Username, "password": who.Password, "partner": who.Partner, "customer": customer, "device": server, "session": session,
		"from": replayTime.AddDate(0, 0, -30).Unix(), "now": replayTime.Unix(), "login company": keys.Company, "clientId": keys.ClientID,
		"board": 1, "company": company, "identifier": "Lakeside", "name": "Lakeside Dental", "name+": "Harbor+Foods", "text": "First line\nsecond line", "group": 0,
	} {
		s.put(name, value)
	}
	s.put("basic", "Basic "+base64.StdEncoding.EncodeToString([]byte(keys.Company+"+"+keys.PublicKey+":"+keys.PrivateKey)))
	return s
}

func (s *stage) put(name string, value any) {
	if s.values == nil {
		s.values = map[string]string{}
	}
	s.values[name] = fmt.Sprint(value)
}

var placeholder = regexp.MustCompile(`\{\{([^}:]+)(:int)?\}\}`)

// text fills in the placeholders of a text.
func (s *stage) text(t *testing.T, text string) string {
	return placeholder.ReplaceAllStringFunc(text, func(p string) string {
		name := placeholder.FindStringSubmatch(p)[1]
		value, ok := s.values[name]
		if !ok {
			t.Errorf("nothing stands for %s", p)
		}
		return value
	})
}

// filled returns a body with its placeholders filled in; a placeholder that is
// marked as a number becomes a number.
func (s *stage) filled(t *testing.T, x any) any {
	switch x := x.(type) {
	case map[string]any:
		for name, value := range x {
			x[name] = s.filled(t, value)
		}
	case []any:
		for i, value := range x {
			x[i] = s.filled(t, value)
		}
	case string:
		text := s.text(t, x)
		if m := placeholder.FindStringSubmatch(x); m != nil && m[0] == x && m[2] != "" {
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				t.Errorf("%s stands for no number: %v", x, err)
			}
			return n
		}
		return text
	}
	return x
}

func (s *stage) send(t *testing.T, x recordedExchange) (status int, answer []byte) {
	t.Helper()
	base, client := "http://desk.test/v4_6_release/apis/3.0/", s.desk.Client()
	switch x.API {
	case "cove":
		base, client = strings.TrimSuffix(s.cove.URL, "/"), s.cove.Client()
	case "node":
		base, client = "https://"+s.cove.NodeHost, s.cove.Client()
	case "connectwise":
		if strings.HasPrefix(x.Path, "/") {
			base = "http://desk.test"
		}
	}
	switch x.about() { // they are about the Microsoft 365 tenant, the ones before about a server
	case "EnumerateSessions":
		s.put("token", "cloud-token")
	case "EnumerateSessionErrors":
		s.values["session"] = s.values["cloud session D20"]
	}
	var body io.Reader
	if x.Body != nil {
		b, err := json.Marshal(s.filled(t, x.Body))
		if err != nil {
			t.Fatal(err)
		}
		body = bytes.NewReader(b)
	}
	r, err := http.NewRequestWithContext(t.Context(), x.Method, base+s.text(t, x.Path), body)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range x.Headers {
		r.Header.Set(name, s.text(t, value))
	}
	resp, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err = io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, answer
}

// What the original scripts sent in production has the same outcome here, and
// the ids that one exchange takes from another exist.
func TestOriginalRun(t *testing.T) {
	file, err := os.Open("testdata/original-run.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	s := newStage()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		var x recordedExchange
		if err := json.Unmarshal(lines.Bytes(), &x); err != nil {
			t.Fatal(err)
		}
		t.Run(fmt.Sprintf("%02d %s", n, x.about()), func(t *testing.T) {
			status, answer := s.send(t, x)
			if status != x.Status {
				t.Fatalf("status %d, recorded %d; %.300s", status, x.Status, answer)
			}
			var got any
			d := json.NewDecoder(bytes.NewReader(answer))
			d.UseNumber()
			if err := d.Decode(&got); err != nil {
				t.Fatalf("%v in %.300s", err, answer)
			}
			if x.Error != nil && (at(got, "error") != nil) != *x.Error {
				t.Fatalf("error %v, recorded %v", at(got, "error"), *x.Error)
			}
			if x.Status < 300 {
				s.learn(t, x, got)
			}
		})
	}
}

// at reads a value by its path; numbers are elements of lists.
func at(x any, path string) any {
	for part := range strings.SplitSeq(path, ".") {
		switch v := x.(type) {
		case map[string]any:
			x = v[part]
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i >= len(v) {
				return nil
			}
			x = v[i]
		default:
			return nil
		}
	}
	return x
}

// learned says what an answer must hold, and which placeholder of later
// exchanges it fills.
var learned = map[string][]struct{ path, fills string }{
	"Login":                                    {{"visa", "visa"}},
	"GetPartnerInfo":                           {{"result.result.Id", "root"}},
	"EnumerateAncestorPartners":                {{"result.result.0.Id", ""}},
	"EnumerateAccountStatistics":               {{"result.result.0.AccountId", ""}},
	"GetAccountInfoById":                       {{"result.result.Name", "account"}, {"result.result.Token", "token"}},
	"QueryErrors":                              {{"result.result.0.Text", ""}, {"result.result.0.Id", "group"}},
	"EnumerateSessionErrorsGroupDetails":       {{"result.result.0", ""}},
	"EnumerateSessions":                        {{"result.result.0.Id", "session"}},
	"EnumerateSessionErrors":                   {{"result.result.0", ""}},
	"GET /login/companyinfo/{{login company}}": {{"Codebase", ""}},
	"GET company/companies":                    {{"0.id", "company"}},
	"GET company/companies/statuses":           {{"0.id", ""}},
	"GET company/companies/types":              {{"0.id", ""}},
	"POST company/companies":                   {{"site.id", ""}},
	"GET service/boards":                       {{"0.id", "board"}},
	"GET service/boards/{{board}}/statuses":    {{"3.closedStatus", ""}},
	"GET service/priorities":                   {{"0.id", ""}},
	"POST service/tickets":                     {{"id", "ticket"}},
	"POST service/tickets/{{ticket}}/notes":    {{"ticketId", ""}},
	"PATCH service/tickets/{{ticket}}":         {{"closedDate", ""}},
}

// learn takes from an answer what later exchanges ask for.
func (s *stage) learn(t *testing.T, x recordedExchange, answer any) {
	for _, l := range learned[x.about()] {
		value := at(answer, l.path)
		if value == nil {
			t.Errorf("the answer has no %s: %.400v", l.path, answer)
			continue
		}
		if l.fills != "" {
			s.put(l.fills, value)
		}
	}
	switch x.about() {
	case "Login":
		s.put("bearer", "Bearer "+s.values["visa"])
	case "GetAccountInfoById":
		if s.values["account"] == "" {
			t.Error("a device without a name")
		}
	case "QuerySessions":
		s.sessions(t, x, answer)
	}
}

// sessions checks the answer of a storage node: one of the three queries is for
// another plug-in.
func (s *stage) sessions(t *testing.T, x recordedExchange, answer any) {
	query, _ := at(x.Body, "params.query").(string)
	id := at(answer, "result.result.0.Id")
	if strings.Contains(query, "Plugin == 1 ") != (id != nil) {
		t.Errorf("%s answers %.300v", query, answer)
	}
	if id != nil && fmt.Sprint(id) != s.values["session"] {
		t.Errorf("session %v, want %s", id, s.values["session"])
	}
}

func (x recordedExchange) about() string {
	if body, ok := x.Body.(map[string]any); ok && body["method"] != nil {
		return fmt.Sprint(body["method"])
	}
	path, _, _ := strings.Cut(x.Path, "?")
	return x.Method + " " + path
}
