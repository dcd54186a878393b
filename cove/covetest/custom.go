package covetest

import (
	"maps"
	"slices"
	"strconv"
)

// CustomColumn is a custom column of the tenant. Its code in statistics is
// AA<id>.
type CustomColumn struct {
	ID, PartnerID int64
	Name          string
	ValueType     string // empty: String
}

// AddCustomColumn adds a custom column and returns its id. An id of 0 means the
// next free one. It replaces an existing column with the same id.
func (s *Server) AddCustomColumn(col CustomColumn) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addCustomColumn(col)
}

func (s *Server) addCustomColumn(col CustomColumn) int64 {
	if col.ID == 0 {
		for col.ID = 2045; s.custom[col.ID] != nil; col.ID++ {
			continue
		}
	}
	if col.PartnerID == 0 {
		col.PartnerID = s.rootID
	}
	fill(&col.ValueType, "String")
	s.custom[col.ID] = &col
	return col.ID
}

func (col *CustomColumn) info() map[string]any {
	return map[string]any{"Id": col.ID, "Name": col.Name, "PartnerId": col.PartnerID, "ValueType": col.ValueType}
}

// customFor lists the columns that apply to a partner: its own and those of
// the partners above it.
func (s *Server) customFor(partner int64) []*CustomColumn {
	var list []*CustomColumn
	for _, id := range slices.Sorted(maps.Keys(s.custom)) {
		if col := s.custom[id]; s.within(col.PartnerID, partner) {
			list = append(list, col)
		}
	}
	return list
}

func enumerateCustomColumns(c *call) (result, *failure) {
	p := c.partner("partnerId")
	if c.fail != nil {
		return result{}, c.fail
	}
	list := []any{}
	for _, col := range c.s.customFor(p.ID) {
		list = append(list, col.info())
	}
	return result{value: list}, nil
}

// enumerateColumns lists all column codes of a tenant with their meaning.
func enumerateColumns(c *call) (result, *failure) {
	p := c.partner("partnerId")
	if c.fail != nil {
		return result{}, c.fail
	}
	list := []any{}
	for _, col := range columns.list {
		code := col.code
		fill(&code, col.legacy)
		if code != "" {
			list = append(list, map[string]any{"Code": code, "Description": col.name})
		}
	}
	for _, col := range c.s.customFor(p.ID) {
		list = append(list, map[string]any{"Code": "AA" + strconv.FormatInt(col.ID, 10), "Description": col.Name})
	}
	return result{value: list, flat: c.s.switches().FlatEnumerateColumns}, nil
}

func (c *call) customColumn() *CustomColumn {
	id := c.number("customColumnId")
	if c.fail != nil {
		return nil
	}
	col := c.s.custom[id]
	if col == nil {
		c.refuse("Custom column with id '%d' doesn't exist", id)
	}
	return col
}

func getCustomColumn(c *call) (result, *failure) {
	col := c.customColumn()
	if c.fail != nil {
		return result{}, c.fail
	}
	return result{value: col.info()}, nil
}

func addCustomColumn(c *call) (result, *failure) {
	a := c.sub("customColumn")
	col := CustomColumn{Name: a.text("Name"), PartnerID: a.number("PartnerId"), ValueType: a.textOr("ValueType", "")}
	if a.fail != nil {
		return result{}, a.fail
	}
	if _, f := c.s.visiblePartner(c.user, col.PartnerID); f != nil {
		return result{}, f
	}
	return result{value: c.s.addCustomColumn(col)}, nil
}

func removeCustomColumn(c *call) (result, *failure) {
	col := c.customColumn()
	if c.fail != nil {
		return result{}, c.fail
	}
	delete(c.s.custom, col.ID)
	return result{void: true}, nil
}

// getCustomValues answers with pairs of column id and text.
func getCustomValues(c *call) (result, *failure) {
	e := c.device()
	if c.fail != nil {
		return result{}, c.fail
	}
	if c.s.switches().CustomValuesMap {
		values := map[string]string{}
		for id, text := range e.Custom {
			values[strconv.FormatInt(id, 10)] = text
		}
		return result{value: values}, nil
	}
	pairs := []any{}
	for _, id := range slices.Sorted(maps.Keys(e.Custom)) {
		pairs = append(pairs, []any{id, e.Custom[id]})
	}
	return result{value: pairs}, nil
}

// setCustomValues takes pairs of column id, a plain integer, and text.
func setCustomValues(c *call) (result, *failure) {
	e := c.device()
	if c.fail != nil {
		return result{}, c.fail
	}
	pairs, ok := c.object["values"].([]any)
	if !ok {
		return result{}, refuse("Parameter 'values' must be a list of [id, text]")
	}
	d := e.device()
	if d.Custom == nil {
		d.Custom = map[int64]string{}
	}
	for _, item := range pairs {
		pair, _ := item.([]any)
		if len(pair) != 2 {
			return result{}, refuse("Parameter 'values' must be a list of [id, text]")
		}
		id, ok1 := integer(pair[0])
		text, ok2 := pair[1].(string)
		if !ok1 || !ok2 {
			return result{}, refuse("Parameter 'values' must be a list of [id, text]")
		}
		if _, had := d.Custom[id]; !had && c.s.custom[id] == nil {
			return result{}, refuse("Custom column with id '%d' doesn't exist", id)
		}
		d.Custom[id] = text
	}
	if c.s.cfg.Bugs.LostWrites {
		return result{void: true}, nil
	}
	if err := c.s.replaceDevice(e, d); err != nil {
		return result{}, refuse("Cannot change: %s", err)
	}
	return result{void: true}, nil
}
