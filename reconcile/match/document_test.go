package match_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/match"
)

var update = flag.Bool("update", false, "write docs/matching.md")

// tenant is the service desk of the examples.
var tenant = []match.Company{
	{ID: "1", Identifier: "Northwind", Name: "Northwind MSP", Website: "https://northwind.example"},
	{ID: "250", Identifier: "BirchDental", Name: "Birch Dental Group", Website: "https://www.birchdental.example"},
	{ID: "251", Identifier: "Harbor", Name: "Harbor Law, LLC", Contact: "ann@harborlaw.example"},
	{ID: "252", Identifier: "AcmeNorth", Name: "Acme"},
	{ID: "253", Identifier: "AcmeSouth", Name: "Acme"},
	{ID: "254", Identifier: "OakGroup", Name: "Oak Group"},
	{ID: "255", Identifier: "OakTampa", Name: "Oak Group of Tampa"},
	{ID: "256", Identifier: "Museum", Name: "Museum of Chinese in America and the World at Larg"},
	{ID: "257", Identifier: "Gone", Name: "Gone Fishing", Deleted: true},
	{ID: "258", Identifier: "Elm1", Name: "Elm Street Law", Status: "Inactive"},
	{ID: "259", Identifier: "Elm2", Name: "Elm Street Law", Status: "Active"},
}

// example is a part of docs/matching.md: its text, and the customers that are
// linked together to show it.
type example struct {
	rule      match.Rule // a heading; "" under one of the others
	heading   string
	text      string
	customers []reconcile.Customer
	rows      []match.Row
	part      bool // not all customers are known
	contact   bool
}

var examples = []example{
	{rule: match.RuleMapping, text: "A person decided it: a row of the mapping names the company, or switches the customer off. Several customers may have one company here.",
		rows:      []match.Row{{Customer: "Birch West", Company: "BirchDental"}, {Customer: "102", Company: "250"}, {Customer: "Trial Lab", Disabled: true}},
		customers: []reconcile.Customer{{ID: "101", Name: "Birch West (it@birch.example)"}, {ID: "102", Name: "Birch East"}, {ID: "103", Name: "Trial Lab"}}},
	{rule: match.RuleTag, text: "A reference on the monitored side names the company: in Cove the tag `CWM:250:BirchDental` in the customer reference. A company that does not exist, or that is deleted, is a finding, whatever the name says; so is an identifier that belongs to another company.",
		customers: []reconcile.Customer{{ID: "101", Name: "Smile Ltd", CompanyID: "250", CompanyIdentifier: "BirchDental"}, {ID: "102", Name: "Oak Group", CompanyID: "257"}, {ID: "103", Name: "Acme", CompanyID: "251", CompanyIdentifier: "AcmeNorth"}}},
	{rule: match.RuleNameID, text: "The name ends in the company's id, as in `Name | Company name ~ 250`.",
		customers: []reconcile.Customer{{ID: "101", Name: "Acme | Acme of the south ~ 253"}}},
	{rule: match.RuleIdentifier, text: "The name is a company's identifier, in whatever letters.",
		customers: []reconcile.Customer{{ID: "101", Name: "acmesouth"}}},
	{rule: match.RuleName, text: "The names are the same. Case, the kind of apostrophe, dash and blank, composed and decomposed letters, full-width letters and HTML entities (`R&amp;D`) make no difference. Two companies of one name are ambiguous.",
		customers: []reconcile.Customer{{ID: "101", Name: "ＢＩＲＣＨ Dental\u00a0Group"}, {ID: "102", Name: "Acme"}}},
	{rule: match.RulePlainName, text: "The same name, or an identifier, without an address in brackets at the end.",
		customers: []reconcile.Customer{{ID: "101", Name: "Birch Dental Group (it@birch.example)"}}},
	{rule: match.RuleLooseName, text: "The same but for punctuation, or but for an article or a legal form that only one of the two has. Different legal forms are different companies.",
		customers: []reconcile.Customer{{ID: "101", Name: "The Birch-Dental Group"}, {ID: "102", Name: "Harbor Law Inc."}}},
	{rule: match.RulePrefix, text: "The same in the first 50 characters, where ConnectWise used to cut the names of companies.",
		customers: []reconcile.Customer{{ID: "101", Name: "Museum of Chinese in America and the World at Large"}}},
	{rule: match.RuleText, text: "A reference without an id: a part of it, between bars, is a company's identifier or name.",
		customers: []reconcile.Customer{{ID: "101", Name: "Law office", CompanyIdentifier: "contract 7 | Harbor"}}},
	{rule: match.RuleDomain, text: "The address in the customer's name has the domain of the company's web site. Domains of mail providers never count.",
		customers: []reconcile.Customer{{ID: "101", Name: "Smile (bob@birchdental.example)"}, {ID: "102", Name: "Bob (bob@gmail.com)"}}},
	{rule: match.RuleContact, text: "The same with the address of the company's default contact. This rule is off unless it is asked for.", contact: true,
		customers: []reconcile.Customer{{ID: "101", Name: "Law office (bob@harborlaw.example)"}}},

	{heading: "What several customers share", text: "A company that several customers share by a rule, or by a surer one, is not told apart by it. Whoever has it by a surer rule keeps it. The provider's own company (here 1, Northwind MSP) is nobody's. A row of the mapping resolves either.",
		customers: []reconcile.Customer{{ID: "101", Name: "Smile (backup@birchdental.example)"}, {ID: "102", Name: "Grin (backup@birchdental.example)"},
			{ID: "103", Name: "Oak Group"}, {ID: "104", Name: "The Oak Group"}, {ID: "105", Name: "Lab (backup+lab@northwind.example)"}}},
	{heading: "Companies that are passed over", text: "Companies that are deleted or merged, that are inactive, or whose status or type was not asked for, are never linked. The link says which were found.",
		customers: []reconcile.Customer{{ID: "101", Name: "Elm Street Law"}, {ID: "102", Name: "Gone Fishing"}}},
	{heading: "Sites", text: "A site has the company of its customer, unless a row of the mapping, a reference or an id in its name says otherwise. Its name alone says nothing.",
		rows:      []match.Row{{Customer: "Oak Group / Tampa", Company: "OakTampa"}},
		customers: []reconcile.Customer{{ID: "101", Name: "Oak Group"}, {ID: "102", Name: "Tampa", Parent: "101"}, {ID: "103", Name: "Acme", Parent: "101"}}},
	{heading: "Everyone else", text: "A row for the customer `*` takes every customer that no rule has a company for. Why it had none is still said.",
		rows:      []match.Row{{Customer: "*", Company: "Northwind"}},
		customers: []reconcile.Customer{{ID: "101", Name: "Nobody knows"}, {ID: "102", Name: "Acme"}, {ID: "103", Name: "Oak Group"}}},
	{heading: "When not all customers are known", text: "A tool that names only customers with alerts does not show who else shares an answer. Only mapping, tag, identifier and name are tried then, and an address in brackets is part of the name.", part: true,
		customers: []reconcile.Customer{{ID: "101", Name: "Oak Group"}, {ID: "102", Name: "Birch Dental Group (it@birch.example)"}, {ID: "103", Name: "Harbor Law"}}},
}

const documentHead = `# Who is who

How covedesk finds the company of a customer. This page is made from the tests of ` + "`reconcile/match`" + `; every result on it is what the package says.

A wrong link sends one customer's troubles to another, so nothing is guessed. The rules are tried in this order; the first that finds a company decides, and
one that finds several decides too: that a person has to. What is not linked is reported with the reason and the candidates. A program may leave rules out or
order them anew.

The service desk of the examples:

`

const documentTail = `
## The mapping

A CSV file or a JSON document, in UTF-8. A row names a customer by its id, by its name (` + "`Oak Group / Tampa`" + ` for a site) or as ` + "`*`" + `, and a company by id, identifier or
name, in whatever letters. A name that two have names nobody: use the id. A mapping belongs to one feed. Every row that did nothing is reported with its line.

` + "```csv" + `
customer,company,disabled,note
Acme (backup@acme.example),AcmeSouth,,told us on the phone
Oak Group / Tampa,OakTampa,,
Trial Lab,,yes,
*,Northwind,,what nobody knows
` + "```" + `

Devices are linked with configurations of their company by device identifier, MAC address, serial number and name, one to one, with the same guard. Rows with the
columns ` + "`device`" + ` and ` + "`configuration`" + ` (in JSON: the member ` + "`configurations`" + `) decide by hand, several to one where a person wants it.

` + "```json" + `
{
  "customers": [{"customer": "Trial Lab", "disabled": true}],
  "configurations": [{"device": "HV01", "configuration": "Cluster"}, {"device": "HV02", "configuration": "Cluster"}]
}
` + "```" + `
`

// document is docs/matching.md.
func document(t *testing.T) string {
	var b strings.Builder
	b.WriteString(documentHead)
	b.WriteString("| id | identifier | name | more |\n|---|---|---|---|\n")
	for _, c := range tenant {
		more := []string{}
		for _, s := range []string{c.Website, c.Contact, c.Status} {
			if s != "" {
				more = append(more, s)
			}
		}
		if c.Deleted {
			more = append(more, "deleted")
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", c.ID, c.Identifier, c.Name, strings.Join(more, ", "))
	}
	b.WriteString("\n## The rules\n")
	number := 0
	for _, e := range examples {
		if e.rule != match.RuleNone {
			number++
			fmt.Fprintf(&b, "\n### %d. %s\n\n%s\n\n", number, e.rule, e.text)
		} else {
			fmt.Fprintf(&b, "\n## %s\n\n%s\n\n", e.heading, e.text)
		}
		for i, r := range e.rows {
			what := "has the company `" + r.Company + "`"
			if r.Disabled {
				what = "is switched off"
			}
			fmt.Fprintf(&b, "- row %d: `%s` %s\n", i+1, r.Customer, what)
		}
		if e.rows != nil {
			b.WriteString("\n")
		}
		o := match.Options{Whole: !e.part, Own: "Northwind", Mapping: &match.Mapping{Rows: e.rows}}
		if e.contact {
			o.Rules = append(match.Rules(), match.RuleContact)
		}
		b.WriteString("| customer | company | rule | because |\n|---|---|---|---|\n")
		for l := range links(t, e.customers, tenant, o).All() {
			company := l.Company
			if l.Disabled {
				company = "off"
			} else if company == "" {
				company = "–"
			}
			because := l.Reason
			for _, p := range l.Passed {
				if l.Matched() {
					because += fmt.Sprintf("; passed over: company %s, which %s", p.Company.ID, p.Reason)
				}
			}
			fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", shown(l.Customer), company, l.Rule, strings.ReplaceAll(because, "|", `\|`))
		}
	}
	b.WriteString(documentTail)
	return b.String()
}

// shown is a customer in a table.
func shown(c reconcile.Customer) string {
	out := c.ID + " `" + c.Name + "`"
	if c.Parent != "" {
		out += ", a site of " + c.Parent
	}
	switch {
	case c.CompanyID != "":
		out += ", reference to " + strings.TrimSuffix(c.CompanyID+":"+c.CompanyIdentifier, ":")
	case c.CompanyIdentifier != "":
		out += ", reference `" + c.CompanyIdentifier + "`"
	}
	return strings.ReplaceAll(out, "|", `\|`)
}

// The page says what the package does, with every rule in its place.
func TestDocument(t *testing.T) {
	const file = "../../docs/matching.md"
	var order []match.Rule
	for _, e := range examples {
		if e.rule == match.RuleNone {
			continue
		}
		order = append(order, e.rule)
		o := match.Options{Whole: true, Own: "Northwind", Mapping: &match.Mapping{Rows: e.rows}, Rules: append(match.Rules(), match.RuleContact)}
		if l, _ := links(t, e.customers, tenant, o).Get(e.customers[0].ID); l.Rule != e.rule || !l.Matched() {
			t.Errorf("the first example of %s: %+v", e.rule, l)
		}
	}
	if want := append(match.Rules(), match.RuleContact); !slices.Equal(order, want) {
		t.Errorf("order of the page %q, want %q", order, want)
	}
	// The files that the page shows can be read.
	for _, block := range []string{"csv", "json"} {
		_, content, _ := strings.Cut(documentTail, "```"+block+"\n")
		content, _, _ = strings.Cut(content, "```")
		if _, err := match.ReadMapping(strings.NewReader(content)); err != nil {
			t.Errorf("%s: %v", block, err)
		}
	}
	want := document(t)
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("docs/matching.md is not what the tests say (-want +got); go test ./reconcile/match -run TestDocument -update writes it\n%s", diff)
	}
}
