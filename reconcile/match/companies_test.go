package match_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/reconcile/match"
)

var companies = []match.Company{
	{ID: 250, Identifier: "BirchDental", Name: "Birch Dental Group", Website: "https://www.birchdental.example/about"},
	{ID: 251, Identifier: "Harbor", Name: "Harbor Law, LLC"},
	{ID: 252, Identifier: "AcmeN", Name: "Acme"},
	{ID: 253, Identifier: "AcmeS", Name: "Acme"},
	{ID: 254, Identifier: "Gone", Name: "Gone Fishing", Deleted: true},
	{ID: 255, Identifier: "Hofer", Name: "Hofer GmbH & Co. KG"},
	{ID: 256, Identifier: "Museum", Name: "Museum of Chinese in America and the World at Larg"},
	{ID: 257, Identifier: "Twin1", Name: "Twin One", Website: "twin.example"},
	{ID: 258, Identifier: "Twin2", Name: "Twin Two", Website: "http://twin.example:8080"},
	{ID: 259, Identifier: "Mail", Name: "Mail Users", Website: "gmail.com"},
}

func TestCompanies(t *testing.T) {
	mapping := match.Mapping{Entries: []match.Entry{
		{Customer: "900", Company: 251},
		{Customer: "901", Disabled: true},
		{Customer: "902", Company: 9999},
		{Customer: "903", Company: 250},
		{Customer: "903", Company: 251},
	}}
	for _, tt := range []struct {
		name       string
		customer   match.Customer
		company    int64
		rule       match.Rule
		candidates []int64
		disabled   bool
	}{
		{"mapping beats everything", match.Customer{ID: "900", Name: "Birch Dental Group", Reference: "CWM:250"}, 251, match.RuleMapping, []int64{251}, false},
		{"mapping switches off", match.Customer{ID: "901", Name: "Birch Dental Group"}, 0, match.RuleMapping, nil, true},
		{"mapping to a missing company is a finding", match.Customer{ID: "902", Name: "Birch Dental Group"}, 0, match.RuleMapping, nil, false},
		{"mapping that contradicts itself", match.Customer{ID: "903", Name: "Birch Dental Group"}, 0, match.RuleMapping, nil, false},
		{"tag", match.Customer{ID: "1", Name: "x", Reference: "CWM:250:BirchDental"}, 250, match.RuleTag, []int64{250}, false},
		{"tag without identifier", match.Customer{ID: "1", Name: "x", Reference: "CWM:250"}, 250, match.RuleTag, []int64{250}, false},
		{"tag among other text", match.Customer{ID: "1", Name: "x", Reference: "PSA-7 | cwm:251:harbor | off 2027"}, 251, match.RuleTag, []int64{251}, false},
		{"tag twice the same", match.Customer{ID: "1", Name: "x", Reference: "CWM:250 | CWM:250:BirchDental"}, 250, match.RuleTag, []int64{250}, false},
		{"tag to a missing company never falls through to the name", match.Customer{ID: "1", Name: "Birch Dental Group", Reference: "CWM:9999:Birch"}, 0, match.RuleTag, nil, false},
		{"tag to a deleted company never falls through to the name", match.Customer{ID: "1", Name: "Birch Dental Group", Reference: "CWM:254:Gone"}, 0, match.RuleTag, []int64{254}, false},
		{"tag with an id no company can have", match.Customer{ID: "1", Name: "Birch Dental Group", Reference: "CWM:99999999999999999999"}, 0, match.RuleTag, nil, false},
		{"two tags", match.Customer{ID: "1", Name: "x", Reference: "CWM:251 | CWM:250"}, 0, match.RuleTag, []int64{250, 251}, false},
		{"tag of another tenant", match.Customer{ID: "1", Name: "Harbor Law", Reference: "CWM:250:Harbor"}, 0, match.RuleTag, []int64{250, 251}, false},
		{"tag with an identifier renamed since", match.Customer{ID: "1", Name: "Birch-Dental Group", Reference: "CWM:250:OldName"}, 250, match.RuleTag, []int64{250}, false},
		{"id in the name", match.Customer{ID: "1", Name: "Acme Inc | Acme Corporation ~ 253"}, 253, match.RuleNameID, []int64{253}, false},
		{"id in the name with an address", match.Customer{ID: "1", Name: "Acme Inc | Acme Corporation ~ 253 (a@acme.example)"}, 253, match.RuleNameID, []int64{253}, false},
		{"id in the name of a missing company", match.Customer{ID: "1", Name: "Acme | Acme ~ 77"}, 0, match.RuleNameID, nil, false},
		{"id in the name that no company can have", match.Customer{ID: "1", Name: "Acme | Acme ~ 99999999999999999999"}, 0, match.RuleNameID, nil, false},
		{"a tilde alone is no id", match.Customer{ID: "1", Name: "Plan ~ 253"}, 0, match.RuleNone, nil, false},
		{"identifier", match.Customer{ID: "1", Name: "birchdental"}, 250, match.RuleIdentifier, []int64{250}, false},
		{"name", match.Customer{ID: "1", Name: "Birch Dental Group"}, 250, match.RuleName, []int64{250}, false},
		{"name of two companies", match.Customer{ID: "1", Name: "Acme"}, 0, match.RuleName, []int64{252, 253}, false},
		{"name of a deleted company", match.Customer{ID: "1", Name: "Gone Fishing"}, 0, match.RuleNone, nil, false},
		{"folded: case and spaces", match.Customer{ID: "1", Name: "BIRCH  dental-group"}, 250, match.RuleFolded, []int64{250}, false},
		{"folded: address", match.Customer{ID: "1", Name: "Birch Dental Group (x@y.example)"}, 250, match.RuleFolded, []int64{250}, false},
		{"folded: legal form missing", match.Customer{ID: "1", Name: "Harbor Law"}, 251, match.RuleFolded, []int64{251}, false},
		{"folded: legal form spelled differently", match.Customer{ID: "1", Name: "Harbor Law L.L.C."}, 251, match.RuleFolded, []int64{251}, false},
		{"folded: another legal form is another company", match.Customer{ID: "1", Name: "Harbor Law Inc."}, 0, match.RuleFolded, []int64{251}, false},
		{"folded: part of a legal form", match.Customer{ID: "1", Name: "HOFER GmbH"}, 255, match.RuleFolded, []int64{255}, false},
		{"folded: two companies", match.Customer{ID: "1", Name: "ACME, Inc."}, 0, match.RuleFolded, []int64{252, 253}, false},
		{"prefix", match.Customer{ID: "1", Name: "Museum of Chinese in America and the World at Large"}, 256, match.RulePrefix, []int64{256}, false},
		{"reference text is an identifier", match.Customer{ID: "1", Name: "x", Reference: "1234 | HARBOR"}, 251, match.RuleReference, []int64{251}, false},
		{"reference text is a name", match.Customer{ID: "1", Name: "x", Reference: "Twin One"}, 257, match.RuleReference, []int64{257}, false},
		{"reference texts that differ", match.Customer{ID: "1", Name: "x", Reference: "Twin One | Harbor Law"}, 0, match.RuleReference, []int64{251, 257}, false},
		{"domain", match.Customer{ID: "1", Name: "The Dentist (Bob@BirchDental.example)"}, 250, match.RuleDomain, []int64{250}, false},
		{"domain of two companies", match.Customer{ID: "1", Name: "x (a@twin.example)"}, 0, match.RuleDomain, []int64{257, 258}, false},
		{"public domain", match.Customer{ID: "1", Name: "x (a@gmail.com)"}, 0, match.RuleNone, nil, false},
		{"nothing", match.Customer{ID: "1", Name: "Nobody"}, 0, match.RuleNone, nil, false},
		{"no id", match.Customer{Name: "Birch Dental Group"}, 0, match.RuleNone, nil, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := match.Companies([]match.Customer{tt.customer}, companies, mapping).Get(tt.customer.ID)
			if !ok {
				t.Fatal("the customer has no link")
			}
			var candidates []int64
			for _, c := range got.Candidates {
				candidates = append(candidates, c.ID)
			}
			if got.Company != tt.company || got.Rule != tt.rule || got.Disabled != tt.disabled {
				t.Errorf("company %d by %q, disabled %v; want %d by %q, %v (%s)",
					got.Company, got.Rule, got.Disabled, tt.company, tt.rule, tt.disabled, got.Reason)
			}
			if diff := cmp.Diff(tt.candidates, candidates); diff != "" {
				t.Errorf("candidates (-want +got):\n%s", diff)
			}
			if got.Reason == "" {
				t.Error("no reason")
			}
		})
	}
}

func TestCustomersThatAreOneWhenCutAreAmbiguous(t *testing.T) {
	const cut = "Museum of Chinese in America and the World at Larg"
	links := match.Companies([]match.Customer{{ID: "1", Name: cut + "e, North"}, {ID: "2", Name: cut + "e, South"}}, companies, match.Mapping{})
	for l := range links.All() {
		if l.Matched() || l.Rule != match.RulePrefix || len(l.Candidates) != 1 {
			t.Errorf("%s: %+v, want an ambiguous prefix", l.Customer.Name, l)
		}
	}
}

func TestLongNamesThatOnlyBeginAlikeAreDifferent(t *testing.T) {
	const begin = "Museum of Chinese in America and the World at Large"
	l, _ := match.Companies([]match.Customer{{ID: "1", Name: begin + ", North"}}, []match.Company{{ID: 1, Name: begin + ", South"}}, match.Mapping{}).Get("1")
	if l.Matched() {
		t.Errorf("%+v", l)
	}
}

func TestCustomerGivenTwice(t *testing.T) {
	links := match.Companies([]match.Customer{
		{ID: "1", Name: "Harbor Law"}, {ID: "1", Name: "Birch Dental Group"},
		{ID: "2", Name: "Harbor Law"}, {ID: "2", Name: "Harbor Law"},
	}, companies, match.Mapping{})
	if l, _ := links.Get("1"); l.Matched() || l.Reason != "customer 1 was given twice, with different contents" {
		t.Errorf("different contents: %+v", l)
	}
	if l, _ := links.Get("2"); l.Company != 251 || links.Len() != 2 {
		t.Errorf("equal contents: %+v of %d", l, links.Len())
	}
}

func TestSeveralCustomersMayShareACompany(t *testing.T) {
	links := match.Companies([]match.Customer{
		{ID: "10", Name: "Harbor Law"},
		{ID: "9", Name: "HARBOR LAW LLC"},
	}, companies, match.Mapping{})
	var ids []string
	for l := range links.All() {
		ids = append(ids, l.Customer.ID)
		if l.Company != 251 {
			t.Errorf("customer %s has company %d, want 251", l.Customer.ID, l.Company)
		}
	}
	if want := []string{"9", "10"}; !slices.Equal(ids, want) || links.Len() != 2 {
		t.Errorf("order %v, want %v", ids, want)
	}
	if l, ok := links.Get("11"); ok || l.Matched() {
		t.Errorf("a customer that was not given has the link %+v", l)
	}
}
