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
	row        *row
	partner    *Partner
	restricted bool

	// Rows that are no devices have named fields and what is sent for them.
	fields map[string]value
	sent   any
}

// partnerCells are the columns that come from the owning partner.
var partnerCells = func() []func(*Partner) string {
	company := func(pick func(*Company) string) func(*Partner) string {
		return func(p *Partner) string {
			if p.Company == nil {
				return ""
			}
			return pick(p.Company)
		}
	}
	list := make([]func(*Partner) string, columns.deviceCount)
	list[at("I8")] = func(p *Partner) string { return p.Name }
	list[at("I77")] = func(p *Partner) string { return p.ExternalCode }
	list[at("I83")] = func(p *Partner) string { return strconv.FormatInt(p.ID, 10) }
	list[at("I63")] = company(func(c *Company) string { return c.LegalCompanyName })
	list[at("I64")] = company(func(c *Company) string { return c.Address })
	list[at("I65")] = company(func(c *Company) string { return c.ZipCode })
	list[at("I66")] = company(func(c *Company) string { return c.Country })
	list[at("I67")] = company(func(c *Company) string { return c.City })
	list[at("I68")] = company(func(c *Company) string { return c.PhoneNumber })
	list[at("I69")] = company(func(c *Company) string { return c.FaxNumber })
	return list
}()

var colPassword, colOSType = at("I3"), at("I32")

// cell is the value of a column, and whether it is sent.
func (v *view) cell(index int) (string, bool) {
	if v.row.has(index) {
		if index == colOSType && v.s.switches().NoOSType {
			return "", false
		}
		if index == colPassword && v.restricted {
			return "", true
		}
		return v.row.get(index), true
	}
	if index < columns.deviceCount && partnerCells[index] != nil && !v.row.left[index] {
		cell := partnerCells[index](v.partner)
		return cell, cell != ""
	}
	return "", false
}

var customCode = regexp.MustCompile(`^AA\d+$`)

// devices is the filter language of statistics.
func (s *Server) devicesDialect() dialect {
	return dialect{
		now: s.now(), quotes: s.switches().Quotes, ignoreCase: s.switches().ignoresCase(),
		resolve: s.resolve, any: anyText,
	}
}

// sessionStates are the members of the enum Session, by status; "" is none.
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

// errForbiddenColumn is a column that the caller may not read.
var errForbiddenColumn = errors.New("forbidden column")

// resolve finds a column by either spelling, a custom column, or a member of
// an enum. Letters may be of either case, as filters in use have them.
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
			if cell, ok := v.row.extra[name]; ok {
				return text(cell)
			}
			return value{}
		}, nil
	}
	c := s.findColumn(name)
	if c == nil {
		return nil, fmt.Errorf("unknown column %s", name)
	}
	return func(v *view) value {
		cell, ok := v.cell(c.index)
		if !ok || cell == "" {
			return value{}
		}
		if c.number {
			if n, err := strconv.ParseFloat(cell, 64); err == nil {
				return number(n)
			}
		}
		return text(cell)
	}, nil
}

// anyText lists all texts of a row.
func anyText(v *view, yield func(string) bool) {
	for _, c := range columns.list {
		if c.number {
			continue
		}
		if cell, ok := v.cell(c.index); ok && !yield(cell) {
			return
		}
	}
	for _, cell := range v.row.extra {
		if !yield(cell) {
			return
		}
	}
}
