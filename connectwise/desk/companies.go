package desk

import (
	"context"
	"strings"

	"github.com/covedesk/covedesk/connectwise/desk/internal/companies"
	"github.com/covedesk/covedesk/reconcile/match"
)

// Companies reads all companies, the deleted ones too: a customer whose
// reference names one shall be told so, not matched to another by its name. It
// costs one request a page of 1,000.
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
