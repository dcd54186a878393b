package companies

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
	"github.com/covedesk/covedesk/reconcile/match"
)

// Read reads all companies, including deleted ones, so that a customer whose
// reference names a deleted company is reported and not matched to another
// company by name.
func Read(ctx context.Context, client *connectwise.Client) ([]match.Company, error) {
	var companies []match.Company
	opts := &connectwise.ListOptions{Fields: []string{"id", "identifier", "name", "website", "status", "types", "deletedFlag"}}
	for c, err := range client.Company.Companies.List(ctx, opts) {
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

// Find finds the company that a person names, and returns its id. An id counts
// before an identifier, and an identifier before a name.
func Find(ctx context.Context, client *connectwise.Client, name string) (id, fault string, err error) {
	where := connectwise.Where("(identifier = ? or name = ?)", name, name)
	if id, err := lookup.Company(name); err == nil {
		where = connectwise.Where("(id = ? or identifier = ? or name = ?)", id, name, name)
	}
	opts := &connectwise.ListOptions{Where: where, Fields: []string{"id", "identifier", "name", "deletedFlag"}}
	companies, err := client.Company.Companies.All(ctx, opts)
	if errors.Is(err, connectwise.ErrUnquotable) {
		opts.Where = connectwise.Condition{}
		companies, err = client.Company.Companies.All(ctx, opts)
	}
	if err != nil {
		return "", "", fmt.Errorf("desk: the provider's own company: %w", err)
	}
	found, by := map[int][]string{}, 3 // by kind of match: id, identifier, name
	for _, c := range companies {
		if i := slices.IndexFunc([]string{lookup.ID(c.ID), c.Identifier, c.Name}, func(s string) bool { return lookup.Same(s, name) }); i >= 0 && !c.DeletedFlag {
			found[i], by = append(found[i], lookup.ID(c.ID)), min(by, i)
		}
	}
	if len(found[by]) != 1 {
		return "", fmt.Sprintf("%d companies have the id, identifier or name %q; name one by its id", len(found[by]), name), nil
	}
	return found[by][0], "", nil
}
