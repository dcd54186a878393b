package connectwisetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/internal/testserver"
)

// Conform checks over bare net/http that a ConnectWise PSA behaves the way
// this package and the client believe it does. It runs against a [Server] and
// against a sandbox tenant alike; never point it at a tenant in production.
//
// The base URL is scheme and host. The credentials need the right to list
// boards and companies and to add, edit, close and delete service tickets. It
// makes a handful of tickets at the first company on the first board whose
// summaries begin with "conformance", writes them and the first text field among
// their custom fields without notifications, and deletes them in the end. A check that fails is an error of its subtest, so
// that one run shows all differences.
func Conform(t *testing.T, baseURL string, c Credentials) {
	t.Helper()
	p, err := newProbe(t.Context(), baseURL, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		p.ctx = context.WithoutCancel(p.ctx)
		for _, err := range p.cleanUp() {
			t.Error(err)
		}
	})
	for _, check := range checks {
		t.Run(check.name, func(t *testing.T) {
			if err := check.run(p); err != nil {
				t.Error(err)
			}
		})
	}
}

// probe is a conversation with a tenant.
type probe struct {
	ctx      context.Context
	host     string
	base     string // with codebase, up to apis/3.0/
	creds    Credentials
	tag      string // of this run
	board    string
	company  int64
	statuses []probedStatus
	tickets  []int64 // made so far
}

type probedStatus struct {
	ID                                  int64
	Name                                string
	ClosedStatus, DefaultFlag, Inactive bool
}

// reply is an answer, read whole.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func (r reply) into(x any) error {
	if err := json.Unmarshal(r.body, x); err != nil {
		return fmt.Errorf("status %d, body %.200q: %w", r.status, r.body, err)
	}
	return nil
}

// is reports what is wrong when the status is another, or the error code.
func (r reply) is(status int, code string) error {
	if r.status != status {
		return fmt.Errorf("status %d, want %d; body %.300q", r.status, status, r.body)
	}
	if code == "" {
		return nil
	}
	var e struct {
		Code   string
		Errors []struct{ Code string }
	}
	if err := r.into(&e); err != nil {
		return err
	}
	for _, f := range e.Errors {
		if f.Code == code {
			return nil
		}
	}
	if e.Code != code {
		return fmt.Errorf("code %q, want %q; body %.300q", e.Code, code, r.body)
	}
	return nil
}

func newProbe(ctx context.Context, baseURL string, c Credentials) (*probe, error) {
	p := &probe{ctx: ctx, host: strings.TrimSuffix(baseURL, "/"), creds: c, tag: "conformance " + strconv.FormatInt(time.Now().UnixNano(), 36)}
	r, err := p.send(http.MethodGet, p.host+"/login/companyinfo/"+url.PathEscape(c.Company), "", nil)
	if err != nil {
		return nil, err
	}
	var info struct{ Codebase string }
	if err := r.into(&info); err != nil {
		return nil, fmt.Errorf("companyinfo: %w", err)
	}
	if !strings.HasSuffix(info.Codebase, "/") {
		return nil, fmt.Errorf("companyinfo names codebase %q, want one that ends in a slash", info.Codebase)
	}
	p.base = p.host + "/" + info.Codebase + "apis/3.0/"
	var boards []struct {
		ID   int64
		Name string
	}
	if err := p.list(&boards, "service/boards", "conditions", "inactiveFlag = false and projectFlag = false", "orderBy", "id asc", "pageSize", "1"); err != nil {
		return nil, err
	}
	var companies []struct{ ID int64 }
	if err := p.list(&companies, "company/companies", "conditions", "deletedFlag = false", "orderBy", "id asc", "pageSize", "1", "fields", "id"); err != nil {
		return nil, err
	}
	if len(boards) == 0 || len(companies) == 0 {
		return nil, errors.New("the tenant needs an active service board and a company")
	}
	p.board, p.company = boards[0].Name, companies[0].ID
	if err := p.list(&p.statuses, fmt.Sprintf("service/boards/%d/statuses", boards[0].ID), "pageSize", "1000"); err != nil {
		return nil, err
	}
	return p, nil
}

// send sends a request with the credentials unless change says otherwise.
func (p *probe) send(method, target, body string, change func(*http.Request)) (reply, error) {
	r, err := http.NewRequestWithContext(p.ctx, method, target, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	r.SetBasicAuth(p.creds.Company+"+"+p.creds.PublicKey, p.creds.PrivateKey)
	r.Header.Set("clientId", p.creds.ClientID)
	r.Header.Set("Accept", "application/json")
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if change != nil {
		change(r)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = resp.Body.Close() }()
	b, err := io.ReadAll(io.LimitReader(resp.Body, testserver.MaxBody))
	return reply{resp.StatusCode, resp.Header, b}, err
}

func (p *probe) api(method, path, body string) (reply, error) {
	return p.send(method, p.base+path, body, nil)
}

func (p *probe) get(path string, params ...string) (reply, error) {
	q := url.Values{}
	for i := 0; i+1 < len(params); i += 2 {
		q.Set(params[i], params[i+1])
	}
	return p.api(http.MethodGet, path+"?"+q.Encode(), "")
}

func (p *probe) list(x any, path string, params ...string) error {
	r, err := p.get(path, params...)
	if err == nil {
		err = r.is(http.StatusOK, "")
	}
	if err == nil {
		err = r.into(x)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}

// expect sends a request and compares status and code of the answer.
func (p *probe) expect(status int, code, method, path, body string) error {
	r, err := p.api(method, path, body)
	if err == nil {
		err = r.is(status, code)
	}
	if err != nil {
		return fmt.Errorf("%s %s %.120s: %w", method, path, body, err)
	}
	return nil
}

type probedTicket struct {
	ID                                int64
	Summary, ExternalXRef, ClosedDate string
	ClosedFlag                        bool
	Status, Board, Company            struct {
		ID               int64
		Name, Identifier string
	}
	Info map[string]string `json:"_info"`
}

// ticket makes a ticket; more are further members of the body.
func (p *probe) ticket(more string) (probedTicket, error) {
	var t probedTicket
	body := fmt.Sprintf(`{"summary":%q,"company":{"id":%d},"board":{"name":%q},"externalXRef":%q,"processNotifications":false%s}`, p.tag, p.company, p.board, p.tag, more)
	r, err := p.api(http.MethodPost, "service/tickets", body)
	if err == nil {
		err = r.is(http.StatusCreated, "")
	}
	if err == nil {
		err = r.into(&t)
	}
	if t.ID != 0 {
		p.tickets = append(p.tickets, t.ID)
	}
	return t, err
}

func (p *probe) patch(id int64, ops string) (probedTicket, error) {
	var t probedTicket
	r, err := p.api(http.MethodPatch, fmt.Sprintf("service/tickets/%d", id), `[`+ops+`,{"op":"replace","path":"processNotifications","value":false}]`)
	if err == nil {
		err = r.is(http.StatusOK, "")
	}
	if err == nil {
		err = r.into(&t)
	}
	return t, err
}

// cleanUp deletes what was made.
func (p *probe) cleanUp() []error {
	var out []error
	for _, id := range p.tickets {
		r, err := p.api(http.MethodDelete, fmt.Sprintf("service/tickets/%d", id), "")
		if err == nil && r.status != http.StatusNotFound {
			err = r.is(http.StatusNoContent, "")
		}
		if err != nil {
			out = append(out, fmt.Errorf("cannot delete ticket %d: %w", id, err))
		}
	}
	return out
}

// eventually tries until there is no error: lists may run behind writes.
func (p *probe) eventually(try func() error) error {
	var err error
	for range 20 {
		if err = try(); err == nil {
			return nil
		}
		select {
		case <-p.ctx.Done():
			return p.ctx.Err()
		case <-time.After(lagStep):
		}
	}
	return err
}

// lagStep is how long eventually waits between tries; our own tests shorten it.
var lagStep = time.Second

// checks are what Conform asserts, in this order.
var checks = []struct {
	name string
	run  func(*probe) error
}{
	{"unknown company", (*probe).unknownCompany},
	{"authentication", (*probe).authentication},
	{"unknown route", func(p *probe) error {
		return p.expect(http.StatusNotFound, "ConnectWiseApi", http.MethodGet, "service/nothing", "")
	}},
	{"missing record", func(p *probe) error {
		return p.expect(http.StatusNotFound, "NotFound", http.MethodGet, "service/tickets/2147480000", "")
	}},
	{"create", (*probe).create},
	{"unknown member", func(p *probe) error {
		return p.refused("ConnectWiseApi", `"thisMemberDoesNotExist":true`)
	}},
	{"scalar for reference", func(p *probe) error { return p.refused("ConnectWiseApi", `"owner":"1"`) }},
	{"over-long member", func(p *probe) error { return p.refused("MaxLengthField", `"poNumber":"`+strings.Repeat("x", 51)+`"`) }},
	{"whole text", (*probe).wholeText},
	{"missing member", func(p *probe) error {
		return p.expect(http.StatusBadRequest, "MissingRequiredField", http.MethodPost, "service/tickets", fmt.Sprintf(`{"company":{"id":%d},"processNotifications":false}`, p.company))
	}},
	{"foreign status", func(p *probe) error { return p.refused("NotFound", `"status":{"id":2147480000}`) }},
	{"patch", (*probe).patching},
	{"close and reopen", (*probe).closing},
	{"notes", (*probe).notes},
	{"discussion", (*probe).discussion},
	{"custom fields", (*probe).customFields},
	{"project tickets", (*probe).projectTickets},
	{"conditions", (*probe).conditions},
	{"fields", (*probe).fields},
	{"paging", (*probe).paging},
	{"count and search", (*probe).countAndSearch},
	{"delete", (*probe).deletion},
}

// refused expects a create with this member to fail, and no ticket of it.
func (p *probe) refused(code, member string) error {
	t, err := p.ticket("," + member)
	if t.ID != 0 {
		return fmt.Errorf("a ticket with %.60s was accepted", member)
	}
	if err == nil {
		return fmt.Errorf("a ticket with %.60s was not refused", member)
	}
	if !strings.Contains(err.Error(), "status 400") || !strings.Contains(err.Error(), code) {
		return fmt.Errorf("a ticket with %.60s, want 400 %s: %w", member, code, err)
	}
	return nil
}

func (p *probe) unknownCompany() error {
	r, err := p.send(http.MethodGet, p.host+"/login/companyinfo/nosuchcompany0000", "", nil)
	if err != nil {
		return err
	}
	if r.status == http.StatusNotFound || r.status == http.StatusOK && string(bytes.TrimSpace(r.body)) == "null" {
		return nil
	}
	return fmt.Errorf("companyinfo of an unknown company: status %d, body %.200q", r.status, r.body)
}

func (p *probe) authentication() error {
	for what, change := range map[string]func(*http.Request){
		"a wrong key": func(r *http.Request) { r.SetBasicAuth(p.creds.Company+"+"+p.creds.PublicKey, "wrong") },
		"no clientId": func(r *http.Request) { r.Header.Del("clientId") },
	} {
		r, err := p.send(http.MethodGet, p.base+"system/info", "", change)
		if err != nil {
			return err
		}
		if r.status != http.StatusUnauthorized && r.status != http.StatusForbidden {
			return fmt.Errorf("%s: status %d, want 401 or 403", what, r.status)
		}
	}
	return p.expect(http.StatusOK, "", http.MethodGet, "system/info", "")
}

func (p *probe) create() error {
	t, err := p.ticket(`,"initialDescription":"made by a conformance test"`)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(p.statuses, func(s probedStatus) bool { return s.DefaultFlag })
	if i >= 0 && t.Status.ID != p.statuses[i].ID {
		return fmt.Errorf("the ticket begins in status %q, the board's default is %q", t.Status.Name, p.statuses[i].Name)
	}
	if t.Summary != p.tag || t.Company.ID != p.company || t.Company.Identifier == "" || t.Board.Name != p.board || t.ClosedFlag || t.Info["lastUpdated"] == "" {
		return fmt.Errorf("the answer is not the ticket, expanded: %+v", t)
	}
	var notes []struct {
		Text                  string
		DetailDescriptionFlag bool
	}
	return p.eventually(func() error {
		if err := p.list(&notes, fmt.Sprintf("service/tickets/%d/notes", t.ID)); err != nil {
			return err
		}
		if len(notes) != 1 || !notes[0].DetailDescriptionFlag || notes[0].Text != "made by a conformance test" {
			return fmt.Errorf("initialDescription became the notes %+v", notes)
		}
		return nil
	})
}

func (p *probe) wholeText() error {
	t, err := p.ticket("")
	if err != nil {
		return err
	}
	long := strings.Repeat("0123456789", 10)
	t, err = p.patch(t.ID, `{"op":"replace","path":"externalXRef","value":"`+long+`"}`)
	if err == nil && t.ExternalXRef != long {
		err = fmt.Errorf("100 characters came back as %q", t.ExternalXRef)
	}
	return err
}

func (p *probe) patching() error {
	t, err := p.ticket("")
	if err != nil {
		return err
	}
	path := fmt.Sprintf("service/tickets/%d", t.ID)
	for _, body := range []string{
		`{"op":"replace","path":"summary","value":"x"}`,
		`[{"op":"replace","path":"Summary","value":"x"}]`,
		`[{"op":"replace","path":"nothing","value":"x"}]`,
		`[{"op":"replace","path":"summary","value":"x"},{"op":"replace","path":"status","value":{"id":2147480000}}]`,
	} {
		if err := p.expect(http.StatusBadRequest, "", http.MethodPatch, path, body); err != nil {
			return err
		}
	}
	t, err = p.patch(t.ID, `{"op":"replace","path":"poNumber","value":"7"}`)
	if err == nil && t.Summary != p.tag {
		err = fmt.Errorf("a refused patch changed the summary to %q", t.Summary)
	}
	return err
}

func (p *probe) closing() error {
	i := slices.IndexFunc(p.statuses, func(s probedStatus) bool { return s.ClosedStatus && !s.Inactive })
	if i < 0 {
		return fmt.Errorf("board %q has no closed status", p.board)
	}
	t, err := p.ticket("")
	if err != nil {
		return err
	}
	open := t.Status.ID
	t, err = p.patch(t.ID, fmt.Sprintf(`{"op":"replace","path":"status","value":{"id":%d}}`, p.statuses[i].ID))
	if err != nil {
		return err
	}
	if !t.ClosedFlag || t.ClosedDate == "" {
		return fmt.Errorf("in status %q closedFlag is %v and closedDate %q", t.Status.Name, t.ClosedFlag, t.ClosedDate)
	}
	t, err = p.patch(t.ID, fmt.Sprintf(`{"op":"replace","path":"status","value":{"id":%d}}`, open))
	if err == nil && t.ClosedFlag {
		err = errors.New("closedFlag stays true after the ticket was reopened")
	}
	return err
}

func (p *probe) notes() error {
	t, err := p.ticket("")
	if err != nil {
		return err
	}
	path := fmt.Sprintf("service/tickets/%d/notes", t.ID)
	if err := p.expect(http.StatusBadRequest, "", http.MethodPost, path, `{"text":"nowhere"}`); err != nil {
		return err
	}
	if err := p.expect(http.StatusBadRequest, "ConnectWiseApi", http.MethodPost, path, `{"text":"x","internalAnalysisFlag":true,"emailContactFlag":false}`); err != nil {
		return err
	}
	return p.expect(http.StatusCreated, "", http.MethodPost, path, `{"text":"inside","internalAnalysisFlag":true,"processNotifications":false}`)
}

// discussion reads notes where time entries stand among them. Old versions do
// not serve it.
func (p *probe) discussion() error {
	t, err := p.ticket(`,"initialInternalAnalysis":"one of all"`)
	if err != nil {
		return err
	}
	path := fmt.Sprintf("service/tickets/%d/allNotes", t.ID)
	if r, err := p.get(path); err == nil && (r.status == http.StatusNotFound || r.status == http.StatusMethodNotAllowed) {
		return nil
	}
	return p.eventually(func() error {
		var notes []struct {
			NoteType, Text       string
			InternalAnalysisFlag bool
			Ticket               struct{ ID int64 }
		}
		if err := p.list(&notes, path); err != nil {
			return err
		}
		if len(notes) != 1 || notes[0].NoteType != "TicketNote" || !notes[0].InternalAnalysisFlag || notes[0].Text != "one of all" || notes[0].Ticket.ID != t.ID {
			return fmt.Errorf("all notes of the ticket are %+v", notes)
		}
		return nil
	})
}

// projectTickets looks for a project ticket, if there is one the caller may
// see, among the service tickets: there its number leads nowhere.
func (p *probe) projectTickets() error {
	r, err := p.get("project/tickets", "pageSize", "1", "fields", "id")
	if err != nil || r.status == http.StatusForbidden {
		return err
	}
	var rows []probedTicket
	if err := r.is(http.StatusOK, ""); err != nil {
		return err
	}
	if err := r.into(&rows); err != nil || len(rows) == 0 {
		return err
	}
	return p.expect(http.StatusNotFound, "NotFound", http.MethodGet, fmt.Sprintf("service/tickets/%d", rows[0].ID), "")
}

func (p *probe) conditions() error {
	t, err := p.ticket(`,"poNumber":"it's 5"`)
	if err != nil {
		return err
	}
	for _, condition := range []string{
		`closedFlag = false`, `closedFlag != true`, `board/name = "` + p.board + `"`, `company/id = ` + strconv.FormatInt(p.company, 10),
		`summary like "conformance%"`, `summary contains "` + p.tag[3:] + `"`, `summary not contains "no such text"`, `id in (1, ` + strconv.FormatInt(t.ID, 10) + `)`,
		`poNumber = "it's 5"`, `owner/id = null or owner/id != null`, `lastUpdated > [2020-01-01T00:00:00Z]`, `dateEntered > [2020-01-01]`,
		`(status/name = "no such status" or closedFlag = false)`,
	} {
		full := "id = " + strconv.FormatInt(t.ID, 10) + " and " + condition
		err := p.eventually(func() error {
			var rows []probedTicket
			if err := p.list(&rows, "service/tickets", "conditions", full, "fields", "id"); err != nil {
				return err
			}
			if len(rows) != 1 || rows[0].ID != t.ID {
				return fmt.Errorf("%s finds %d tickets, want the one", full, len(rows))
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, condition := range []string{`nosuchname = 1`, `id = 1and closedFlag = false`, `id = (`, `severity like "H%"`} {
		r, err := p.get("service/tickets", "conditions", condition)
		if err == nil {
			err = r.is(http.StatusBadRequest, "ApiFindCondition")
		}
		if err != nil {
			return fmt.Errorf("%s: %w", condition, err)
		}
	}
	return nil
}

func (p *probe) fields() error {
	t, err := p.ticket("")
	if err != nil {
		return err
	}
	var got map[string]any
	if err := p.list(&got, fmt.Sprintf("service/tickets/%d", t.ID), "fields", "id,status/name"); err != nil {
		return err
	}
	status, _ := got["status"].(map[string]any)
	if len(got) != 2 || len(status) != 1 || status["name"] != t.Status.Name {
		return fmt.Errorf("fields=id,status/name answers %v", got)
	}
	return nil
}

// paging walks all tickets of this run one by one, in both modes: none may be
// missing, none may come twice and none may be another's.
func (p *probe) paging() error {
	mark := p.tag + " page"
	want := map[int64]bool{}
	for range 3 {
		t, err := p.ticket("")
		if err == nil {
			_, err = p.patch(t.ID, `{"op":"replace","path":"externalXRef","value":"`+mark+`"}`)
		}
		if err != nil {
			return err
		}
		want[t.ID] = true
		// In between lie tickets the conditions exclude.
		if _, err := p.ticket(""); err != nil {
			return err
		}
	}
	for _, mode := range []string{"page", "forward-only"} {
		err := p.eventually(func() error {
			ids, err := p.walk(mark, mode)
			if err != nil {
				return err
			}
			seen := map[int64]bool{}
			for _, id := range ids {
				if !want[id] || seen[id] {
					return fmt.Errorf("%s mode lists %v, want %v, each once", mode, ids, want)
				}
				seen[id] = true
			}
			if len(seen) != len(want) {
				return fmt.Errorf("%s mode lists %v, want %v", mode, ids, want)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *probe) walk(mark, mode string) ([]int64, error) {
	var ids []int64
	q := url.Values{"conditions": {`externalXRef = "` + mark + `"`}, "pageSize": {"1"}, "fields": {"id"}}
	if mode == "page" {
		q.Set("orderBy", "id asc")
	}
	for page := 1; page < 9; page++ {
		r, err := p.send(http.MethodGet, p.base+"service/tickets?"+q.Encode(), "", func(r *http.Request) {
			if mode != "page" {
				r.Header.Set("pagination-type", mode)
			}
		})
		if err == nil {
			err = r.is(http.StatusOK, "")
		}
		var rows []probedTicket
		if err == nil {
			err = r.into(&rows)
		}
		if err != nil || len(rows) == 0 {
			return ids, err
		}
		for _, t := range rows {
			ids = append(ids, t.ID)
		}
		if mode == "page" {
			q.Set("page", strconv.Itoa(page+1))
		} else {
			q.Set("pageId", strconv.FormatInt(rows[len(rows)-1].ID, 10))
		}
	}
	return ids, fmt.Errorf("%s mode does not end: %v", mode, ids)
}

func (p *probe) countAndSearch() error {
	return p.eventually(func() error {
		condition := `summary = "` + p.tag + `"`
		var count struct{ Count int }
		if err := p.list(&count, "service/tickets/count", "conditions", condition); err != nil {
			return err
		}
		body, err := json.Marshal(map[string]string{"conditions": condition})
		if err != nil {
			return err
		}
		r, err := p.api(http.MethodPost, "service/tickets/search?pageSize=1000&fields=id", string(body))
		if err == nil {
			err = r.is(http.StatusOK, "")
		}
		var rows []probedTicket
		if err == nil {
			err = r.into(&rows)
		}
		if err == nil && (count.Count != len(p.tickets) || len(rows) != len(p.tickets)) {
			err = fmt.Errorf("count says %d, search finds %d, %d were made", count.Count, len(rows), len(p.tickets))
		}
		return err
	})
}

func (p *probe) deletion() error {
	t, err := p.ticket("")
	if err != nil {
		return err
	}
	path := fmt.Sprintf("service/tickets/%d", t.ID)
	if err := p.expect(http.StatusNoContent, "", http.MethodDelete, path, ""); err != nil {
		return err
	}
	return p.expect(http.StatusNotFound, "NotFound", http.MethodGet, path, "")
}
