package connectwisetest

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// listing is what a list, count or search was asked for.
type listing struct {
	conditions, childConditions, customFieldConditions string
	orderBy, fields                                    string
}

func (c *call) listing() listing {
	return listing{
		conditions: c.query.Get("conditions"), childConditions: c.query.Get("childConditions"),
		customFieldConditions: c.query.Get("customFieldConditions"), orderBy: c.query.Get("orderBy"), fields: c.query.Get("fields"),
	}
}

// recordNames resolves names of conditions, orderBy and fields of a table.
func (s *Server) recordNames(t *table) names {
	return func(name string) (operand, *problem) {
		parts := strings.Split(name, "/")
		f := t.schema.folded[strings.ToLower(parts[0])]
		if f == nil {
			switch {
			case strings.EqualFold(name, "lastUpdated"):
				return operand{kind: kindTime, read: func(r row) any { return r.v.updated }}, nil
			case strings.EqualFold(name, "configuration/id") && notesOf[t.name] != "":
				// Singular, and only the id: the one way to ask for a device's tickets.
				return operand{kind: kindInt, many: func(v *version) []int64 { return s.attached[v.rec.id] }}, nil
			case strings.EqualFold(name, "dateEntered") && notesOf[t.name] != "":
				return operand{kind: kindTime, read: func(r row) any { return r.v.entered }}, nil
			}
			return operand{}, unknownName(name)
		}
		if f.writeOnly {
			return operand{}, unknownName(name)
		}
		switch f.kind {
		case kindObject, kindList:
			if len(parts) == 2 && s.cfg.Switches.EmptyArrayConditions {
				return operand{kind: kindAny, read: func(row) any { return nil }}, nil
			}
			return operand{}, unknownName(name)
		case kindInfo, kindCustom, kindAny:
			return operand{}, unknownName(name)
		case kindRef:
			if len(parts) != 2 {
				return operand{}, unknownName(name)
			}
			return s.refOperand(f, name, parts[1])
		}
		if len(parts) != 1 {
			return operand{}, unknownName(name)
		}
		return operand{kind: f.kind, enum: f.enum, read: func(r row) any { return r.v.value(f) }}, nil
	}
}

func (s *Server) refOperand(f *field, name, member string) (operand, *problem) {
	i := slices.IndexFunc(f.ref.members, func(m string) bool { return strings.EqualFold(m, member) })
	if i < 0 {
		return operand{}, unknownName(name)
	}
	member = f.ref.members[i]
	o := operand{kind: kindString}
	switch {
	case member == "id" || member == "sort":
		o.kind = kindInt
	case strings.HasSuffix(member, "Flag"):
		o.kind = kindBool
	case member == "dailyCapacity":
		o.kind = kindNum
	}
	o.read = func(r row) any {
		if x, ok := r.v.value(f).(ref); ok {
			return s.refMember(x, f.ref, member)
		}
		return nil
	}
	return o, nil
}

// childNames resolves names of child conditions: list/member.
func (s *Server) childNames(t *table, list **field) names {
	return func(name string) (operand, *problem) {
		parts := strings.Split(name, "/")
		f := t.schema.folded[strings.ToLower(parts[0])]
		if f == nil || len(parts) < 2 || f.kind != kindObject && (f.kind != kindList || f.item != kindRef) || *list != nil && *list != f {
			return operand{}, unknownName(name)
		}
		*list = f
		if f.kind == kindList {
			o, p := s.refOperand(f, name, parts[1])
			o.read = func(r row) any { return s.refMember(r.element.(ref), f.ref, strings.ToLower(parts[1])) }
			return o, p
		}
		kinds := map[string]kind{
			"id": kindInt, "value": kindString, "extension": kindString, "defaultflag": kindBool, "domain": kindString,
			"communicationtype": kindString, "type": kindRef, "questionid": kindInt, "answerid": kindInt, "question": kindString, "answer": kindAny, "fieldtype": kindString,
		}
		k, ok := kinds[strings.ToLower(parts[1])]
		if !ok || (k == kindRef) != (len(parts) == 3) {
			return operand{}, unknownName(name)
		}
		if k == kindRef {
			k = kindString
			if strings.EqualFold(parts[2], "id") {
				k = kindInt
			}
		}
		return operand{kind: k, read: func(r row) any {
			o, _ := r.element.(object)
			x := o.get(parts[1])
			if rf, ok := x.(ref); ok {
				return s.refMember(rf, s.catalog.refs[communicationTypeRef], strings.ToLower(parts[2]))
			}
			return x
		}}, nil
	}
}

// customNames resolves names of custom field conditions.
func customNames(name string) (operand, *problem) {
	switch strings.ToLower(name) {
	case "id":
		return operand{kind: kindInt, read: func(r row) any { return r.element.(object).get("id") }}, nil
	case "caption":
		return operand{kind: kindString, read: func(r row) any { return r.element.(object).get("caption") }}, nil
	case "value":
		return operand{kind: kindAny, read: func(r row) any { return r.element.(object).get("value") }}, nil
	}
	return operand{}, unknownName(name)
}

// ofElements marks operands as parts of the elements of a list.
func ofElements(n names) names {
	return func(name string) (operand, *problem) {
		o, p := n(name)
		o.part = true
		return o, p
	}
}

// filter compiles the three kinds of conditions into one.
func (s *Server) filter(t *table, l listing) (func(*version) bool, *problem) {
	cond, p := s.compile(l.conditions, s.recordNames(t))
	if p != nil {
		return nil, p
	}
	var list *field
	child, p := s.compile(l.childConditions, ofElements(s.childNames(t, &list)))
	if p != nil {
		return nil, p
	}
	custom, p := s.compile(l.customFieldConditions, ofElements(customNames))
	if p != nil {
		return nil, p
	}
	return func(v *version) bool {
		if cond != nil && !cond(row{v: v}) {
			return false
		}
		if child != nil {
			elements, _ := v.value(list).([]any)
			if !slices.ContainsFunc(elements, func(e any) bool { return child(row{v: v, element: e}) }) {
				return false
			}
		}
		return custom == nil || slices.ContainsFunc(s.custom[t.schema.name], func(def CustomField) bool {
			return custom(row{v: v, element: object{{"id", def.ID}, {"caption", def.Caption}, {"value", v.custom[def.ID]}}})
		})
	}, nil
}

type orderKey struct {
	o    operand
	desc bool
}

func (s *Server) order(t *table, text string) ([]orderKey, *problem) {
	var keys []orderKey
	for part := range strings.SplitSeq(text, ",") {
		words := strings.Fields(part)
		if len(words) == 0 {
			continue
		}
		o, p := s.recordNames(t)(words[0])
		if p == nil && o.many != nil {
			p = unknownName(words[0])
		}
		if p != nil {
			return nil, p
		}
		desc := len(words) > 1 && strings.EqualFold(words[1], "desc")
		if len(words) > 2 || len(words) == 2 && !desc && !strings.EqualFold(words[1], "asc") {
			return nil, badRequest("ApiFindCondition", "orderBy %q is not valid", part)
		}
		keys = append(keys, orderKey{o, desc})
	}
	return keys, nil
}

func compareValues(a, b any) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	switch a := a.(type) {
	case int64:
		return cmp.Compare(a, b.(int64))
	case float64:
		return cmp.Compare(a, b.(float64))
	case time.Time:
		return a.Compare(b.(time.Time))
	case bool:
		if a == b.(bool) {
			return 0
		}
		if a {
			return 1
		}
		return -1
	}
	return strings.Compare(collate(textOf(a)), collate(textOf(b)))
}

// selections reads the fields parameter. Nil means everything.
func (s *Server) selections(t *table, text string) ([]selection, *problem) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	chosen := map[*field]*selection{}
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		parts := strings.Split(name, "/")
		f := t.schema.folded[strings.ToLower(parts[0])]
		ok := f != nil && !f.writeOnly
		if ok && len(parts) > 1 {
			switch f.kind {
			case kindRef:
				ok = f.ref.has(parts[1]) || parts[1] == "_info"
			case kindInfo, kindCustom, kindObject, kindList:
			default:
				ok = false
			}
		}
		if !ok {
			if s.cfg.Switches.LenientFields {
				continue
			}
			return nil, unknownName(name)
		}
		x := chosen[f]
		if x == nil {
			x = &selection{f: f}
			chosen[f] = x
			if len(parts) == 1 {
				continue
			}
		} else if len(parts) == 1 || x.sub == nil {
			x.sub = nil
			continue
		}
		x.sub = append(x.sub, parts[1])
	}
	out := []selection{}
	for _, f := range t.schema.fields {
		if x := chosen[f]; x != nil {
			out = append(out, *x)
		}
	}
	return out, nil
}

// selections is what the caller asked for and may see: without a right to
// companies contacts come without their company and site.
func (c *call) selections(t *table, text string) ([]selection, *problem) {
	sel, p := c.s.selections(t, text)
	if p != nil || t.name != "contacts" || c.s.level(c.who, companyMaintenance, inquiring) != None {
		return sel, p
	}
	if sel == nil {
		for _, f := range t.schema.fields {
			sel = append(sel, selection{f: f})
		}
	}
	return slices.DeleteFunc(sel, func(x selection) bool { return x.f.name == "company" || x.f.name == "site" }), nil
}

// source is what a list is taken from.
type source struct {
	t       *table
	records []*record
	keep    func(*version) bool // rows this member may see; nil: all
	noPages bool                // forward-only is not supported
}

func (c *call) matching(src source, l listing) ([]*version, *problem) {
	match, p := c.s.filter(src.t, l)
	if p != nil {
		return nil, p
	}
	now := c.s.now()
	out := make([]*version, 0, min(len(src.records), 1024))
	for _, r := range src.records {
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
	rows, p := c.matching(src, c.listing())
	if p != nil {
		return p.response()
	}
	return jsonResponse(http.StatusOK, strconv.AppendInt([]byte(`{"count":`), int64(len(rows)), 10), '}')
}

// list answers one page.
func (c *call) list(src source, l listing) *response {
	page, p := c.number("page", 1)
	if p != nil {
		return p.response()
	}
	size, p := c.pageSize()
	if p != nil {
		return p.response()
	}
	forward := strings.EqualFold(c.r.Header.Get("pagination-type"), "forward-only") && !src.noPages && !c.s.cfg.Switches.NoForwardOnly
	if forward && l.orderBy != "" {
		return invalidObject("orderBy", fieldProblem{"InvalidField", "orderBy cannot be used with forward-only pagination.", "orderBy", "orderBy"}).response()
	}
	pageID, p := c.number("pageId", 0)
	if p != nil {
		return p.response()
	}
	if c.s.cfg.Bugs.ConditionsDropped && (page > 1 || pageID > 0) {
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
	rows, p := c.matching(src, l)
	if p != nil {
		return p.response()
	}
	if len(keys) > 0 {
		slices.SortStableFunc(rows, func(a, b *version) int {
			for _, k := range keys {
				n := compareValues(k.o.read(row{v: a}), k.o.read(row{v: b}))
				if n != 0 {
					if k.desc {
						return -n
					}
					return n
				}
			}
			return 0
		})
	}
	total := len(rows)
	var from int
	if forward {
		if !c.s.cfg.Bugs.PageIDIgnored {
			from, _ = slices.BinarySearchFunc(rows, pageID+1, func(v *version, id int) int { return cmp.Compare(v.rec.id, int64(id)) })
		}
	} else {
		from = min((max(page, 1)-1)*size, total)
	}
	rows = rows[from:min(from+size, total)]
	b := append(make([]byte, 0, 512+len(rows)*256), '[')
	for i, v := range rows {
		if i > 0 {
			b = append(b, ',')
		}
		b = c.s.draw(b, v, sel)
	}
	resp := jsonResponse(http.StatusOK, append(b, ']'))
	switch {
	case forward:
		link := ""
		if from+len(rows) < total {
			link = c.link("pageId", int(rows[len(rows)-1].rec.id), "next")
		}
		resp.header["Link"] = []string{link}
	case src.noPages && c.r.Header.Get("pagination-type") != "", c.s.cfg.Switches.NoForwardOnly && c.r.Header.Get("pagination-type") != "":
	case total > size && !c.s.cfg.Switches.NoLinks:
		resp.header.Set("Link", c.links(max(page, 1), (total+size-1)/size))
	}
	return resp
}

func (c *call) number(name string, def int) (int, *problem) {
	text := c.query.Get(name)
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
	if c.s.cfg.Switches.PageSizeError {
		if size < 1 || size > 100 {
			return 0, invalidObject("pageSize", fieldProblem{"OutOfRange", "The field pageSize must be between 1 and 100.", "pageSize", "pageSize"})
		}
		return size, nil
	}
	if size < 1 {
		size = 25
	}
	return min(size, 1000), nil
}

// link is one entry of a Link header. The page is the last parameter: clients
// look for it there.
func (c *call) link(param string, n int, rel string) string {
	q := url.Values{}
	for k, v := range c.query {
		if k != "page" && k != "pageId" {
			q[k] = v
		}
	}
	text := q.Encode()
	if text != "" {
		text += "&"
	}
	scheme := "http"
	if c.r.TLS != nil {
		scheme = "https"
	}
	host := c.r.Host
	if c.s.cfg.Switches.LinkHost != "" {
		host = c.s.cfg.Switches.LinkHost
	}
	return "<" + scheme + "://" + host + c.r.URL.EscapedPath() + "?" + text + param + "=" + strconv.Itoa(n) + `>; rel="` + rel + `"`
}

func (c *call) links(page, last int) string {
	var out []string
	if page < last {
		out = append(out, c.link("page", page+1, "next"))
	}
	if page > 1 {
		out = append(out, c.link("page", page-1, "prev"))
	}
	if page < last {
		if page > 1 {
			out = append(out, c.link("page", 1, "first"))
		}
		out = append(out, c.link("page", last, "last"))
	} else {
		out = append(out, c.link("page", 1, "first"))
	}
	return strings.Join(out, ", ")
}
