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
	{rule: match.RuleMapping, text: "A person has decided: a row of the mapping names the company, or switches the customer off. Here several customers may have the same company.",
		rows:      []match.Row{{Customer: "Birch West", Company: "BirchDental"}, {Customer: "102", Company: "250"}, {Customer: "Trial Lab", Disabled: true}},
		customers: []reconcile.Customer{{ID: "101", Name: "Birch West (it@birch.example)"}, {ID: "102", Name: "Birch East"}, {ID: "103", Name: "Trial Lab"}}},
	{rule: match.RuleTag, text: "A reference on the monitored side names the company; in Cove it is the tag `CWM:250:BirchDental` in the customer reference. If that company does not exist or is deleted, or if the identifier belongs to another company, the customer is not linked, even if its name would fit.",
		customers: []reconcile.Customer{{ID: "101", Name: "Smile Ltd", CompanyID: "250", CompanyIdentifier: "BirchDental"}, {ID: "102", Name: "Oak Group", CompanyID: "257"}, {ID: "103", Name: "Acme", CompanyID: "251", CompanyIdentifier: "AcmeNorth"}}},
	{rule: match.RuleNameID, text: "The name ends in the company's id, as in `Name | Company name ~ 250`.",
		customers: []reconcile.Customer{{ID: "101", Name: "Acme | Acme of the south ~ 253"}}},
	{rule: match.RuleIdentifier, text: "The name is a company's identifier. Upper and lower case do not matter.",
		customers: []reconcile.Customer{{ID: "101", Name: "acmesouth"}}},
	{rule: match.RuleName, text: "The names are the same. These make no difference: case, the kind of apostrophe, dash and space, composed or decomposed letters, full-width letters, and HTML entities (`R&amp;D`). If two companies have the name, the customer is ambiguous.",
		customers: []reconcile.Customer{{ID: "101", Name: "ＢＩＲＣＨ Dental\u00a0Group"}, {ID: "102", Name: "Acme"}}},
	{rule: match.RulePlainName, text: "The name without the address in brackets at its end is a company's name or identifier.",
		customers: []reconcile.Customer{{ID: "101", Name: "Birch Dental Group (it@birch.example)"}}},
	{rule: match.RuleLooseName, text: "The names differ only in punctuation, or in an article or a legal form that only one of them has. Two different legal forms mean two companies.",
		customers: []reconcile.Customer{{ID: "101", Name: "The Birch-Dental Group"}, {ID: "102", Name: "Harbor Law Inc."}}},
	{rule: match.RulePrefix, text: "The first 50 characters are the same. ConnectWise used to cut the names of companies there.",
		customers: []reconcile.Customer{{ID: "101", Name: "Museum of Chinese in America and the World at Large"}}},
	{rule: match.RuleText, text: "The reference has no id, but one of its parts, which bars separate, is a company's identifier or name.",
		customers: []reconcile.Customer{{ID: "101", Name: "Law office", CompanyIdentifier: "contract 7 | Harbor"}}},
	{rule: match.RuleDomain, text: "The address in the customer's name has the domain of the company's web site. Domains of mail providers never count.",
		customers: []reconcile.Customer{{ID: "101", Name: "Smile (bob@birchdental.example)"}, {ID: "102", Name: "Bob (bob@gmail.com)"}}},
	{rule: match.RuleContact, text: "The address in the customer's name has the domain of the company's default contact. This rule is off unless a program asks for it.", contact: true,
		customers: []reconcile.Customer{{ID: "101", Name: "Law office (bob@harborlaw.example)"}}},

	{heading: "What several customers share", text: "If a rule finds the same company for several customers, it links none of them. A customer that an earlier rule has linked to the company keeps it. Only the mapping links a customer to the provider's own company (here 1, Northwind MSP). A row of the mapping settles each of these cases.",
		customers: []reconcile.Customer{{ID: "101", Name: "Smile (backup@birchdental.example)"}, {ID: "102", Name: "Grin (backup@birchdental.example)"},
			{ID: "103", Name: "Oak Group"}, {ID: "104", Name: "The Oak Group"}, {ID: "105", Name: "Lab (backup+lab@northwind.example)"}}},
	{heading: "Companies that are passed over", text: "Companies that are deleted, merged or inactive, or whose status or type the settings leave out, are never linked. The link says which of them were found.",
		customers: []reconcile.Customer{{ID: "101", Name: "Elm Street Law"}, {ID: "102", Name: "Gone Fishing"}}},
	{heading: "Sites", text: "A site has the company of its customer, unless a row of the mapping, a reference or an id in its name says otherwise. The rest of its name does not count.",
		rows:      []match.Row{{Customer: "Oak Group / Tampa", Company: "OakTampa"}},
		customers: []reconcile.Customer{{ID: "101", Name: "Oak Group"}, {ID: "102", Name: "Tampa", Parent: "101"}, {ID: "103", Name: "Acme", Parent: "101"}}},
	{heading: "Everyone else", text: "A row for the customer `*` links every customer for whom no rule finds a company. The reason why none was found stays in the result.",
		rows:      []match.Row{{Customer: "*", Company: "Northwind"}},
		customers: []reconcile.Customer{{ID: "101", Name: "Nobody knows"}, {ID: "102", Name: "Acme"}, {ID: "103", Name: "Oak Group"}}},
	{heading: "When not all customers are known", text: "Some tools name only customers with alerts, so nobody knows which other customers a rule would link to the same company. Then only mapping, tag, identifier and name are tried, and an address in brackets is part of the name.", part: true,
		customers: []reconcile.Customer{{ID: "101", Name: "Oak Group"}, {ID: "102", Name: "Birch Dental Group (it@birch.example)"}, {ID: "103", Name: "Harbor Law"}}},
}

const documentHead = `# Who is who

This page shows how covedesk finds the company of a customer. A test of ` + "`reconcile/match`" + ` writes it: each result below is what the package returns.

A wrong link would put one customer's problems into another customer's tickets, so covedesk does not guess. It tries the rules in the order of this page. The
first rule that finds exactly one company decides. If a rule finds several, no later rule is tried: the customer is ambiguous, and a person must decide. A
customer without a link is reported with the reason and the candidates. A program can leave rules out or change their order.

The service desk of the examples:

`

const documentTail = `
## The mapping

The mapping is a CSV file or a JSON document in UTF-8. A row names a customer by id, by name (` + "`Oak Group / Tampa`" + ` for a site) or as ` + "`*`" + `, and a company by id, identifier or
name. Upper and lower case do not matter. If two have the same name, use the id: a row with that name does nothing. A mapping belongs to one feed. Each row that
did nothing is reported with its line.

` + "```csv" + `
customer,company,disabled,note
Acme (backup@acme.example),AcmeSouth,,told us on the phone
Oak Group / Tampa,OakTampa,,
Trial Lab,,yes,
*,Northwind,,everyone else
` + "```" + `

Devices are linked to configurations of their company by device identifier, MAC address, serial number and name. Here, too, a configuration that fits several
devices is linked to none. Rows with the columns ` + "`device`" + ` and ` + "`configuration`" + ` (in JSON: the member ` + "`configurations`" + `) decide by hand, and may give several devices the same
configuration.

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
