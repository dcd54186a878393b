package desk

import (
	"context"
	"errors"
	"fmt"

	"github.com/covedesk/covedesk/connectwise"
)

// References are the references of the customers in the backup service.
type References struct {
	// Read gives the id of the company that a customer's reference names, 0
	// when it names none.
	Read func(ctx context.Context, customer string) (company int64, err error)
	// Write makes it name the company, and leaves all else it says alone.
	Write func(ctx context.Context, customer string, company int64, identifier string) error
}

// CompanyResult is what became of one company of a plan.
type CompanyResult struct {
	NewCompany // with the ID of the company once it is there
	// Outcome is Done when something was written, Skipped when all was there
	// already, Drifted when the customer's reference names another company by
	// now. Unknown is a company whose creation was not heard of: applying the
	// plan again finds it.
	Outcome Outcome
	Why     string // for people: what was skipped or has drifted
	Err     error
}

// ApplyCompanies carries a plan out, one company after the other, under
// the lock of the memory and with every write in Config.Log: it looks the identifier up,
// makes the company where it is missing, and then, with
// [CompanyRules].References, writes its id into the customer's reference.
//
// Before the first write it refuses a plan of another tenant, one that is older
// than Config.MaxPlanAge or was changed, names of a status or of types that do
// not exist (a [*ConfigError] with all of them), and a sandbox or staging
// system, whose ids mean other companies in production.
//
// A company that has the identifier and the name was made before and is used;
// one of another name, or a deleted one, is an error. A reference that names
// another company is not replaced unless the plan says so, and then no company
// is made either. An answer that is lost is not asked for again; applying the
// plan again, or a new plan with References, completes what is missing and
// makes nothing twice. One company that fails does not stop the others. The
// error joins all of theirs; results are there for each company whatever the
// error, unless nothing was begun.
func (d *Desk) ApplyCompanies(ctx context.Context, plan CompanyPlan, references References) ([]CompanyResult, error) {
	if err := d.acceptCompanies(plan, references); err != nil {
		return nil, err
	}
	release, err := d.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	model, err := d.companyModel(ctx, plan.Rules)
	if err != nil {
		return nil, err
	}
	r := &companyRun{desk: d, plan: plan, model: model, references: references}
	results := make([]CompanyResult, 0, len(plan.Companies))
	var errs []error
	for _, c := range plan.Companies {
		result := r.do(ctx, c)
		if result.Err != nil {
			errs = append(errs, fmt.Errorf("desk: company %s for customer %s: %w", c.Identifier, c.Customer, result.Err))
		}
		results = append(results, result)
	}
	return results, errors.Join(errs...)
}

func (d *Desk) acceptCompanies(plan CompanyPlan, references References) error {
	switch {
	case plan.Format != CompanyFormat:
		return fmt.Errorf("desk: plan format %q, want %q", plan.Format, CompanyFormat)
	case plan.Digest != plan.digest():
		return errors.New("desk: the plan was changed after it was made; CompanyPlan.Keep leaves companies out of one")
	case isTestHost(d.host):
		return fmt.Errorf("desk: no companies are made on %s: their ids mean other companies in production", d.host)
	case plan.Rules.References && (references.Read == nil || references.Write == nil):
		return errors.New("desk: the plan writes references, and there is no way to read or to write them")
	}
	return d.timely(plan.Owner, plan.At)
}

// companyModel is what all new companies have in common.
func (d *Desk) companyModel(ctx context.Context, rules CompanyRules) (connectwise.Company, error) {
	model := connectwise.Company{Site: connectwise.ByName("Main")}
	if rules.Site != "" {
		model.Site = connectwise.ByName(rules.Site)
	}
	var faults []string
	if rules.Status != "" {
		ref, fault, err := d.named(ctx, "company/companies/statuses", rules.Status)
		if err != nil {
			return model, err
		}
		if model.Status = ref; fault != "" {
			faults = append(faults, "Status: "+fault)
		}
	}
	for _, name := range rules.Types {
		ref, fault, err := d.named(ctx, "company/companies/types", name)
		if err != nil {
			return model, err
		}
		if model.Types = append(model.Types, ref); fault != "" {
			faults = append(faults, "Types: "+fault)
		}
	}
	if len(faults) > 0 {
		return model, &ConfigError{Faults: faults}
	}
	return model, nil
}

// named finds a row of a setup table by name.
func (d *Desk) named(ctx context.Context, path, name string) (found connectwise.Ref, fault string, err error) {
	var names []string
	for ref, err := range connectwise.NewCollection[connectwise.Ref](d.client, path).List(ctx, &connectwise.ListOptions{Fields: []string{"id", "name"}}) {
		if err != nil {
			return found, "", fmt.Errorf("desk: %s: %w", path, err)
		}
		if sameName(ref.Name, name) {
			return connectwise.ByID(ref.ID), "", nil
		}
		names = append(names, ref.Name)
	}
	return found, fmt.Sprintf("there is no %q; %s", name, suggest(name, names)), nil
}

// companyRun is one ApplyCompanies.
type companyRun struct {
	desk       *Desk
	plan       CompanyPlan
	model      connectwise.Company
	references References
}

func (r *companyRun) do(ctx context.Context, c NewCompany) CompanyResult {
	result := CompanyResult{NewCompany: c, Outcome: Skipped}
	fail := func(err error) CompanyResult {
		result.Outcome, result.Err = Failed, err
		if errors.Is(err, connectwise.ErrOutcomeUnknown) {
			result.Outcome = Unknown
		}
		return result
	}
	if err := ctx.Err(); err != nil {
		result.Why, result.Err = "the run was ended before it", context.Cause(ctx)
		return result
	}
	found, err := r.find(ctx, c)
	if err != nil {
		return fail(err)
	}
	if c.ID != 0 && found != c.ID {
		return fail(fmt.Errorf("company %d does not have this identifier and name any more", c.ID))
	}
	result.ID = found
	named := int64(0)
	if r.plan.Rules.References {
		if named, err = r.references.Read(ctx, c.Customer); err != nil {
			return fail(fmt.Errorf("reference: %w", err))
		}
	}
	if named != 0 && named != found && !r.plan.Rules.Replace {
		result.Outcome, result.Why = Drifted, fmt.Sprintf("the customer's reference names company %d", named)
		return result
	}
	if found == 0 {
		err := r.logged(ctx, c, "company", []LogField{{Name: "identifier", New: c.Identifier}, {Name: "name", New: c.Name}}, func(ctx context.Context, e *LogEntry) error {
			company := r.model
			company.Identifier, company.Name = c.Identifier, c.Name
			made, err := r.desk.client.Company.Companies.Create(ctx, &company)
			if err == nil {
				e.Company, result.ID, result.Outcome = made.ID, made.ID, Done
			}
			return err
		})
		if err != nil {
			return fail(err)
		}
	}
	if !r.plan.Rules.References || named == result.ID {
		return result
	}
	field := LogField{Name: "reference", New: decimal(result.ID)}
	if named != 0 {
		field.Old = decimal(named)
	}
	err = r.logged(ctx, result.NewCompany, "reference", []LogField{field}, func(ctx context.Context, _ *LogEntry) error {
		return r.references.Write(ctx, c.Customer, result.ID, c.Identifier)
	})
	if err != nil {
		return fail(fmt.Errorf("the company is there, its reference may not be: %w", err))
	}
	result.Outcome = Done
	return result
}

// find finds the company by its identifier; 0 when there is none.
func (r *companyRun) find(ctx context.Context, c NewCompany) (int64, error) {
	opts := &connectwise.ListOptions{Where: connectwise.Where("identifier = ?", c.Identifier), Fields: []string{"id", "identifier", "name", "deletedFlag"}}
	for found, err := range r.desk.client.Company.Companies.List(ctx, opts) {
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
	return 0, nil
}

func (r *companyRun) logged(ctx context.Context, c NewCompany, write string, fields []LogField, send func(context.Context, *LogEntry) error) error {
	return r.desk.logged(ctx, LogEntry{Write: write, Customer: c.Customer, Company: c.ID, Plan: r.plan.Digest, Fields: fields}, send)
}
