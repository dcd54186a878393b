package connectwisetest

import (
	"net/http"

	"github.com/covedesk/covedesk/internal/testserver"
)

// Start returns a server that listens on a free port of 127.0.0.1. It panics
// when it cannot listen. Close the server after use.
func Start(cfg Config) *Server { return start(cfg, false) }

// StartTLS is Start over https, with a certificate that Client trusts.
func StartTLS(cfg Config) *Server { return start(cfg, true) }

func start(cfg Config, secure bool) *Server {
	s := NewServer(cfg)
	if err := s.Listen("127.0.0.1:0", secure); err != nil {
		panic("connectwisetest: " + err.Error())
	}
	return s
}

// Listen makes the server listen on an address until Close, and sets URL.
// "127.0.0.1:0" means a free port; an address without a host means 127.0.0.1.
// With secure set it uses https.
func (s *Server) Listen(address string, secure bool) error {
	security := testserver.Plain
	if secure {
		security = testserver.Signed
	}
	url, err := s.web.Listen(address, security, s)
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.URL = url
	return nil
}

// Close stops the server and closes its connections. A server that never
// listened needs no Close.
func (s *Server) Close() { s.web.Close() }

// Client returns an http.Client for the server. While the server listens, the
// client uses sockets and trusts its certificate. Otherwise it works in memory.
func (s *Server) Client() *http.Client {
	if !s.web.Listens() {
		return &http.Client{Transport: s.Transport()}
	}
	return s.web.Client()
}

// AuthorityPEM returns, in PEM, the certificate of the authority that signs the
// server's certificate for 127.0.0.1, ::1 and localhost.
func (s *Server) AuthorityPEM() []byte { return s.web.AuthorityPEM() }
