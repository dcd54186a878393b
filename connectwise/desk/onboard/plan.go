// Package onboard creates companies for customers that have none. It makes a
// plan for a person to approve, creates the companies, and writes their ids
// into the customers' references. It uses the lock and the action log of a
// desk.
//
//	plan, err := onboard.PlanCompanies(ctx, d, links, companies, rules)
//	results, err := onboard.ApplyCompanies(ctx, d, plan, references)
//
// [Maker] does it within a desk's runs, for customers that have a problem:
//
//	d, err := desk.New(ctx, client, desk.Config{Onboard: &onboard.Maker{Rules: rules}})
package onboard

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

// CompanyFormat is the format of a [CompanyPlan].
const CompanyFormat = "covedesk.companies/1"

// CompanyRules describe new companies, and say whether their ids are written
// into the customers' references.
type CompanyRules struct {
	// Status and Types are names or ids; empty means the tenant's defaults.
	Status string   `json:"status,omitzero"`
	Types  []string `json:"types,omitzero"`
	// Site is the name of the first site. Empty means "Main".
	Site string `json:"site,omitzero"`
	// References also plans to write each company into its customer's reference
	// in the backup service: for companies that are created, and for customers
	// that were matched in another way. The second case also completes a run
	// that was interrupted between a company and its reference.
	References bool `json:"references,omitzero"`
	// Replace allows replacing a reference that names another company than the
	// mapping does. The mapping is the only rule that counts before the
	// reference.
	Replace bool `json:"replace,omitzero"`
}

// NewCompany is a company to create for a customer. With an ID it is an
// existing company to write into the customer's reference.
type NewCompany struct {
	Customer   string `json:"customer"` // the customer's id
	ID         int64  `json:"id,omitzero"`
	Identifier string `json:"identifier"`
	Name       string `json:"name"`
	// Warning names a company that was not used because it is deleted, merged
	// or inactive, but that may be the right one.
	Warning string `json:"warning,omitzero"`
}

// CompanyPlan says which companies to create. It is data: a program shows it,
// stores it as JSON, and applies it when a person has approved it.
type CompanyPlan struct {
	Format string    `json:"format"` // CompanyFormat
	At     time.Time `json:"at"`
	Owner  string    `json:"owner"` // as in [desk.Home]; identifies the tenant of the plan
	// Digest is a digest of all that will be done. A plan that was changed
	// later is refused; Keep returns a smaller plan.
	Digest    string       `json:"digest"`
	Rules     CompanyRules `json:"rules"`
	Companies []NewCompany `json:"companies"`
}

// PlanCompanies plans a company for each customer that no matching rule applies
// to. It plans none for customers that need a person's decision: customers that
// are switched off or ambiguous, or whose tag or mapping names a company that
// does not exist. Pass the companies of [desk.Desk.Companies]. The company's
// name is the customer's, without an e-mail address at its end and cut to the
// server's limit; [match.Identifier] proposes the identifier. PlanCompanies
// sends one request, for the server's version.
func PlanCompanies(ctx context.Context, d *desk.Desk, links match.Links, companies []match.Company, rules CompanyRules) (CompanyPlan, error) {
	return planOf(ctx, d, slices.Collect(links.All()), companies, rules)
}

func planOf(ctx context.Context, d *desk.Desk, links []match.Link, companies []match.Company, rules CompanyRules) (CompanyPlan, error) {
	plan := CompanyPlan{Format: CompanyFormat, At: d.Now().UTC().Truncate(time.Second), Owner: d.Home().Owner, Rules: rules}
	info, err := d.Client().System.Info(ctx)
	if err != nil {
		return plan, fmt.Errorf("onboard: the version of the server: %w", err)
	}
	taken := map[string]bool{}
	for _, c := range companies {
		taken[strings.ToLower(c.Identifier)] = true
	}
	for _, l := range links {
		name := match.CompanyName(l.Customer.Name, nameLimit(info.Version))
		switch {
		case l.Disabled || l.Customer.ID == "":
		case l.Matched():
			if rules.References && wantsReference(l, companies, rules.Replace) {
				c := l.Candidates[0]
				id, _ := strconv.ParseInt(c.ID, 10, 64) // an id from Desk.Companies
				plan.Companies = append(plan.Companies, NewCompany{Customer: l.Customer.ID, ID: id, Identifier: c.Identifier, Name: c.Name})
			}
		case l.Rule == match.RuleNone && len(l.Candidates) == 0 && name != "":
			identifier, _ := match.Identifier(l.Customer.Name, func(s string) bool { return taken[strings.ToLower(s)] }, 0)
			taken[strings.ToLower(identifier)] = true
			var passed []string
			for _, p := range l.Passed {
				passed = append(passed, fmt.Sprintf("company %s, %s, %s", p.Company.ID, p.Company.Name, p.Reason))
			}
			plan.Companies = append(plan.Companies, NewCompany{l.Customer.ID, 0, identifier, name, text.Line(strings.Join(passed, "; "))})
		}
	}
	plan.Digest = plan.digest()
	return plan, nil
}

// nameLimit returns how many UTF-16 units a company's name may have in a
// release: 50, and 156 from 2026.4 on.
func nameLimit(version string) int {
	var year, release int
	if _, err := fmt.Sscanf(version, "v%d.%d", &year, &release); err == nil && (year > 2026 || year == 2026 && release >= 4) {
		return 156
	}
	return 50
}

// wantsReference reports whether the reference of a matched customer does not
// name its company but may be changed to name it.
func wantsReference(l match.Link, companies []match.Company, replace bool) bool {
	if len(l.Candidates) != 1 {
		return false
	}
	// Without the mapping the reference counts first, if it names anything.
	links, err := match.Companies([]reconcile.Customer{l.Customer}, companies, match.Options{Rules: []match.Rule{match.RuleTag}})
	if err != nil {
		return false
	}
	alone, _ := links.Get(l.Customer.ID)
	return alone.Rule != match.RuleTag || alone.Company != l.Company && replace
}

// Keep returns the plan with only those companies that a person has chosen.
func (p CompanyPlan) Keep(chosen func(NewCompany) bool) CompanyPlan {
	all := p.Companies
	p.Companies = nil
	for _, c := range all {
		if chosen(c) {
			p.Companies = append(p.Companies, c)
		}
	}
	p.Digest = p.digest()
	return p
}

// Text returns the plan as a table with a line for each company.
func (p CompanyPlan) Text() string {
	var b strings.Builder
	for _, c := range p.Companies {
		what := "create company "
		if c.ID != 0 {
			what = "write reference"
		}
		fmt.Fprintf(&b, "%s %-25s  %s (customer %s)\n", what, c.Identifier, c.Name, c.Customer)
		if c.Warning != "" {
			fmt.Fprintf(&b, "                %-25s  but %s\n", "", c.Warning)
		}
	}
	return b.String()
}

func (p CompanyPlan) digest() string {
	p.At, p.Digest = time.Time{}, ""
	data, err := json.Marshal(p)
	if err != nil {
		panic(err) // cannot fail: texts and numbers only
	}
	return text.Hash(16, string(data))
}
