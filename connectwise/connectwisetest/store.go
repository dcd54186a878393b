package connectwisetest

import (
	"slices"
	"sort"
	"sync/atomic"
	"time"
)

// ref is a stored reference: the id for records that the server keeps, all
// three members for records that it does not.
type ref struct {
	id               int64
	identifier, name string
}

// history says who entered and last changed a record, and when.
type history struct {
	entered, updated     time.Time
	enteredBy, updatedBy string
}

// version is a state of a record. Once stored it is never changed.
type version struct {
	rec    *record
	vals   []any         // by field index: nil, int64, float64, bool, string, time.Time, ref, []any
	custom map[int64]any // by custom field id
	history
	gone  bool      // the record is deleted in this state
	until time.Time // lists show this state until then
	drawn atomic.Pointer[drawing]
}

// drawing is a version as JSON. It is valid while the tables that it refers to
// have this generation.
type drawing struct {
	generation uint64
	json       []byte
}

// record is a row. Its current state is cur; old are earlier states that lists
// still show.
type record struct {
	t      *table
	id     int64
	parent int64
	cur    *version
	old    []*version
}

// asListed returns the state that lists show at a moment, nil if none.
func (r *record) asListed(now time.Time) *version {
	for _, v := range r.old {
		if now.Before(v.until) {
			if v.gone {
				return nil
			}
			return v
		}
	}
	if r.cur.gone {
		return nil
	}
	return r.cur
}

// table holds the records of one kind, of all parents.
type table struct {
	s      *Server
	name   string
	schema *schema
	rows   map[int64]*record // without deleted ones
	order  []*record         // ordered by id; with deleted ones as long as lists show them
	kids   map[int64][]*record
	next   int64
	parent string // the table of the parents, "" for none
	twin   *table // a table that shares the sequence of ids
	depth  int    // how many ids lead to the collection
	status *field // of tickets
	guard  string // the module function whose permission protects it
	// absent returns the answer for a missing id. Nil: a plain NotFound.
	absent func(id int64) *problem
	hooks
	// patchItem applies a PATCH path below a nested list. Nil: no such paths.
	patchItem func(d *draft, f *field, verb string, rest []string, value *node, path string) *problem
	// entity is the name of a record in errors ("ticket"), title its name in
	// texts ("Ticket").
	entity, title string
	// href is the path of a record below apis/3.0/, with # for the parent and
	// the id. hrefName is the name of the link in references. Empty: no link.
	href, hrefName string
}

func (t *table) get(id int64) *version {
	if r := t.rows[id]; r != nil {
		return r.cur
	}
	return nil
}

// children returns the records of one parent, ordered by id.
func (t *table) children(parent int64) []*record { return t.kids[parent] }

// supersede keeps the old state, which lists still show for some time.
func (r *record) supersede(old *version, s *Server) {
	now := s.now()
	r.old = slices.DeleteFunc(r.old, func(v *version) bool { return !now.Before(v.until) })
	if lag := time.Duration(s.lag.Load()); lag > 0 && s.behind {
		old.until = now.Add(lag)
		r.old = append(r.old, old)
	}
}

func insertByID(list []*record, r *record) []*record {
	if n := len(list); n == 0 || list[n-1].id < r.id {
		return append(list, r)
	}
	i := sort.Search(len(list), func(i int) bool { return list[i].id >= r.id })
	return slices.Insert(list, i, r)
}

func removeByID(list []*record, id int64) []*record {
	i := sort.Search(len(list), func(i int) bool { return list[i].id >= id })
	if i < len(list) && list[i].id == id {
		return slices.Delete(list, i, i+1)
	}
	return list
}

// store stores a version. It creates a record if v.rec is not in the table.
func (t *table) store(v *version) {
	r := v.rec
	old := r.cur
	if old == nil {
		old = &version{rec: r, gone: true}
	}
	r.supersede(old, t.s)
	r.cur = v
	if _, ok := t.rows[r.id]; !ok {
		t.rows[r.id] = r
		t.order = insertByID(t.order, r)
		t.kids[r.parent] = insertByID(t.kids[r.parent], r)
		t.next = max(t.next, r.id+1)
	}
	if t.name != "tickets" && t.name != "notes" {
		t.s.generation.Add(1)
	}
}

// remove deletes a record.
func (t *table) remove(r *record) {
	delete(t.rows, r.id)
	r.supersede(r.cur, t.s)
	r.cur = &version{rec: r, gone: true}
	if len(r.old) == 0 {
		t.order = removeByID(t.order, r.id)
		t.kids[r.parent] = removeByID(t.kids[r.parent], r.id)
	}
	t.s.generation.Add(1)
}

// fresh returns a new record of the table with its defaults, which is not
// stored yet.
func (t *table) fresh(parent int64) *version {
	v := &version{vals: make([]any, len(t.schema.fields))}
	v.rec = &record{t: t, id: t.next, parent: parent}
	if t.twin != nil {
		v.rec.id = max(t.next, t.twin.next)
	}
	for i, f := range t.schema.fields {
		v.vals[i] = f.def
	}
	return v
}

// edit returns a copy of a version to change and store.
func (v *version) edit() *version {
	c := &version{rec: v.rec, vals: slices.Clone(v.vals), history: v.history}
	if v.custom != nil {
		c.custom = make(map[int64]any, len(v.custom))
		for k, x := range v.custom {
			c.custom[k] = x
		}
	}
	return c
}

// value returns the value of a field, which may be derived.
func (v *version) value(f *field) any {
	if f.compute != nil {
		return f.compute(v)
	}
	return v.vals[f.index]
}

// named returns the value of a field by name. An unknown name is a programming
// error.
func (v *version) named(name string) any { return v.value(v.rec.t.schema.exact[name]) }

func (v *version) str(name string) string {
	s, _ := v.named(name).(string)
	return s
}

func (v *version) flag(name string) bool {
	b, _ := v.named(name).(bool)
	return b
}

func (v *version) ref(name string) int64 {
	r, _ := v.named(name).(ref)
	return r.id
}

func (v *version) has(name string) bool { return v.rec.t.schema.exact[name] != nil }

func (v *version) set(name string, x any) { v.vals[v.rec.t.schema.exact[name].index] = x }
