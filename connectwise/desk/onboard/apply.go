package onboard

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/connectwise/desk/internal/lookup"
)

// References reads and writes the references of customers in the backup
// service.
type References struct {
	// Read returns the id of the company that a customer's reference names, 0
	// if it names none.
	Read func(ctx context.Context, customer string) (company int64, err error)
	// Write writes the company into the reference and keeps other text in it.
	Write func(ctx context.Context, customer string, company int64, identifier string) error
}

// CompanyResult is the result for one company of a plan.
type CompanyResult struct {
	NewCompany // with the company's ID, once it exists
	// Outcome is [desk.Done] if something was written, Skipped if everything
	// existed already, Drifted if the customer's reference names another
	// company now, and Unknown if the creation was not answered. Applying the
	// plan again finds such a company.
	Outcome desk.Outcome
	Why     string // what was skipped or has drifted
	Err     error
}

// ApplyCompanies carries out a plan, one company after another, while it holds
// the lock of the memory, and with every write in Config.Log. For each company
// it looks up the identifier, creates the company if it is missing, and then,
// with [CompanyRules].References, writes the company's id into the customer's
// reference.
//
// Before the first write it refuses a plan of another tenant, a plan that is
// older than a day or was changed, and names of a status or types that do not
// exist (a [*desk.ConfigError] with all of them). It also refuses to write ids
// of a sandbox or staging system into references, because in production they
// belong to other companies.
//
// An existing company with the same identifier and name is used. One with
// another name, or a deleted one, is an error. If the customer's reference
// names another company, neither the reference is replaced nor a company
// created, unless the plan says so. A write whose answer is lost is not
// repeated. Applying the plan again, or a new plan with References, completes
// what is missing and creates nothing twice. A company that fails does not stop
// the others. The error joins all errors. There is a result for each company,
// unless nothing was started.
func ApplyCompanies(ctx context.Context, d *desk.Desk, plan CompanyPlan, references References) ([]CompanyResult, error) {
	if err := accept(d, plan, references); err != nil {
		return nil, err
	}
	release, err := d.Lock(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	return carryOut(ctx, d, plan, references)
}

// carryOut carries out a plan; the caller holds the lock.
func carryOut(ctx context.Context, d *desk.Desk, plan CompanyPlan, references References) ([]CompanyResult, error) {
	model, err := modelOf(ctx, d, plan.Rules)
	if err != nil {
		return nil, err
	}
	r := &companyRun{desk: d, plan: plan, model: model, references: references}
	results := make([]CompanyResult, 0, len(plan.Companies))
	var errs []error
	for _, c := range plan.Companies {
		result := r.do(ctx, c)
		if result.Err != nil {
			errs = append(errs, fmt.Errorf("onboard: company %s for customer %s: %w", c.Identifier, c.Customer, result.Err))
		}
		results = append(results, result)
	}
	return results, errors.Join(errs...)
}

func accept(d *desk.Desk, plan CompanyPlan, references References) error {
	switch {
	case plan.Format != CompanyFormat:
		return fmt.Errorf("onboard: plan format %q, want %q", plan.Format, CompanyFormat)
	case plan.Digest != plan.digest():
		return errors.New("onboard: the plan was changed after it was made; CompanyPlan.Keep leaves companies out of one")
	}
	return errors.Join(possible(d, plan.Rules, references), d.Accept(plan.Owner, plan.At))
}

// possible returns an error if no companies can be created at all.
func possible(d *desk.Desk, rules CompanyRules, references References) error {
	switch {
	case d.Sandbox():
		return fmt.Errorf("onboard: no companies are made on %s: their ids mean other companies in production", d.Client().LoginHost())
	case rules.References && (references.Read == nil || references.Write == nil):
		return errors.New("onboard: references are to be written, and there is no way to read or to write them")
	}
	return nil
}

// modelOf returns a company with the fields that all new companies have in
// common.
func modelOf(ctx context.Context, d *desk.Desk, rules CompanyRules) (connectwise.Company, error) {
	model := connectwise.Company{Site: connectwise.ByName("Main")}
	if rules.Site != "" {
		model.Site = connectwise.ByName(rules.Site)
	}
	var faults []string
	if rules.Status != "" {
		ref, fault, err := named(ctx, d, "company/companies/statuses", rules.Status)
		if err != nil {
			return model, err
		}
		if model.Status = ref; fault != "" {
			faults = append(faults, "Status: "+fault)
		}
	}
	for _, name := range rules.Types {
		ref, fault, err := named(ctx, d, "company/companies/types", name)
		if err != nil {
			return model, err
		}
		if model.Types = append(model.Types, ref); fault != "" {
			faults = append(faults, "Types: "+fault)
		}
	}
	if len(faults) > 0 {
		return model, &desk.ConfigError{Faults: faults}
	}
	return model, nil
}

// named finds a row of a setup table by name or id.
func named(ctx context.Context, d *desk.Desk, path, name string) (found connectwise.Ref, fault string, err error) {
	var names []string
	for ref, err := range connectwise.NewCollection[connectwise.Ref](d.Client(), path).List(ctx, &connectwise.ListOptions{Fields: []string{"id", "name"}}) {
		if err != nil {
			return found, "", fmt.Errorf("onboard: %s: %w", path, err)
		}
		if lookup.Means(name, ref.Name, ref.ID) {
			return connectwise.ByID(ref.ID), "", nil
		}
		names = append(names, ref.Name)
	}
	return found, fmt.Sprintf("there is no %q; %s", name, lookup.Suggest(name, names)), nil
}

// companyRun is one ApplyCompanies.
type companyRun struct {
	desk       *desk.Desk
	plan       CompanyPlan
	model      connectwise.Company
	references References
}

func (r *companyRun) do(ctx context.Context, c NewCompany) CompanyResult {
	result, named := CompanyResult{NewCompany: c, Outcome: desk.Skipped}, int64(0)
	fail := func(err error) CompanyResult {
		result.Outcome, result.Err = desk.Failed, err
		if errors.Is(err, connectwise.ErrOutcomeUnknown) {
			result.Outcome = desk.Unknown
		}
		return result
	}
	if result.Err = context.Cause(ctx); result.Err != nil {
		result.Why = "the run was ended before it"
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
	if r.plan.Rules.References {
		if named, err = r.references.Read(ctx, c.Customer); err != nil {
			return fail(fmt.Errorf("reference: %w", err))
		}
	}
	if named != 0 && named != found && !r.plan.Rules.Replace {
		result.Outcome, result.Why = desk.Drifted, fmt.Sprintf("the customer's reference names company %d", named)
		return result
	}
	if found == 0 {
		err := r.logged(ctx, c, "company", []desk.LogField{{Name: "identifier", New: c.Identifier}, {Name: "name", New: c.Name}}, func(ctx context.Context, e *desk.LogEntry) error {
			company := r.model
			company.Identifier, company.Name = c.Identifier, c.Name
			made, err := r.desk.Client().Company.Companies.Create(ctx, &company)
			if err == nil {
				e.Company, result.ID, result.Outcome = made.ID, made.ID, desk.Done
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
	change := []desk.LogField{{Name: "reference", New: strconv.FormatInt(result.ID, 10)}}
	if named != 0 {
		change[0].Old = strconv.FormatInt(named, 10)
	}
	err = r.logged(ctx, result.NewCompany, "reference", change, func(ctx context.Context, _ *desk.LogEntry) error {
		return r.references.Write(ctx, c.Customer, result.ID, c.Identifier)
	})
	if err != nil {
		return fail(fmt.Errorf("the company is there, its reference may not be: %w", err))
	}
	result.Outcome = desk.Done
	return result
}

// find returns the id of the company with the identifier, 0 if there is none.
func (r *companyRun) find(ctx context.Context, c NewCompany) (int64, error) {
	opts := &connectwise.ListOptions{Where: connectwise.Where("identifier = ?", c.Identifier), Fields: []string{"id", "identifier", "name", "deletedFlag"}}
	for found, err := range r.desk.Client().Company.Companies.List(ctx, opts) {
		if err != nil {
			return 0, err
		}
		if !lookup.Same(found.Identifier, c.Identifier) {
			continue
		}
		if found.DeletedFlag || !lookup.Same(found.Name, c.Name) {
			return 0, fmt.Errorf("the identifier belongs to company %d, %q", found.ID, found.Name)
		}
		return found.ID, nil
	}
	return 0, nil
}

func (r *companyRun) logged(ctx context.Context, c NewCompany, write string, fields []desk.LogField, send func(context.Context, *desk.LogEntry) error) error {
	return r.desk.Logged(ctx, desk.LogEntry{Write: write, Customer: c.Customer, Company: c.ID, Plan: r.plan.Digest, Fields: fields}, send)
}

// same compares names as people write them.
