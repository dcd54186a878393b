// Package match says which backup customer is which service-desk company. It
// is pure: no I/O, no clock, and results that do not depend on the order of
// what it is given.
//
// [Companies] tries the rules below in this order. The first one that names a
// company decides; a rule that finds several decides too, that the customer is
// ambiguous, and no looser rule is asked. Nothing is ever guessed: every
// [Link] without a company carries the reason and the candidates.
//
//	mapping      a row of the [Mapping], which may also switch a customer off
//	tag          CWM:<id>:<identifier> in the customer's reference
//	name id      the id in a name of the form "Name | Company name ~ 250"
//	identifier   the customer's name is a company's identifier
//	name         the names are the same
//	folded name  the same but for case, spaces, punctuation, an e-mail address
//	             in brackets, and a legal form that only one of them has
//	prefix       the same in the first 50 characters, where names used to be
//	             cut, and no other customer's name begins so
//	reference    a part of the customer's reference is a company's identifier
//	             or name
//	domain       the e-mail address in the customer's name has the domain of
//	             the company's web site; domains of mail providers never count
//
// A mapping row, a tag or a name id that points to a company that does not
// exist is a finding and never falls through to a looser rule.
//
// [Configurations] does the same for devices and the configurations of a
// company, and [Identifier] proposes one for a company that is to be made.
// Mappings are read with [ReadMapping], from CSV or JSON.
package match
