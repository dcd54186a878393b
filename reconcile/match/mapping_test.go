package match_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

var oaks = []reconcile.Customer{
	{ID: "10", Name: "Oak Group (it@oak.example)"},
	{ID: "11", Name: "Tampa", Parent: "10"},
	{ID: "12", Name: "Main", Parent: "10"},
	{ID: "20", Name: "Acme Ltd"},
	{ID: "21", Name: "Main", Parent: "20"},
	{ID: "30", Name: "Elm & Sons"},
	{ID: "31", Name: "elm &amp; sons"},
}

// rows links the test's customers by a mapping alone.
func rows(t *testing.T, rows ...match.Row) match.Links {
	t.Helper()
	return links(t, oaks, companies, match.Options{Whole: true, Mapping: &match.Mapping{Rows: rows}, Rules: []match.Rule{match.RuleMapping}})
}

// TestCaseI7: rows name customers and companies as people do, and every row
// without effect is reported.
func TestCaseI7(t *testing.T) {
	for name, tt := range map[string]struct {
		row      match.Row
		customer string // "" for none
		company  string
		unused   string
	}{
		"customer by id":              {match.Row{Customer: "20", Company: "250"}, "20", "250", ""},
		"customer by name":            {match.Row{Customer: "Acme Ltd", Company: "250"}, "20", "250", ""},
		"customer by folded name":     {match.Row{Customer: " acme  ltd", Company: "250"}, "20", "250", ""},
		"customer with address":       {match.Row{Customer: "Oak Group (it@oak.example)", Company: "250"}, "10", "250", ""},
		"customer without address":    {match.Row{Customer: "oak group", Company: "250"}, "10", "250", ""},
		"customer by exact spelling":  {match.Row{Customer: "Elm & Sons", Company: "250"}, "30", "250", ""},
		"customer of two":             {match.Row{Customer: "ELM & SONS", Company: "250"}, "", "", `row 1: customer "ELM & SONS" is customer 30 "Elm & Sons" and customer 31 "elm &amp; sons": name it by its id`},
		"site":                        {match.Row{Customer: "Oak Group (it@oak.example) / Tampa", Company: "250"}, "11", "250", ""},
		"site without address":        {match.Row{Customer: "oak group / TAMPA", Company: "250"}, "11", "250", ""},
		"site of that customer only":  {match.Row{Customer: "Acme Ltd / Main", Company: "250"}, "21", "250", ""},
		"site alone":                  {match.Row{Customer: "Tampa", Company: "250"}, "", "", `row 1: there is no customer "Tampa"`},
		"id that lost its form":       {match.Row{Customer: "1.662E+03", Company: "250"}, "", "", `row 1: there is no customer "1.662E+03"`},
		"id with zeros":               {match.Row{Customer: "0000020", Disabled: true}, "", "", `row 1: there is no customer "0000020"`},
		"company by identifier":       {match.Row{Customer: "20", Company: "birchdental"}, "20", "250", ""},
		"company by name":             {match.Row{Customer: "20", Company: "harbor law, LLC"}, "20", "251", ""},
		"company by loose name":       {match.Row{Customer: "20", Company: "harbor law"}, "20", "", `row 1: there is no company "harbor law"`},
		"company of two":              {match.Row{Customer: "20", Company: "acme"}, "20", "", `row 1: company "acme" is company 252 "Acme" and company 253 "Acme": name it by another of id, identifier and name`},
		"of two the active one":       {match.Row{Customer: "20", Company: "elm street"}, "20", "263", ""},
		"id or identifier of another": {match.Row{Customer: "20", Company: "700"}, "20", "", `row 1: company "700" is company 266 "The Number" and company 700 "Seven Hundred": name it by another of id, identifier and name`},
		"deleted company":             {match.Row{Customer: "20", Company: "Gone"}, "20", "", `row 1: company 254 "Gone Fishing" is deleted`},
		"inactive company":            {match.Row{Customer: "20", Company: "Pine"}, "20", "", `row 1: company 264 "Pine" has the status "Inactive - lost"`},
		"missing company":             {match.Row{Customer: "20", Company: "disabled"}, "20", "", `row 1: there is no company "disabled"`},
		"nothing is right":            {match.Row{Customer: "x", Company: "y"}, "", "", `row 1: there is no company "y"; there is no customer "x"`},
	} {
		t.Run(name, func(t *testing.T) {
			got := rows(t, tt.row)
			for l := range got.All() {
				top := l.Customer.ID == tt.customer
				if want := top || l.Customer.Parent == tt.customer && tt.customer != ""; want != (l.Rule != match.RuleNone) {
					t.Errorf("customer %s: %+v", l.Customer.ID, l)
				} else if want && l.Company != tt.company {
					t.Errorf("customer %s: company %q, want %q", l.Customer.ID, l.Company, tt.company)
				}
				if top && tt.company == "" && l.Reason != "the mapping, "+tt.unused {
					t.Errorf("reason %q", l.Reason)
				}
			}
			reason := ""
			for _, u := range got.Unused() {
				reason += u.Reason
				if diff := cmp.Diff(tt.row.Customer, u.Row.Customer); diff != "" {
					t.Error(diff)
				}
			}
			if reason != tt.unused {
				t.Errorf("unused %q, want %q", reason, tt.unused)
			}
		})
	}
}

func TestRowsForOneCustomer(t *testing.T) {
	for name, tt := range map[string]struct {
		rows []match.Row
		want string
	}{
		"the same twice":     {[]match.Row{{Customer: "20", Company: "250"}, {Customer: "acme ltd", Company: "BirchDental"}}, "250"},
		"different":          {[]match.Row{{Customer: "20", Company: "250"}, {Customer: "acme ltd", Company: "251"}}, ""},
		"on and off":         {[]match.Row{{Customer: "20", Disabled: true}, {Customer: "acme ltd", Company: "251"}}, ""},
		"one names nobody":   {[]match.Row{{Customer: "20", Company: "250"}, {Customer: "acme ltd", Company: "9999"}}, ""},
		"both name nobody":   {[]match.Row{{Customer: "20", Company: "9998"}, {Customer: "acme ltd", Company: "9999"}}, ""},
		"off and off":        {[]match.Row{{Customer: "20", Disabled: true}, {Customer: "acme ltd", Disabled: true}}, "off"},
		"off with a company": {[]match.Row{{Customer: "20", Company: "250", Disabled: true}}, "off"},
	} {
		l, _ := rows(t, tt.rows...).Get("20")
		got := l.Company
		if l.Disabled {
			got += "off"
		}
		if got != tt.want || l.Rule != match.RuleMapping {
			t.Errorf("%s: %+v", name, l)
		}
		if tt.want == "" && !strings.HasPrefix(l.Reason, "the mapping has different rows for the customer, row 1 and row 2") {
			t.Errorf("%s: %s", name, l.Reason)
		}
	}
}

// TestCaseI8: a row for a site gives only this site its own company.
func TestCaseI8(t *testing.T) {
	got := links(t, oaks, companies, match.Options{Whole: true, Mapping: &match.Mapping{Rows: []match.Row{{Customer: "Oak Group / Tampa", Company: "OakTampa"}}}})
	for id, want := range map[string]string{"10": "260", "11": "261", "12": "260"} {
		if l, _ := got.Get(id); l.Company != want {
			t.Errorf("customer %s has company %q, want %s (%s)", id, l.Company, want, l.Reason)
		}
	}
	if l, _ := got.Get("12"); l.Rule != match.RuleParent || l.Reason != `a site of customer 10 "Oak Group (it@oak.example)": the same name or identifier without the address` {
		t.Errorf("%+v", l)
	}
}

func TestSites(t *testing.T) {
	customers := []reconcile.Customer{
		{ID: "1", Name: "Oak Group"},
		{ID: "2", Name: "Harbor Law, LLC", Parent: "1"},         // a site's name decides nothing
		{ID: "3", Name: "West", Parent: "1", CompanyID: "251"},  // a reference does
		{ID: "4", Name: "East", Parent: "1", CompanyID: "251"},  // the same reference, of the same customer: not shared
		{ID: "5", Name: "x | x ~ 257", Parent: "1"},             // so does an id in the name
		{ID: "6", Name: "Floor 2", Parent: "3"},                 // a site of a site
		{ID: "7", Name: "Lost", Parent: "1", CompanyID: "9999"}, // reported
		{ID: "8", Name: "Twin Two", Parent: "999"},              // its parent does not exist
		{ID: "9", Name: "a", Parent: "90"}, {ID: "90", Name: "b", Parent: "9"}, {ID: "91", Name: "c", Parent: "90"},
		{ID: "80", Name: "Deep", Parent: "8"},
		{ID: "70", Name: "Nobody"}, {ID: "71", Name: "Main", Parent: "70"},
		{ID: "60", Name: "Gone Fishing"}, {ID: "61", Name: "Main", Parent: "60"},
	}
	got := links(t, customers, companies, match.Options{Whole: true})
	for id, want := range map[string]what{
		"1": linked("260", match.RuleName), "2": linked("260", match.RuleParent), "3": linked("251", match.RuleTag), "4": linked("251", match.RuleTag),
		"5": linked("257", match.RuleNameID), "6": linked("251", match.RuleParent), "7": undecided(match.RuleTag), "8": undecided(match.RuleNone),
		"9": undecided(match.RuleNone), "90": undecided(match.RuleNone), "91": undecided(match.RuleNone), "80": undecided(match.RuleNone),
		"71": undecided(match.RuleNone), "61": {Passed: []string{"254 is deleted"}},
	} {
		l, _ := got.Get(id)
		if diff := cmp.Diff(want, whatIs(l)); diff != "" {
			t.Errorf("customer %s (-want +got):\n%s", id, diff)
		}
	}
	for id, want := range map[string]string{
		"8": `customer 999, which customer 8 "Twin Two" belongs to, is not there`, "9": "the customers that it belongs to are one another's",
		"80": `a site of customer 8 "Twin Two": customer 999, which customer 8 "Twin Two" belongs to, is not there`,
		"71": `a site of customer 70 "Nobody": no company is named like "Nobody"`,
	} {
		if l, _ := got.Get(id); l.Reason != want {
			t.Errorf("customer %s: %s", id, l.Reason)
		}
	}
	// Another customer with that reference shares it.
	got = links(t, append(customers, reconcile.Customer{ID: "99", CompanyID: "251"}), companies, match.Options{Whole: true})
	for _, id := range []string{"3", "4", "6", "99"} {
		if l, _ := got.Get(id); l.Matched() {
			t.Errorf("customer %s: %+v", id, l)
		}
	}
}

// TestCaseI9: a disabled customer has no company and its link says so; the same
// holds for its sites, unless a site has a row of its own.
func TestCaseI9(t *testing.T) {
	got := links(t, oaks, companies, match.Options{Whole: true, Mapping: &match.Mapping{Rows: []match.Row{
		{Customer: "Oak Group", Disabled: true}, {Customer: "Oak Group / Tampa", Company: "OakTampa"}}}})
	for id, want := range map[string]what{
		"10": {Rule: match.RuleMapping, Disabled: true}, "12": {Rule: match.RuleParent, Disabled: true}, "11": linked("261", match.RuleMapping),
	} {
		if l, _ := got.Get(id); cmp.Diff(want, whatIs(l)) != "" || l.Reason == "" {
			t.Errorf("customer %s: %+v", id, l)
		}
	}
}

func TestEveryone(t *testing.T) {
	customers := append([]reconcile.Customer{{ID: "40", Name: "Acme"}, {ID: "41", Name: "x", CompanyID: "254"}, {ID: "42", Name: "Gone Fishing"}, {ID: "43", Name: "Harbor Law, LLC"}}, oaks...)
	for _, whole := range []bool{true, false} {
		got := links(t, customers, companies, match.Options{Whole: whole, Own: "OurMSP", Mapping: match.Everyone("our msp")})
		if l, _ := got.Get("43"); l.Company != "251" || l.Rule != match.RuleName {
			t.Errorf("%+v", l)
		}
		for id, why := range map[string]string{"40": "(ambiguous: the same name: companies 252, 253)", "41": "is deleted)", "42": "is deleted)", "20": "identifier \"Acme Ltd\")"} {
			l, _ := got.Get(id)
			if id == "20" && whole { // Acme Ltd has a twin by its loose name
				why = "companies 252, 253)"
			}
			if l.Company != "1" || l.Rule != match.RuleMapping || !strings.HasPrefix(l.Reason, "the mapping, row 1, for everyone else (") || !strings.HasSuffix(l.Reason, why) {
				t.Errorf("customer %s: %+v", id, l)
			}
		}
		if l, _ := got.Get("42"); len(l.Passed) != 1 {
			t.Errorf("%+v", l)
		}
		if l, _ := got.Get("21"); l.Company != "1" || l.Rule != match.RuleParent {
			t.Errorf("a site: %+v", l)
		}
		if len(got.Unused()) != 0 {
			t.Errorf("unused %v", got.Unused())
		}
	}
	off := links(t, customers, companies, match.Options{Mapping: &match.Mapping{Rows: []match.Row{{Customer: " * ", Disabled: true}}}})
	if l, _ := off.Get("40"); !l.Disabled || l.Matched() {
		t.Errorf("everyone else off: %+v", l)
	}
	if l, _ := off.Get("43"); l.Disabled || l.Company != "251" {
		t.Errorf("%+v", l)
	}
	// When every customer has a company, the row "*" is not reported; when its
	// company is wrong, it is.
	none := links(t, customers[3:4], companies, match.Options{Whole: true, Mapping: match.Everyone("1")})
	if len(none.Unused()) != 0 {
		t.Errorf("unused %v", none.Unused())
	}
	wrong := links(t, customers[:1], companies, match.Options{Whole: true, Mapping: match.Everyone("nobody")})
	if l, _ := wrong.Get("40"); l.Matched() || len(wrong.Unused()) != 1 || wrong.Unused()[0].Reason != `row 1: there is no company "nobody"` {
		t.Errorf("%+v, %v", l, wrong.Unused())
	}
}

// A row of the mapping takes its company from nobody.
func TestWhatIsMappedIsSharedOnPurpose(t *testing.T) {
	mapping := func(company string) *match.Mapping {
		return &match.Mapping{Rows: []match.Row{{Customer: "2", Company: company}}}
	}
	for name, tt := range map[string]struct {
		other   reconcile.Customer
		company string // the company that the mapping gives it
		want    string
	}{
		"another name":                    {reconcile.Customer{ID: "2", Name: "Birch West"}, "250", "250"},
		"the reference that was written":  {reconcile.Customer{ID: "2", Name: "Birch West", CompanyID: "250"}, "250", "250"},
		"the same name":                   {reconcile.Customer{ID: "2", Name: "birch dental group"}, "250", "250"},
		"a reference that is overruled":   {reconcile.Customer{ID: "2", Name: "x", CompanyID: "250"}, "251", "250"},
		"the same name, another company":  {reconcile.Customer{ID: "2", Name: "birch dental group"}, "251", ""},
		"an id in the name is overruled":  {reconcile.Customer{ID: "2", Name: "x | x ~ 250"}, "251", "250"},
		"an identifier, another company":  {reconcile.Customer{ID: "2", Name: "birchdental"}, "251", ""},
		"a looser rule, another company":  {reconcile.Customer{ID: "2", Name: "x (a@birchdental.example)"}, "251", "250"},
		"switched off, but the same name": {reconcile.Customer{ID: "2", Name: "Birch Dental Group"}, "", ""},
	} {
		m := mapping(tt.company)
		m.Rows[0].Disabled = tt.company == ""
		l, _ := links(t, []reconcile.Customer{{ID: "1", Name: "Birch Dental Group"}, tt.other}, companies, match.Options{Whole: true, Mapping: m}).Get("1")
		if l.Company != tt.want {
			t.Errorf("%s: %+v", name, l)
		}
	}
}

func TestValidate(t *testing.T) {
	for name, tt := range map[string]struct {
		m    match.Mapping
		want string
	}{
		"fine": {match.Mapping{Rows: []match.Row{{Customer: "1", Company: "2"}, {Customer: "1", Company: "2"}, {Customer: "2", Disabled: true}, {Customer: "3", Company: "4", Disabled: true}},
			Configurations: []match.ConfigurationRow{{Device: "1", Configuration: "2"}, {Device: "1", Configuration: "2"}}}, ""},
		"no customer":      {match.Mapping{Rows: []match.Row{{Customer: " ", Company: "2"}}}, "row 1: no customer"},
		"no company":       {match.Mapping{Rows: []match.Row{{Customer: "1", Company: " "}}}, `row 1: customer "1" has no company and is not disabled`},
		"contradiction":    {match.Mapping{Rows: []match.Row{{Customer: "1", Company: "2"}, {Customer: " 1", Company: "3"}}}, `row 2: customer " 1" stands in row 1 already, with another company or state`},
		"on and off":       {match.Mapping{Rows: []match.Row{{Customer: "*", Company: "2"}, {Customer: "*", Company: "2", Disabled: true}}}, `row 2: customer "*" stands in row 1 already`},
		"no device":        {match.Mapping{Configurations: []match.ConfigurationRow{{Configuration: "2"}}}, "configuration row 1: no device"},
		"no configuration": {match.Mapping{Configurations: []match.ConfigurationRow{{Device: "2"}}}, `configuration row 1: device "2" has no configuration`},
		"two configurations": {match.Mapping{Rows: []match.Row{{Customer: "2", Company: "1"}}, Configurations: []match.ConfigurationRow{{Device: "2", Configuration: "1"}, {Device: "2", Configuration: "3"}}},
			`configuration row 2: device "2" stands in configuration row 1 already, with another configuration`},
		"all faults at once": {match.Mapping{Rows: []match.Row{{}, {Customer: "1"}}, Configurations: []match.ConfigurationRow{{}}},
			"row 1: no customer\nrow 2: customer \"1\" has no company and is not disabled\nconfiguration row 1: no device"},
	} {
		err := tt.m.Validate()
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.HasPrefix(err.Error(), tt.want)) {
			t.Errorf("%s: %v, want %q", name, err, tt.want)
		}
	}
}
