// Package match says which customer of a monitoring tool is which company of
// the service desk, and which device is which configuration. A wrong link sends
// one customer's troubles to another, so the package never guesses: every
// [Link] without a company has a reason and the candidates. It is pure: no I/O,
// no clock, and the results do not depend on the order of its arguments.
//
// # Rules
//
// [Companies] tries the rules below in this order; [Options.Rules] leaves some
// out or changes the order. The first rule that finds a company decides. If it
// finds several, the customer is ambiguous and no looser rule is tried.
// docs/matching.md has an example of each rule.
//
//	mapping         a row of the [Mapping] says so, or disables the customer
//	tag             a reference on the monitored side names the company's id
//	name id         the name ends as in "Name | Company name ~ 250"
//	identifier      the name is a company's identifier
//	name            the names are the same
//	plain name      the same, or an identifier, without an address in brackets
//	                at the end
//	loose name      the same except for punctuation, or for an article or a
//	                legal form that only one of them has
//	prefix          the same in the first 50 characters, where company names
//	                used to be cut
//	reference text  a part of a reference without an id is a company's
//	                identifier or name
//	domain          the address in the customer's name has the domain of the
//	                company's web site; domains of mail providers never count
//	contact         the same with the address of the company's default contact;
//	                only tried if [Options.Rules] names it
//
// Names, identifiers, statuses and types are compared without case, in one
// Unicode form, with HTML entities decoded, and with one kind of apostrophe,
// dash and blank.
//
// A row of the mapping, a reference and an id in a name say outright which
// company is meant. If that company does not exist or is deleted, this is
// reported and no looser rule is tried.
//
// # What speaks against a company
//
// Every rule but the mapping has the same guard. A rule is ambiguous if several
// customers share its company, by this rule or an earlier one, or if it is the
// provider's own company ([Options.Own]). A customer that has the company by an
// earlier rule keeps it. A row of the mapping resolves the ambiguity: in the
// mapping several customers may share a company.
//
// Companies that are deleted or merged, or that have a status or type which
// does not count, are never linked. [Link.Passed] lists the ones that were
// found, each with the reason.
//
// A rule can see that customers share an answer only if all of them are given
// ([Options.Whole]). Without that only mapping, tag, identifier and name are
// tried, and an address in brackets is part of the name.
//
// # Sites
//
// A customer with a parent is a site of it. It has the company of its parent,
// unless a row of the mapping ("Oak Group / Tampa"), a reference or an id in
// its name says otherwise. Its name alone says nothing: many customers have a
// site called Main.
//
// # More
//
// A mapping row "*" is for everyone else: every customer for whom no rule found
// a company ([Everyone] makes it in code). [ReadMapping] reads mappings from
// CSV and JSON. [Configurations] links devices with the same guard.
// [Identifier] proposes an identifier for a new company.
package match
