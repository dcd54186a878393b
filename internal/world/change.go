package world

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// Change makes something happen to a device that its seed did not plan.
type Change struct {
	// Name is the name of the device or of its computer; case does not matter.
	Name string
	// Customer is the name of its customer in Cove, with or without the part in
	// brackets. A customer without a device of this name gets a new one.
	Customer string
	// Source is one data source, "D01". Empty means all sources of the device; a
	// new device then has D01.
	Source string
	// Status is how a session ends now, and how all later ones end until the next
	// Change, in Cove's numbers 1 to 12. Zero is allowed with Offline only.
	Status int
	// Offline devices make no contact and run no sessions until the next Change.
	Offline bool
	// Error is what the sessions report. Sessions with status 5, completed, have
	// none.
	Error string
}

// codesOf are the data sources that a device made by a Change can have.
var codesOf = map[kindOf][]string{server: {"D01", "D02", "D10", "D14"}, tenant: {"D19", "D20", "D05", "D23"}}

// Change makes something happen to a device and returns the device's id in
// Cove. It refuses an invalid Change, and then nothing happens.
func (w *World) Change(c Change) (int64, error) {
	c.Source = strings.ToUpper(c.Source)
	switch {
	case c.Name == "":
		return 0, fmt.Errorf("which device? give its name")
	case c.Offline != (c.Status == 0), c.Status < 0, c.Status > 12:
		return 0, fmt.Errorf("a session's status is a number from 1 to 12, not %d", c.Status)
	case c.Error != "" && (c.Offline || c.Status == int(completed)):
		return 0, fmt.Errorf("only a session that did not complete has an error")
	}
	w.turn.Lock()
	defer w.turn.Unlock()
	now := w.catchUp()
	d, err := w.named(c)
	if err != nil {
		return 0, err
	}
	if d == nil {
		if d, err = w.newcomer(c); err != nil {
			return 0, err
		}
	}
	sources := slices.DeleteFunc(slices.Clone(d.sources), func(s *source) bool { return c.Source != "" && s.code != c.Source })
	if len(sources) == 0 {
		return 0, fmt.Errorf("%s has no data source %s, it has %s", d.name, c.Source, d.codes())
	}
	w.apply(d, sources, c, now)
	return d.id, nil
}

// apply changes what happens to a device from now on.
func (w *World) apply(d *device, sources []*source, c Change, now time.Time) {
	at := now.Truncate(time.Second)
	w.mu.Lock()
	d.silences = endedAt(d.silences, at)
	if c.Offline {
		d.silences = append(d.silences, trouble{silent: true, from: at})
	} else {
		run := session{trouble{ending: ending(c.Status)}, at}
		if run.ending != completed {
			run.from, run.text = at, c.Error
		}
		if c.Error != "" {
			run.errors = 1
		}
		for _, s := range sources {
			s.troubles, s.runs = endedAt(s.troubles, at), append(s.runs, run)
			if run.ending != completed {
				s.troubles = append(s.troubles, run.trouble)
			}
		}
	}
	w.mu.Unlock()
	w.showDevice(d, now)
	if c.Offline {
		return
	}
	for _, s := range sources {
		w.Cove.AddSession(d.id, d.session(s, s.runs[len(s.runs)-1]))
	}
}

// endedAt returns the part of a list that lies before at.
func endedAt(list []trouble, at time.Time) []trouble {
	var past []trouble
	for _, t := range list {
		if t.from.Before(at) {
			if t.until.IsZero() || t.until.After(at) {
				t.until = at
			}
			past = append(past, t)
		}
	}
	return past
}

// named returns the device that is meant, or nil when the customer has none of
// that name.
func (w *World) named(c Change) (*device, error) {
	var found []*device
	for _, d := range w.devices {
		if (strings.EqualFold(d.name, c.Name) || strings.EqualFold(d.computer, c.Name)) && (c.Customer == "" || w.ownedBy(d.partner, c.Customer)) {
			found = append(found, d)
		}
	}
	switch {
	case len(found) > 1:
		return nil, fmt.Errorf("%d devices are called %q: say which customer's, or give the name of the device, such as %s", len(found), c.Name, found[0].name)
	case len(found) == 1:
		return found[0], nil
	case c.Customer == "":
		return nil, fmt.Errorf("no device is called %q; with a customer it would be made", c.Name)
	}
	return nil, nil
}

// ownedBy reports whether a partner is the customer of this name or a site of
// it.
func (w *World) ownedBy(id int64, customer string) bool {
	for {
		p, found := w.Cove.Partner(id)
		if !found {
			return false
		}
		short, _, _ := strings.Cut(p.Name, " (")
		if strings.EqualFold(p.Name, customer) || strings.EqualFold(short, customer) {
			return true
		}
		if id = p.ParentID; id == w.Cove.RootID() {
			return false
		}
	}
}

// newcomer makes a new device of a customer.
func (w *World) newcomer(c Change) (*device, error) {
	var customer int64
	for _, p := range w.Cove.Partners() {
		if p.ID != w.Cove.RootID() && w.ownedBy(p.ID, c.Customer) {
			customer = p.ID
			break
		}
	}
	if customer == 0 {
		return nil, fmt.Errorf("no customer is called %q", c.Customer)
	}
	if slices.ContainsFunc(w.devices, func(d *device) bool { return strings.EqualFold(d.name, c.Name) }) {
		return nil, fmt.Errorf("another customer has a device called %q already", c.Name)
	}
	of, code := server, c.Source
	if code == "" {
		code = "D01"
	}
	if slices.Contains(codesOf[tenant], code) {
		of = tenant
	} else if !slices.Contains(codesOf[server], code) {
		return nil, fmt.Errorf("a new device has a data source of %s, not %s", strings.Join(slices.Concat(codesOf[server], codesOf[tenant]), ", "), code)
	}
	r := rand.New(rand.NewPCG(uint64(len(w.devices)), 4))
	d := newDevice(r, of, c.Customer, 1, w.shown, 0)
	d.partner, d.name, d.computer = customer, c.Name, c.Name
	d.sources = d.sources[:1]
	d.sources[0].code = code
	w.addDevice(d)
	return d, nil
}

func (d *device) codes() string {
	var list []string
	for _, s := range d.sources {
		list = append(list, s.code)
	}
	return strings.Join(list, ", ")
}
