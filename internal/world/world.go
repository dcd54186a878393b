package world

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/cove/covetest"
)

// Start is when a world begins unless Config says otherwise: a Monday morning,
// the same in every run, so that two runs of a seed are byte for byte the same.
var Start = time.Date(2026, time.November, 16, 6, 30, 0, 0, time.UTC)

// Board is the service board of the world. Tickets can be moved to SecondBoard.
const (
	Board       = "Service Desk"
	SecondBoard = "Field Service"
)

// Config says how large a world is and when it begins. The zero value means 20
// customers with 200 devices at [Start], where time stands still.
type Config struct {
	Seed      uint64
	Customers int
	Devices   int
	Start     time.Time
	// Speed is how fast the clock runs: 1 is real time, 0 stands still.
	Speed float64
	// Trouble is the share of data sources that have a trouble when the world
	// begins. Zero means 0.05.
	Trouble float64
}

// World is a managed service provider behind the two test servers. The servers
// serve after [World.Listen].
type World struct {
	Cove        *covetest.Server
	ConnectWise *connectwisetest.Server

	// Clock is the time of both servers. [World.CatchUp] follows it.
	Clock *covetest.Clock

	turn  sync.Mutex // held while the world's time goes on, by one caller at a time
	start time.Time
	shown time.Time // the time up to which the servers know everything

	// mu protects the devices. The servers ask for devices while serving, so no
	// server may be called with mu held.
	mu      sync.Mutex
	devices []*device
	byID    map[int64]*device
	people  *rand.Rand
}

// New makes a world. It panics when there are more customers than devices or a
// number is negative, because the caller has checked the flags they come from.
func New(cfg Config) *World {
	if cfg.Customers == 0 {
		cfg.Customers = 20
	}
	if cfg.Devices == 0 {
		cfg.Devices = 10 * cfg.Customers
	}
	if cfg.Customers < 0 || cfg.Devices < cfg.Customers {
		panic(fmt.Sprintf("world: %d devices are too few for %d customers: each has one at least", cfg.Devices, cfg.Customers))
	}
	if cfg.Start.IsZero() {
		cfg.Start = Start
	}
	if cfg.Trouble == 0 {
		cfg.Trouble = 0.05
	}
	start := cfg.Start.UTC()
	w := &World{Clock: new(covetest.Clock), start: start, shown: start, byID: map[int64]*device{}, people: rand.New(rand.NewPCG(cfg.Seed, 3))}
	w.Clock.Run(cfg.Speed)
	w.Clock.Set(start)
	w.Cove = covetest.NewServer(covetest.Config{Now: w.Now, Seed: cfg.Seed, Past: w.past})
	w.ConnectWise = connectwisetest.NewServer(connectwisetest.Config{Now: w.Now})
	w.seedDesk()

	r := rand.New(rand.NewPCG(cfg.Seed, 1))
	for n, share := range shares(r, cfg.Customers, cfg.Devices) {
		w.seedCustomer(r, n, share, cfg.Trouble)
	}
	return w
}

// Now returns the world's time.
func (w *World) Now() time.Time { return w.Clock.Now().UTC() }

// Advance moves the clock by d: sessions run, devices make contact, technicians
// take up a few tickets.
func (w *World) Advance(d time.Duration) {
	w.Clock.Advance(d)
	w.CatchUp()
	w.work()
}

// CatchUp lets sessions run and devices make contact up to the clock's time.
// Nothing happens while the clock shows an earlier time.
func (w *World) CatchUp() {
	w.turn.Lock()
	defer w.turn.Unlock()
	w.catchUp()
}

// catchUp is CatchUp with turn held. It returns the time up to which the
// servers now know everything.
func (w *World) catchUp() time.Time {
	now := w.Now()
	if !now.After(w.shown) {
		return w.shown
	}
	for _, device := range w.devices {
		w.showDevice(device, now)
		w.showSessions(device, w.shown, now, 0)
	}
	w.shown = now
	return now
}

// Close ends what Listen began.
func (w *World) Close() {
	w.Cove.Close()
	w.ConnectWise.Close()
}

// shares divides the devices among the customers: a few large ones, many small
// ones, each with at least one.
func shares(r *rand.Rand, customers, devices int) []int {
	list := make([]int, customers)
	for i := range list {
		list[i] = 1
	}
	for left := devices - customers; left > 0; {
		i := int(float64(customers) * r.Float64() * r.Float64())
		n := min(left, 1+r.IntN(5))
		list[i] += n
		left -= n
	}
	return list
}

// seedDesk gives the service desk its board, its priorities and a technician.
func (w *World) seedDesk() {
	w.ConnectWise.AddBoard(connectwisetest.Board{
		Name: Board,
		Statuses: []connectwisetest.Status{
			{Name: "New", Default: true},
			{Name: "In Progress"},
			{Name: "Waiting Customer"},
			{Name: "Completed", Closed: true},
		},
	})
	w.ConnectWise.AddBoard(connectwisetest.Board{Name: SecondBoard})
	w.ConnectWise.EditMember("apimember", func(m *connectwisetest.Member) { m.DefaultBoard = connectwisetest.ByName(Board) })
}

// seedCustomer adds customer n to both sides.
func (w *World) seedCustomer(r *rand.Rand, n, devices int, trouble float64) {
	name := customerName(n)
	partner := covetest.Partner{Name: name, LocationID: location, Created: w.start.Add(-1000 * 24 * time.Hour),
		Properties: [][2]string{{"RegistrationSource", "Console"}, {"EulaAccepted", "true"}},
		Company:    &covetest.Company{LegalCompanyName: name + " " + legalForms[n%len(legalForms)], PhoneNumber: fmt.Sprintf("555-%04d", 100+n), Address: fmt.Sprintf("%d Main Street", n+1), City: places[n%len(places)], ZipCode: fmt.Sprintf("%05d", 10001+n), Country: "United States"}}
	if r.IntN(10) < 7 {
		partner.Name = fmt.Sprintf("%s (it@%s.example)", name, strings.ToLower(identifier(name)))
	}
	// One customer in twelve is unknown to the service desk, and another one
	// exists twice there: nobody may guess which one is meant.
	if n%12 != 4 {
		company := w.ConnectWise.AddCompany(connectwisetest.Company{
			Name:       companyName(r, name),
			Identifier: companyIdentifier(name, n),
		})
		if r.IntN(10) < 4 {
			partner.ExternalCode = "CWM:" + strconv.FormatInt(company, 10) + ":" + companyIdentifier(name, n)
		} else if n%12 == 6 {
			w.ConnectWise.AddCompany(connectwisetest.Company{Name: strings.ToLower(name), Identifier: "Twin" + strconv.Itoa(n)})
		}
	}
	customer := w.Cove.AddPartner(partner)
	homes := []int64{customer}
	if devices > 4 && r.IntN(3) == 0 {
		for _, site := range siteNames[:1+r.IntN(2)] {
			homes = append(homes, w.Cove.AddPartner(covetest.Partner{ParentID: customer, Level: "Site", Name: name + " - " + site, LocationID: location, Created: partner.Created, Company: partner.Company, Properties: partner.Properties}))
		}
	}
	for i := range devices {
		of := workstation
		switch draw := r.IntN(100); {
		case i == 0 && draw < 60, draw < 25:
			of = server
		case i == 1 && draw < 75:
			of = tenant
		case draw > 85:
			of = documents
		}
		d := newDevice(r, of, name, i+1, w.start, trouble)
		d.partner = homes[r.IntN(len(homes))]
		if of == tenant {
			d.partner = customer
		}
		w.addDevice(d)
	}
}

// companyIdentifier returns a company's identifier at the service desk, at most
// 25 characters.
func companyIdentifier(name string, n int) string {
	id := identifier(name)
	suffix := strconv.Itoa(n)
	if len(id)+len(suffix) > 25 {
		id = id[:25-len(suffix)]
	}
	return id + suffix
}
