package match

import (
	"fmt"
	"slices"
	"strings"
)

// hand is one row of the mapping, with the company that it names.
type hand struct {
	place    string
	company  []int // one, or none
	disabled bool
	fault    string
}

// applyMapping finds the customers and companies of the mapping's rows.
func (f *finder) applyMapping() {
	called := f.customersCalled()
	for i, row := range f.o.Mapping.Rows {
		h := &hand{place: row.at(i), disabled: row.Disabled}
		if !row.Disabled {
			h.company, h.fault = f.company(row.Company)
		}
		if h.company != nil {
			if reason := f.o.unfit(&f.companies[h.company[0]], true); reason != "" {
				h.fault = f.companies[h.company[0]].describe() + " " + reason
			}
		}
		var reasons []string
		if h.fault != "" {
			reasons = append(reasons, h.fault)
		}
		switch found := called(row.Customer); {
		case strings.TrimSpace(row.Customer) == everyone:
			f.everyone = h
		case len(found) > 1:
			reasons = append(reasons, fmt.Sprintf("customer %q is %s and %s: name it by its id", row.Customer, f.subjects[found[0]].describe(), f.subjects[found[1]].describe()))
		case len(found) == 1:
			s := &f.subjects[found[0]]
			s.hands = append(s.hands, h)
		case f.o.Whole:
			reasons = append(reasons, fmt.Sprintf("there is no customer %q", row.Customer))
		}
		if len(reasons) > 0 {
			f.unused = append(f.unused, Unused[Row]{row, h.place + ": " + strings.Join(reasons, "; ")})
		}
	}
}

// byHand returns the link that the rows for a customer make.
func (f *finder) byHand(s *subject) (Link, bool) {
	if len(s.hands) == 0 {
		return Link{}, false
	}
	h := s.hands[0]
	for _, o := range s.hands[1:] {
		if !slices.Equal(o.company, h.company) || o.disabled != h.disabled || o.fault != h.fault {
			return Link{Reason: fmt.Sprintf("the mapping has different rows for the customer, %s and %s", h.place, o.place)}, true
		}
	}
	return f.linkOf(h), true
}

// linkOf returns the link that a row makes, without its rule.
func (f *finder) linkOf(h *hand) Link {
	l := Link{Disabled: h.disabled, Candidates: at(f.companies, h.company), Reason: "the mapping, " + h.place}
	switch {
	case h.disabled:
		l.Reason += ", switches the customer off"
	case h.fault != "":
		l.Reason += ": " + h.fault
	default:
		l.Company = l.Candidates[0].ID
	}
	return l
}

// company finds the company that a person names by id, identifier or name, or
// says why none is meant. If several have the name, the one that may be linked
// is meant, provided there is only one.
func (f *finder) company(name string) (one []int, fault string) {
	found := union(f.byID[strings.TrimSpace(name)], f.bySpelling[strings.TrimSpace(name)])
	if len(found) == 0 {
		found = union(f.byIdentifier[fold(name)], f.byName[fold(name)])
	}
	fit := slices.DeleteFunc(slices.Clone(found), func(i int) bool { return f.o.unfit(&f.companies[i], true) != "" })
	switch {
	case len(found) == 0:
		return nil, fmt.Sprintf("there is no company %q", name)
	case len(found) == 1:
		return found, ""
	case len(fit) == 1:
		return fit, ""
	}
	return nil, fmt.Sprintf("company %q is %s and %s: name it by another of id, identifier and name",
		name, f.companies[found[0]].describe(), f.companies[found[1]].describe())
}

// customersCalled finds customers by what people call them: by id and spelling,
// else by folded name, else, when all are known, by the name without its address.
func (f *finder) customersCalled() func(name string) []int {
	spelled, folded, plain := index{}, index{}, index{}
	for i := range f.subjects {
		s := &f.subjects[i]
		spelled.add(s.ID, i)
		spelled.add(f.path(s, func(s *subject) string { return strings.TrimSpace(s.Name) }), i)
		folded.add(f.path(s, func(s *subject) string { return s.whole }), i)
		if f.o.Whole {
			plain.add(f.path(s, func(s *subject) string { return s.plain }), i)
		}
	}
	return func(name string) []int {
		for _, found := range [...][]int{spelled[strings.TrimSpace(name)], folded[fold(name)], plain[fold(name)]} {
			if len(found) > 0 {
				return found
			}
		}
		return nil
	}
}
