package connectwisetest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// administrator is who seeds are booked under.
const administrator = "admin"

func seeder() *actor { return &actor{name: administrator, member: 1, source: "UI", quiet: true} }

// input is a Ref of the seed API as a reference to look up.
func input(r Ref) any {
	if r == (Ref{}) {
		return nil
	}
	return refInput{id: r.ID, identifier: r.Identifier, name: r.Name, hasID: r.ID != 0}
}

// plant stores a seed. Faults of the test panic.
func (s *Server) plant(table string, parent, id int64, a *actor, fill func(*draft)) *version {
	t := s.tables[table]
	d := newDraft(t.fresh(parent), nil)
	if id != 0 {
		if t.rows[id] != nil {
			panic(fmt.Sprintf("connectwisetest: %s %d exists already", t.title, id))
		}
		d.rec.id = id
	}
	fill(d)
	v, p := s.save(d, a, false)
	if p != nil {
		panic(fmt.Sprintf("connectwisetest: seed of %s: %s %+v", t.title, p.message, p.fields))
	}
	return v
}

// assignPlain puts a Go value into the draft under its JSON name.
func (s *Server) assignPlain(d *draft, name string, x any) {
	f := d.rec.t.schema.exact[name]
	if f == nil || f.kind == kindInfo || f.kind == kindCustom || f.kind == kindObject {
		panic(fmt.Sprintf("connectwisetest: %s has no member %q to seed", d.rec.t.title, name))
	}
	switch v := x.(type) {
	case Ref:
		x = input(v)
	case int:
		x = int64(v)
		if f.kind == kindNum {
			x = float64(v)
		}
	case time.Time:
		x = v.UTC().Truncate(time.Second)
	}
	d.vals[f.index] = x
	d.written[name] = true
}

func (s *Server) assignExtra(d *draft, extra map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		s.assignPlain(d, name, extra[name])
	}
}

// assignCaptions sets custom fields by caption.
func (s *Server) assignCaptions(d *draft, fields map[string]any) {
	for _, caption := range slices.Sorted(maps.Keys(fields)) {
		i := slices.IndexFunc(s.custom[d.rec.t.schema.name], func(f CustomField) bool { return strings.EqualFold(f.Caption, caption) })
		if i < 0 {
			panic(fmt.Sprintf("connectwisetest: %s has no custom field %q", d.rec.t.title, caption))
		}
		if d.custom == nil {
			d.custom = map[int64]any{}
		}
		x := fields[caption]
		if n, ok := x.(int); ok {
			x = float64(n)
		}
		d.custom[s.custom[d.rec.t.schema.name][i].ID] = x
	}
}

func (s *Server) captions(v *version) map[string]any {
	if len(v.custom) == 0 {
		return nil
	}
	out := map[string]any{}
	for _, f := range s.custom[v.rec.t.schema.name] {
		if x := v.custom[f.ID]; x != nil {
			out[f.Caption] = x
		}
	}
	return out
}

// outRef is a reference as the seed API shows it.
func (s *Server) outRef(v *version, name string) Ref {
	f := v.rec.t.schema.exact[name]
	r, ok := v.value(f).(ref)
	if !ok {
		return Ref{}
	}
	out := Ref{ID: r.id}
	if f.ref.has("identifier") {
		out.Identifier, _ = s.refMember(r, f.ref, "identifier").(string)
	}
	out.Name, _ = s.refMember(r, f.ref, "name").(string)
	return out
}

// makeTenant makes the rows every tenant has.
func (s *Server) makeTenant() {
	a := seeder()
	named := func(table string, names ...string) {
		for i, name := range names {
			s.plant(table, 0, 0, a, func(d *draft) {
				d.set("name", name)
				d.set("defaultFlag", i == 0)
			})
		}
	}
	s.plant("locations", 0, 0, a, func(d *draft) { d.set("name", "HQ") })
	s.plant("departments", 0, 0, a, func(d *draft) { d.set("identifier", "Services"); d.set("name", "Professional Services") })
	named("serviceLocations", "Remote", "On-Site", "In-House")
	named("sources", "Phone", "Email Connector", "Portal", "Internal")
	named("companyStatuses", "Active", "Inactive", "Not-Approved")
	named("companyTypes", "Client", "Prospect", "Vendor")
	for _, table := range []string{"severities", "impacts"} {
		for _, name := range []string{"Low", "Medium", "High"} {
			s.plant(table, 0, 0, a, func(d *draft) {
				d.set("name", name)
				d.set("description", name)
				d.set("defaultFlag", name == "Medium")
			})
		}
	}
	for i, p := range []Priority{
		{Name: "Priority 1 - Critical", Level: "Critical", Color: "Red"},
		{Name: "Priority 2 - High", Level: "High", Color: "Orange"},
		{Name: "Priority 4 - Low", Level: "Low", Color: "White"},
		{Name: "Priority 3 - Normal", Level: "Medium", Color: "Yellow", Default: true},
	} {
		p.SortOrder = []int{1, 2, 4, 3}[i]
		s.addPriority(p)
	}
	for _, c := range []struct {
		name string
		flag string
	}{{"Email", "emailFlag"}, {"Direct", "phoneFlag"}, {"Mobile", "phoneFlag"}, {"Fax", "faxFlag"}} {
		s.plant("communicationTypes", 0, 0, a, func(d *draft) { d.set("description", c.name); d.set(c.flag, true) })
	}
	s.addMember(Member{ID: 1, Identifier: administrator, FirstName: "System", LastName: "Administrator"})
	creds := s.Credentials()
	s.addMember(Member{ID: 20, Identifier: apiMember, FirstName: "API", LastName: "Member", API: true, PublicKey: creds.PublicKey, PrivateKey: creds.PrivateKey})
}

// AddBoard adds a board with its statuses, types, subtypes, items and teams.
// Seeds that cannot work (a company that is not there, a name that is too
// long) panic: they are faults of the test.
func (s *Server) AddBoard(b Board) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := seeder()
	if len(b.Statuses) == 0 {
		b.Statuses = []Status{
			{Name: "New", Default: true, EscalationStatus: "NotResponded"}, {Name: "In Progress", EscalationStatus: "Responded"},
			{Name: "Waiting", EscalationStatus: "ResolutionPlan"}, {Name: "Closed", Closed: true, EscalationStatus: "Resolved"},
		}
	}
	board := s.plant("boards", 0, b.ID, a, func(d *draft) {
		d.set("name", b.Name)
		d.set("location", ref{id: 2})
		d.set("department", ref{id: 10})
		d.set("inactiveFlag", b.Inactive)
		d.set("projectFlag", b.Project)
	})
	def := slices.IndexFunc(b.Statuses, func(st Status) bool { return st.Default })
	if def < 0 {
		def = max(0, slices.IndexFunc(b.Statuses, func(st Status) bool { return !st.Closed && !st.Inactive }))
	}
	for i, st := range b.Statuses {
		v := s.plant("statuses", board.rec.id, st.ID, a, func(d *draft) {
			d.set("name", st.Name)
			d.set("closedStatus", st.Closed)
			d.set("defaultFlag", i == def)
			d.set("inactive", st.Inactive)
			d.set("timeEntryNotAllowed", st.NoTimeEntry)
			d.set("displayOnBoard", !st.HiddenFromBoard)
			d.set("sortOrder", int64(i))
			if st.SortOrder != 0 {
				d.set("sortOrder", int64(st.SortOrder))
			}
			if st.EscalationStatus != "" {
				d.set("escalationStatus", st.EscalationStatus)
			}
			d.set("customerPortalDescription", st.Name)
		})
		if st.NotifyContact {
			s.plant("statusNotifications", v.rec.id, 0, a, func(d *draft) { d.set("notifyWho", ref{id: 1, identifier: "Contact", name: "Contact"}) })
		}
	}
	for table, names := range map[string][]string{"types": b.Types, "subtypes": b.SubTypes, "items": b.Items} {
		for _, name := range names {
			s.plant(table, board.rec.id, 0, a, func(d *draft) { d.set("name", name) })
		}
	}
	for i, name := range b.Teams {
		s.plant("teams", board.rec.id, 0, a, func(d *draft) {
			d.set("name", name)
			d.set("teamLeader", ref{id: 1})
			d.set("members", []any{int64(1)})
			d.set("defaultFlag", i == 0)
			d.set("locationId", int64(2))
			d.set("businessUnitId", int64(10))
		})
	}
	return board.rec.id
}

// AddPriority adds a priority.
func (s *Server) AddPriority(p Priority) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addPriority(p)
}

func (s *Server) addPriority(p Priority) int64 {
	return s.plant("priorities", 0, p.ID, seeder(), func(d *draft) {
		d.set("name", p.Name)
		d.set("sortOrder", int64(p.SortOrder))
		d.set("defaultFlag", p.Default)
		d.set("color", "Yellow")
		if p.Color != "" {
			d.set("color", p.Color)
		}
		if p.Level != "" {
			d.set("level", p.Level)
		}
	}).rec.id
}

// AddCompany adds a company with its sites.
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

// rowNamed is the record of this name, made when missing.
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

// Companies are snapshots of all companies by id.
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

// EditCompany changes a company. Its sites and types stay as they are.
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

// AddMember adds a member.
func (s *Server) AddMember(m Member) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.addMember(m)
}

func (s *Server) addMember(m Member) int64 {
	v := s.plant("members", 0, m.ID, seeder(), func(d *draft) { s.fillMember(d, m) })
	s.book(v, m)
	return v.rec.id
}

func (s *Server) fillMember(d *draft, m Member) {
	d.set("identifier", m.Identifier)
	if m.FirstName == "" && m.LastName == "" {
		m.FirstName = m.Identifier
	}
	for name, x := range map[string]string{"firstName": m.FirstName, "lastName": m.LastName, "officeEmail": m.Email} {
		d.set(name, nil)
		if x != "" {
			d.set(name, x)
		}
	}
	d.set("licenseClass", "F")
	if m.API {
		d.set("licenseClass", "A")
	}
	d.set("inactiveFlag", m.Inactive)
	d.set("serviceDefaultBoard", input(m.DefaultBoard))
	d.set("hireDate", time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC))
}

// book keeps what no answer shows: keys, role and the right to impersonate.
func (s *Server) book(v *version, m Member) {
	id := v.rec.id
	maps.DeleteFunc(s.logins, func(_ string, l *login) bool { return l.member == id && l.expires.IsZero() })
	if m.PublicKey != "" {
		s.logins[m.PublicKey] = &login{member: id, identifier: m.Identifier, private: m.PrivateKey}
	}
	delete(s.roles, id)
	if m.Role != nil {
		s.roles[id] = slices.Clone(m.Role)
	}
	s.impersonal[id] = m.Impersonate
}

// EditMember changes a member, its role and keys included.
func (s *Server) EditMember(identifier string, change func(*Member)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := s.tables["members"].find(refInput{identifier: identifier}, 0)
	if before == nil {
		panic(fmt.Sprintf("connectwisetest: no member %q", identifier))
	}
	id := before.rec.id
	m := Member{
		ID: id, Identifier: before.str("identifier"), FirstName: before.str("firstName"), LastName: before.str("lastName"), Email: before.str("officeEmail"),
		API: before.str("licenseClass") == "A", Inactive: before.flag("inactiveFlag"), DefaultBoard: s.outRef(before, "serviceDefaultBoard"),
		Role: slices.Clone(s.roles[id]), Impersonate: s.impersonal[id],
	}
	for public, l := range s.logins {
		if l.member == id && l.expires.IsZero() {
			m.PublicKey, m.PrivateKey = public, l.private
		}
	}
	change(&m)
	d := newDraft(before.edit(), before)
	s.fillMember(d, m)
	v, p := s.save(d, seeder(), false)
	if p != nil {
		panic(fmt.Sprintf("connectwisetest: member %q: %s %+v", identifier, p.message, p.fields))
	}
	s.book(v, m)
}

// AddCustomField defines a custom field.
func (s *Server) AddCustomField(f CustomField) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if sc := s.catalog.schemas[f.Entity]; sc == nil || sc.exact["customFields"] == nil {
		panic(fmt.Sprintf("connectwisetest: %q has no custom fields", f.Entity))
	}
	if f.ID == 0 {
		f.ID = 7
		for _, list := range s.custom {
			for _, other := range list {
				f.ID = max(f.ID, other.ID+1)
			}
		}
	}
	if f.Type == "" {
		f.Type = "Text"
	}
	if f.Entry == "" {
		f.Entry = "EntryField"
	}
	s.custom[f.Entity] = append(s.custom[f.Entity], f)
	s.generation.Add(1)
	return f.ID
}

// AddTicket adds a ticket.
func (s *Server) AddTicket(t Ticket) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.plant("tickets", 0, t.ID, seeder(), func(d *draft) {
		s.fillTicket(d, t)
		for name, text := range map[string]string{"initialDescription": t.InitialDescription, "initialInternalAnalysis": t.InitialInternalAnalysis, "initialResolution": t.InitialResolution} {
			if text != "" {
				d.set(name, text)
			}
		}
		d.entered, d.enteredBy, d.updated, d.updatedBy = t.Entered.UTC().Truncate(time.Second), t.EnteredBy, t.Updated.UTC().Truncate(time.Second), t.UpdatedBy
		if t.Entered.IsZero() {
			d.entered = s.now()
		}
		if t.EnteredBy == "" {
			d.enteredBy = administrator
		}
		if t.Updated.IsZero() {
			d.updated = d.entered
		}
		if t.UpdatedBy == "" {
			d.updatedBy = d.enteredBy
		}
		if !t.ClosedDate.IsZero() {
			d.set("closedDate", t.ClosedDate.UTC().Truncate(time.Second))
		}
	}).rec.id
}

var ticketRefs = map[string]func(*Ticket) *Ref{
	"board": func(t *Ticket) *Ref { return &t.Board }, "status": func(t *Ticket) *Ref { return &t.Status }, "company": func(t *Ticket) *Ref { return &t.Company },
	"site": func(t *Ticket) *Ref { return &t.Site }, "contact": func(t *Ticket) *Ref { return &t.Contact }, "priority": func(t *Ticket) *Ref { return &t.Priority },
	"source": func(t *Ticket) *Ref { return &t.Source }, "owner": func(t *Ticket) *Ref { return &t.Owner }, "type": func(t *Ticket) *Ref { return &t.Type },
	"subType": func(t *Ticket) *Ref { return &t.SubType }, "item": func(t *Ticket) *Ref { return &t.Item }, "team": func(t *Ticket) *Ref { return &t.Team },
}

func (s *Server) fillTicket(d *draft, t Ticket) {
	for name, get := range ticketRefs {
		d.set(name, input(*get(&t)))
		if *get(&t) != (Ref{}) {
			d.written[name] = true
		}
	}
	s.fillPlain(d, t)
}

// fillPlain sets the members of a ticket that are no references.
func (s *Server) fillPlain(d *draft, t Ticket) {
	for name, x := range map[string]string{"summary": t.Summary, "severity": t.Severity, "impact": t.Impact, "externalXRef": t.ExternalXRef, "automaticEmailCc": t.EmailCC} {
		d.set(name, nil)
		if x != "" {
			d.set(name, x)
		}
	}
	d.set("automaticEmailContactFlag", t.AutomaticEmailContact)
	d.set("automaticEmailResourceFlag", t.AutomaticEmailResource)
	d.set("automaticEmailCcFlag", t.AutomaticEmailCC)
	d.set("customerUpdatedFlag", t.CustomerUpdated)
	d.set("parentTicketId", nil)
	if t.ParentTicket != 0 {
		d.set("parentTicketId", t.ParentTicket)
	}
	s.assignCaptions(d, t.CustomFields)
	s.assignExtra(d, t.Extra)
}

func (s *Server) ticket(v *version) Ticket {
	t := Ticket{
		ID: v.rec.id, Summary: v.str("summary"), Severity: v.str("severity"), Impact: v.str("impact"), ExternalXRef: v.str("externalXRef"), EmailCC: v.str("automaticEmailCc"),
		AutomaticEmailContact: v.flag("automaticEmailContactFlag"), AutomaticEmailResource: v.flag("automaticEmailResourceFlag"), AutomaticEmailCC: v.flag("automaticEmailCcFlag"),
		CustomerUpdated: v.flag("customerUpdatedFlag"), CustomFields: s.captions(v),
		Entered: v.entered, EnteredBy: v.enteredBy, Updated: v.updated, UpdatedBy: v.updatedBy,
		Closed: v.flag("closedFlag"), ClosedBy: v.str("closedBy"), MergedInto: v.ref("mergedParentTicket"),
	}
	for name, get := range ticketRefs {
		*get(&t) = s.outRef(v, name)
	}
	t.ParentTicket, _ = v.named("parentTicketId").(int64)
	t.ClosedDate, _ = v.named("closedDate").(time.Time)
	return t
}

// Ticket is a snapshot of a ticket.
func (s *Server) Ticket(id int64) (Ticket, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	v := s.tables["tickets"].get(id)
	if v == nil {
		return Ticket{}, false
	}
	return s.ticket(v), true
}

// Tickets are snapshots of all tickets by id.
func (s *Server) Tickets() []Ticket {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []Ticket
	for _, r := range s.tables["tickets"].order {
		if !r.cur.gone {
			out = append(out, s.ticket(r.cur))
		}
	}
	return out
}

// AddNote adds a note to a ticket.
func (s *Server) AddNote(ticket int64, n Note) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tables["tickets"].get(ticket) == nil {
		panic(fmt.Sprintf("connectwisetest: no ticket %d", ticket))
	}
	return s.plant("notes", ticket, n.ID, seeder(), func(d *draft) {
		s.fillNote(d, n)
		d.entered, d.enteredBy = s.now(), administrator
		if !n.Created.IsZero() {
			d.entered = n.Created.UTC().Truncate(time.Second)
		}
		if n.CreatedBy != "" {
			d.enteredBy = n.CreatedBy
			d.set("member", asRef(s.tables["members"].find(refInput{identifier: n.CreatedBy}, 0)))
		}
		d.updated, d.updatedBy = d.entered, d.enteredBy
	}).rec.id
}

func (s *Server) fillNote(d *draft, n Note) {
	d.set("text", n.Text)
	d.set("detailDescriptionFlag", n.Discussion || !n.Internal && !n.Resolution)
	d.set("internalAnalysisFlag", n.Internal)
	d.set("resolutionFlag", n.Resolution)
	d.set("processNotifications", n.ProcessNotifications)
}

// Notes are snapshots of the notes of a ticket by id.
func (s *Server) Notes(ticket int64) []Note {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var out []Note
	for _, r := range s.tables["notes"].children(ticket) {
		v := r.cur
		if v.gone {
			continue
		}
		n := Note{
			ID: r.id, TicketID: ticket, Text: v.str("text"), CreatedBy: v.str("createdBy"),
			Discussion: v.flag("detailDescriptionFlag"), Internal: v.flag("internalAnalysisFlag"), Resolution: v.flag("resolutionFlag"),
		}
		n.Created, _ = v.named("dateCreated").(time.Time)
		out = append(out, n)
	}
	return out
}

// notifies reports whether a status mails the contact.
func (s *Server) notifies(status int64) bool {
	return slices.ContainsFunc(s.tables["statusNotifications"].children(status), func(r *record) bool {
		return !r.cur.gone && s.outRef(r.cur, "notifyWho").Name == "Contact"
	})
}

// Board is a snapshot of the board of this name with its statuses.
func (s *Server) Board(name string) (Board, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	v := s.tables["boards"].find(refInput{name: name}, 0)
	if v == nil {
		return Board{}, false
	}
	b := Board{ID: v.rec.id, Name: v.str("name"), Inactive: v.flag("inactiveFlag"), Project: v.flag("projectFlag")}
	for _, r := range s.tables["statuses"].children(b.ID) {
		st := r.cur
		if st.gone {
			continue
		}
		sort, _ := st.named("sortOrder").(int64)
		b.Statuses = append(b.Statuses, Status{
			ID: r.id, Name: st.str("name"), Closed: st.flag("closedStatus"), Default: st.flag("defaultFlag"), Inactive: st.flag("inactive"),
			NoTimeEntry: st.flag("timeEntryNotAllowed"), NotifyContact: s.notifies(r.id), SortOrder: int(sort),
			EscalationStatus: st.str("escalationStatus"), HiddenFromBoard: !st.flag("displayOnBoard"),
		})
	}
	for table, names := range map[string]*[]string{"types": &b.Types, "subtypes": &b.SubTypes, "items": &b.Items, "teams": &b.Teams} {
		for _, r := range s.tables[table].children(b.ID) {
			if !r.cur.gone {
				*names = append(*names, r.cur.str("name"))
			}
		}
	}
	return b, true
}
