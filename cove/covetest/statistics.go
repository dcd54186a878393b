package covetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// statistics is EnumerateAccountStatistics.
func statistics(c *call) (result, *failure) {
	q, f := c.statisticsQuery()
	if f != nil {
		return result{}, f
	}
	return c.s.answerStatistics(q)
}

// query is a statistics query that was read.
type query struct {
	user   *User
	scope  map[int64]bool // partner ids
	filter expr           // nil: all
	order  []orderKey
	codes  []codeRef
	totals []total
	start  int64
	count  int64     // negative: all
	only   bool      // SelectionMode Count
	at     time.Time // for history; zero: now
}

type orderKey struct {
	eval expr
	desc bool
}

// codeRef is a requested code with its column. The column is nil for a custom
// or unknown code.
type codeRef struct {
	code   string
	column *column
}

var selectionModes = []string{"", "Undefined", "Merged", "PerInstallation", "Count"}

func (c *call) statisticsQuery() (query, *failure) {
	a := c.sub("query")
	partner := a.number("PartnerId")
	filter := a.textOr("Filter", "")
	excluded, _ := a.numbers("ExcludedPartners")
	mode := a.textOr("SelectionMode", "")
	start := a.numberOr("StartRecordNumber", 0)
	missingCount := int64(1)
	if c.s.switches().AllRecordsByDefault {
		missingCount = -1
	}
	count := a.numberOr("RecordsCount", missingCount)
	order := a.textOr("OrderBy", "")
	codes := a.texts("Columns")
	totals := a.texts("Totals")
	switch {
	case a.fail != nil:
		return query{}, a.fail
	case !slices.Contains(selectionModes, mode):
		return query{}, refuse("Unknown SelectionMode '%s'", mode)
	case start < 0:
		return query{}, refuse("StartRecordNumber must not be negative")
	case a.object["RecordsCount"] != nil && count < 0:
		return query{}, refuse("RecordsCount must not be negative")
	}
	if limit := int64(c.s.switches().PageLimit); limit > 0 && (count < 0 || count > limit) {
		count = limit
	}
	q := query{user: c.user, start: start, count: count, only: mode == "Count"}
	var f *failure
	if q.scope, f = c.scope(partner, excluded); f != nil {
		return query{}, f
	}
	if q.codes, f = c.s.codes(codes); f != nil {
		return query{}, f
	}
	d := c.s.devicesDialect()
	if strings.TrimSpace(filter) != "" && !c.s.cfg.Bugs.IgnoredFilter {
		eval, err := d.parse(filter)
		if err != nil {
			return query{}, notValid("Filter is", err)
		}
		q.filter = eval
	}
	var err error
	if q.order, err = parseOrder(order, d.resolve); err != nil {
		return query{}, notValid("OrderBy is", err)
	}
	if q.totals, err = d.parseTotals(totals); err != nil {
		return query{}, notValid("Totals are", err)
	}
	if q.only {
		q.totals = append(q.totals, total{"COUNT(1)", "COUNT", func(*view) value { return number(1) }})
	}
	// Totals are sorted by expression; clients read them by position.
	slices.SortStableFunc(q.totals, func(a, b total) int { return strings.Compare(a.text, b.text) })
	return q, nil
}

func notValid(what string, err error) *failure {
	if errors.Is(err, errForbiddenColumn) {
		return forbidden()
	}
	return refuse("%s not valid: %s", what, err)
}

// scope returns the ids of the partners whose devices are asked for.
func (c *call) scope(partner int64, excluded []int64) (map[int64]bool, *failure) {
	if partner == -1 && c.s.switches().EverythingPartner {
		partner = c.user.PartnerID
	}
	if _, f := c.s.visiblePartner(c.user, partner); f != nil {
		return nil, f
	}
	set := c.s.subtree(partner)
	for _, id := range excluded {
		for below := range c.s.subtree(id) {
			delete(set, below)
		}
	}
	return set, nil
}

// codes finds the requested columns and puts them in the order of the answer.
func (s *Server) codes(list []string) ([]codeRef, *failure) {
	refs := make([]codeRef, len(list))
	for i, code := range list {
		if s.forbiddenColumn(code) {
			return nil, forbidden()
		}
		refs[i] = codeRef{code, s.findColumn(code)}
		if refs[i].column == nil && s.switches().UnknownColumnForbidden && !customCode.MatchString(code) {
			return nil, forbidden()
		}
	}
	slices.SortStableFunc(refs, func(a, b codeRef) int { return strings.Compare(a.code, b.code) })
	return refs, nil
}

var orderTerm = regexp.MustCompile(`^\s*([A-Za-z0-9@]+)\s+(?i:(ASC)|(DESC))\s*$`)

// parseOrder reads "CODE ASC, CODE DESC".
func parseOrder(text string, resolve func(string) (expr, error)) ([]orderKey, error) {
	if strings.TrimSpace(text) == "" {
		return nil, nil
	}
	var keys []orderKey
	for term := range strings.SplitSeq(text, ",") {
		m := orderTerm.FindStringSubmatch(term)
		if m == nil {
			return nil, fmt.Errorf("%q is not of the form CODE ASC or CODE DESC", term)
		}
		eval, err := resolve(m[1])
		if err != nil {
			return nil, err
		}
		keys = append(keys, orderKey{eval, m[3] != ""})
	}
	return keys, nil
}

// total is an aggregate over the filtered rows.
type total struct {
	text, function string
	eval           expr
}

var totalTerm = regexp.MustCompile(`^\s*(COUNT|SUM|MAX|MIN)\s*\((.*)\)\s*$`)

func (d dialect) parseTotals(list []string) ([]total, error) {
	totals := make([]total, len(list))
	for i, text := range list {
		m := totalTerm.FindStringSubmatch(text)
		if m == nil {
			return nil, fmt.Errorf("%q is not an aggregate", text)
		}
		eval, err := d.parse(m[2])
		if err != nil {
			return nil, err
		}
		totals[i] = total{text, m[1], eval}
	}
	return totals, nil
}

func (t total) over(rows []view) string {
	var sum, best float64
	count := 0
	for i := range rows {
		v := t.eval(&rows[i])
		if v.holds() {
			count++
		}
		n, _ := v.asNumber()
		sum += n
		if i == 0 || t.function == "MAX" && n > best || t.function == "MIN" && n < best {
			best = n
		}
	}
	switch t.function {
	case "COUNT":
		return number(float64(count)).asText()
	case "SUM":
		return number(sum).asText()
	}
	return number(best).asText()
}

// answerStatistics selects, sorts, cuts and writes rows. The caller holds the
// lock for reading.
func (s *Server) answerStatistics(q query) (result, *failure) {
	rows := s.selectRows(q)
	totals := make([]any, 0, len(q.totals))
	for _, t := range q.totals {
		totals = append(totals, map[string]string{t.text: t.over(rows)})
	}
	outs := map[string]any{"totalStatistics": nil}
	if q.only {
		rows = nil
	}
	if len(totals) > 0 {
		outs["totalStatistics"] = totals
	}
	sortRows(rows, q.order)
	start := q.start
	if s.switches().IgnoreStart {
		start = 0
	}
	if s.cfg.Bugs.ShiftedPages && start > 0 {
		start++
	}
	return result{value: s.writeRows(cut(rows, start, q.count), q.codes), outs: outs}, nil
}

func (s *Server) selectRows(q query) []view {
	var rows []view
	var v view // one for all rows, because filters take its address
	devices, now := s.devices, s.now()
	if !q.at.IsZero() {
		devices = s.devicesAt(q.at)
	}
	for _, e := range devices {
		if q.at.IsZero() {
			if e = s.deviceLags.listed(e, now); e == nil {
				continue
			}
		}
		if !q.scope[e.PartnerID] {
			continue
		}
		v = view{s: s, e: e, partner: s.ownerOf(e, now), restricted: q.user.Restricted}
		if q.filter == nil || q.filter(&v).holds() {
			rows = append(rows, v)
		}
	}
	return rows
}

// ownerOf returns the partner of a device as lists show it.
func (s *Server) ownerOf(e *entry, now time.Time) *Partner {
	p := s.partners[e.PartnerID]
	if p == nil {
		return s.removedPartners[e.PartnerID].Partner
	}
	if shown := s.partnerLags.listed(p, now); shown != nil {
		return shown
	}
	return p
}

// sortRows sorts rows by keys. Rows with equal keys stay ordered by account id.
func sortRows(rows []view, keys []orderKey) {
	if len(keys) == 0 {
		return
	}
	type item struct {
		view view
		keys []value
	}
	items := make([]item, len(rows))
	all := make([]value, len(rows)*len(keys))
	for i := range rows {
		items[i] = item{rows[i], all[i*len(keys) : (i+1)*len(keys)]}
		for k, key := range keys {
			items[i].keys[k] = key.eval(&rows[i])
		}
	}
	less := func(a, b item) int {
		for k, key := range keys {
			if c := compare(a.keys[k], b.keys[k]); c != 0 {
				if key.desc {
					return -c
				}
				return c
			}
		}
		return 0
	}
	if slices.IsSortedFunc(items, less) {
		return
	}
	slices.SortStableFunc(items, less)
	for i := range items {
		rows[i] = items[i].view
	}
}

// writeRows writes rows as JSON. All values are strings; missing values are
// left out.
func (s *Server) writeRows(rows []view, codes []codeRef) json.RawMessage {
	keys := make([][]byte, len(codes))
	for i, ref := range codes {
		keys[i] = append(append([]byte(`{`), marshal(ref.code)...), ':')
	}
	out := make([]byte, 0, 64+len(rows)*(64+len(codes)*12))
	out = append(out, '[')
	for i := range rows {
		v := &rows[i]
		if i > 0 {
			out = append(out, ',')
		}
		out = strconv.AppendInt(append(out, `{"AccountId":`...), v.e.ID, 10)
		out = strconv.AppendInt(append(out, `,"PartnerId":`...), v.e.PartnerID, 10)
		out = append(out, `,"Flags":`...)
		if len(v.e.Flags) == 0 {
			out = append(out, "null"...)
		} else {
			out = append(out, marshal(v.e.Flags)...)
		}
		out = append(out, `,"Settings":[`...)
		array := s.switches().ArrayValues && i%2 == 1
		first := true
		for k, ref := range codes {
			cell := v.requested(ref)
			if cell.kind == missing {
				continue
			}
			if !first {
				out = append(out, ',')
			}
			first = false
			out = append(out, keys[k]...)
			if array {
				out = append(appendCell(append(out, '['), cell), ']')
			} else {
				out = appendCell(out, cell)
			}
			out = append(out, '}')
		}
		out = append(out, "]}"...)
	}
	return append(out, ']')
}

// requested returns the value of a requested code.
func (v *view) requested(ref codeRef) value {
	if ref.column != nil {
		return v.cell(ref.column)
	}
	if o := v.s.overridden(v.e); o != nil {
		if cell, ok := o.extra[ref.code]; ok {
			return text(cell)
		}
	}
	return value{}
}

// appendCell writes a cell as a JSON string.
func appendCell(out []byte, cell value) []byte {
	if cell.kind == numeric {
		return append(strconv.AppendInt(append(out, '"'), int64(cell.number), 10), '"')
	}
	return appendText(out, cell.text)
}

// appendText writes a JSON string; most are plain ASCII.
func appendText(out []byte, s string) []byte {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			return append(out, marshal(s)...)
		}
	}
	return append(append(append(out, '"'), s...), '"')
}
