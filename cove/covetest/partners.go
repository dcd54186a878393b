package covetest

import (
	"slices"
	"strings"
)

// levels are the partner levels, from top to bottom.
var levels = []string{"Undefined", "Root", "SubRoot", "Distributor", "SubDistributor", "Reseller", "ServiceOrganization", "EndCustomer", "Site"}

// partnerMembers are the members of PartnerInfo other than Id and ParentId,
// each with the field number that asks for it. The numbers 0 to 25 together
// also ask for the members without a number.
var partnerMembers = []struct {
	field int64
	name  string
	value func(*Partner) any
}{
	{0, "Name", func(p *Partner) any { return p.Name }},
	{1, "Level", func(p *Partner) any { return p.Level }},
	{3, "ChildServiceTypes", func(p *Partner) any { return p.ChildServiceTypes }},
	{4, "ServiceType", func(p *Partner) any { return p.ServiceType }},
	{5, "State", func(p *Partner) any { return p.State }},
	{8, "LocationId", func(p *Partner) any { return p.LocationID }},
	{9, "Flags", func(p *Partner) any { return orNull(p.Flags) }},
	{10, "Company", func(p *Partner) any { return p.Company.info() }},
	{18, "ExternalCode", func(p *Partner) any { return p.ExternalCode }},
	{18, "MailFrom", func(p *Partner) any { return p.MailFrom }},
	{20, "CreationTime", func(p *Partner) any { return unix(p.Created) }},
	{allFields, "AdvancedPartnerProperties", func(*Partner) any { return nil }},
	{allFields, "ExternalPartnerProperties", func(p *Partner) any { return p.properties() }},
	{allFields, "Guid", func(p *Partner) any { return p.GUID }},
	{allFields, "TrialExpirationTime", func(p *Partner) any { return unix(p.TrialExpires) }},
	{allFields, "TrialRegistrationTime", func(p *Partner) any { return unix(p.TrialRegistered) }},
	{allFields, "Uid", func(p *Partner) any { return p.UID }},
}

// allFields is the field number that some clients send to ask for all fields.
// Other clients send 0 to 22 or 0 to 25.
const allFields = 64

func orNull(list []string) any {
	if len(list) == 0 {
		return nil
	}
	return list
}

// info returns the Company object of a PartnerInfo.
func (c *Company) info() any {
	if c == nil {
		return nil
	}
	return map[string]any{
		"LegalCompanyName": c.LegalCompanyName, "PhoneNumber": c.PhoneNumber, "FaxNumber": c.FaxNumber,
		"WebsiteAddress": c.WebsiteAddress, "VatNumber": c.VatNumber,
		"PostAddress": map[string]any{"Address": c.Address, "City": c.City, "Country": c.Country,
			"District": c.District, "State": c.State, "ZipCode": c.ZipCode},
	}
}

func (p *Partner) properties() any {
	if len(p.Properties) == 0 {
		return nil
	}
	return map[string]any{"GreatPlainsId": "", "Properties": p.Properties}
}

// info returns the PartnerInfo of a partner with the given fields. Name and
// Company are null when they were not asked for.
func (p *Partner) info(fields []int64) map[string]any {
	all := slices.Contains(fields, allFields)
	if !all {
		all = true
		for n := range int64(23) {
			all = all && slices.Contains(fields, n)
		}
	}
	info := map[string]any{"Id": p.ID, "ParentId": p.ParentID, "Name": nil, "Company": nil}
	for _, m := range partnerMembers {
		if all || slices.Contains(fields, m.field) {
			info[m.name] = m.value(p)
		}
	}
	return info
}

// everyField asks for the whole PartnerInfo.
var everyField = []int64{allFields}

// fields reads the field numbers; without any it returns the usual ones.
func (c *call) fields() []int64 {
	list, ok := c.numbers("fields")
	if !ok {
		return []int64{0, 1, 3, 4, 5, 8, 9, 10, 18, 20}
	}
	for _, n := range list {
		if n != allFields && (n < 0 || n > 25) {
			c.refuse("Unknown partner field %d", n)
		}
	}
	return list
}

func getPartnerInfo(c *call) (result, *failure) {
	name := c.text("name")
	if c.fail != nil {
		return result{}, c.fail
	}
	id, ok := c.s.partnerNames[name]
	if !ok {
		return result{}, refuse("Partner '%s' doesn't exist", name)
	}
	p, f := c.s.visiblePartner(c.user, id)
	if f != nil {
		return result{}, f
	}
	return result{value: p.info(everyField)}, nil
}

func getPartnerInfoByID(c *call) (result, *failure) {
	p := c.partner("partnerId")
	if c.fail != nil {
		return result{}, c.fail
	}
	return result{value: p.info(everyField)}, nil
}

func getPartnerInfoByUID(c *call) (result, *failure) {
	uid := c.text("partnerUid")
	if c.fail != nil {
		return result{}, c.fail
	}
	for _, p := range c.s.partners {
		if p.UID == uid {
			if _, f := c.s.visiblePartner(c.user, p.ID); f != nil {
				return result{}, f
			}
			return result{value: p.info(everyField)}, nil
		}
	}
	return result{}, refuse("Partner with uid '%s' doesn't exist", uid)
}

// enumeratePartners lists the children of a partner, or all below it, without
// the partner itself.
func enumeratePartners(c *call) (result, *failure) {
	if c.object["parentPartnerId"] == nil {
		return result{}, forbidden()
	}
	parent := c.partner("parentPartnerId")
	recursive, fields := c.flag("fetchRecursively"), c.fields()
	if c.fail != nil {
		return result{}, c.fail
	}
	list := []any{}
	var walk func(id int64)
	walk = func(id int64) {
		for _, p := range c.s.listedChildren(id) {
			list = append(list, p.info(fields))
			if recursive {
				walk(p.ID)
			}
		}
	}
	walk(parent.ID)
	return result{value: list}, nil
}

// partnerFilter filters the children of a partner.
type partnerFilter struct {
	states, levels []string
	pattern, order string
}

func (c *call) partnerFilter(name string) partnerFilter {
	a := c.subOr(name)
	f := partnerFilter{a.texts("States"), a.texts("Levels"), a.textOr("NamePattern", ""), a.textOr("SortOrder", "")}
	if f.order != "" && f.order != "ByLevelAndName" {
		a.refuse("Unknown SortOrder '%s'", f.order)
	}
	if c.fail == nil {
		c.fail = a.fail
	}
	return f
}

// listedChildren are the children of a partner as lists show them.
func (s *Server) listedChildren(id int64) []*Partner {
	var list []*Partner
	now := s.now()
	for _, child := range s.children[id] {
		if p := s.partnerLags.listed(s.partners[child], now); p != nil {
			list = append(list, p)
		}
	}
	return list
}

// childrenOf lists the children of a partner that pass a filter.
func (s *Server) childrenOf(id int64, f partnerFilter) []*Partner {
	var list []*Partner
	for _, p := range s.listedChildren(id) {
		if (len(f.states) == 0 || slices.Contains(f.states, p.State)) &&
			(len(f.levels) == 0 || slices.Contains(f.levels, p.Level)) &&
			(f.pattern == "" || matches(p.Name, "*"+f.pattern+"*", s.switches().ignoresCase())) {
			list = append(list, p)
		}
	}
	if f.order != "" {
		slices.SortStableFunc(list, func(a, b *Partner) int {
			if a.Level != b.Level {
				return slices.Index(levels, a.Level) - slices.Index(levels, b.Level)
			}
			return strings.Compare(a.Name, b.Name)
		})
	}
	return list
}

// enumerateChildPartners answers with a partner and its direct children. Their
// children are only counted.
func enumerateChildPartners(c *call) (result, *failure) {
	p, fields := c.partner("partnerId"), c.fields()
	offset, size := c.window()
	filter := c.partnerFilter("partnerFilter")
	if c.fail != nil {
		return result{}, c.fail
	}
	all := c.s.childrenOf(p.ID, filter)
	children := []any{}
	for _, child := range cut(all, offset, size) {
		children = append(children, map[string]any{
			"ActualChildCount": len(c.s.children[child.ID]), "Children": nil, "Info": child.info(fields)})
	}
	return result{value: map[string]any{"ActualChildCount": len(all), "Children": children, "Info": p.info(fields)}}, nil
}

// getPartnerTree answers with the whole tree below a partner.
func getPartnerTree(c *call) (result, *failure) {
	p := c.partner("partnerId")
	fields, _ := c.numbers("fields")
	limit := c.numberOr("childrenLimit", -1)
	filter := c.partnerFilter("partnerFilter")
	if c.fail != nil {
		return result{}, c.fail
	}
	var tree func(p *Partner) map[string]any
	tree = func(p *Partner) map[string]any {
		all := c.s.childrenOf(p.ID, filter)
		children := []any{}
		for _, child := range cut(all, 0, limit) {
			children = append(children, tree(child))
		}
		return map[string]any{"ActualChildCount": len(all), "Children": children, "Info": p.info(fields)}
	}
	return result{value: tree(p)}, nil
}

// enumerateAncestors lists a partner and all above it, nearest first, including
// those that the caller may not read.
func enumerateAncestors(c *call) (result, *failure) {
	p := c.partner("partnerId")
	if c.fail != nil {
		return result{}, c.fail
	}
	if c.s.switches().AncestorsWithoutSelf {
		p = c.s.partners[p.ParentID]
	}
	list := []any{}
	for ; p != nil; p = c.s.partners[p.ParentID] {
		list = append(list, p.info(everyField))
	}
	return result{value: list}, nil
}

// applyInfo changes the members of a partner that a PartnerInfo holds.
func (p *Partner) applyInfo(a *args) {
	p.Name = a.textOr("Name", p.Name)
	p.Level = a.textOr("Level", p.Level)
	p.State = a.textOr("State", p.State)
	p.ServiceType = a.textOr("ServiceType", p.ServiceType)
	p.ExternalCode = a.textOr("ExternalCode", p.ExternalCode)
	p.MailFrom = a.textOr("MailFrom", p.MailFrom)
	p.LocationID = a.numberOr("LocationId", p.LocationID)
	if list := a.texts("ChildServiceTypes"); list != nil {
		p.ChildServiceTypes = list
	}
	if list := a.texts("Flags"); list != nil {
		p.Flags = list
	}
	if a.object["Company"] != nil {
		company := a.sub("Company")
		c := Company{}
		if p.Company != nil {
			c = *p.Company
		}
		for name, to := range map[string]*string{
			"LegalCompanyName": &c.LegalCompanyName, "PhoneNumber": &c.PhoneNumber, "FaxNumber": &c.FaxNumber,
			"WebsiteAddress": &c.WebsiteAddress, "VatNumber": &c.VatNumber,
		} {
			*to = company.textOr(name, *to)
		}
		post := company.subOr("PostAddress")
		for name, to := range map[string]*string{"Address": &c.Address, "City": &c.City, "Country": &c.Country,
			"District": &c.District, "State": &c.State, "ZipCode": &c.ZipCode} {
			*to = post.textOr(name, *to)
		}
		if a.fail = company.fail; a.fail == nil {
			a.fail = post.fail
		}
		p.Company = &c
	}
	if country := a.textOr("Country", ""); country != "" {
		if p.Company == nil {
			p.Company = &Company{}
		}
		p.Company.Country = country
	}
	if !slices.Contains(levels[1:], p.Level) {
		a.refuse("Unknown partner level '%s'", p.Level)
	}
}

func modifyPartner(c *call) (result, *failure) {
	a := c.sub("partnerInfo")
	id := a.number("Id")
	if a.fail != nil {
		return result{}, a.fail
	}
	old, f := c.s.visiblePartner(c.user, id)
	if f != nil {
		return result{}, f
	}
	p := old.clone()
	p.applyInfo(a)
	p.ParentID = a.numberOr("ParentId", old.ParentID)
	if a.fail != nil {
		return result{}, a.fail
	}
	if other, taken := c.s.partnerNames[p.Name]; p.Name == "" || taken && other != id {
		return result{}, refuse("Partner name '%s' is empty or already in use", p.Name)
	}
	if p.ParentID != old.ParentID {
		if _, f := c.s.visiblePartner(c.user, p.ParentID); f != nil {
			return result{}, f
		}
		if c.s.within(id, p.ParentID) {
			return result{}, refuse("Partner cannot be moved below itself")
		}
	}
	if c.s.cfg.Bugs.LostWrites {
		return result{void: true}, nil
	}
	delete(c.s.partnerNames, old.Name)
	c.s.partnerNames[p.Name] = id
	if p.ParentID != old.ParentID {
		c.s.children[old.ParentID] = slices.DeleteFunc(c.s.children[old.ParentID], func(child int64) bool { return child == id })
		c.s.children[p.ParentID] = append(c.s.children[p.ParentID], id)
		slices.Sort(c.s.children[p.ParentID])
	}
	c.s.partners[id] = &p
	c.s.lagPartner(id, old)
	return result{void: true}, nil
}

func addPartner(c *call) (result, *failure) {
	a := c.sub("partnerInfo")
	p := Partner{ParentID: a.number("ParentId"), Name: a.text("Name"), Level: a.text("Level")}
	p.ServiceType = a.text("ServiceType")
	p.applyInfo(a)
	if a.fail != nil {
		return result{}, a.fail
	}
	if _, f := c.s.visiblePartner(c.user, p.ParentID); f != nil {
		return result{}, f
	}
	id, err := c.s.addPartner(p)
	if err != nil {
		return result{}, refuse("Cannot add: %s", err)
	}
	c.s.lagPartner(id, nil)
	return result{value: id}, nil
}
