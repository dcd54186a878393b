package covetest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/covedesk/covedesk/internal/testserver"
)

// Server is an in-memory Cove. It is an http.Handler for the management host.
// The storage node is another host; see [Server.NodeHandler]. All methods are
// safe for concurrent use.
type Server struct {
	// URL is the base of the management host, without a path:
	// "http://127.0.0.1:34567". Before the server listens it is a name that
	// only [Server.Transport] knows.
	URL string
	// NodeHost is host:port of the storage node, which speaks https only.
	NodeHost string

	cfg   Config
	set   atomic.Pointer[Switches]
	first User

	mu           sync.RWMutex
	partners     map[int64]*Partner
	partnerNames map[string]int64
	children     map[int64][]int64
	partnerLags  lags[Partner]
	deviceLags   lags[entry]
	users        map[int64]*User
	devices      []*entry // ordered by id
	deviceIndex  map[int64]*entry
	deviceNames  map[string]int64
	removed      map[int64]*removedDevice
	features     map[int64]any
	audits       map[int64][]Audit
	cloudUsers   map[int64][]CloudUser
	inclusions   map[int64]map[string]string // by device and Microsoft 365 source
	oneTime      int64
	custom       map[int64]*CustomColumn
	history      map[int64][]past // by device, oldest first

	autoDeployment  map[int64]string
	removedPartners map[int64]*removedPartner
	sessions        map[int64][]*Session
	products        map[int64]*Product
	profiles        map[int64]*Profile
	rootID          int64

	nextPartner, nextUser, nextDevice, nextSession, nextError int64

	visas   visas
	faults  testserver.Faults
	journal testserver.Journal[Request]
	web     testserver.Listener
}

// NewServer returns a server that does not listen yet. Use it as a handler,
// through [Server.Transport], or call [Server.Listen].
func NewServer(cfg Config) *Server {
	s := &Server{
		URL:      "https://cove.test",
		NodeHost: "node.cove.test:443",
		cfg:      cfg,

		partners: map[int64]*Partner{}, partnerNames: map[string]int64{}, children: map[int64][]int64{},
		partnerLags: lags[Partner]{}, deviceLags: lags[entry]{},
		users:       map[int64]*User{},
		deviceIndex: map[int64]*entry{}, deviceNames: map[string]int64{}, removed: map[int64]*removedDevice{},
		features: map[int64]any{}, audits: map[int64][]Audit{}, cloudUsers: map[int64][]CloudUser{}, inclusions: map[int64]map[string]string{},
		custom: map[int64]*CustomColumn{}, history: map[int64][]past{},
		autoDeployment: map[int64]string{}, removedPartners: map[int64]*removedPartner{},
		sessions: map[int64][]*Session{},
		products: map[int64]*Product{}, profiles: map[int64]*Profile{},

		nextPartner: 400001, nextUser: 50121, nextDevice: 3785154,
	}
	s.set.Store(&cfg.Switches)
	s.visas.latest, s.visas.issued = map[uint32]uint32{}, map[uint32]uint32{}
	fill(&s.cfg.Version, "26.1.0.26067")

	p := cfg.Partner
	fill(&p.Name, "Example MSP (ops@msp.example)")
	fill(&p.Level, "Reseller")
	if p.ID == 0 {
		p.ID = 345678
	}
	if p.ParentID == 0 {
		p.ParentID = 273266
	}
	id, err := s.putPartner(p)
	if err != nil {
		panic("covetest: " + err.Error())
	}
	s.rootID, s.nextPartner = id, max(400001, id+1)

	u := cfg.User
	u.PartnerID = id
	fill(&u.Email, "api@msp.example")
	fill(&u.Password, "tok_5f2c9a7be1d04c36")
	userID, err := s.addUser(u)
	if err != nil {
		panic("covetest: " + err.Error())
	}
	s.first = *s.users[userID]
	s.seedCatalogue()
	return s
}

// Start returns a server that listens on loopback: http for the management
// host, https for the storage node. It panics when it cannot listen.
func Start(cfg Config) *Server { return start(cfg, false) }

// StartTLS is Start with https for both hosts.
func StartTLS(cfg Config) *Server { return start(cfg, true) }

func start(cfg Config, secure bool) *Server {
	s := NewServer(cfg)
	if err := s.Listen("127.0.0.1:0", "127.0.0.1:0", secure); err != nil {
		panic("covetest: " + err.Error())
	}
	return s
}

// Listen serves the management host on addr and the storage node on nodeAddr
// until Close, and sets URL and NodeHost. An address without a host means
// 127.0.0.1. The node always speaks https; the management host speaks https if
// secure is set. A certificate authority made for this server signs the
// certificates; see [Server.AuthorityPEM].
func (s *Server) Listen(addr, nodeAddr string, secure bool) error {
	kind, nodeKind := testserver.Plain, testserver.Signed
	if secure {
		kind = testserver.Signed
	}
	if s.switches().SelfSignedNode {
		nodeKind = testserver.SelfSigned
	}
	url, err := s.web.Listen(addr, kind, s)
	if err != nil {
		return fmt.Errorf("listen for the management host: %w", err)
	}
	node, err := s.web.Listen(nodeAddr, nodeKind, s.NodeHandler())
	if err != nil {
		s.web.Close()
		return fmt.Errorf("listen for the storage node: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.URL, s.NodeHost = url, strings.TrimPrefix(node, "https://")
	return nil
}

// Close stops listening and ends open connections. A server that never
// listened needs no Close.
func (s *Server) Close() { s.web.Close() }

// Client returns an http.Client for the server. While the server listens, the
// client uses sockets and trusts the server's certificates, except the
// self-signed one of [Switches].SelfSignedNode. Otherwise it works in memory.
func (s *Server) Client() *http.Client {
	if !s.web.Listens() {
		return &http.Client{Transport: s.Transport()}
	}
	return s.web.Client()
}

// AuthorityPEM returns, in PEM, the certificate of the authority that signed
// the server's certificates for 127.0.0.1, ::1 and localhost.
func (s *Server) AuthorityPEM() []byte { return s.web.AuthorityPEM() }

func (s *Server) now() time.Time {
	if s.cfg.Now != nil {
		return s.cfg.Now()
	}
	return time.Now()
}

// fill gives an empty text its default.
func fill(text *string, value string) {
	if *text == "" {
		*text = value
	}
}

func lower(text string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' {
			return '-'
		}
		return r
	}, strings.ToLower(text))
}

// shortHash returns n hex digits that depend only on the arguments.
func shortHash(what string, id int64, n int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d", what, id))
	return hex.EncodeToString(sum[:])[:n]
}

func uuid(what string, id int64) string {
	h := shortHash(what, id, 32)
	return h[:8] + "-" + h[8:12] + "-4" + h[13:16] + "-a" + h[17:20] + "-" + h[20:32]
}
