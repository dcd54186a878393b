package covetest

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// view is a row as one caller sees it.
type view struct {
	s          *Server
	e          *entry
	partner    *Partner
	restricted bool

	// fields holds the values of a row that is not a device, by name.
	fields map[string]value
	sent   any
}

// partnerCells are the columns that are derived from the owning partner, by
// code.
var partnerCells = map[string]func(*Partner) string{
	"I8":  func(p *Partner) string { return p.Name },
	"I77": func(p *Partner) string { return p.ExternalCode },
	"I83": func(p *Partner) string { return strconv.FormatInt(p.ID, 10) },
	"I63": func(p *Partner) string { return p.company().LegalCompanyName },
	"I64": func(p *Partner) string { return p.company().Address },
	"I65": func(p *Partner) string { return p.company().ZipCode },
	"I66": func(p *Partner) string { return p.company().Country },
	"I67": func(p *Partner) string { return p.company().City },
	"I68": func(p *Partner) string { return p.company().PhoneNumber },
	"I69": func(p *Partner) string { return p.company().FaxNumber },
}

func (p *Partner) company() Company {
	if p.Company == nil {
		return Company{}
	}
	return *p.Company
}

var colPassword, colOSType = at("I3"), at("I32")

// cell returns the value of a column. A missing value is not sent.
func (v *view) cell(c *column) value {
	if c.index == colOSType && v.s.switches().NoOSType {
		return value{}
	}
	if o := v.s.overridden(v.e); o != nil {
		if o.left[c.index] {
			return value{}
		}
		if cell, ok := o.cells[c.index]; ok {
			return text(cell)
		}
	}
	switch {
	case c.index == colPassword && v.restricted:
		return text("")
	case c.device != nil:
		return c.device(v.s, v.e)
	case c.partner != nil:
		return words(c.partner(v.partner))
	case c.source != "":
		src, ok := v.e.source(c.source)
		if !ok {
			return value{}
		}
		if cell, ok := src.Fields[c.field]; ok {
			return text(cell)
		}
		if c.source == "D09" && c.field == "F08" && src.ColorBar == "" {
			return words(bar(v.e.sources))
		}
		if c.cell != nil {
			return c.cell(v.s, src)
		}
	}
	return value{}
}

var customCode = regexp.MustCompile(`^AA\d+$`)

// devicesDialect returns the filter language of statistics.
func (s *Server) devicesDialect() dialect {
	return dialect{
		now: s.now(), quotes: s.switches().Quotes, ignoreCase: s.switches().ignoresCase(),
		resolve: s.resolve, any: anyText,
	}
}

// sessionStates are the members of the enum Session, by status. "" means no
// member.
var sessionStates = []string{"Undefined", "InProcess", "Failed", "Aborted", "", "Completed", "Interrupted", "NotStarted",
	"CompletedWithErrors", "InProcessWithFaults", "OverQuota", "NoSelection", "Restarted", "Blocked"}

// member finds a member of an enum, such as Product.Documents.
func (s *Server) member(enum, name string) (expr, error) {
	constant := func(n int64) (expr, error) { return func(*view) value { return number(float64(n)) }, nil }
	switch {
	case strings.EqualFold(enum, "Session") && name != "":
		if n := slices.IndexFunc(sessionStates, func(state string) bool { return strings.EqualFold(state, name) }); n >= 0 {
			return constant(int64(n))
		}
	case strings.EqualFold(enum, "Product"):
		for id, p := range s.products {
			if p.Name == name {
				return constant(id)
			}
		}
	}
	return nil, fmt.Errorf("unknown name %s.%s", enum, name)
}

// errForbiddenColumn says that the caller may not read a column.
var errForbiddenColumn = errors.New("forbidden column")

// resolve finds a column by either spelling, a custom column, or a member of an
// enum. It ignores case, as known filters need.
func (s *Server) resolve(name string) (expr, error) {
	if enum, member, ok := strings.Cut(name, "."); ok {
		return s.member(enum, member)
	}
	name = strings.ToUpper(name)
	if s.forbiddenColumn(name) {
		return nil, errForbiddenColumn
	}
	if customCode.MatchString(name) {
		return func(v *view) value {
			if o := v.s.overridden(v.e); o != nil {
				return words(o.extra[name])
			}
			return value{}
		}, nil
	}
	c := s.findColumn(name)
	if c == nil {
		return nil, fmt.Errorf("unknown column %s", name)
	}
	return func(v *view) value {
		cell := v.cell(c)
		switch {
		case cell.kind == textual && cell.text == "":
			return value{}
		case cell.kind == textual && c.number:
			if n, err := strconv.ParseFloat(cell.text, 64); err == nil {
				return number(n)
			}
		case cell.kind == numeric && !c.number:
			return text(cell.asText())
		}
		return cell
	}, nil
}

// anyText lists all texts of a row.
func anyText(v *view, yield func(string) bool) {
	for _, c := range columns.list {
		if c.number {
			continue
		}
		if cell := v.cell(c); cell.kind != missing && !yield(cell.asText()) {
			return
		}
	}
	if o := v.s.overridden(v.e); o != nil {
		for _, cell := range o.extra {
			if !yield(cell) {
				return
			}
		}
	}
}
