package connectwisetest

import "strings"

func (s *Server) companyTables() {
	t := s.tables["companies"]
	types := s.catalog.schemas["Company"].exact["types"]
	types.createOnly, types.internal = true, "typeIds"
	s.derive("Company", "types", func(v *version) any {
		out := []any{}
		for _, r := range s.tables["typeAssociations"].children(v.rec.id) {
			if !r.cur.gone {
				out = append(out, r.cur.named("type"))
			}
		}
		return out
	})
	s.derive("Company", "site", func(v *version) any {
		for _, r := range s.tables["sites"].children(v.rec.id) {
			if !r.cur.gone && r.cur.flag("primaryAddressFlag") {
				return ref{id: r.id}
			}
		}
		return nil
	})
	t.prepare, t.finish, t.saved = s.prepareCompany, s.finishCompany, s.savedCompany
	t.removing = func(v *version, a *actor) *problem {
		if p := s.inUse("company", v); p != nil {
			return p
		}
		// A deleted company is only marked as deleted.
		d := newDraft(v.edit(), v)
		d.set("deletedFlag", true)
		d.set("dateDeleted", s.now())
		d.set("deletedBy", a.name)
		_, p := s.save(d, a, false)
		if p == nil {
			p = &problem{status: 204}
		}
		return p
	}
	t.mine = s.mineCompany
	s.tables["companyNotes"].prepare = func(d *draft, _ *actor) {
		if d.named("type") == nil {
			d.set("type", asRef(s.marked("noteTypes", 0)))
		}
	}
	for _, schema := range []string{"CompanySite", "CompanyTypeAssociation", "CompanyNote", "CompanyTeam"} {
		s.derive(schema, "company", func(v *version) any { return ref{id: v.rec.parent} })
	}
	sites := s.tables["sites"]
	sites.finish = func(d *draft, _ *actor) { s.uniqueName(d) }
	sites.saved = func(_, after *version, _ *draft, _ *actor) { s.onePrimary(after) }
}

// prepareCompany takes the site of a new company out of the draft, because the
// site is created and not looked up.
func (s *Server) prepareCompany(d *draft, _ *actor) {
	i := d.rec.t.schema.exact["site"].index
	in, given := d.vals[i].(refInput)
	d.vals[i] = nil
	if d.before == nil {
		switch {
		case given && in.name != "":
			d.site = in.name
		case len(d.rec.t.s.tables["sites"].children(d.rec.id)) == 0:
			d.fail(fieldProblem{"MissingRequiredField", "Company Site name is required.", d.entity(), "site"})
		}
	}
	if d.before == nil && d.named("status") == nil {
		d.set("status", asRef(s.marked("companyStatuses", 0)))
	}
}

func (s *Server) finishCompany(d *draft, _ *actor) {
	identifier := d.str("identifier")
	for _, r := range d.rec.t.order {
		if !r.cur.gone && r.id != d.rec.id && identifier != "" && strings.EqualFold(r.cur.str("identifier"), identifier) {
			d.fail(fieldProblem{"ObjectExists", "Company ID already in use.", d.entity(), "identifier"})
			break
		}
	}
	if d.before == nil {
		d.set("mobileGuid", guid("company", d.rec.id))
	}
}

func (s *Server) savedCompany(before, after *version, said *draft, a *actor) {
	if before != nil {
		return
	}
	if said.site != "" {
		site := newDraft(s.tables["sites"].fresh(after.rec.id), nil)
		site.set("name", said.site)
		for _, f := range []string{"addressLine1", "addressLine2", "city", "zip", "country", "phoneNumber"} {
			site.set(f, after.named(f))
		}
		if state := after.str("state"); state != "" {
			site.set("stateReference", asRef(s.stateNamed(state)))
		}
		for _, f := range []string{"primaryAddressFlag", "defaultShippingFlag", "defaultBillingFlag", "defaultMailingFlag"} {
			site.set(f, true)
		}
		_, _ = s.save(site, a, false)
	}
	f := s.catalog.schemas["Company"].exact["types"]
	types, _ := after.vals[f.index].([]any)
	for _, x := range types {
		s.associate(after.rec.id, x, a)
	}
}

// stateNamed returns the state that a company's address names, by abbreviation
// or full name.
func (s *Server) stateNamed(text string) *version {
	if v := s.tables["states"].find(refInput{identifier: text}, 0); v != nil {
		return v
	}
	return s.tables["states"].find(refInput{name: text}, 0)
}

// mineCompany reports whether a company is the member's own: the member is on
// its team or its territory manager.
func (s *Server) mineCompany(v *version, a *actor) bool {
	for _, r := range s.tables["companyTeams"].children(v.rec.id) {
		if !r.cur.gone && r.cur.ref("member") == a.member {
			return true
		}
	}
	return v.ref("territoryManager") == a.member
}

func (s *Server) associate(company int64, typ any, a *actor) {
	d := newDraft(s.tables["typeAssociations"].fresh(company), nil)
	d.set("type", typ)
	d.vals[d.rec.t.schema.exact["company"].index] = ref{id: company}
	_, _ = s.save(d, a, false)
}

// onePrimary makes sure that a company has only one primary site.
func (s *Server) onePrimary(v *version) {
	if !v.flag("primaryAddressFlag") {
		return
	}
	for _, r := range v.rec.t.kids[v.rec.parent] {
		if r.id != v.rec.id && !r.cur.gone && r.cur.flag("primaryAddressFlag") {
			other := r.cur.edit()
			other.set("primaryAddressFlag", false)
			v.rec.t.store(other)
		}
	}
}
