package connectwisetest

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// refused expects that a create with this member fails and creates no ticket.
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

// discussion reads the discussion, which includes notes of time entries. Old
// versions do not serve it.
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

// projectTickets reads a project ticket, if the caller may see one, as a
// service ticket: it must not be found.
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
