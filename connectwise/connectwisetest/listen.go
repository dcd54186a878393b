package connectwisetest

import (
	"net/http"

	"github.com/covedesk/covedesk/internal/testserver"
)

// Start is NewServer listening on a free port of 127.0.0.1. It panics when it
// cannot listen. Close it.
func Start(cfg Config) *Server { return start(cfg, false) }

// StartTLS is Start over https with a certificate of its own; Client trusts it.
func StartTLS(cfg Config) *Server { return start(cfg, true) }

func start(cfg Config, secure bool) *Server {
	s := NewServer(cfg)
	if err := s.Listen("127.0.0.1:0", secure); err != nil {
		panic("connectwisetest: " + err.Error())
	}
	return s
}

// Listen makes the server listen on an address until Close and sets URL
// ("127.0.0.1:0" takes a free port; without a host it is on 127.0.0.1), over
// https when secure is set.
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

// Close stops a started server and drops its connections. A server that never
// listened needs no Close.
func (s *Server) Close() { s.web.Close() }

// Client is an HTTP client for the server: over sockets, with trust in its
// certificate, or in memory while it does not listen.
func (s *Server) Client() *http.Client {
	if !s.web.Listens() {
		return &http.Client{Transport: s.Transport()}
	}
	return s.web.Client()
}

// AuthorityPEM is the certificate, in PEM, of the authority that signs the
// server's certificate for 127.0.0.1, ::1 and localhost.
func (s *Server) AuthorityPEM() []byte { return s.web.AuthorityPEM() }
