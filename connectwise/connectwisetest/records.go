package connectwisetest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Add adds a record to a collection, which is named by its path below
// apis/3.0/, and returns the record's id. Members are named as in JSON; "id"
// sets the id. A value is a string, a number, a bool, a time.Time, a [Ref] or a
// list of Refs:
//
//	srv.Add("finance/agreements/301/additions", map[string]any{
//		"product": connectwisetest.ByIdentifier("COVE-SRV"), "quantity": 3, "billCustomer": "Billable",
//	})
//
// A Ref to a record that the server does not keep needs a name. A required
// choice that is missing gets the first value, a required amount gets zero. Add
// panics on errors of the test: a path that is not a collection, an unknown
// member, a record that the real server would refuse.
func (s *Server) Add(collection string, members map[string]any) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ids := s.place(collection)
	if len(ids) != t.depth {
		panic(fmt.Sprintf("connectwisetest: %s is not a collection", collection))
	}
	var parent int64
	if t.depth > 0 {
		parent = ids[len(ids)-1]
		if s.tables[t.parent].get(parent) == nil {
			panic(fmt.Sprintf("connectwisetest: %s: there is no %s %d", collection, s.tables[t.parent].title, parent))
		}
	}
	id, _ := members["id"].(int)
	rest := maps.Clone(members)
	delete(rest, "id")
	return s.plant(t.name, parent, int64(id), seeder(), func(d *draft) { s.assignExtra(d, rest) }).rec.id
}

// Edit changes members of a record, which is named by its path below apis/3.0/.
// It works outside the API: without permission checks, e-mails or callbacks. It
// panics on errors of the test, like [Server.Add].
func (s *Server) Edit(record string, members map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ids := s.place(record)
	if len(ids) == 0 || t.get(ids[len(ids)-1]) == nil {
		panic(fmt.Sprintf("connectwisetest: there is no %s", record))
	}
	before := t.get(ids[len(ids)-1])
	d := newDraft(before.edit(), before)
	d.seed = true
	s.assignExtra(d, members)
	if _, p := s.save(d, seeder(), false); p != nil {
		panic(fmt.Sprintf("connectwisetest: %s: %s %+v", record, p.message, p.fields))
	}
}

// place returns the table that a path names, and the ids in the path.
func (s *Server) place(path string) (*table, []int64) {
	var ids []int64
	var key []string
	for part := range strings.SplitSeq(strings.Trim(strings.ToLower(path), "/"), "/") {
		if id, ok := parseID(part); ok {
			ids = append(ids, id)
			part = "#"
		}
		key = append(key, part)
	}
	for _, sp := range specs {
		if p := strings.ToLower(sp.path); p != "" && (p == strings.Join(key, "/") || p+"/#" == strings.Join(key, "/")) {
			return s.tables[sp.name], ids
		}
	}
	panic(fmt.Sprintf("connectwisetest: the server keeps no %q; it keeps %s", path, strings.Join(keptPaths(), ", ")))
}

func keptPaths() []string {
	paths := map[string]bool{}
	for _, sp := range specs {
		if sp.path != "" {
			paths[sp.path] = true
		}
	}
	return slices.Sorted(maps.Keys(paths))
}
