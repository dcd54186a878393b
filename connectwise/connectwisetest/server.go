package connectwisetest

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/covedesk/covedesk/internal/testserver"
)

// Server is an in-memory ConnectWise PSA. It is an [http.Handler] and safe for
// concurrent use. The same test data and requests give the same answers.
type Server struct {
	// URL is scheme, host and port of a started server, "" before.
	URL string

	cfg     Config
	base    string // beginning of hrefs, up to apis/3.0//
	catalog *catalog
	routes  map[string]map[string]handler

	mu         sync.RWMutex // protects the tenant: all fields down to the blank line
	tables     map[string]*table
	entities   map[string]*table // tables with routes, by entity in lower case
	custom     map[string][]CustomField
	logins     map[string]*login // by public key
	roles      map[int64][]Permission
	impersonal map[int64]bool // members that may request keys of others
	childCount map[int64]int
	mails      []Mail
	trail      map[auditKey][]*record
	failing    map[int64]time.Time  // since when a callback fails, by callback
	hours      map[int64]float64    // hours worked, by ticket
	files      map[int64][]byte     // contents of documents
	filed      map[int64]attachedTo // documents
	attached   map[int64][]int64    // configurations, by ticket
	converted  map[int64]*version   // last version as a service ticket, by project ticket
	messages   int64
	tokens     int64
	generation atomic.Uint64
	lag        atomic.Int64
	behind     bool              // the current write is by the API, so lists may lag behind it
	scheduled  map[int64][]int64 // schedule entries, by ticket

	// Used by closed.
	statuses       *table
	closedStatusAt int

	release    atomic.Pointer[release]
	switches   atomic.Pointer[Switches]
	dateOffset atomic.Int64
	journal    testserver.Journal[Request]
	faults     testserver.Faults
	web        testserver.Listener
	ids        atomic.Int64 // request ids
	courier    courier
}

// NewServer returns a server that does not listen: use it as a handler or
// through Transport. It has the rows that every tenant has (priorities,
// severities, impacts, sources, company statuses and types, a location, a
// department), the administrator "admin" and the API member "apimember", whose
// keys Credentials returns. The caller adds boards and companies.
func NewServer(cfg Config) *Server {
	def := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	def(&cfg.Company, "training")
	def(&cfg.CompanyName, "Training MSP")
	def(&cfg.Codebase, "v2025_1/")
	def(&cfg.Version, "v2025.1.10451")
	if !strings.HasSuffix(cfg.Codebase, "/") {
		cfg.Codebase += "/"
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Server{
		cfg:        cfg,
		catalog:    knownCatalog(),
		routes:     map[string]map[string]handler{},
		tables:     map[string]*table{},
		entities:   map[string]*table{},
		custom:     map[string][]CustomField{},
		logins:     map[string]*login{},
		roles:      map[int64][]Permission{},
		impersonal: map[int64]bool{},
		childCount: map[int64]int{},
		trail:      map[auditKey][]*record{},
		failing:    map[int64]time.Time{},
		hours:      map[int64]float64{},
		files:      map[int64][]byte{},
		filed:      map[int64]attachedTo{},
		attached:   map[int64][]int64{},
		converted:  map[int64]*version{},
		scheduled:  map[int64][]int64{},
	}
	host := strings.TrimPrefix(cfg.SiteURL, "api-")
	if host == "" {
		host = "na.myconnectwise.net"
	}
	s.base = "https://" + host + "/" + cfg.Codebase + "apis/3.0//"
	s.lag.Store(int64(cfg.ListLag))
	s.dateOffset.Store(int64(cfg.DateOffset))
	s.switches.Store(&cfg.Switches)
	s.release.Store(&release{codebase: cfg.Codebase})
	s.catalog.limit(cfg.Limits)
	s.makeTables()
	s.makeRoutes()
	s.makeTenant()
	return s
}

func (s *Server) now() time.Time { return s.cfg.Now().UTC().Truncate(time.Second) }

// guid returns the n-th identifier of its kind, the same in every run.
func guid(kind string, n int64) string {
	h := sha256.Sum256(fmt.Appendf(nil, "%s/%d", kind, n))
	h[6] = h[6]&0x0f | 0x40
	h[8] = h[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[0:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

// SetListLag changes Config.ListLag for later writes.
func (s *Server) SetListLag(d time.Duration) { s.lag.Store(int64(d)) }

// EditSwitches changes switches for later requests.
func (s *Server) EditSwitches(change func(*Switches)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	sw := *s.sw()
	change(&sw)
	s.switches.Store(&sw)
}

func (s *Server) sw() *Switches { return s.switches.Load() }

// SetDateOffset changes Config.DateOffset.
func (s *Server) SetDateOffset(d time.Duration) { s.dateOffset.Store(int64(d)) }
