package desk

import (
	"context"
	"strings"

	"github.com/covedesk/covedesk/connectwise/desk/internal/companies"
	"github.com/covedesk/covedesk/reconcile/match"
)

// Companies reads all companies, including deleted ones, so that a customer
// whose reference names a deleted company is reported and not matched to
// another company by name. It takes one request for every 1,000 companies.
func (d *Desk) Companies(ctx context.Context) ([]match.Company, error) {
	return companies.Read(ctx, d.client)
}

// findOwnCompany finds Config.OwnCompany.
func (d *Desk) findOwnCompany(ctx context.Context) (faults []string, err error) {
	name := strings.TrimSpace(d.config.OwnCompany)
	if name == "" {
		return nil, nil
	}
	id, fault, err := companies.Find(ctx, d.client, name)
	if fault != "" {
		faults = append(faults, "OwnCompany: "+fault)
	}
	d.provider = id
	return faults, err
}
