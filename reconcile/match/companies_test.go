package match_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

var companies = []match.Company{
	{ID: "1", Identifier: "OurMSP", Name: "Our MSP", Website: "ourmsp.example", Types: []string{"Owner"}},
	{ID: "250", Identifier: "BirchDental", Name: "Birch Dental Group", Website: "https://www.birchdental.example/about"},
	{ID: "251", Identifier: "Harbor", Name: "Harbor Law, LLC"},
	{ID: "252", Identifier: "AcmeN", Name: "Acme"},
	{ID: "253", Identifier: "AcmeS", Name: "Acme"},
	{ID: "254", Identifier: "Gone", Name: "Gone Fishing", Deleted: true},
	{ID: "255", Identifier: "Hofer", Name: "Hofer GmbH & Co. KG"},
	{ID: "256", Identifier: "Museum", Name: "Museum of Chinese in America and the World at Larg"},
	{ID: "257", Identifier: "Twin1", Name: "Twin One", Website: "twin.example"},
	{ID: "258", Identifier: "Twin2", Name: "Twin Two", Website: "http://twin.example:8080"},
	{ID: "259", Identifier: "Mail", Name: "Mail Users", Website: "gmail.com"},
	{ID: "260", Identifier: "Oak", Name: "Oak Group", Contact: "ann@oak.example"},
	{ID: "261", Identifier: "OakTampa", Name: "Oak Group Tampa"},
	{ID: "262", Identifier: "Elm1", Name: "Elm Street", Status: "Inactive"},
	{ID: "263", Identifier: "Elm2", Name: "Elm Street", Status: "Active"},
	{ID: "264", Identifier: "Pine", Name: "Pine", Status: "Inactive - lost"},
	{ID: "265", Identifier: "Merged", Name: "Cedar Old", MergedInto: "250", Deleted: true},
	{ID: "266", Identifier: "700", Name: "The Number"},
	{ID: "700", Identifier: "Seven", Name: "Seven Hundred"},
}

// link returns the link of a customer when it is the only one.
func link(t *testing.T, c reconcile.Customer, o match.Options) match.Link {
	t.Helper()
	l, ok := links(t, []reconcile.Customer{c}, companies, o).Get(c.ID)
	if !ok {
		t.Fatal("the customer has no link")
	}
	if l.Reason == "" || strings.HasSuffix(l.Reason, ".") || strings.Contains(l.Reason, "\n") {
		t.Errorf("reason %q", l.Reason)
	}
	return l
}

func links(t *testing.T, customers []reconcile.Customer, companies []match.Company, o match.Options) match.Links {
	t.Helper()
	links, err := match.Companies(customers, companies, o)
	if err != nil {
		t.Fatal(err)
	}
	return links
}

func ids(companies []match.Company) []string {
	var out []string
	for _, c := range companies {
		out = append(out, c.ID)
	}
	return out
}

// what summarises a link.
type what struct {
	Company    string
	Rule       match.Rule
	Candidates []string
	Passed     []string
	Disabled   bool
}

func whatIs(l match.Link) what {
	w := what{l.Company, l.Rule, ids(l.Candidates), nil, l.Disabled}
	for _, p := range l.Passed {
		w.Passed = append(w.Passed, p.Company.ID+" "+p.Reason)
	}
	return w
}

func linked(company string, rule match.Rule) what {
	return what{Company: company, Rule: rule, Candidates: []string{company}}
}

func undecided(rule match.Rule, candidates ...string) what {
	return what{Rule: rule, Candidates: candidates}
}

func TestRules(t *testing.T) {
	const long = "Museum of Chinese in America and the World at Large"
	for name, tt := range map[string]struct {
		customer reconcile.Customer
		want     what
	}{
		"tag":                    {reconcile.Customer{Name: "x", CompanyID: "250", CompanyIdentifier: "BirchDental"}, linked("250", match.RuleTag)},
		"tag without identifier": {reconcile.Customer{Name: "x", CompanyID: "250"}, linked("250", match.RuleTag)},
		"tag in other letters":   {reconcile.Customer{Name: "x", CompanyID: "250", CompanyIdentifier: "BIRCHDENTAL"}, linked("250", match.RuleTag)},
		"tag to a missing company never falls through to the name": {
			reconcile.Customer{Name: "Birch Dental Group", CompanyID: "9999", CompanyIdentifier: "Birch"}, undecided(match.RuleTag)},
		"tag to a deleted company never falls through to the name": {
			reconcile.Customer{Name: "Birch Dental Group", CompanyID: "254", CompanyIdentifier: "Gone"}, undecided(match.RuleTag, "254")},
		"tag to an inactive company never falls through to the name": {
			reconcile.Customer{Name: "Elm Street", CompanyID: "262"}, undecided(match.RuleTag, "262")},
		"tag of another tenant": {
			reconcile.Customer{Name: "Harbor Law", CompanyID: "250", CompanyIdentifier: "Harbor"}, undecided(match.RuleTag, "250", "251")},
		"tag with an identifier renamed since": {
			reconcile.Customer{Name: "Birch-Dental Group", CompanyID: "250", CompanyIdentifier: "OldName"}, linked("250", match.RuleTag)},

		"id in the name":                     {reconcile.Customer{Name: "Acme Inc | Acme Corporation ~ 253"}, linked("253", match.RuleNameID)},
		"id in the name with an address":     {reconcile.Customer{Name: "Acme Inc | Acme Corporation ~253 (a@acme.example)"}, linked("253", match.RuleNameID)},
		"id in the name of no company":       {reconcile.Customer{Name: "Acme | Acme ~ 77"}, undecided(match.RuleNameID)},
		"id in the name of a deleted one":    {reconcile.Customer{Name: "Gone | Gone ~ 254"}, undecided(match.RuleNameID, "254")},
		"a tilde alone is not an id":         {reconcile.Customer{Name: "Plan ~ 253"}, undecided(match.RuleNone)},
		"a tilde after another is not an id": {reconcile.Customer{Name: "Plan | a ~ b ~ 253"}, undecided(match.RuleNone)},
		"identifier":                         {reconcile.Customer{Name: "birchdental"}, linked("250", match.RuleIdentifier)},
		"an identifier of a deleted one":     {reconcile.Customer{Name: "gone"}, what{Passed: []string{"254 is deleted"}}},
		"name":                               {reconcile.Customer{Name: "Birch Dental Group"}, linked("250", match.RuleName)},
		"name in other letters and blanks":   {reconcile.Customer{Name: " BIRCH  dental\u00a0GROUP "}, linked("250", match.RuleName)},
		"name of two companies":              {reconcile.Customer{Name: "Acme"}, undecided(match.RuleName, "252", "253")},
		"name of a deleted company":          {reconcile.Customer{Name: "Gone Fishing"}, what{Passed: []string{"254 is deleted"}}},
		"name of a merged company":           {reconcile.Customer{Name: "Cedar Old"}, what{Passed: []string{"265 was merged into company 250"}}},
		"plain name":                         {reconcile.Customer{Name: "Birch Dental Group (x@y.example)"}, linked("250", match.RulePlainName)},
		"plain name is an identifier":        {reconcile.Customer{Name: "Harbor (x@y.example)"}, linked("251", match.RulePlainName)},
		"plain name of two companies":        {reconcile.Customer{Name: "ACME (x@y.example)"}, undecided(match.RulePlainName, "252", "253")},
		"loose: punctuation":                 {reconcile.Customer{Name: "Birch-Dental. Group"}, linked("250", match.RuleLooseName)},
		"loose: legal form missing":          {reconcile.Customer{Name: "Harbor Law"}, linked("251", match.RuleLooseName)},
		"loose: legal form spelled apart":    {reconcile.Customer{Name: "Harbor Law L. L. C."}, linked("251", match.RuleLooseName)},
		"loose: another legal form":          {reconcile.Customer{Name: "Harbor Law Inc."}, undecided(match.RuleLooseName, "251")},
		"loose: part of a legal form":        {reconcile.Customer{Name: "HOFER GmbH"}, linked("255", match.RuleLooseName)},
		"loose: an article":                  {reconcile.Customer{Name: "The Oak Group"}, linked("260", match.RuleLooseName)},
		"loose: an article less":             {reconcile.Customer{Name: "Number Inc"}, linked("266", match.RuleLooseName)},
		"loose: two companies":               {reconcile.Customer{Name: "ACME, Inc."}, undecided(match.RuleLooseName, "252", "253")},
		"loose: a deleted one":               {reconcile.Customer{Name: "Gone-Fishing"}, what{Passed: []string{"254 is deleted"}}},
		"loose: a deleted one by form":       {reconcile.Customer{Name: "Gone Fishing Ltd"}, what{Passed: []string{"254 is deleted"}}},
		"prefix":                             {reconcile.Customer{Name: long}, linked("256", match.RulePrefix)},
		"prefix with an address":             {reconcile.Customer{Name: long + " (x@y.example)"}, linked("256", match.RulePrefix)},
		"the address makes no name long":     {reconcile.Customer{Name: "Birch Dental Grou (a-very-long-address@birch.example)"}, undecided(match.RuleNone)},
		"reference text is an identifier":    {reconcile.Customer{Name: "x", CompanyIdentifier: "1234 | HARBOR"}, linked("251", match.RuleText)},
		"reference text is a name":           {reconcile.Customer{Name: "x", CompanyIdentifier: "Twin One"}, linked("257", match.RuleText)},
		"reference text is a loose name":     {reconcile.Customer{Name: "x", CompanyIdentifier: "twin-one ltd"}, linked("257", match.RuleText)},
		"reference texts that differ":        {reconcile.Customer{Name: "x", CompanyIdentifier: "Twin One | Harbor Law"}, undecided(match.RuleText, "251", "257")},
		"reference text in doubt of a form":  {reconcile.Customer{Name: "x", CompanyIdentifier: "Harbor Law Inc"}, undecided(match.RuleNone)},
		"domain":                             {reconcile.Customer{Name: "The Dentist (Bob@BirchDental.example)"}, linked("250", match.RuleDomain)},
		"domain of two companies":            {reconcile.Customer{Name: "x (a@twin.example)"}, undecided(match.RuleDomain, "257", "258")},
		"public domain":                      {reconcile.Customer{Name: "x (a@gmail.com)"}, undecided(match.RuleNone)},
		"contact is off":                     {reconcile.Customer{Name: "x (bob@oak.example)"}, undecided(match.RuleNone)},
		"nothing":                            {reconcile.Customer{Name: "Nobody"}, undecided(match.RuleNone)},
		"no name":                            {reconcile.Customer{}, undecided(match.RuleNone)},
	} {
		t.Run(name, func(t *testing.T) {
			tt.customer.ID = "1"
			l := link(t, tt.customer, match.Options{Whole: true})
			if diff := cmp.Diff(tt.want, whatIs(l)); diff != "" {
				t.Errorf("(-want +got):\n%s\n%s", diff, l.Reason)
			}
			if l.Matched() != (tt.want.Company != "") {
				t.Errorf("matched: %v", l.Matched())
			}
		})
	}
}

// TestCaseI1: an answer that several customers share does not tell them apart,
// whichever rule gives it. The provider's own company is not an answer either.
func TestCaseI1(t *testing.T) {
	const long = "Museum of Chinese in America and the World at Large"
	for rule, pair := range map[match.Rule][2]reconcile.Customer{
		match.RuleTag:        {{Name: "x", CompanyID: "250"}, {Name: "y", CompanyID: "250", CompanyIdentifier: "BirchDental"}},
		match.RuleNameID:     {{Name: "x | x ~ 250"}, {Name: "y | y ~ 250"}},
		match.RuleIdentifier: {{Name: "BirchDental"}, {Name: "birchdental"}},
		match.RuleName:       {{Name: "Birch Dental Group"}, {Name: "BIRCH DENTAL GROUP"}},
		match.RulePlainName:  {{Name: "Birch Dental Group (a@a.example)"}, {Name: "Birch Dental Group (b@b.example)"}},
		match.RuleLooseName:  {{Name: "Birch-Dental Group"}, {Name: "Birch Dental Group, Inc."}},
		match.RulePrefix:     {{Name: long + ", North"}, {Name: long + ", South"}},
		match.RuleText:       {{Name: "x", CompanyIdentifier: "Harbor"}, {Name: "y", CompanyIdentifier: "Harbor Law"}},
		match.RuleDomain:     {{Name: "x (x@birchdental.example)"}, {Name: "y (y@www.birchdental.example)"}},
		match.RuleContact:    {{Name: "x (x@oak.example)"}, {Name: "y (y@oak.example)"}},
	} {
		t.Run(string(rule), func(t *testing.T) {
			a, b := pair[0], pair[1]
			a.ID, b.ID = "101", "102"
			all := match.Options{Whole: true, Rules: append(match.Rules(), match.RuleContact)}
			for _, c := range []reconcile.Customer{a, b} {
				if l := link(t, c, all); l.Rule != rule || !l.Matched() {
					t.Errorf("alone: %q by %q (%s)", l.Company, l.Rule, l.Reason)
				}
			}
			both := links(t, []reconcile.Customer{a, b}, companies, all)
			for l := range both.All() {
				if l.Matched() || l.Rule != rule || len(l.Candidates) != 1 || !strings.HasPrefix(l.Reason, "ambiguous: ") {
					t.Errorf("both: %+v", l)
				}
			}
			own, _ := both.Get("101")
			all.Own = own.Candidates[0].ID
			if l := link(t, a, all); l.Matched() || l.Rule != rule || !strings.Contains(l.Reason, "is the provider's own") {
				t.Errorf("own company: %+v", l)
			}
			// A mapping may say so.
			all.Mapping = &match.Mapping{Rows: []match.Row{{Customer: "101", Company: all.Own}, {Customer: "102", Company: all.Own}}}
			for l := range links(t, []reconcile.Customer{a, b}, companies, all).All() {
				if l.Company != all.Own || l.Rule != match.RuleMapping {
					t.Errorf("by hand: %+v", l)
				}
			}
		})
	}
}

// If one customer has a company by a surer rule, no other gets it by a looser
// one, and the first keeps it.
func TestASurerRuleKeepsItsCompany(t *testing.T) {
	for name, tt := range map[string]struct {
		customers []reconcile.Customer
		want      []what
	}{
		"tag and name": {
			[]reconcile.Customer{{ID: "1", Name: "x", CompanyID: "250"}, {ID: "2", Name: "Birch Dental Group"}},
			[]what{linked("250", match.RuleTag), undecided(match.RuleName, "250")},
		},
		"name and a legal form": {
			[]reconcile.Customer{{ID: "1", Name: "Harbor Law LLC"}, {ID: "2", Name: "Harbor Law, llc"}},
			[]what{undecided(match.RuleLooseName, "251"), linked("251", match.RuleName)},
		},
		"a customer that has another company still shares its domain": {
			[]reconcile.Customer{{ID: "1", Name: "x (x@birchdental.example)", CompanyID: "251"}, {ID: "2", Name: "y (y@birchdental.example)"}},
			[]what{linked("251", match.RuleTag), undecided(match.RuleDomain, "250")},
		},
		"one that cannot be told apart is a rival": {
			[]reconcile.Customer{{ID: "1", Name: "Acme"}, {ID: "2", Name: "Acme | x ~ 252"}, {ID: "3", Name: "Acme, Inc."}},
			[]what{undecided(match.RuleName, "252", "253"), linked("252", match.RuleNameID), undecided(match.RuleLooseName, "252", "253")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var got []what
			for l := range links(t, tt.customers, companies, match.Options{Whole: true}).All() {
				got = append(got, whatIs(l))
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestCaseI2: names that differ only in invisible or look-alike characters are
// the same.
func TestCaseI2(t *testing.T) {
	for _, names := range [][]string{
		{"Müller", "Mu\u0308ller", "MÜLLER", "M&uuml;ller", "M\u00adüller", "&#77;üller"},
		{"Société Générale", "Socie\u0301te\u0301 Ge\u0301ne\u0301rale"},
		{"R&D", "R&amp;D", "R&amp;amp;D", "Ｒ＆Ｄ", "r&#38;d", "R&AMP;D"},
		{"O'Brien", "O’Brien", "O‘Brien", "Oʼbrien", "O`Brien", "O´Brien", "O&#39;Brien", "O&rsquo;Brien", "O&acute;Brien"},
		{"Smith-Jones", "Smith–Jones", "Smith—Jones", "Smith‐Jones", "Smith‑Jones", "Smith−Jones"},
		{"Acme North", "Ａｃｍｅ　Ｎｏｒｔｈ", "Acme\u00a0North", "Acme  North", "Acme\tNorth", "\ufeffAcme North", "Acme\u200b North"},
		{"Straße", "STRASSE", "strasse"},
		{"Pizza “Roma”", `Pizza "Roma"`},
		{"Ǆ", "ǅ", "ǆ", "dž"},
		{"Finch", "ﬁnch"},
	} {
		for _, customer := range names {
			for _, company := range names {
				l, _ := links(t, []reconcile.Customer{{ID: "1", Name: customer}}, []match.Company{{ID: "9", Name: company}}, match.Options{}).Get("1")
				if l.Company != "9" || l.Rule != match.RuleName {
					t.Errorf("%q is not %q: %s", customer, company, l.Reason)
				}
			}
		}
	}
}

// TestCaseI3: of an active company and an inactive twin the active one is
// linked. A customer whose only match is inactive is not linked, and the link
// says why.
func TestCaseI3(t *testing.T) {
	l := link(t, reconcile.Customer{ID: "1", Name: "Elm Street"}, match.Options{})
	want := what{Company: "263", Rule: match.RuleName, Candidates: []string{"263"}, Passed: []string{`262 has the status "Inactive"`}}
	if diff := cmp.Diff(want, whatIs(l)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	l = link(t, reconcile.Customer{ID: "1", Name: "Pine"}, match.Options{Whole: true})
	if want := `no company can be linked: company 264 "Pine", found by its identifier, has the status "Inactive - lost"`; l.Matched() || l.Reason != want {
		t.Errorf("%+v, want %s", l, want)
	}
}

// TestCaseI4: a customer named like a company that is deleted or merged has
// none, and the link names the old one.
func TestCaseI4(t *testing.T) {
	l := link(t, reconcile.Customer{ID: "1", Name: "Gone Fishing (x@y.example)"}, match.Options{Whole: true})
	if l.Matched() || l.Rule != match.RuleNone || len(l.Passed) != 1 || !strings.Contains(l.Reason, `company 254 "Gone Fishing", found by its plain name, is deleted`) {
		t.Errorf("deleted: %+v", l)
	}
	l = link(t, reconcile.Customer{ID: "1", Name: "cedar old"}, match.Options{})
	if l.Matched() || len(l.Passed) != 1 || l.Passed[0].Rule != match.RuleName || l.Passed[0].Company.MergedInto != "250" {
		t.Errorf("merged: %+v", l)
	}
}

func TestStatusAndType(t *testing.T) {
	companies := []match.Company{
		{ID: "1", Name: "A", Status: "Active", Types: []string{"Customer", "Owner"}},
		{ID: "2", Name: "A", Status: "Imported", Types: []string{"Customer"}},
		{ID: "3", Name: "A", Status: "Inactive", Types: []string{"Customer"}},
		{ID: "4", Name: "A", Status: "Active", Types: []string{"Vendor", "Lead"}},
		{ID: "5", Name: "A", Status: "Active"},
	}
	for name, tt := range map[string]struct {
		o      match.Options
		want   []string
		passed []string
	}{
		"all but inactive": {match.Options{}, []string{"1", "2", "4", "5"}, []string{`3 has the status "Inactive"`}},
		"statuses":         {match.Options{Statuses: []string{"ACTIVE"}}, []string{"1", "4", "5"}, []string{`2 has the status "Imported"`, `3 has the status "Inactive"`}},
		"inactive as well": {match.Options{Statuses: []string{"active", "inactive", "imported"}}, []string{"1", "2", "3", "4", "5"}, nil},
		"no status": {match.Options{Statuses: []string{}}, nil, []string{`1 has the status "Active"`, `2 has the status "Imported"`,
			`3 has the status "Inactive"`, `4 has the status "Active"`, `5 has the status "Active"`}},
		"types": {match.Options{Types: []string{"customer"}}, []string{"1", "2"},
			[]string{`3 has the status "Inactive"`, `4 is of type "Vendor, Lead"`, "5 has no type"}},
	} {
		t.Run(name, func(t *testing.T) {
			l, _ := links(t, []reconcile.Customer{{ID: "1", Name: "A"}}, companies, tt.o).Get("1")
			got := whatIs(l)
			if diff := cmp.Diff(tt.want, got.Candidates); diff != "" {
				t.Errorf("candidates (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.passed, got.Passed); diff != "" {
				t.Errorf("passed over (-want +got):\n%s", diff)
			}
		})
	}
	// A mapping may name a company of any type, but no inactive one.
	o := match.Options{Types: []string{"customer"}, Mapping: &match.Mapping{Rows: []match.Row{{Customer: "1", Company: "4"}, {Customer: "2", Company: "3"}}}}
	both := links(t, []reconcile.Customer{{ID: "1", Name: "A"}, {ID: "2", Name: "B"}}, companies, o)
	if l, _ := both.Get("1"); l.Company != "4" {
		t.Errorf("%+v", l)
	}
	if l, _ := both.Get("2"); l.Matched() || l.Reason != `the mapping, row 2: company 3 "A" has the status "Inactive"` || len(both.Unused()) != 1 {
		t.Errorf("%+v, unused %v", l, both.Unused())
	}
}

func TestRulesCanBeSwitchedOffAndOrdered(t *testing.T) {
	c := reconcile.Customer{ID: "1", Name: "Harbor (x@birchdental.example)"}
	for _, tt := range []struct {
		rules []match.Rule
		want  what
	}{
		{nil, linked("251", match.RulePlainName)},
		{[]match.Rule{match.RuleDomain}, linked("250", match.RuleDomain)},
		{[]match.Rule{match.RuleDomain, match.RulePlainName}, linked("250", match.RuleDomain)},
		{[]match.Rule{match.RulePlainName, match.RuleDomain}, linked("251", match.RulePlainName)},
		{[]match.Rule{match.RuleName}, undecided(match.RuleNone)},
		{[]match.Rule{}, undecided(match.RuleNone)},
	} {
		if diff := cmp.Diff(tt.want, whatIs(link(t, c, match.Options{Whole: true, Rules: tt.rules}))); diff != "" {
			t.Errorf("%q (-want +got):\n%s", tt.rules, diff)
		}
	}
	mapping := &match.Mapping{Rows: []match.Row{{Customer: "1", Company: "257"}, {Customer: "9", Company: "257"}}}
	tagged := reconcile.Customer{ID: "1", Name: "x", CompanyID: "250"}
	if l := link(t, tagged, match.Options{Mapping: mapping, Rules: []match.Rule{match.RuleTag, match.RuleMapping}}); l.Company != "250" {
		t.Errorf("the tag first: %+v", l)
	}
	off := links(t, []reconcile.Customer{tagged}, companies, match.Options{Whole: true, Mapping: mapping, Rules: []match.Rule{match.RuleName}})
	if l, _ := off.Get("1"); l.Matched() || len(off.Unused()) != 0 {
		t.Errorf("no mapping: %+v, unused %v", l, off.Unused())
	}
	if slices.Contains(match.Rules(), match.RuleContact) {
		t.Error("the contact rule is on by default")
	}
	l := link(t, reconcile.Customer{ID: "1", Name: "x (bob@oak.example)"}, match.Options{Whole: true, Rules: append(match.Rules(), match.RuleContact)})
	if diff := cmp.Diff(linked("260", match.RuleContact), whatIs(l)); diff != "" {
		t.Errorf("contact (-want +got):\n%s", diff)
	}
}

// TestCaseS12: when not all customers are known, only rules that need no other
// customers link.
func TestCaseS12(t *testing.T) {
	const begin = "Museum of Chinese in America and the World at Large"
	for name, tt := range map[string]struct {
		customer reconcile.Customer
		want     string
	}{
		"mapping":                    {reconcile.Customer{ID: "7"}, "250"},
		"tag":                        {reconcile.Customer{ID: "1", Name: "x", CompanyID: "250"}, "250"},
		"identifier":                 {reconcile.Customer{ID: "1", Name: "BIRCHDENTAL"}, "250"},
		"whole equal name":           {reconcile.Customer{ID: "1", Name: "Harbor Law, LLC"}, "251"},
		"id in the name":             {reconcile.Customer{ID: "1", Name: "a | b ~ 250"}, ""},
		"name except for an address": {reconcile.Customer{ID: "1", Name: "Birch Dental Group (a@b.example)"}, ""},
		"name except for a form":     {reconcile.Customer{ID: "1", Name: "Harbor Law"}, ""},
		"prefix":                     {reconcile.Customer{ID: "1", Name: begin}, ""},
		"reference text":             {reconcile.Customer{ID: "1", Name: "x", CompanyIdentifier: "Harbor"}, ""},
		"domain":                     {reconcile.Customer{ID: "1", Name: "x (a@birchdental.example)"}, ""},
		"contact":                    {reconcile.Customer{ID: "1", Name: "x (a@oak.example)"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			o := match.Options{Mapping: &match.Mapping{Rows: []match.Row{{Customer: "7", Company: "250"}, {Customer: "8", Company: "250"}}}, Rules: append(match.Rules(), match.RuleContact)}
			got := links(t, []reconcile.Customer{tt.customer}, companies, o)
			if l, _ := got.Get(tt.customer.ID); l.Company != tt.want {
				t.Errorf("company %q by %q, want %q", l.Company, l.Rule, tt.want)
			}
			if len(got.Unused()) != 0 {
				t.Errorf("unused rows are reported: %v", got.Unused())
			}
		})
	}
}

func TestLongNamesThatOnlyBeginAlikeAreDifferent(t *testing.T) {
	const begin = "Museum of Chinese in America and the World at Large"
	l, _ := links(t, []reconcile.Customer{{ID: "1", Name: begin + ", North"}}, []match.Company{{ID: "1", Name: begin + ", South"}}, match.Options{Whole: true}).Get("1")
	if l.Matched() || l.Rule != match.RuleNone {
		t.Errorf("%+v", l)
	}
	// The length counts UTF-16 units, as the server does.
	teeth := strings.Repeat("🦷", 25)
	l, _ = links(t, []reconcile.Customer{{ID: "1", Name: teeth + "x"}}, []match.Company{{ID: "1", Name: teeth}}, match.Options{Whole: true}).Get("1")
	if l.Rule != match.RulePrefix || !l.Matched() {
		t.Errorf("%+v", l)
	}
	// Fifty characters are not too long, however many bytes they have.
	short := strings.Repeat("é", 50)
	l, _ = links(t, []reconcile.Customer{{ID: "1", Name: short}}, []match.Company{{ID: "1", Name: strings.Repeat("é", 49)}}, match.Options{Whole: true}).Get("1")
	if l.Matched() {
		t.Errorf("%+v", l)
	}
}

func TestCustomersThatCannotBeTold(t *testing.T) {
	got := links(t, []reconcile.Customer{
		{ID: "1", Name: "Harbor Law"}, {ID: "1", Name: "Birch Dental Group"},
		{ID: "2", Name: "Harbor Law"}, {ID: "2", Name: "Harbor Law"}, {Name: "Twin One"},
	}, append(companies, companies[1], match.Company{Name: "Twin One"}), match.Options{Whole: true, Mapping: match.Everyone("257")})
	if l, _ := got.Get("1"); l.Matched() || l.Reason != "customer 1 was given twice, with different contents" {
		t.Errorf("different contents: %+v", l)
	}
	if l, _ := got.Get("2"); l.Company != "251" || got.Len() != 3 {
		t.Errorf("equal contents: %+v of %d", l, got.Len())
	}
	if l, _ := got.Get(""); l.Matched() || l.Reason != "the customer has no id" {
		t.Errorf("no id: %+v", l)
	}
	if l, ok := got.Get("3"); ok || l.Matched() {
		t.Errorf("a customer that was not given: %+v", l)
	}
}

// A company that was read twice while it was being changed counts once, with
// its less fit contents.
func TestACompanyReadTwice(t *testing.T) {
	for _, twice := range [][]match.Company{
		{{ID: "1", Name: "A"}, {ID: "1", Name: "A", Deleted: true}},
		{{ID: "1", Name: "A", Deleted: true}, {ID: "1", Name: "A"}},
	} {
		l, _ := links(t, []reconcile.Customer{{ID: "1", Name: "A"}}, twice, match.Options{}).Get("1")
		if l.Matched() || len(l.Passed) != 1 {
			t.Errorf("%+v", l)
		}
	}
}

func TestManyCandidates(t *testing.T) {
	var many []match.Company
	for i := range 30 {
		many = append(many, match.Company{ID: string(rune('A' + i)), Name: "Same"}, match.Company{ID: string(rune('a'+i)) + "x", Name: "Same", Deleted: true})
	}
	l, _ := links(t, []reconcile.Customer{{ID: "1", Name: "Same"}}, many, match.Options{}).Get("1")
	if len(l.Candidates) != 20 || !strings.HasSuffix(l.Reason, " and 10 more") || len(l.Passed) != 20 {
		t.Errorf("%d candidates, %d passed over, %s", len(l.Candidates), len(l.Passed), l.Reason)
	}
}

func TestWrongOptions(t *testing.T) {
	for name, tt := range map[string]struct {
		o    match.Options
		want string
	}{
		"unknown rule":   {match.Options{Rules: []match.Rule{"luck"}}, `match: there is no rule "luck"; the rules are ["mapping" "tag"`},
		"rule twice":     {match.Options{Rules: []match.Rule{"tag", "name", "tag"}}, `match: the rule "tag" stands twice`},
		"own company":    {match.Options{Own: "Nobody"}, `match: the provider's own company: there is no company "Nobody"`},
		"own is several": {match.Options{Own: "acme"}, `company "acme" is company 252 "Acme" and company 253 "Acme"`},
		"mapping":        {match.Options{Mapping: &match.Mapping{Rows: []match.Row{{}}}}, "match: mapping: row 1: no customer"},
		"another feed":   {match.Options{Feed: "rmm", Mapping: &match.Mapping{Feed: "cove"}}, `match: the mapping belongs to the feed "cove", not to "rmm"`},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := match.Companies(nil, companies, tt.o); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want %q", err, tt.want)
			}
		})
	}
	for _, feeds := range [][2]string{{"cove", "cove"}, {"", "cove"}, {"cove", ""}} {
		links(t, nil, companies, match.Options{Feed: feeds[0], Mapping: &match.Mapping{Feed: feeds[1]}})
	}
	for _, own := range []string{"1", "OURMSP", "our msp"} {
		if l := link(t, reconcile.Customer{ID: "1", Name: "Our MSP"}, match.Options{Own: own}); l.Matched() {
			t.Errorf("own company %q: %+v", own, l)
		}
	}
}

// Text from outside stays on its line.
func TestReasonsArePrintable(t *testing.T) {
	evil := "x\x1b[2J\ny\u202e"
	all := links(t, []reconcile.Customer{
		{ID: evil, Name: evil}, {ID: evil + "2", Name: evil}, {ID: "3", CompanyID: evil}, {ID: "4", Parent: evil}, {ID: "5", CompanyID: "9", CompanyIdentifier: evil},
		{ID: "6", CompanyIdentifier: evil}, {ID: "7", Name: "a (a@" + evil + ")"}, {ID: " 8", CompanyID: "8"},
	}, []match.Company{{ID: evil, Name: evil, Identifier: evil, Status: evil}, {ID: "9", Name: evil, MergedInto: evil}, {ID: "8", Status: "inactive " + evil}},
		match.Options{Whole: true, Mapping: &match.Mapping{Rows: []match.Row{{Customer: evil, Company: evil}, {Customer: "4", Company: evil + "?"}}}})
	for l := range all.All() {
		if strings.ContainsAny(l.Reason, "\x1b\n\u202e") {
			t.Errorf("%q", l.Reason)
		}
	}
	for _, u := range all.Unused() {
		if strings.ContainsAny(u.Reason, "\x1b\n\u202e") {
			t.Errorf("%q", u.Reason)
		}
	}
}
