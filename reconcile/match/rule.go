package match

import (
	"fmt"
	"slices"
)

// Rule names the rule that linked two things, or kept them apart. It is
// readable for people, and is the name of the rule in [Options] and in files.
type Rule string

// The rules of [Companies], from the surest to the loosest. RuleParent cannot
// be chosen: a site that says nothing of its own has the company of its parent.
const (
	RuleNone       Rule = ""
	RuleMapping    Rule = "mapping"
	RuleTag        Rule = "tag"
	RuleNameID     Rule = "name id"
	RuleIdentifier Rule = "identifier"
	RuleName       Rule = "name"
	RulePlainName  Rule = "plain name"
	RuleLooseName  Rule = "loose name"
	RulePrefix     Rule = "prefix"
	RuleText       Rule = "reference text"
	RuleDomain     Rule = "domain"
	RuleContact    Rule = "contact"
	RuleParent     Rule = "parent"
)

// rule describes a rule of Companies.
type rule struct {
	name Rule

	// ask returns the companies that the rule finds for a customer, with what they
	// have in common with it, or a fault that only a person can decide about.
	ask func(*finder, *subject) answer

	// says: the customer's data name the company outright. A fault is then
	// reported and no looser rule is asked, and a site may have an answer of its
	// own.
	says bool

	// alone: the rule can be trusted when not all customers are known.
	alone bool
}

// rules are all rules in their usual order. The mapping has no function: a
// person decided it, so nothing is asked and nothing guarded.
var rules = []rule{
	{name: RuleMapping, alone: true, says: true},
	{name: RuleTag, ask: (*finder).tag, alone: true, says: true},
	{name: RuleNameID, ask: (*finder).nameID, says: true},
	{name: RuleIdentifier, ask: (*finder).identifier, alone: true},
	{name: RuleName, ask: (*finder).name, alone: true},
	{name: RulePlainName, ask: (*finder).plainName},
	{name: RuleLooseName, ask: (*finder).looseName},
	{name: RulePrefix, ask: (*finder).prefix},
	{name: RuleText, ask: (*finder).referenceText},
	{name: RuleDomain, ask: (*finder).domain},
	{name: RuleContact, ask: (*finder).contact},
}

// Rules returns the rules that are tried when [Options] names none, in order:
// all but [RuleContact], which is tried only if it is named.
func Rules() []Rule {
	var out []Rule
	for _, r := range rules {
		if r.name != RuleContact {
			out = append(out, r.name)
		}
	}
	return out
}

// chosen checks the names of rules against the existing ones; nil means the
// usual ones.
func chosen(names, usual, all []Rule) ([]Rule, error) {
	if names == nil {
		return usual, nil
	}
	for i, name := range names {
		switch {
		case !slices.Contains(all, name):
			return nil, fmt.Errorf("match: there is no rule %q; the rules are %q", name, all)
		case slices.Contains(names[:i], name):
			return nil, fmt.Errorf("match: the rule %q stands twice", name)
		}
	}
	return names, nil
}

// chosenRules returns the rules to try on customers. Without Whole these are
// the rules that do not need to know all customers, and those that no looser
// rule may contradict.
func (o *Options) chosenRules() ([]rule, error) {
	names, err := chosen(o.Rules, Rules(), append(Rules(), RuleContact))
	var out []rule
	for _, name := range names {
		r := rules[slices.IndexFunc(rules, func(r rule) bool { return r.name == name })]
		if o.Whole || r.alone || r.says {
			out = append(out, r)
		}
	}
	return out, err
}
