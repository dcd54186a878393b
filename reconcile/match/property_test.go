package match_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/covedesk/covedesk/reconcile/match"
)

// The generators draw from few words, so that names, tags and ids meet.
var (
	names = rapid.SampledFrom([]string{
		"Acme", "acme", "ACME Inc.", "Acme LLC", "Acme (a@acme.example)", "Acme | Acme ~ 2", "Birch", "Birch & Sons Ltd",
		"Birch and Sons", "", "---", "x (b@gmail.com)",
		"A name that is longer than the fifty characters it was cut at, North",
		"A name that is longer than the fifty characters it was cut at, South",
		"A name that is longer than the fifty characters it",
	})
	references = rapid.SampledFrom([]string{"", "CWM:1", "CWM:2:Acme", "x | CWM:3:b", "CWM:1 | CWM:2", "Acme", "Birch | Acme", "CWM:99999999999999999999"})
	websites   = rapid.SampledFrom([]string{"", "acme.example", "https://www.acme.example/", "gmail.com"})

	customerGen = rapid.Custom(func(t *rapid.T) match.Customer {
		return match.Customer{ID: fmt.Sprint(rapid.IntRange(0, 12).Draw(t, "id")), Name: names.Draw(t, "name"), Reference: references.Draw(t, "reference")}
	})
	companyGen = rapid.Custom(func(t *rapid.T) match.Company {
		return match.Company{
			ID: rapid.Int64Range(-1, 5).Draw(t, "id"), Identifier: rapid.SampledFrom([]string{"Acme", "b", "Birch", ""}).Draw(t, "identifier"),
			Name: names.Draw(t, "name"), Website: websites.Draw(t, "website"), Deleted: rapid.Bool().Draw(t, "deleted"),
		}
	})
	entryGen = rapid.Custom(func(t *rapid.T) match.Entry {
		return match.Entry{Customer: fmt.Sprint(rapid.IntRange(0, 12).Draw(t, "id")), Company: rapid.Int64Range(0, 6).Draw(t, "company"), Disabled: rapid.Bool().Draw(t, "disabled")}
	})
)

func TestResultsDoNotDependOnInputOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		customers := rapid.SliceOf(customerGen).Draw(t, "customers")
		companies := rapid.SliceOf(companyGen).Draw(t, "companies")
		entries := rapid.SliceOfN(entryGen, 0, 4).Draw(t, "entries")
		first := slices.Collect(match.Companies(customers, companies, match.Mapping{Entries: entries}).All())
		second := slices.Collect(match.Companies(
			rapid.Permutation(customers).Draw(t, "customers again"),
			rapid.Permutation(companies).Draw(t, "companies again"),
			match.Mapping{Entries: rapid.Permutation(entries).Draw(t, "entries again")},
		).All())
		if diff := cmp.Diff(first, second); diff != "" {
			t.Fatalf("another order gives another result:\n%s", diff)
		}
	})
}

// A link is to a company that exists and is not deleted, its candidate is
// that company, and everything else says why not. The inputs stay as given.
func TestLinksAreSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		customers := rapid.SliceOf(customerGen).Draw(t, "customers")
		companies := rapid.SliceOf(companyGen).Draw(t, "companies")
		mapping := match.Mapping{Entries: rapid.SliceOfN(entryGen, 0, 4).Draw(t, "entries")}
		before := []any{slices.Clone(customers), slices.Clone(companies), slices.Clone(mapping.Entries)}
		links := match.Companies(customers, companies, mapping)
		if diff := cmp.Diff(before, []any{customers, companies, mapping.Entries}); diff != "" {
			t.Fatalf("the inputs were changed:\n%s", diff)
		}
		seen := map[string]bool{}
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
			if l.Rule == match.RuleNone || l.Disabled || len(l.Candidates) != 1 || l.Candidates[0].ID != l.Company || l.Candidates[0].Deleted {
				t.Fatalf("unsound link %+v", l)
			}
			if !slices.Contains(companies, l.Candidates[0]) {
				t.Fatalf("company %+v was made up", l.Candidates[0])
			}
		}
		for _, c := range customers {
			if !seen[c.ID] {
				t.Fatalf("customer %s was dropped", c.ID)
			}
		}
	})
}

// A tag decides alone: whatever else is known of the customer, its company is
// the tag's or none.
func TestATagNeverFallsThrough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.Int64Range(1, 6).Draw(t, "tag")
		c := match.Customer{ID: "1", Name: names.Draw(t, "name"), Reference: fmt.Sprintf("Birch | CWM:%d", id)}
		l, _ := match.Companies([]match.Customer{c}, rapid.SliceOf(companyGen).Draw(t, "companies"), match.Mapping{}).Get("1")
		if l.Rule != match.RuleTag || l.Matched() && l.Company != id {
			t.Fatalf("tag to %d, link %+v", id, l)
		}
	})
}
