package match_test

import (
	"fmt"

	"github.com/covedesk/covedesk/reconcile/match"
)

func ExampleCompanies() {
	links := match.Companies(
		[]match.Customer{
			{ID: "101", Name: "Birch Dental (office@birch.example)", Reference: "CWM:250:BirchDental"},
			{ID: "102", Name: "HARBOR LAW"},
			{ID: "103", Name: "Acme"},
			{ID: "104", Name: "Harbor Law", Reference: "CWM:999:HarborLaw"},
		},
		[]match.Company{
			{ID: 250, Identifier: "BirchDental", Name: "Birch Dental Group"},
			{ID: 251, Identifier: "HarborLaw", Name: "Harbor Law, LLC"},
			{ID: 252, Identifier: "AcmeNorth", Name: "Acme"},
			{ID: 253, Identifier: "AcmeSouth", Name: "Acme"},
		},
		match.Mapping{},
	)
	for l := range links.All() {
		fmt.Printf("%s: %d by %s: %s\n", l.Customer.ID, l.Company, l.Rule, l.Reason)
	}
	// Output:
	// 101: 250 by tag: the tag CWM:250:BirchDental
	// 102: 251 by folded name: folded name "HARBOR LAW"
	// 103: 0 by name: ambiguous: name "Acme": companies 252, 253
	// 104: 0 by tag: the tag CWM:999:HarborLaw names company 999, which does not exist
}
