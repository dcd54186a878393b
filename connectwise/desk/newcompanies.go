package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/reconcile/match"
)

// CompanyRules say what companies that are made look like.
type CompanyRules struct {
	// Host is the ConnectWise host the client talks to. [Desk.ApplyCompanies]
	// refuses one that is empty or a staging host, because the ids it gives
	// back are meant to be written into the backup service.
	Host string `json:"host"`
	// Status and Types are names; empty means the tenant's defaults.
	Status string   `json:"status,omitzero"`
	Types  []string `json:"types,omitzero"`
	// Site is the name of the first site. Empty means "Main".
	Site string `json:"site,omitzero"`
}

// NewCompany is a company that is to be made for a customer.
type NewCompany struct {
	Customer   string `json:"customer"` // the customer's id
	Identifier string `json:"identifier"`
	Name       string `json:"name"`
}

// CompanyPlan is which companies are to be made. It is data: a program shows
// it, keeps it as JSON, and applies it when a person has agreed.
type CompanyPlan struct {
	Rules     CompanyRules `json:"rules"`
	Companies []NewCompany `json:"companies"`
}

// PlanCompanies plans a company for each customer that no rule had anything to
// say about. Customers that are switched off, ambiguous, or whose tag or
// mapping names a company that is not there need a person and get none. The
// companies are those of [Desk.Companies]. It is pure.
func PlanCompanies(links match.Links, companies []match.Company, rules CompanyRules) CompanyPlan {
	taken := map[string]bool{}
	for _, c := range companies {
		taken[strings.ToLower(c.Identifier)] = true
	}
	plan := CompanyPlan{Rules: rules}
	for l := range links.All() {
		name := strings.TrimSpace(l.Customer.Name)
		if l.Matched() || l.Disabled || l.Rule != match.RuleNone || len(l.Candidates) > 0 || l.Customer.ID == "" || name == "" {
			continue
		}
		identifier := match.Identifier(name, func(s string) bool { return taken[strings.ToLower(s)] }, 0)
		taken[strings.ToLower(identifier)] = true
		plan.Companies = append(plan.Companies, NewCompany{l.Customer.ID, identifier, name})
	}
	return plan
}

// Text is the plan as a table, a line a company.
func (p CompanyPlan) Text() string {
	var b strings.Builder
	for _, c := range p.Companies {
		fmt.Fprintf(&b, "create company %-25s  %s (customer %s)\n", c.Identifier, c.Name, c.Customer)
	}
	return b.String()
}

// ApplyCompanies makes the companies of the plan, one after the other, and
// gives back the id of each by customer id, for the caller to write into the
// customer's reference. Each identifier is looked up before: a company that has
// it and the same name was made before and is given back; one of another name,
// or a deleted one, is an error. An answer that is lost is not asked for again:
// the next call finds the company. One that fails does not stop the others; the
// ids are those of all that are there, whatever the error.
func (d *Desk) ApplyCompanies(ctx context.Context, plan CompanyPlan) (map[string]int64, error) {
	host := strings.ToLower(strings.TrimSpace(plan.Rules.Host))
	if host == "" || strings.Contains(host, "staging") {
		return nil, fmt.Errorf("desk: no companies are made on host %q", plan.Rules.Host)
	}
	ids := map[string]int64{}
	var errs []error
	for _, c := range plan.Companies {
		id, err := d.company(ctx, plan.Rules, c)
		if err != nil {
			errs = append(errs, fmt.Errorf("desk: company %s for customer %s: %w", c.Identifier, c.Customer, err))
			continue
		}
		ids[c.Customer] = id
	}
	return ids, errors.Join(errs...)
}

// company finds the company by its identifier, or makes it.
func (d *Desk) company(ctx context.Context, rules CompanyRules, c NewCompany) (int64, error) {
	companies := d.client.Company.Companies
	opts := &connectwise.ListOptions{Where: connectwise.Where("identifier = ?", c.Identifier), Fields: []string{"id", "identifier", "name", "deletedFlag"}}
	for found, err := range companies.List(ctx, opts) {
		if err != nil {
			return 0, err
		}
		if !sameName(found.Identifier, c.Identifier) {
			continue
		}
		if found.DeletedFlag || !sameName(found.Name, c.Name) {
			return 0, fmt.Errorf("the identifier belongs to company %d, %q", found.ID, found.Name)
		}
		return found.ID, nil
	}
	company := &connectwise.Company{Identifier: c.Identifier, Name: c.Name, Site: connectwise.Named("Main")}
	if rules.Site != "" {
		company.Site = connectwise.Named(rules.Site)
	}
	if rules.Status != "" {
		company.Status = connectwise.Named(rules.Status)
	}
	for _, name := range rules.Types {
		company.Types = append(company.Types, connectwise.Named(name))
	}
	made, err := companies.Create(ctx, company)
	if err != nil {
		return 0, err
	}
	return made.ID, nil
}
