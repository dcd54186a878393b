package connectwisetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/testserver"
)

// probe holds the state of one run of [Conform].
type probe struct {
	ctx      context.Context
	host     string
	base     string // base URL with codebase, up to apis/3.0/
	creds    Credentials
	tag      string // of this run
	board    string
	company  int64
	statuses []probedStatus
	tickets  []int64 // created so far
}

type probedStatus struct {
	ID                                  int64
	Name                                string
	ClosedStatus, DefaultFlag, Inactive bool
}

// reply is an answer with its body.
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

// is returns an error if the status or the error code differs.
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

// send sends a request with the credentials; change may change the request.
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

// ticket creates a ticket. The argument more holds further members of the body.
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

// cleanUp deletes what the run created.
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

// eventually repeats try for some time until it succeeds, because lists may lag
// behind writes.
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

// lagStep is how long eventually waits between tries. Tests of this package
// shorten it.
var lagStep = time.Second
