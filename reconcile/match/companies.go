package match

import (
	"fmt"
	"slices"
	"strings"

	"github.com/covedesk/covedesk/internal/text"
	"github.com/covedesk/covedesk/reconcile"
)

// Options say how customers are linked with companies. The zero value uses only
// the rules that are safe when not all customers are known.
type Options struct {
	// Mapping is what people have decided; nil means nothing.
	Mapping *Mapping

	// Feed is the name of the customers' feed. A mapping of another feed is an
	// error.
	Feed string

	// Whole says that all customers of the tool are given. Only then can a rule
	// see that several customers share an answer. Without it only [RuleMapping],
	// [RuleTag], [RuleIdentifier] and [RuleName] are tried.
	Whole bool

	// Own is the id, identifier or name of the provider's own company; empty means
	// unknown. Only a mapping links a customer to it.
	Own string

	// Rules are the rules to try, in this order. Nil means [Rules].
	Rules []Rule

	// Statuses are the names of the company statuses that may be linked; case does
	// not matter. Nil means every status without the word "inactive" in its name.
	Statuses []string

	// Types are the names of company types, of which a company must have at least
	// one. Nil means that types do not matter.
	Types []string
}

// Companies links every customer to its company, or says why not; the package
// documentation says how. The results do not depend on the order of the
// arguments. A customer without an id, or one that is given twice with
// different contents, is not linked.
//
// It fails when the options are wrong: an unknown rule, a mapping with faults
// or of another feed, an own company that does not exist.
func Companies(customers []reconcile.Customer, companies []Company, o Options) (Links, error) {
	chosen, err := o.chosenRules()
	if err != nil {
		return Links{}, err
	}
	o.Mapping, err = o.Mapping.of(o.Feed, slices.ContainsFunc(chosen, func(r rule) bool { return r.name == RuleMapping }))
	if err != nil {
		return Links{}, err
	}
	f := &finder{o: o, rules: chosen}
	f.addCompanies(companies)
	f.addCustomers(customers)
	f.guard = newGuard(len(f.companies))
	if o.Own != "" {
		var fault string
		if f.own, fault = f.company(o.Own); fault != "" {
			return Links{}, fmt.Errorf("match: the provider's own company: %s", fault)
		}
	}
	f.applyMapping()
	f.claimAll()
	out := Links{at: f.known, unused: f.unused}
	for i := range f.subjects {
		out.links = append(out.links, f.link(i))
	}
	return out, nil
}

// claimAll asks every rule about every customer, so that the guard knows who
// shares an answer, whichever rule decides in the end. A row of the mapping
// overrules the rules after it that read a company outright from the customer's
// data: they claim nothing. Nor is there a claim to the row's company, because a
// person decided that it may be shared. Name and domain still claim what they
// match.
func (f *finder) claimAll() {
	for i := range f.subjects {
		s := &f.subjects[i]
		overruled := false
		for rank, r := range f.rules {
			if r.ask == nil {
				overruled = len(s.hands) > 0
			}
			if r.ask == nil || !f.speaks(r, s) || r.says && overruled {
				continue
			}
			for _, c := range r.ask(f, s).found {
				if byHand := len(s.hands) > 0 && slices.Contains(s.hands[0].company, c); !byHand && f.unfit[c] == "" {
					f.guard.claim(c, claim{rank: rank, family: s.family, who: i})
				}
			}
		}
	}
}

// speaks reports whether a rule may be asked about a customer. About a site
// only a rule that reads the site's own data may be asked, because many
// customers have a site with a name such as "Main".
func (f *finder) speaks(r rule, s *subject) bool {
	return !s.unusable() && (r.says || s.Parent == "")
}

// unusable reports whether a customer cannot be told from others.
func (s *subject) unusable() bool { return s.ID == "" || s.twice }

// link finds the link of a customer; it first finds that of its parent.
func (f *finder) link(i int) Link {
	s := &f.subjects[i]
	l := f.decide(s)
	switch {
	case s.unusable():
	case l.Rule == RuleNone && s.parent >= 0:
		above := f.link(s.parent)
		l = Link{Company: above.Company, Rule: RuleParent, Candidates: above.Candidates, Disabled: above.Disabled,
			Reason: fmt.Sprintf("a site of %s: %s", f.subjects[s.parent].describe(), above.Reason)}
		if above.Rule == RuleNone {
			l.Rule, l.Passed = RuleNone, above.Passed
		}
	case !l.Matched() && !l.Disabled && f.everyone != nil:
		otherwise := f.linkOf(f.everyone)
		otherwise.Rule, otherwise.Passed = RuleMapping, l.Passed
		otherwise.Reason += fmt.Sprintf(", for everyone else (%s)", l.Reason)
		l = otherwise
	}
	l.Customer = s.Customer
	return l
}

// decide asks the rules in their order until one decides.
func (f *finder) decide(s *subject) Link {
	switch {
	case s.ID == "":
		return Link{Reason: "the customer has no id"}
	case s.twice:
		return Link{Reason: fmt.Sprintf("customer %s was given twice, with different contents", text.Line(s.ID))}
	}
	var passed []Passed
	for rank, r := range f.rules {
		var l Link
		var decided bool
		if r.ask == nil {
			l, decided = f.byHand(s)
		} else if f.speaks(r, s) {
			l, decided = f.judge(r, rank, s, &passed)
		}
		if decided {
			l.Rule, l.Passed = r.name, passed
			return l
		}
	}
	l := Link{Passed: passed}
	switch {
	case s.parent < 0 && s.fault != "":
		l.Reason = s.fault
	case len(passed) > 0:
		var reasons []string
		for _, p := range passed {
			reasons = append(reasons, fmt.Sprintf("%s, found by its %s, %s", p.Company.describe(), p.Rule, p.Reason))
		}
		l.Reason = "no company can be linked: " + strings.Join(reasons, "; ")
	case f.o.Whole:
		l.Reason = fmt.Sprintf("no company is named like %q", s.bare)
	default:
		l.Reason = fmt.Sprintf("no company has the name or identifier %q", s.Name)
	}
	return l
}

// answer is what a rule says about a customer.
type answer struct {
	found []int
	why   string
	fault string // if set, the rule decides that a person has to look
}

// judge turns the answer of a rule into a verdict: one company that nothing
// speaks against is linked, several are ambiguous, and with none the next rule
// is asked.
func (f *finder) judge(r rule, rank int, s *subject, passed *[]Passed) (Link, bool) {
	a := r.ask(f, s)
	if a.fault != "" {
		return Link{Candidates: at(f.companies, a.found), Reason: a.fault}, true
	}
	var fit []int
	for _, c := range a.found {
		switch {
		case f.unfit[c] == "":
			fit = append(fit, c)
		case r.says:
			return Link{Candidates: at(f.companies, a.found), Reason: fmt.Sprintf("%s: %s %s", a.why, f.companies[c].describe(), f.unfit[c])}, true
		case len(*passed) < mostCandidates && !slices.ContainsFunc(*passed, func(p Passed) bool { return p.Company.ID == f.companies[c].ID }):
			*passed = append(*passed, Passed{f.companies[c], r.name, f.unfit[c]})
		}
	}
	if len(fit) == 0 {
		return Link{}, false
	}
	l := Link{Candidates: at(f.companies, fit)}
	c := fit[0]
	rival, shared := f.guard.rival(c, rank, s.family)
	switch {
	case len(fit) > 1:
		l.Reason = fmt.Sprintf("ambiguous: %s: %s", a.why, f.list(fit))
	case !f.o.Whole && !r.alone:
		l.Reason = fmt.Sprintf("%s: %s: which is trusted only when all customers are known", a.why, f.companies[c].describe())
	case slices.Contains(f.own, c):
		l.Reason = fmt.Sprintf("ambiguous: %s: %s is the provider's own, which only a mapping may name", a.why, f.companies[c].describe())
	case shared:
		l.Reason = fmt.Sprintf("ambiguous: %s: %s is also the answer for %s", a.why, f.companies[c].describe(), f.subjects[rival].describe())
	default:
		l.Company, l.Reason = f.companies[c].ID, a.why
	}
	return l, true
}

// mostCandidates is as many as a person can choose from.
const mostCandidates = 20

// at returns the elements of a list at some positions, at most mostCandidates.
func at[T any](list []T, positions []int) []T {
	var out []T
	for _, i := range positions[:min(len(positions), mostCandidates)] {
		out = append(out, list[i])
	}
	return out
}

// list names the companies at some positions by their ids.
func (f *finder) list(positions []int) string {
	var out []string
	for _, c := range at(f.companies, positions) {
		out = append(out, text.Line(c.ID))
	}
	if len(out) == 1 {
		return "company " + out[0]
	}
	text := "companies " + strings.Join(out, ", ")
	if more := len(positions) - len(out); more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func (s *subject) describe() string { return describe("customer", s.ID, s.Name) }

func (c Company) describe() string { return describe("company", c.ID, c.Name) }

// describe names a thing by its id and its name, where it has another.
func describe(what, id, name string) string {
	out := what + " " + text.Line(id)
	if name != "" && name != id {
		out += fmt.Sprintf(" %q", name)
	}
	return out
}
