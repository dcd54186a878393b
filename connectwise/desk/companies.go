package desk

import (
	"context"
	"fmt"

	"github.com/covedesk/covedesk/connectwise"
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
			ID:         decimal(c.ID),
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
