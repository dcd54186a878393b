package connectwisetest

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The checks in this file are about undocumented behaviour that public clients
// rely on. Where recorded answers differ, each of them passes.

// found expects that a list of tickets holds only the ticket.
func (p *probe) found(id int64, params ...string) error {
	return p.eventually(func() error {
		var rows []probedTicket
		if err := p.list(&rows, "service/tickets", params...); err != nil {
			return err
		}
		if len(rows) != 1 || rows[0].ID != id {
			return fmt.Errorf("%v finds %d tickets, want ticket %d", params, len(rows), id)
		}
		return nil
	})
}

// anyOf expects one of several statuses.
func (r reply) anyOf(statuses ...int) error {
	if !slices.Contains(statuses, r.status) {
		return fmt.Errorf("status %d, want one of %v; body %.300q", r.status, statuses, r.body)
	}
	return nil
}

func (p *probe) parameterNames() error {
	t, err := p.ticket("")
	if err != nil {
		return err
	}
	if _, err := p.ticket(""); err != nil {
		return err
	}
	return p.found(t.ID, "Conditions", `summary = "`+p.tag+`" and id >= `+strconv.FormatInt(t.ID, 10), "ORDERBY", "id asc", "pagesize", "1", "Fields", "id")
}

func (p *probe) infoConditions() error {
	t, err := p.ticket("")
	if err != nil {
		return err
	}
	return p.found(t.ID, "conditions", fmt.Sprintf("id = %d and _info/dateEntered > [2020-01-01T00:00:00Z]", t.ID), "orderBy", "_info/dateEntered desc")
}

func (p *probe) memberNames() error {
	t, err := p.ticket(`,"PONUMBER":"R3","Priority":null`)
	if err != nil {
		return err
	}
	return p.found(t.ID, "conditions", fmt.Sprintf(`id = %d and poNumber = "R3"`, t.ID))
}

func (p *probe) emptyStrings() error {
	_, err := p.ticket(`,"owner":"","contact":"","budgetHours":"","customerUpdatedFlag":"","requiredDate":"","poNumber":""`)
	return err
}

func (p *probe) memberByIdentifier() error {
	var members []struct {
		ID         int64
		Identifier string
	}
	r, err := p.get("system/members", "pageSize", "1", "orderBy", "id asc")
	if err != nil || r.status == http.StatusForbidden {
		return err
	}
	if err := r.into(&members); err != nil || len(members) == 0 {
		return err
	}
	one, err := p.get("system/members/" + url.PathEscape(members[0].Identifier))
	if err == nil {
		err = one.anyOf(http.StatusOK, http.StatusNotFound)
	}
	if err != nil || one.status == http.StatusNotFound {
		return err
	}
	want := members[0].ID
	if err := one.into(&members[0]); err == nil && members[0].ID != want {
		return fmt.Errorf("member %s is %d by identifier and %d in the list", members[0].Identifier, members[0].ID, want)
	}
	return nil
}

func (p *probe) days() error {
	t, err := p.ticket(`,"requiredDate":"2026-07-01T12:34:00Z","automaticEmailCc":"nobody@example.com"`)
	if err != nil {
		return err
	}
	var got struct{ RequiredDate, AutomaticEmailCc string }
	if err := p.list(&got, fmt.Sprintf("service/tickets/%d", t.ID)); err != nil {
		return err
	}
	if got.RequiredDate != "2026-07-01T00:00:00Z" || got.AutomaticEmailCc != "nobody@example.com;" {
		return fmt.Errorf("requiredDate %q and automaticEmailCc %q, want the day and a semicolon at the end", got.RequiredDate, got.AutomaticEmailCc)
	}
	return nil
}

func (p *probe) errorTexts() error {
	t, err := p.ticket("")
	if err != nil {
		return err
	}
	ticket := fmt.Sprintf("service/tickets/%d", t.ID)
	for path, end := range map[string]string{
		"service/tickets/2147480000": "ticket 2147480000 not found", ticket + "/notes/2147480000": "note 2147480000 not found", "company/companies/2147480000": "company 2147480000 not found",
	} {
		r, err := p.get(path)
		if err == nil {
			err = r.is(http.StatusNotFound, "NotFound")
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		var e struct{ Message string }
		if err := r.into(&e); err != nil || !strings.HasSuffix(strings.ToLower(e.Message), end) {
			return fmt.Errorf("%s says %q, want … %s", path, e.Message, end)
		}
	}
	r, err := p.api(http.MethodPost, ticket+"/notes", `{"text":"nowhere"}`)
	if err == nil && !strings.Contains(string(r.body), "detailDescriptionFlag") {
		err = fmt.Errorf("a note without a place is refused with %.300q, which does not name detailDescriptionFlag", r.body)
	}
	return err
}

func (p *probe) shape() error {
	t, err := p.ticket("")
	if err != nil {
		return err
	}
	var got map[string]any
	if err := p.list(&got, fmt.Sprintf("service/tickets/%d", t.ID)); err != nil {
		return err
	}
	for _, name := range []string{
		"id", "summary", "recordType", "board", "status", "company", "priority", "severity", "impact", "closedFlag", "approved", "billingMethod", "currency", "location", "department", "sla",
		"escalationLevel", "minutesBeforeWaiting", "respondedSkippedMinutes", "resplanSkippedMinutes", "respondedHours", "resplanHours", "resolutionHours", "minutesWaiting", "_info",
	} {
		if _, ok := got[name]; !ok {
			return fmt.Errorf("a ticket has no %s; it has %v", name, slices.Sorted(maps.Keys(got)))
		}
	}
	for name, link := range map[string]string{"location": "location_href", "sla": "sla_href", "board": "board_href"} {
		reference, _ := got[name].(map[string]any)
		info, _ := reference["_info"].(map[string]any)
		if _, ok := info[link]; !ok {
			return fmt.Errorf("%s is %v, without %s", name, got[name], link)
		}
	}
	return nil
}

// collections reads the lists that public clients read. A list that the role
// does not allow passes.
func (p *probe) collections() error {
	for _, path := range []string{
		"schedule/entries", "service/SLAs", "service/locations", "time/workTypes", "time/workRoles", "time/chargeCodes", "time/sheets", "finance/agreements", "finance/agreements/types",
		"procurement/catalog", "company/noteTypes", "company/states", "company/countries", "company/configurations/types", "system/reports", "system/links", "project/projects", "project/statuses",
		"project/projectTypes", "sales/opportunities", "sales/opportunities/types", "sales/opportunities/statuses", "sales/activities", fmt.Sprintf("company/companies/%d/teams", p.company),
	} {
		r, err := p.get(path, "pageSize", "1")
		if err == nil {
			err = r.anyOf(http.StatusOK, http.StatusForbidden)
		}
		var rows []any
		if err == nil && r.status == http.StatusOK {
			err = r.into(&rows)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

// disputed sends a list request that some servers answer and others refuse with
// this code.
func (p *probe) disputed(code string, change func(*http.Request), params ...string) ([]probedTicket, error) {
	q := url.Values{}
	for i := 0; i+1 < len(params); i += 2 {
		q.Set(params[i], params[i+1])
	}
	r, err := p.send(http.MethodGet, p.base+"service/tickets?"+q.Encode(), "", change)
	if err != nil {
		return nil, err
	}
	if r.status == http.StatusBadRequest {
		return nil, r.is(http.StatusBadRequest, code)
	}
	var rows []probedTicket
	if err := r.is(http.StatusOK, ""); err != nil {
		return nil, err
	}
	return rows, r.into(&rows)
}

func (p *probe) unpaddedDates() error {
	for _, date := range []string{"[2020-7-6T00:00:00Z]", "[2020-07-06 10:00:00]", "[2020-1-5]"} {
		if _, err := p.disputed("ApiFindCondition", nil, "conditions", "lastUpdated > "+date, "pageSize", "1"); err != nil {
			return fmt.Errorf("%s: %w", date, err)
		}
	}
	return nil
}

func (p *probe) unknownFields() error {
	rows, err := p.disputed("ApiFindCondition", nil, "fields", "id,noSuchMember", "pageSize", "1")
	if err == nil && len(rows) == 1 && rows[0].ID == 0 {
		err = fmt.Errorf("beside an unknown member the known one is missing")
	}
	return err
}

func (p *probe) forwardOrder() error {
	rows, err := p.disputed("", func(r *http.Request) { r.Header.Set("pagination-type", "forward-only") }, "orderBy", "id desc", "pageSize", "5", "fields", "id")
	for i := 1; i < len(rows); i++ {
		if rows[i].ID <= rows[i-1].ID {
			return fmt.Errorf("forward-only with an order lists %d behind %d", rows[i].ID, rows[i-1].ID)
		}
	}
	return err
}

func (p *probe) tightConditions() error {
	t, err := p.ticket("")
	if err != nil {
		return err
	}
	for _, condition := range []string{"id in(1,%d)", "(id = %d)AND(closedFlag = false)", "id = %d and owner = null or id = %[1]d and owner != null"} {
		if err := p.found(t.ID, "conditions", fmt.Sprintf(condition, t.ID), "fields", "id"); err != nil {
			return err
		}
	}
	var got probedTicket
	if err := p.list(&got, fmt.Sprintf("service/tickets/%d", t.ID), "fields", "Board/Name"); err != nil {
		return err
	}
	if got.Board.Name != p.board {
		return fmt.Errorf("fields=Board/Name answers %+v", got)
	}
	return nil
}

// timeDefaults adds a time entry of an hour to a ticket and deletes it.
func (p *probe) timeDefaults() error {
	t, err := p.ticket("")
	if err != nil {
		return err
	}
	day := time.Now().UTC().Format("2006-01-02")
	r, err := p.api(http.MethodPost, "time/entries", fmt.Sprintf(`{"chargeToId":%d,"chargeToType":"ServiceTicket","timeStart":"%sT08:00:00Z","timeEnd":"%[2]sT09:00:00Z","notes":%q}`, t.ID, day, p.tag))
	if err != nil || r.status == http.StatusForbidden {
		return err
	}
	if err := r.is(http.StatusCreated, ""); err != nil {
		return err
	}
	var entry map[string]any
	if err := r.into(&entry); err != nil {
		return err
	}
	for _, name := range []string{"workType", "workRole", "location", "department", "hoursBilled", "timeSheet", "status"} {
		if entry[name] == nil {
			err = fmt.Errorf("a time entry without %s comes back without it: %v", name, entry)
		}
	}
	if gone := p.expect(http.StatusNoContent, "", http.MethodDelete, fmt.Sprintf("time/entries/%.0f", entry["id"]), ""); err == nil {
		err = gone
	}
	return err
}

func (p *probe) impersonation() error {
	r, err := p.api(http.MethodPost, "system/members/nosuchmember/tokens", `{"memberIdentifier":"nosuchmember"}`)
	if err == nil && strings.Contains(string(r.body), "endpoint") {
		err = fmt.Errorf("tokens are not served: %.200q", r.body)
	}
	return err
}

// laterFirst creates two tickets, most likely within the same second.
func (p *probe) laterFirst() error {
	if _, err := p.ticket(""); err != nil {
		return err
	}
	t, err := p.ticket("")
	if err != nil {
		return err
	}
	return p.found(t.ID, "conditions", `summary = "`+p.tag+`"`, "orderBy", "dateEntered desc", "pageSize", "1", "fields", "id")
}

// forwardSearch searches two tickets with one ticket in a page. The first page
// must name a next one, and the page after the last must have an empty Link
// header.
func (p *probe) forwardSearch() error {
	first, err := p.ticket("")
	if err != nil {
		return err
	}
	second, err := p.ticket("")
	if err != nil {
		return err
	}
	body, err := json.Marshal(map[string]string{"conditions": fmt.Sprintf("id in (%d, %d)", first.ID, second.ID)})
	if err != nil {
		return err
	}
	return p.eventually(func() error {
		for from, want := range map[int64]string{0: `rel="next"`, first.ID: ""} {
			r, err := p.send(http.MethodPost, p.base+fmt.Sprintf("service/tickets/search?pageSize=1&pageId=%d", from), string(body), func(r *http.Request) {
				r.Header.Set("pagination-type", "forward-only")
			})
			if err == nil {
				err = r.is(http.StatusOK, "")
			}
			if err != nil {
				return err
			}
			links, ok := r.header["Link"]
			if !ok || want == "" && links[0] != "" || !strings.Contains(links[0], want) {
				return fmt.Errorf("behind %d the search has the Link %q, want %q", from, links, want)
			}
		}
		return nil
	})
}
