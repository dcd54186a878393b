package desk

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile/match"
)

// Companies reads all companies, the deleted ones too: a customer whose
// reference names one shall be told so, not matched to another by its name. It
// costs one request a page of 1,000.
func (d *Desk) Companies(ctx context.Context) ([]match.Company, error) {
	var companies []match.Company
	opts := &connectwise.ListOptions{Fields: []string{"id", "identifier", "name", "website", "status", "types", "deletedFlag"}}
	for c, err := range d.client.Company.Companies.List(ctx, opts) {
		if err != nil {
			return nil, fmt.Errorf("desk: list of companies: %w", err)
		}
		types := make([]string, len(c.Types))
		for i, t := range c.Types {
			types[i] = t.Name
		}
		companies = append(companies, match.Company{
			ID:         lookup.ID(c.ID),
			Identifier: c.Identifier,
			Name:       c.Name,
			Website:    c.Website,
			Status:     c.Status.Name,
			Types:      types,
			Deleted:    c.DeletedFlag,
		})
	}
	return companies, nil
}

// findOwnCompany finds Config.OwnCompany: an id is surer than an identifier, and
// that than a name.
func (d *Desk) findOwnCompany(ctx context.Context) (faults []string, err error) {
	name := strings.TrimSpace(d.config.OwnCompany)
	if name == "" {
		return nil, nil
	}
	where := connectwise.Where("(identifier = ? or name = ?)", name, name)
	if id, err := lookup.Company(name); err == nil {
		where = connectwise.Where("(id = ? or identifier = ? or name = ?)", id, name, name)
	}
	opts := &connectwise.ListOptions{Where: where, Fields: []string{"id", "identifier", "name", "deletedFlag"}}
	companies, err := d.client.Company.Companies.All(ctx, opts)
	if errors.Is(err, connectwise.ErrUnquotable) {
		opts.Where = connectwise.Condition{}
		companies, err = d.client.Company.Companies.All(ctx, opts)
	}
	if err != nil {
		return nil, fmt.Errorf("desk: the provider's own company: %w", err)
	}
	found, by := map[int][]string{}, 3 // by what was found: id, identifier, name
	for _, c := range companies {
		if i := slices.IndexFunc([]string{lookup.ID(c.ID), c.Identifier, c.Name}, func(s string) bool { return lookup.Same(s, name) }); i >= 0 && !c.DeletedFlag {
			found[i], by = append(found[i], lookup.ID(c.ID)), min(by, i)
		}
	}
	if len(found[by]) != 1 {
		return []string{fmt.Sprintf("OwnCompany: %d companies have the id, identifier or name %q; name one by its id", len(found[by]), name)}, nil
	}
	d.provider = found[by][0]
	return nil, nil
}
