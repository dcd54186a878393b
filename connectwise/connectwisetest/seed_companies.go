package connectwisetest

import (
	"fmt"
	"time"
)

// AddCompany adds a company with its sites and returns its id.
func (s *Server) AddCompany(c Company) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := seeder()
	if len(c.Sites) == 0 {
		c.Sites = []string{"Main"}
	}
	v := s.plant("companies", 0, c.ID, a, func(d *draft) {
		d.vals[d.rec.t.schema.exact["site"].index] = refInput{name: c.Sites[0]}
		s.fillCompany(d, c)
	})
	for _, name := range c.Sites[1:] {
		s.plant("sites", v.rec.id, 0, a, func(d *draft) { d.set("name", name) })
	}
	for _, name := range c.Types {
		s.associate(v.rec.id, ref{id: s.rowNamed("companyTypes", name)}, a)
	}
	return v.rec.id
}

func (s *Server) fillCompany(d *draft, c Company) {
	for name, x := range map[string]string{
		"identifier": c.Identifier, "name": c.Name, "addressLine1": c.Address, "city": c.City, "state": c.State, "zip": c.Zip, "phoneNumber": c.Phone, "website": c.Website,
	} {
		d.set(name, nil)
		if x != "" {
			d.set(name, x)
		}
	}
	d.set("status", input(c.Status))
	d.set("deletedFlag", c.Deleted)
	s.assignCaptions(d, c.CustomFields)
	s.assignExtra(d, c.Extra)
}

// rowNamed returns the id of the record with this name. It creates a missing
// one.
func (s *Server) rowNamed(table, name string) int64 {
	t := s.tables[table]
	if v := t.find(refInput{name: name}, 0); v != nil {
		return v.rec.id
	}
	key := "name"
	if t.schema.exact[key] == nil {
		key = "description"
	}
	return s.plant(table, 0, 0, seeder(), func(d *draft) { d.set(key, name) }).rec.id
}

func (s *Server) company(v *version) Company {
	c := Company{
		ID: v.rec.id, Identifier: v.str("identifier"), Name: v.str("name"), Status: s.outRef(v, "status"), Deleted: v.flag("deletedFlag"),
		Address: v.str("addressLine1"), City: v.str("city"), State: v.str("state"), Zip: v.str("zip"), Phone: v.str("phoneNumber"), Website: v.str("website"),
		CustomFields: s.captions(v),
	}
	for _, r := range s.tables["sites"].children(v.rec.id) {
		if !r.cur.gone {
			c.Sites = append(c.Sites, r.cur.str("name"))
		}
	}
	types, _ := v.named("types").([]any)
	for _, x := range types {
		c.Types = append(c.Types, rowName(s.tables["companyTypes"].get(x.(ref).id)))
	}
	return c
}

// Companies returns snapshots of all companies, ordered by id.
func (s *Server) Companies() []Company {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []Company
	for _, r := range s.tables["companies"].order {
		if !r.cur.gone {
			out = append(out, s.company(r.cur))
		}
	}
	return out
}

// EditCompany changes a company, but not its sites and types.
func (s *Server) EditCompany(id int64, change func(*Company)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.tables["companies"].get(id)
	if before == nil {
		panic(fmt.Sprintf("connectwisetest: no company %d", id))
	}
	c := s.company(before)
	change(&c)
	d := newDraft(before.edit(), before)
	d.seed = true
	s.fillCompany(d, c)
	d.updated = time.Time{}
	if _, p := s.save(d, seeder(), false); p != nil {
		panic(fmt.Sprintf("connectwisetest: company %d: %s %+v", id, p.message, p.fields))
	}
}

// AddContact adds a contact.
func (s *Server) AddContact(c Contact) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := seeder()
	v := s.plant("contacts", 0, c.ID, a, func(d *draft) {
		d.set("firstName", c.FirstName)
		if c.LastName != "" {
			d.set("lastName", c.LastName)
		}
		d.set("company", input(c.Company))
		d.set("defaultFlag", c.Default)
		d.set("inactiveFlag", c.Inactive)
	})
	for i, value := range []string{c.Email, c.Phone} {
		if value == "" {
			continue
		}
		s.plant("communications", v.rec.id, 0, a, func(d *draft) {
			d.set("type", ref{id: int64(i + 1)})
			d.set("value", value)
			d.set("defaultFlag", true)
			d.set("communicationType", [...]string{"Email", "Phone"}[i])
		})
	}
	return v.rec.id
}

// AddConfiguration adds a configuration.
func (s *Server) AddConfiguration(c Configuration) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.plant("configurations", 0, c.ID, seeder(), func(d *draft) {
		if c.Type == "" {
			c.Type = "Managed Workstation"
		}
		if c.Status == "" {
			c.Status = "Active"
		}
		d.set("name", c.Name)
		d.set("type", ref{id: s.rowNamed("configurationTypes", c.Type)})
		d.set("status", ref{id: s.rowNamed("configurationStatuses", c.Status)})
		d.set("company", input(c.Company))
		d.set("activeFlag", !c.Inactive)
		for name, x := range map[string]string{"deviceIdentifier": c.DeviceIdentifier, "serialNumber": c.SerialNumber, "macAddress": c.MACAddress} {
			if x != "" {
				d.set(name, x)
			}
		}
		s.assignExtra(d, c.Extra)
	}).rec.id
}
