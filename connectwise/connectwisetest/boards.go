package connectwisetest

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
)

func (s *Server) boardTables() {
	for _, schema := range []string{"BoardStatus", "BoardType", "BoardSubType", "BoardItem", "BoardTypeSubTypeItemAssociation"} {
		s.derive(schema, "board", func(v *version) any { return ref{id: v.rec.parent} })
	}
	s.derive("BoardStatusNotification", "status", func(v *version) any { return ref{id: v.rec.parent} })
	s.derive("BoardTeam", "boardId", func(v *version) any { return v.rec.parent })
	for _, name := range []string{"statuses", "types", "teams", "priorities", "sources", "companyStatuses", "severities", "impacts", "configurationStatuses", "slas", "noteTypes"} {
		t := s.tables[name]
		t.finish = func(d *draft, _ *actor) { s.uniqueName(d) }
		t.saved = func(_, after *version, _ *draft, _ *actor) { s.oneDefault(after) }
	}
	boards := s.tables["boards"]
	boards.finish = func(d *draft, _ *actor) { s.uniqueName(d) }
	boards.removed = func(v *version, _ *actor) {
		for _, t := range s.tables {
			if t.parent == "boards" {
				for _, r := range slices.Clone(t.kids[v.rec.id]) {
					if !r.cur.gone {
						t.remove(r)
					}
				}
			}
		}
	}
	for table, member := range map[string]string{
		"boards": "board", "statuses": "status", "types": "type", "subtypes": "subType", "items": "item", "teams": "team", "priorities": "priority", "sources": "source",
	} {
		s.tables[table].removing = func(v *version, _ *actor) *problem { return s.inUse(member, v) }
	}
}

// uniqueName refuses a second record with the same name in the same table or
// parent.
func (s *Server) uniqueName(d *draft) {
	name := rowName(d.version)
	if name == "" {
		return
	}
	t := d.rec.t
	list := t.order
	if t.parent != "" {
		list = t.kids[d.rec.parent]
	}
	for _, r := range list {
		if !r.cur.gone && r.id != d.rec.id && collate(rowName(r.cur)) == collate(name) {
			d.fail(fieldProblem{"ObjectExists", "The name " + name + " is already in use.", d.entity(), "name"})
			return
		}
	}
}

// oneDefault makes sure that a table or parent has only one default row.
func (s *Server) oneDefault(v *version) {
	t := v.rec.t
	f := t.schema.exact["defaultFlag"]
	if f == nil || !v.flag("defaultFlag") {
		return
	}
	list := t.order
	if t.parent != "" {
		list = t.kids[v.rec.parent]
	}
	for _, r := range list {
		if r.id != v.rec.id && !r.cur.gone && r.cur.flag("defaultFlag") {
			other := r.cur.edit()
			other.set("defaultFlag", false)
			t.store(other)
		}
	}
}

// inUse refuses to delete a record that tickets refer to.
func (s *Server) inUse(member string, v *version) *problem {
	for _, r := range slices.Concat(s.tables["tickets"].order, s.tables["projectTickets"].order) {
		if !r.cur.gone && r.cur.has(member) && r.cur.ref(member) == v.rec.id {
			return &problem{status: cmp.Or(s.sw().InUseStatus, http.StatusConflict), code: "InvalidObject", message: v.rec.t.title + " " + strconv.FormatInt(v.rec.id, 10) + " is in use and cannot be deleted."}
		}
	}
	return nil
}
