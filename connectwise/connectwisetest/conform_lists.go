package connectwisetest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

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

// paging reads all tickets of this run with one ticket in a page, in both
// modes. None may be missing, come twice or belong to another run.
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
		// Tickets that the conditions exclude lie in between.
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
