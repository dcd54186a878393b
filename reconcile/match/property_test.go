package match_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

// The generators draw from few words, so that names, references and ids meet.
var (
	names = rapid.SampledFrom([]string{
		"Acme", "acme", "ACME Inc.", "Acme LLC", "Acme (a@acme.example)", "Acme | Acme ~ 2", "Birch", "Birch & Sons Ltd",
		"Birch and Sons", "", "---", "x (b@gmail.com)", "The Birch",
		"A name that is longer than the fifty characters it was cut at, North",
		"A name that is longer than the fifty characters it was cut at, South",
		"A name that is longer than the fifty characters it",
	})
	identifiers = rapid.SampledFrom([]string{"Acme", "b", "Birch", ""})

	customerGen = rapid.Custom(func(t *rapid.T) reconcile.Customer {
		return reconcile.Customer{ID: fmt.Sprint(rapid.IntRange(0, 12).Draw(t, "id")), Name: names.Draw(t, "name"),
			Parent:    rapid.SampledFrom([]string{"", "", "", "1", "2", "99"}).Draw(t, "parent"),
			CompanyID: rapid.SampledFrom([]string{"", "", "", "1", "2", "9"}).Draw(t, "reference"), CompanyIdentifier: identifiers.Draw(t, "its identifier")}
	})
	companyGen = rapid.Custom(func(t *rapid.T) match.Company {
		return match.Company{
			ID: rapid.SampledFrom([]string{"", "1", "2", "3", "4", "5", "6"}).Draw(t, "id"), Identifier: identifiers.Draw(t, "identifier"), Name: names.Draw(t, "name"),
			Website: rapid.SampledFrom([]string{"", "acme.example", "https://www.acme.example/", "gmail.com"}).Draw(t, "website"),
			Contact: rapid.SampledFrom([]string{"", "x@acme.example"}).Draw(t, "contact"), Status: rapid.SampledFrom([]string{"", "Inactive"}).Draw(t, "status"),
			Deleted: rapid.IntRange(0, 4).Draw(t, "deleted") == 0,
		}
	})
	rowGen = rapid.Custom(func(t *rapid.T) match.Row {
		return match.Row{Customer: rapid.SampledFrom([]string{"1", "2", "acme", "Acme / Birch", "*"}).Draw(t, "customer"),
			Company: rapid.SampledFrom([]string{"1", "2", "Birch", "7"}).Draw(t, "company"), Disabled: rapid.IntRange(0, 3).Draw(t, "disabled") == 0}
	})
	// One row for each customer, because rows that contradict each other are
	// refused.
	rowsGen = rapid.SliceOfNDistinct(rowGen, 0, 4, func(r match.Row) string { return r.Customer })
)

// world is what Companies is given.
type world struct {
	customers []reconcile.Customer
	companies []match.Company
	o         match.Options
}

var worldGen = rapid.Custom(func(t *rapid.T) world {
	return world{
		customers: rapid.SliceOf(customerGen).Draw(t, "customers"),
		companies: rapid.SliceOf(companyGen).Draw(t, "companies"),
		o: match.Options{Whole: rapid.Bool().Draw(t, "whole"), Mapping: &match.Mapping{Rows: rowsGen.Draw(t, "rows")},
			Rules: rapid.Permutation(append(match.Rules(), match.RuleContact)).Draw(t, "rules")},
	}
})

func (w world) links(t *rapid.T) match.Links {
	links, err := match.Companies(w.customers, w.companies, w.o)
	if err != nil {
		t.Fatal(err)
	}
	return links
}

func TestResultsDoNotDependOnInputOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := worldGen.Draw(t, "world")
		before := world{slices.Clone(w.customers), slices.Clone(w.companies), w.o}
		first := slices.Collect(w.links(t).All())
		if diff := cmp.Diff(before.customers, w.customers) + cmp.Diff(before.companies, w.companies); diff != "" {
			t.Fatalf("the inputs were changed:\n%s", diff)
		}
		again := world{rapid.Permutation(w.customers).Draw(t, "customers again"), rapid.Permutation(w.companies).Draw(t, "companies again"), w.o}
		if diff := cmp.Diff(first, slices.Collect(again.links(t).All())); diff != "" {
			t.Fatalf("another order gives another result:\n%s", diff)
		}
	})
}

// A linked company exists and is fit, and is the candidate; every other link
// says why there is none; no customer is dropped. Unless a person decided,
// nobody else has the same company.
func TestLinksAreSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := worldGen.Draw(t, "world")
		links := w.links(t)
		var decided match.Links
		if slices.Contains(w.o.Rules, match.RuleMapping) {
			byHand := w
			byHand.o.Rules = []match.Rule{match.RuleMapping}
			decided = byHand.links(t)
		}
		seen := map[string]bool{}
		ruled := map[string]match.Link{}
		for l := range links.All() {
			if seen[l.Customer.ID] {
				t.Fatalf("customer %s has two links", l.Customer.ID)
			}
			seen[l.Customer.ID] = true
			if l.Reason == "" {
				t.Fatalf("no reason: %+v", l)
			}
			if !l.Matched() {
				continue
			}
			if l.Rule == match.RuleNone || l.Disabled || len(l.Candidates) != 1 || l.Candidates[0].ID != l.Company || l.Candidates[0].Deleted || l.Candidates[0].Status == "Inactive" {
				t.Fatalf("unsound link %+v", l)
			}
			if !slices.ContainsFunc(w.companies, func(c match.Company) bool { return cmp.Equal(c, l.Candidates[0]) }) {
				t.Fatalf("company %+v was made up", l.Candidates[0])
			}
			if l.Rule == match.RuleMapping || l.Rule == match.RuleParent || l.Customer.Parent != "" {
				continue
			}
			if byHand, _ := decided.Get(l.Customer.ID); byHand.Company == l.Company {
				continue // a mapping row said so too, but an earlier rule decided
			}
			if other, again := ruled[l.Company]; again {
				t.Fatalf("both have company %s:\n%+v\n%+v", l.Company, other, l)
			}
			ruled[l.Company] = l
		}
		for _, c := range w.customers {
			if !seen[c.ID] {
				t.Fatalf("customer %s was dropped", c.ID)
			}
		}
	})
}

// A reference decides alone: whatever else is known of the customer, its
// company is that of the reference or none (practice D13).
func TestPracticeD13(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := fmt.Sprint(rapid.IntRange(1, 8).Draw(t, "reference"))
		c := reconcile.Customer{ID: "1", Name: names.Draw(t, "name"), CompanyID: id, CompanyIdentifier: identifiers.Draw(t, "identifier")}
		links, err := match.Companies([]reconcile.Customer{c}, rapid.SliceOf(companyGen).Draw(t, "companies"), match.Options{Whole: rapid.Bool().Draw(t, "whole")})
		if l, _ := links.Get("1"); err != nil || l.Rule != match.RuleTag || l.Matched() && l.Company != id {
			t.Fatalf("reference to %s, link %+v, %v", id, l, err)
		}
	})
}

// Without Whole no customer gets a company that it would not get with Whole:
// fewer known customers never give another company.
func TestFewerCustomersNeverGiveAnotherCompany(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := worldGen.Draw(t, "world")
		w.o.Rules, w.o.Whole, w.o.Mapping = nil, true, nil
		whole := w.links(t)
		w.o.Whole = false
		for l := range w.links(t).All() {
			if all, _ := whole.Get(l.Customer.ID); l.Matched() && all.Matched() && all.Company != l.Company {
				t.Fatalf("%+v\n%+v", l, all)
			}
		}
	})
}
