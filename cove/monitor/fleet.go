package monitor

import (
	"cmp"
	"iter"
	"slices"
	"sync"
	"text/template"
	"time"

	"github.com/covedesk/covedesk/cove"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// A Fleet is every device of a run, with its verdict. [Collect] and [Judge]
// make one. It is safe for concurrent reading.
type Fleet struct {
	At time.Time
	// Customers are the customers that have devices, ordered by id.
	Customers []reconcile.Customer
	// Verdicts has one verdict for every device that was read, ordered by device
	// id.
	Verdicts []Verdict
	// Partial says that not all devices could be read. Faults says why; it also
	// names every device with columns that could not be read.
	Partial bool
	Faults  []error

	rules     Rules
	everyone  []reconcile.Customer // all end customers of the tenant
	memory    memory
	reader    reader
	templates func() (*template.Template, error)
	byKey     func() map[mark.KeyID]*Verdict
	// troubled and devices count by customer; texts show the numbers.
	troubled, devices map[int64]int
}

// Judge judges devices that have been read already, each with [Check]. It keeps
// the devices and does not copy them. With a nil tree every owning partner is
// its own customer.
//
// Judge adds what Check cannot know, because it sees one device: a device is
// suppressed as probably replaced when it has had no contact since a newer
// device of the same customer and computer name was created, and that one has
// been backed up.
func Judge(devices []*cove.Device, tree *cove.Tree, rules Rules, at time.Time) *Fleet {
	if tree == nil {
		tree = cove.NewTree(nil)
	}
	f := &Fleet{At: at, rules: rules, devices: map[int64]int{}}
	f.Verdicts = make([]Verdict, 0, len(devices))
	for _, d := range devices {
		c := customerOf(tree, d)
		for i := range d.Malformed {
			f.Faults = append(f.Faults, &d.Malformed[i])
		}
		if f.devices[c.ID] == 0 {
			f.Customers = append(f.Customers, c.forMatch())
		}
		f.devices[c.ID]++
		f.Verdicts = append(f.Verdicts, Check(d, c, &rules, at))
	}
	f.suppressReplaced()
	f.count()
	slices.SortFunc(f.Verdicts, func(a, b Verdict) int { return cmp.Compare(a.Device.ID, b.Device.ID) })
	slices.SortFunc(f.Customers, func(a, b reconcile.Customer) int {
		return cmp.Or(cmp.Compare(len(a.ID), len(b.ID)), cmp.Compare(a.ID, b.ID))
	})
	f.reader.known, f.reader.lists = map[int64][]cove.SessionError{}, map[int64]*accounts{}
	f.templates = sync.OnceValues(f.rules.templates)
	f.byKey = sync.OnceValue(func() map[mark.KeyID]*Verdict {
		index := make(map[mark.KeyID]*Verdict, len(f.Verdicts))
		for v := range f.each() {
			index[v.Key().ID()] = v
		}
		return index
	})
	return f
}

// count counts the devices with problems of every customer, and the devices of
// every partner whose errors may have to be read.
func (f *Fleet) count() {
	f.troubled, f.reader.erring = map[int64]int{}, map[int64]int{}
	for v := range f.each() {
		if v.Outcome == Problem {
			f.troubled[v.Customer.ID]++
		}
		if len(erroneous(v)) > 0 {
			f.reader.erring[v.Device.PartnerID]++
		}
	}
}

// each yields all verdicts.
func (f *Fleet) each() iter.Seq[*Verdict] {
	return func(yield func(*Verdict) bool) {
		for i := range f.Verdicts {
			if !yield(&f.Verdicts[i]) {
				return
			}
		}
	}
}

// Verdict returns the verdict on the device with the account id.
func (f *Fleet) Verdict(id int64) (*Verdict, bool) {
	i, ok := slices.BinarySearchFunc(f.Verdicts, id, func(v Verdict, id int64) int { return cmp.Compare(v.Device.ID, id) })
	if !ok {
		return nil, false
	}
	return &f.Verdicts[i], true
}

// find returns the verdict that an action is about; nil for none.
func (f *Fleet) find(a *reconcile.Action) *Verdict {
	return f.byKey()[cmp.Or(a.KeyID, a.Key.ID())]
}
