package covetest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// authority is a throw-away certificate authority with the two certificates
// the server can show.
type authority struct {
	pem        []byte
	pool       *x509.CertPool
	signed     tls.Certificate
	selfSigned tls.Certificate
}

// AuthorityPEM is the certificate, in PEM, of the authority that signed the
// server's certificates for 127.0.0.1, ::1 and localhost.
func (s *Server) AuthorityPEM() []byte {
	auth, err := s.authorityOf()
	if err != nil {
		panic("covetest: " + err.Error())
	}
	return auth.pem
}

func (s *Server) authorityOf() (*authority, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.authority == nil {
		auth, err := newAuthority()
		if err != nil {
			return nil, fmt.Errorf("make certificates: %w", err)
		}
		s.authority = auth
	}
	return s.authority, nil
}

func newAuthority() (*authority, error) {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	ca := template(1, "covetest authority")
	ca.IsCA, ca.BasicConstraintsValid = true, true
	ca.KeyUsage = x509.KeyUsageCertSign
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	if err != nil {
		return nil, err
	}
	if ca, err = x509.ParseCertificate(caDER); err != nil {
		return nil, err
	}
	a := &authority{pem: pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER}), pool: x509.NewCertPool()}
	a.pool.AddCert(ca)
	if a.signed, err = leaf(2, ca, caKey); err != nil {
		return nil, err
	}
	a.selfSigned, err = leaf(3, nil, nil)
	return a, err
}

func leaf(serial int64, ca *x509.Certificate, caKey *ecdsa.PrivateKey) (tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	cert := template(serial, "localhost")
	cert.KeyUsage = x509.KeyUsageDigitalSignature
	cert.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	cert.DNSNames = []string{"localhost"}
	cert.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback}
	if ca == nil {
		ca, caKey = cert, key
	}
	der, err := x509.CreateCertificate(rand.Reader, cert, ca, key.Public(), caKey)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}

func template(serial int64, name string) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber: big.NewInt(serial),
		Subject:      pkix.Name{CommonName: name, Organization: []string{"covetest"}},
		NotBefore:    time.Now().Add(-24 * time.Hour),
		NotAfter:     time.Now().Add(365 * 24 * time.Hour),
	}
}
