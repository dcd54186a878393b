package match

import (
	"fmt"
	"strings"
)

// mapped is a mapping applied to customers and companies.
type mapped struct {
	rows     []mappedRow
	everyone int // the row for everyone else, -1 for none
	unused   []Unused
}

// mappedRow is a row with the company that it names.
type mappedRow struct {
	Row
	place   string
	company int // -1 for none
	fault   string
}

// applyMapping finds the customers and companies of the mapping's rows.
func (f *finder) applyMapping() *mapped {
	m := &mapped{everyone: -1}
	if len(f.o.Mapping.Rows) == 0 {
		return m
	}
	names := f.customerNames()
	for i, row := range f.o.Mapping.Rows {
		r := mappedRow{Row: row, place: row.at(i), company: -1}
		var reasons []string
		if !row.Disabled {
			r.company, r.fault = f.company(row.Company)
		}
		if r.fault == "" && r.company >= 0 {
			if reason := f.o.unfit(&f.companies[r.company], true); reason != "" {
				r.fault = f.companies[r.company].describe() + " " + reason
			}
		}
		m.rows = append(m.rows, r)
		if r.fault != "" {
			reasons = append(reasons, r.fault)
		}
		switch found := names.find(row.Customer); {
		case strings.TrimSpace(row.Customer) == everyone:
			m.everyone = i
		case len(found) > 1:
			reasons = append(reasons, fmt.Sprintf("customer %q is %s and %s: name it by its id", row.Customer, f.subjects[found[0]].describe(), f.subjects[found[1]].describe()))
		case len(found) == 1:
			s := &f.subjects[found[0]]
			s.rows = append(s.rows, i)
		case f.o.Whole:
			reasons = append(reasons, fmt.Sprintf("there is no customer %q", row.Customer))
		}
		if len(reasons) > 0 {
			m.unused = append(m.unused, Unused{row, r.place + ": " + strings.Join(reasons, "; ")})
		}
	}
	return m
}

// company returns the company that a row gives a customer; -1 for none.
func (m *mapped) company(s *subject) int {
	if len(s.rows) == 0 {
		return -1
	}
	return m.rows[s.rows[0]].company
}

// link returns the link that the rows for a customer make.
func (m *mapped) link(f *finder, s *subject) (Link, bool) {
	if len(s.rows) == 0 {
		return Link{}, false
	}
	r := m.rows[s.rows[0]]
	for _, i := range s.rows[1:] {
		if o := m.rows[i]; o.company != r.company || o.Disabled != r.Disabled || o.fault != r.fault {
			return Link{Reason: fmt.Sprintf("the mapping has different rows for the customer, %s and %s", r.place, o.place)}, true
		}
	}
	return r.link(f), true
}

// link returns the link that a row makes, without its rule.
func (r mappedRow) link(f *finder) Link {
	why := "the mapping, " + r.place
	switch {
	case r.Disabled:
		return Link{Disabled: true, Reason: why + ", switches the customer off"}
	case r.company < 0:
		return Link{Reason: why + ": " + r.fault}
	case r.fault != "":
		return Link{Reason: why + ": " + r.fault, Candidates: at(f.companies, []int{r.company})}
	}
	return Link{Company: f.companies[r.company].ID, Candidates: at(f.companies, []int{r.company}), Reason: why}
}

// everyoneElse returns the link of a customer for whom no rule found a company.
func (m *mapped) everyoneElse(f *finder, l Link) Link {
	if m.everyone < 0 {
		return l
	}
	out := m.rows[m.everyone].link(f)
	out.Rule, out.Passed = RuleMapping, l.Passed
	out.Reason += fmt.Sprintf(", for everyone else (%s)", l.Reason)
	return out
}

// company finds the company that a person names by id, identifier or name, or
// says why none is meant. If several have the name, the one that may be linked
// is meant, provided there is only one.
func (f *finder) company(name string) (at int, fault string) {
	found := union(f.byID[strings.TrimSpace(name)], f.bySpelling[strings.TrimSpace(name)])
	if len(found) == 0 {
		found = union(f.byIdentifier[fold(name)], f.byName[fold(name)])
	}
	var fit []int
	for _, i := range found {
		if f.o.unfit(&f.companies[i], true) == "" {
			fit = append(fit, i)
		}
	}
	switch {
	case len(found) == 0:
		return -1, fmt.Sprintf("there is no company %q", name)
	case len(found) == 1:
		return found[0], ""
	case len(fit) == 1:
		return fit[0], ""
	}
	return -1, fmt.Sprintf("company %q is %s and %s: name it by another of id, identifier and name",
		name, f.companies[found[0]].describe(), f.companies[found[1]].describe())
}

// customerNames finds customers by what people call them. The first index that
// has the name decides.
type customerNames []index

// customerNames indexes the customers by id and spelling, by folded name and,
// when all are known, by the name without its address.
func (f *finder) customerNames() customerNames {
	names := customerNames{index{}, index{}, index{}}
	for i := range f.subjects {
		s := &f.subjects[i]
		names[0].add(s.ID, i)
		names[0].add(f.path(s, func(s *subject) string { return strings.TrimSpace(s.Name) }), i)
		names[1].add(f.path(s, func(s *subject) string { return s.whole }), i)
		if f.o.Whole {
			names[2].add(f.path(s, func(s *subject) string { return s.plain }), i)
		}
	}
	return names
}

func (n customerNames) find(name string) []int {
	if found := n[0][strings.TrimSpace(name)]; len(found) > 0 {
		return found
	}
	if found := n[1][fold(name)]; len(found) > 0 {
		return found
	}
	return n[2][fold(name)]
}
