package reconcile

import (
	"time"

	"github.com/covedesk/covedesk/reconcile/mark"
)

// look is a feed that was looked at.
type look struct {
	*Feed
	customers map[string]bool // their ids as markers have them
	newest    time.Time       // when its latest problem began
	quiet     bool            // suspiciously many keys are absent
	could     int             // tickets that absence could end
	absent    int             // of these those whose keys are absent
}

// observe indexes the feeds by their ids as markers have them.
func (d *differ) observe() {
	d.looks = make(map[string]*look, len(d.obs.Feeds))
	for i := range d.obs.Feeds {
		f := &d.obs.Feeds[i]
		l := &look{Feed: f, customers: make(map[string]bool, len(f.Customers))}
		for _, c := range f.Customers {
			l.customers[mark.CustomerID(c)] = true
		}
		d.looks[mark.SourceID(f.Name)] = l
	}
}

var nobody = mark.CustomerID("")

// sees says whether the look would have shown a key of the source and customer,
// and why not. Only then can the key be absent.
func (d *differ) sees(source, customer string) (*look, ReasonCode) {
	l := d.looks[source]
	switch {
	case l == nil:
		return nil, CodeOtherFeed
	case l.Kind == Events:
		return l, CodeEvents
	case !l.Everything && !l.customers[customer]:
		return l, CodeNotLooked
	case l.Kind == Inventory && l.Everything && l.Customers != nil && customer != nobody && !l.customers[customer]:
		return l, CodeNotListed
	}
	return l, ""
}
