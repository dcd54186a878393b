package match

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Customer is a customer of the backup service: in Cove a partner of level
// EndCustomer, or a site below one.
type Customer struct {
	ID        string // decimal partner id; never empty
	Name      string // unique in Cove; often "Company (someone@example.org)"
	Reference string // Cove's ExternalCode, column PF
}

// Company is a company of the service desk: API resource company/companies.
type Company struct {
	ID         int64
	Identifier string // unique
	Name       string // not unique
	Website    string // its host is the company's domain; may be empty
	Deleted    bool   // deletedFlag: found by id, so that it can be reported, and never linked
}

// Rule names what linked two things.
type Rule string

// The rules, from the surest to the loosest.
const (
	RuleNone       Rule = ""
	RuleMapping    Rule = "mapping"
	RuleTag        Rule = "tag"
	RuleNameID     Rule = "name id"
	RuleIdentifier Rule = "identifier"
	RuleName       Rule = "name"
	RuleFolded     Rule = "folded name"
	RulePrefix     Rule = "prefix"
	RuleReference  Rule = "reference"
	RuleDomain     Rule = "domain"
)

// Link is what became of one customer.
type Link struct {
	Customer Customer

	// Company is the id of the customer's company, 0 when there is none.
	Company int64

	// Rule is the rule that decided, for or against a company. RuleNone when
	// no rule had anything to say.
	Rule Rule

	// Candidates holds the linked company, or those that could have been
	// meant, by id.
	Candidates []Company

	// Disabled says that the mapping switches the customer off: there shall be
	// no tickets for it.
	Disabled bool

	// Reason is a sentence for people, without a full stop.
	Reason string
}

// Matched says whether the customer has a company.
func (l Link) Matched() bool { return l.Company != 0 }

// Companies links every customer to its company, or says why not. Several
// customers may belong to one company. A customer given twice with different
// contents, and one without an id, is linked to none.
func Companies(customers []Customer, companies []Company, mapping Mapping) Links {
	return newFinder(customers, companies, mapping).links()
}

// finder holds the companies by everything they can be found by.
type finder struct {
	customers []Customer
	twice     map[string]bool // customer ids given with different contents
	mapping   map[string][]Entry
	prefixes  map[string]int // long customer names by what remains of them when cut

	companies []Company // by id, deleted ones included
	byID      map[int64]Company

	// The indexes below leave deleted companies out.
	byIdentifier index // lower case
	byName       index
	byFull       index // folded, legal form included
	byBase       index // folded, legal form cut off
	byPrefix     index
	byDomain     index
}

func newFinder(customers []Customer, companies []Company, mapping Mapping) *finder {
	f := &finder{twice: map[string]bool{}, mapping: map[string][]Entry{}, prefixes: map[string]int{}}
	f.addCustomers(customers)
	f.addCompanies(companies)
	for _, e := range mapping.Entries {
		f.mapping[e.Customer] = append(f.mapping[e.Customer], e)
	}
	return f
}

func (f *finder) addCustomers(customers []Customer) {
	f.customers = slices.Clone(customers)
	slices.SortFunc(f.customers, func(a, b Customer) int {
		return cmp.Or(compareIDs(a.ID, b.ID), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Reference, b.Reference))
	})
	f.customers = slices.Compact(f.customers)
	f.customers = slices.CompactFunc(f.customers, func(a, b Customer) bool {
		if a.ID == b.ID {
			f.twice[a.ID] = true
		}
		return a.ID == b.ID
	})
	for _, c := range f.customers {
		if name := plainName(c.Name); long(name) {
			f.prefixes[prefix(name)]++
		}
	}
}

func (f *finder) addCompanies(companies []Company) {
	sorted := slices.Clone(companies)
	slices.SortFunc(sorted, compareCompanies)
	// A company may have been read twice, while it was being changed.
	f.companies = slices.CompactFunc(sorted, func(a, b Company) bool { return a.ID == b.ID })
	f.byID = make(map[int64]Company, len(f.companies))
	for _, by := range []*index{&f.byIdentifier, &f.byName, &f.byFull, &f.byBase, &f.byPrefix, &f.byDomain} {
		*by = newIndex(f.companies)
	}
	for i, c := range slices.Backward(f.companies) {
		if c.ID <= 0 {
			continue
		}
		f.byID[c.ID] = c
		if c.Deleted {
			continue
		}
		name := folded(c.Name)
		f.byIdentifier.add(strings.ToLower(strings.TrimSpace(c.Identifier)), i)
		f.byName.add(strings.TrimSpace(c.Name), i)
		f.byFull.add(name.full(), i)
		f.byBase.add(name.base, i)
		f.byDomain.add(domain(c.Website), i)
		if len(f.prefixes) > 0 && !long(c.Name) {
			f.byPrefix.add(prefix(c.Name), i)
		}
	}
}

func compareCompanies(a, b Company) int {
	deleted := func(c Company) int {
		if c.Deleted {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(a.ID, b.ID),
		cmp.Compare(deleted(a), deleted(b)),
		cmp.Compare(a.Identifier, b.Identifier),
		cmp.Compare(a.Name, b.Name),
		cmp.Compare(a.Website, b.Website),
	)
}

func (f *finder) links() Links {
	out := make([]Link, 0, len(f.customers))
	for _, c := range f.customers {
		l := f.link(c)
		l.Customer = c
		out = append(out, l)
	}
	return newLinks(out)
}

func (f *finder) link(c Customer) Link {
	switch {
	case c.ID == "":
		return Link{Reason: "the customer has no id"}
	case f.twice[c.ID]:
		return Link{Reason: fmt.Sprintf("customer %s was given twice, with different contents", c.ID)}
	}
	for _, rule := range []func(Customer) (Link, bool){
		f.mapped, f.tagged, f.nameID, f.identifier, f.name, f.folded, f.prefix, f.reference, f.domain,
	} {
		if l, decided := rule(c); decided {
			return l
		}
	}
	return Link{Reason: fmt.Sprintf("no company has the name or identifier %q", plainName(c.Name))}
}

// decide turns what a rule found into its verdict: one company links, several
// are ambiguous, none leaves the customer to the next rule.
func decide(rule Rule, found []Company, format string, args ...any) (Link, bool) {
	if len(found) == 0 {
		return Link{}, false
	}
	why := fmt.Sprintf(format, args...)
	if len(found) == 1 {
		return Link{Company: found[0].ID, Rule: rule, Candidates: found, Reason: why}, true
	}
	return Link{Rule: rule, Candidates: found, Reason: fmt.Sprintf("ambiguous: %s: companies %s", why, ids(found))}, true
}

// named is decide for a rule that points to a company by its id.
func (f *finder) named(rule Rule, id int64, why string) (Link, bool) {
	c, ok := f.byID[id]
	switch {
	case !ok:
		return Link{Rule: rule, Reason: fmt.Sprintf("%s names company %d, which does not exist", why, id)}, true
	case c.Deleted:
		return Link{Rule: rule, Candidates: []Company{c}, Reason: fmt.Sprintf("%s names company %d, which is deleted", why, id)}, true
	}
	return decide(rule, []Company{c}, "%s", why)
}

func (f *finder) mapped(c Customer) (Link, bool) {
	rows := f.mapping[c.ID]
	if len(rows) == 0 {
		return Link{}, false
	}
	for _, e := range rows[1:] {
		if e.Disabled != rows[0].Disabled || e.Company != rows[0].Company {
			return Link{Rule: RuleMapping, Reason: fmt.Sprintf("the mapping has different rows for customer %s", c.ID)}, true
		}
	}
	if rows[0].Disabled {
		return Link{Rule: RuleMapping, Disabled: true, Reason: "the mapping switches the customer off"}, true
	}
	return f.named(RuleMapping, rows[0].Company, "the mapping")
}

func (f *finder) tagged(c Customer) (Link, bool) {
	tags, _ := parseReference(c.Reference)
	if len(tags) == 0 {
		return Link{}, false
	}
	t := tags[0]
	for _, other := range tags[1:] {
		if other.id != t.id {
			return Link{Rule: RuleTag, Candidates: f.existing(t.id, other.id),
				Reason: fmt.Sprintf("the reference holds different tags, %s and %s", t, other)}, true
		}
	}
	l, _ := f.named(RuleTag, t.id, fmt.Sprintf("the tag %s", t))
	if !l.Matched() || t.identifier == "" {
		return l, true
	}
	// An id of another tenant, a test system for one, names some other company
	// here. The identifier, or at least the name, has to agree.
	company := l.Candidates[0]
	if strings.EqualFold(t.identifier, company.Identifier) || folded(plainName(c.Name)).base == folded(company.Name).base {
		return l, true
	}
	meant := slices.Concat(l.Candidates, f.byIdentifier.find(strings.ToLower(t.identifier)))
	return Link{Rule: RuleTag, Candidates: unique(meant),
		Reason: fmt.Sprintf("the tag %s does not fit company %d, whose identifier is %s", t, company.ID, company.Identifier)}, true
}

func (f *finder) nameID(c Customer) (Link, bool) {
	id, ok := nameID(c.Name)
	if !ok {
		return Link{}, false
	}
	return f.named(RuleNameID, id, "the customer's name")
}

func (f *finder) identifier(c Customer) (Link, bool) {
	name := plainName(c.Name)
	return decide(RuleIdentifier, f.byIdentifier.find(strings.ToLower(name)), "identifier %s", name)
}

func (f *finder) name(c Customer) (Link, bool) {
	name := strings.TrimSpace(c.Name)
	return decide(RuleName, f.byName.find(name), "name %q", name)
}

func (f *finder) folded(c Customer) (Link, bool) {
	return f.byFolded(RuleFolded, plainName(c.Name))
}

// byFolded looks first for the name with its legal form, then for one where
// only one side has a legal form. Different legal forms are different
// companies: they are candidates for a person, and no match.
func (f *finder) byFolded(rule Rule, text string) (Link, bool) {
	name := folded(text)
	if name.base == "" {
		return Link{}, false
	}
	if l, ok := decide(rule, f.byFull.find(name.full()), "folded name %q", text); ok {
		return l, true
	}
	var agree []Company
	like := f.byBase.find(name.base)
	for _, c := range like {
		if folded(c.Name).agrees(name) {
			agree = append(agree, c)
		}
	}
	if len(agree) == 0 && len(like) > 0 {
		return Link{Rule: rule, Candidates: like, Reason: fmt.Sprintf("%q differs in the legal form from companies %s", text, ids(like))}, true
	}
	return decide(rule, agree, "folded name %q", text)
}

// prefix finds the company whose name is what remains of the customer's when
// it is cut. Two long names that only begin alike are different names.
func (f *finder) prefix(c Customer) (Link, bool) {
	name := plainName(c.Name)
	if !long(name) {
		return Link{}, false
	}
	key := prefix(name)
	found := f.byPrefix.find(key)
	if len(found) > 0 && f.prefixes[key] > 1 {
		return Link{Rule: RulePrefix, Candidates: found,
			Reason: fmt.Sprintf("ambiguous: %d customers have the same first %d characters as company %s", f.prefixes[key], prefixLength, ids(found))}, true
	}
	return decide(RulePrefix, found, "the first %d characters of the name", prefixLength)
}

func (f *finder) reference(c Customer) (Link, bool) {
	_, texts := parseReference(c.Reference)
	var found []Company
	for _, text := range texts {
		for _, by := range []func(string) []Company{
			func(s string) []Company { return f.byIdentifier.find(strings.ToLower(s)) },
			f.byName.find,
			f.meant,
		} {
			if here := by(text); len(here) > 0 {
				found = append(found, here...)
				break
			}
		}
	}
	return decide(RuleReference, unique(found), "reference %q", strings.Join(texts, " | "))
}

func (f *finder) domain(c Customer) (Link, bool) {
	d := domain(mailAddress(c.Name))
	if d == "" || publicMail(d) {
		return Link{}, false
	}
	return decide(RuleDomain, f.byDomain.find(d), "mail domain %s", d)
}

// meant is what a folded name finds, less a single company that was turned
// down for its legal form.
func (f *finder) meant(text string) []Company {
	l, _ := f.byFolded(RuleReference, text)
	if l.Matched() || len(l.Candidates) > 1 {
		return l.Candidates
	}
	return nil
}

func (f *finder) existing(ids ...int64) []Company {
	var out []Company
	for _, id := range ids {
		if c, ok := f.byID[id]; ok {
			out = append(out, c)
		}
	}
	return unique(out)
}

// unique sorts by id and drops companies that are there twice.
func unique(companies []Company) []Company {
	out := slices.Clone(companies)
	slices.SortFunc(out, compareCompanies)
	return slices.Compact(out)
}

func ids(companies []Company) string {
	out := make([]string, len(companies))
	for i, c := range companies {
		out[i] = fmt.Sprint(c.ID)
	}
	return strings.Join(out, ", ")
}
