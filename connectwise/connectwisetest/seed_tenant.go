package connectwisetest

import (
	"fmt"
	"maps"
	"slices"
	"time"
)

// AddBoard adds a board with its statuses, types, subtypes, items and teams,
// and returns its id. Like all Add and Edit methods it panics on test data that
// cannot work, such as a missing company or a name that is too long.
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
			st.Default = i == def
			fillStatus(d, st, i)
		})
		s.setNotify(v.rec.id, st.NotifyContact)
	}
	var types []any
	for _, name := range b.Types {
		types = append(types, s.plant("types", board.rec.id, 0, a, func(d *draft) { d.set("name", name) }).rec.id)
	}
	for _, name := range b.SubTypes {
		s.plant("subtypes", board.rec.id, 0, a, func(d *draft) {
			d.set("name", name)
			d.set("typeAssociationIds", types)
		})
	}
	for _, name := range b.Items {
		s.plant("items", board.rec.id, 0, a, func(d *draft) { d.set("name", name) })
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

// fillStatus sets the members of a status at a position in its board.
func fillStatus(d *draft, st Status, place int) {
	d.set("name", st.Name)
	d.set("closedStatus", st.Closed)
	d.set("defaultFlag", st.Default)
	d.set("inactive", st.Inactive)
	d.set("timeEntryNotAllowed", st.NoTimeEntry)
	d.set("displayOnBoard", !st.HiddenFromBoard)
	d.set("sortOrder", int64(place))
	if st.SortOrder != 0 {
		d.set("sortOrder", int64(st.SortOrder))
	}
	if st.EscalationStatus != "" {
		d.set("escalationStatus", st.EscalationStatus)
	}
	d.set("customerPortalDescription", st.Name)
}

// setNotify switches the e-mail of a status to the contact on or off.
func (s *Server) setNotify(status int64, on bool) {
	t := s.tables["statusNotifications"]
	if on == s.notifies(status) {
		return
	}
	if on {
		s.plant(t.name, status, 0, seeder(), func(d *draft) { d.set("notifyWho", ref{id: 1}) })
		return
	}
	for _, r := range slices.Clone(t.children(status)) {
		if !r.cur.gone && s.outRef(r.cur, "notifyWho").Name == "Contact" {
			t.remove(r)
		}
	}
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

// book stores what no answer shows: keys, role and the right to impersonate.
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

// EditMember changes a member, including role and keys.
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
	if n := textLen(f.Caption); n == 0 || n > 25 {
		panic(fmt.Sprintf("connectwisetest: the caption %q of a custom field must have 1 to 25 characters", f.Caption))
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

// notifies reports whether a status e-mails the contact.
func (s *Server) notifies(status int64) bool {
	return slices.ContainsFunc(s.tables["statusNotifications"].children(status), func(r *record) bool {
		return !r.cur.gone && s.outRef(r.cur, "notifyWho").Name == "Contact"
	})
}

// Board returns a snapshot of the board with this name and its statuses.
func (s *Server) Board(name string) (Board, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	v := s.tables["boards"].find(refInput{name: name}, 0)
	if v == nil {
		return Board{}, false
	}
	return s.board(v), true
}

func (s *Server) board(v *version) Board {
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
	return b
}
