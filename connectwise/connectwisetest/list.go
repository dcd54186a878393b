package connectwisetest

import (
	"net/http"
	"strconv"
	"strings"
)

// listing holds the parameters of a list, count or search.
type listing struct {
	conditions, childConditions, customFieldConditions string
	orderBy, fields                                    string
}

func (c *call) listing() listing {
	return listing{
		conditions: c.param("conditions"), childConditions: c.param("childConditions"),
		customFieldConditions: c.param("customFieldConditions"), orderBy: c.param("orderBy"), fields: c.param("fields"),
	}
}

// param returns a query parameter. It ignores the case of names.
func (c *call) param(name string) string {
	if c.query.Has(name) {
		return c.query.Get(name)
	}
	for k, v := range c.query {
		if strings.EqualFold(k, name) && len(v) > 0 {
			return v[0]
		}
	}
	return ""
}

// source is the source of a list's rows.
type source struct {
	t       *table
	records []*record
	keep    func(*version) bool // rows that this member may see; nil: all
	noPages bool                // forward-only paging is not supported
}

// matching returns the matching rows with an id above behind, at most the given
// number (0: all).
func (c *call) matching(src source, l listing, behind int64, most int) ([]*version, *problem) {
	match, p := c.s.filter(src.t, l)
	if p != nil {
		return nil, p
	}
	now := c.s.now()
	out := make([]*version, 0, min(len(src.records), 1024))
	for _, r := range src.records {
		if r.id <= behind {
			continue
		}
		if most > 0 && len(out) == most {
			break
		}
		v := r.cur
		if len(r.old) > 0 || v.gone {
			if v = r.asListed(now); v == nil {
				continue
			}
		}
		if (src.keep == nil || src.keep(v)) && match(v) {
			out = append(out, v)
		}
	}
	return out, nil
}

func (c *call) count(src source) *response {
	rows, p := c.matching(src, c.listing(), 0, 0)
	if p != nil {
		return p.response()
	}
	return jsonResponse(http.StatusOK, strconv.AppendInt([]byte(`{"count":`), int64(len(rows)), 10), '}')
}

// paging says which page of a list was asked for, and in which mode.
type paging struct {
	page, size, pageID int
	forward            bool // forward-only, by ids
	asked              bool // another mode than numbered pages was asked for
}

func (c *call) paging(src source) (paging, *problem) {
	mode := c.r.Header.Get("pagination-type")
	g := paging{asked: mode != ""}
	g.forward = strings.EqualFold(mode, "forward-only") && !src.noPages && !c.s.sw().NoForwardOnly
	var p *problem
	if g.page, p = c.number("page", 1); p != nil {
		return g, p
	}
	g.page = max(g.page, 1)
	if g.size, p = c.pageSize(); p != nil {
		return g, p
	}
	g.pageID, p = c.number("pageId", 0)
	return g, p
}

// list answers with one page.
func (c *call) list(src source, l listing) *response {
	g, p := c.paging(src)
	if p != nil {
		return p.response()
	}
	sw, bugs := c.s.sw(), c.s.cfg.Bugs
	if g.forward && l.orderBy != "" {
		if sw.RefuseForwardOrder {
			return invalidObject("orderBy", fieldProblem{"InvalidField", "orderBy cannot be used with forward-only pagination.", "orderBy", "orderBy"}).response()
		}
		l.orderBy = "" // ids decide
	}
	if bugs.ConditionsDropped && (g.page > 1 || g.pageID > 0) {
		l.conditions = ""
	}
	sel, p := c.selections(src.t, l.fields)
	if p != nil {
		return p.response()
	}
	keys, p := c.s.order(src.t, l.orderBy)
	if p != nil {
		return p.response()
	}
	var behind int64
	most := 0
	if g.forward && sw.Pages == PagesPlain { // one row more than asked for shows that there is a next page
		behind, most = int64(g.pageID), g.size+1
		if bugs.PageIDIgnored {
			behind = 0
		}
	}
	rows, p := c.matching(src, l, behind, most)
	if p != nil {
		return p.response()
	}
	sortRows(rows, keys)
	total := len(rows)
	from := c.firstRow(rows, g)
	rows = rows[from:min(from+g.size, total)]
	b := append(make([]byte, 0, 512+len(rows)*256), '[')
	for i, v := range rows {
		if i > 0 {
			b = append(b, ',')
		}
		b = c.s.draw(b, v, sel)
	}
	resp := jsonResponse(http.StatusOK, append(b, ']'))
	last := 0
	if len(rows) > 0 {
		last = int(rows[len(rows)-1].rec.id)
	}
	c.setLink(resp, g, src, last, from+len(rows) < total, (total+g.size-1)/g.size)
	return resp
}

// firstRow returns the index of the page's first row.
func (c *call) firstRow(rows []*version, g paging) int {
	sw := c.s.sw()
	switch {
	case sw.Pages == PagesRepeat:
		return 0
	case sw.Pages == PagesEmpty && (g.page > 1 || g.pageID > 0):
		return len(rows)
	case !g.forward:
		return min((g.page-1)*g.size, len(rows))
	}
	return 0 // the rows begin after the id already
}

func (c *call) number(name string, def int) (int, *problem) {
	text := c.param(name)
	if text == "" {
		return def, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, invalidObject(name, fieldProblem{"InvalidField", "The value '" + text + "' is not valid for " + name + ".", name, name})
	}
	return n, nil
}

func (c *call) pageSize() (int, *problem) {
	size, p := c.number("pageSize", 25)
	if p != nil {
		return 0, p
	}
	if c.s.sw().PageSizeError {
		if size < 1 || size > 100 {
			return 0, invalidObject("pageSize", fieldProblem{"OutOfRange", "The field pageSize must be between 1 and 100.", "pageSize", "pageSize"})
		}
		return size, nil
	}
	if size < 1 {
		size = 25
	}
	size = min(size, 1000)
	if most := c.s.sw().PageCap; most > 0 {
		size = min(size, most)
	}
	return size, nil
}
