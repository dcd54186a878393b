package connectwisetest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"time"
)

// web is what a started server holds.
type web struct {
	server    *http.Server
	client    *http.Client
	authority []byte // PEM, nil without TLS
}

// Start is NewServer listening on a free port of 127.0.0.1. Close it.
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

// Listen makes the server listen on an address ("127.0.0.1:0" takes a free
// port) and sets URL. With secure it speaks https with a certificate for
// 127.0.0.1, ::1 and localhost, signed by an authority made for this server.
// Listen at most once.
func (s *Server) Listen(addr string, secure bool) error {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return err
	}
	w := &web{server: &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}, client: &http.Client{Transport: &http.Transport{}}}
	s.URL = "http://" + l.Addr().String()
	if secure {
		cert, authority, err := makeCertificate()
		if err != nil {
			_ = l.Close()
			return err
		}
		pool := x509.NewCertPool()
		pool.AppendCertsFromPEM(authority)
		w.authority = authority
		w.client = &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}}}
		l = tls.NewListener(l, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12})
		s.URL = "https://" + l.Addr().String()
	}
	s.web = w
	go func() { _ = w.server.Serve(l) }()
	return nil
}

// AuthorityPEM is the certificate of the authority that signed the server's,
// nil for a server that does not speak https.
func (s *Server) AuthorityPEM() []byte {
	if s.web == nil {
		return nil
	}
	return s.web.authority
}

// Close stops a started server and drops its connections.
func (s *Server) Close() {
	if s.web == nil {
		return
	}
	s.web.client.CloseIdleConnections()
	_ = s.web.server.Close()
}

// Client is an HTTP client for the server: over the wire for a started one, in
// memory otherwise.
func (s *Server) Client() *http.Client {
	if s.web == nil {
		return &http.Client{Transport: s.Transport()}
	}
	return s.web.client
}

func makeCertificate() (tls.Certificate, []byte, error) {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	now := time.Now()
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "connectwisetest authority"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(1, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, &caKey.PublicKey, caKey)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "connectwisetest"},
		NotBefore: ca.NotBefore, NotAfter: ca.NotAfter,
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, ca, &key.PublicKey, caKey)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	authority := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER})
	return tls.Certificate{Certificate: [][]byte{der, caDER}, PrivateKey: key}, authority, nil
}
