package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/reconcile"
)

// findFallback resolves Config.FallbackCompany: an identifier first, which is
// unique, then a name.
func (d *Desk) findFallback(ctx context.Context) (faults []string, err error) {
	name := strings.TrimSpace(d.config.FallbackCompany)
	if name == "" {
		return nil, nil
	}
	var byName []connectwise.Ref
	opts := &connectwise.ListOptions{
		Where:  connectwise.Where("(identifier = ? or name = ?) and deletedFlag = ?", name, name, false),
		Fields: []string{"id", "identifier", "name", "deletedFlag"},
	}
	for c, err := range d.client.Company.Companies.List(ctx, opts) {
		if err != nil {
			return nil, fmt.Errorf("desk: fallback company: %w", err)
		}
		ref := connectwise.Ref{ID: c.ID, Identifier: c.Identifier, Name: c.Name}
		switch {
		case c.DeletedFlag:
		case sameName(c.Identifier, name):
			d.fallback = ref
		case sameName(c.Name, name):
			byName = append(byName, ref)
		}
	}
	switch {
	case d.fallback.ID != 0:
	case len(byName) == 1:
		d.fallback = byName[0]
	case len(byName) > 1:
		return []string{fmt.Sprintf("FallbackCompany: %d companies are called %q; give the identifier of one", len(byName), name)}, nil
	default:
		return []string{fmt.Sprintf("FallbackCompany: no company has the identifier or name %q, or it is deleted", name)}, nil
	}
	return nil, nil
}

// Assign gives the issues that have no company to Config.FallbackCompany, so
// that they become tickets of that company and are not held. It goes between
// the observation and the plan:
//
//	plan, err := reconcile.Diff(d.Assign(observation), board, policy)
//
// Without a fallback company it changes nothing. CompanyReason stays, and the
// ticket's internal text ends with it. Once the customer is matched, the next
// plan moves the ticket to its company, as with any other change of company.
// It asks nobody, and the observation it is given is not changed.
func (d *Desk) Assign(o reconcile.Observation) reconcile.Observation {
	if d.fallback.ID == 0 {
		return o
	}
	o.Issues = slices.Clone(o.Issues)
	for i := range o.Issues {
		if issue := &o.Issues[i]; issue.Company == "" {
			issue.Company = decimal(d.fallback.ID)
		}
	}
	return o
}

// assigned ends the internal text of a ticket of the fallback company with why
// it is there.
func (d *Desk) assigned(text reconcile.Text, issue *reconcile.Issue) reconcile.Text {
	if issue == nil || d.fallback.ID == 0 || issue.Company != decimal(d.fallback.ID) || issue.CompanyReason == "" {
		return text
	}
	text.Internal = strings.TrimSpace(text.Internal) + "\n\nThis ticket belongs to " + d.fallback.Name + " because no company was found for it: " + issue.CompanyReason
	return text
}
