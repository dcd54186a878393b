package testserver

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// Listener serves handlers on sockets of this machine. The zero value is ready;
// it creates its certificate authority when it first needs it.
type Listener struct {
	mu        sync.Mutex
	authority *authority
	client    *http.Client
	stops     []func()
}

// Security says which protocol and certificate a socket uses.
type Security uint8

// The kinds of socket.
const (
	Plain      Security = iota // http
	Signed                     // https, with a certificate of the authority
	SelfSigned                 // https, with a certificate that nobody trusts
)

// Listen serves h on an address until Close and returns the base URL, such as
// "https://127.0.0.1:34567". Without a host it listens on 127.0.0.1 only; port
// 0 means a free port.
func (l *Listener) Listen(addr string, s Security, h http.Handler) (string, error) {
	if host, port, err := net.SplitHostPort(addr); err == nil && host == "" {
		addr = net.JoinHostPort("127.0.0.1", port)
	}
	socket, err := new(net.ListenConfig).Listen(context.Background(), "tcp", addr)
	if err != nil {
		return "", err
	}
	scheme := "http"
	if s != Plain {
		auth, err := l.certificates()
		if err != nil {
			_ = socket.Close()
			return "", err
		}
		cert := auth.signed
		if s == SelfSigned {
			cert = auth.selfSigned
		}
		socket = tls.NewListener(socket, &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12})
		scheme = "https"
	}
	// Self-signed certificates are meant to be refused, so handshake errors are
	// not logged.
	srv := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = srv.Serve(socket)
	}()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stops = append(l.stops, func() { _ = srv.Close(); <-done })
	return scheme + "://" + socket.Addr().String(), nil
}

// Listens reports whether there is a socket.
func (l *Listener) Listens() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.stops) > 0
}

// Close stops listening and closes open connections. It may be called twice,
// and without a Listen before.
func (l *Listener) Close() {
	l.mu.Lock()
	stops, client := l.stops, l.client
	l.stops = nil
	l.mu.Unlock()
	if client != nil {
		client.CloseIdleConnections()
	}
	for _, stop := range stops {
		stop()
	}
}

// AuthorityPEM returns the certificate of the authority, in PEM.
func (l *Listener) AuthorityPEM() []byte {
	auth, err := l.certificates()
	if err != nil {
		panic("testserver: " + err.Error())
	}
	return auth.pem
}

// Client returns an http.Client that trusts the authority. It uses no proxy.
func (l *Listener) Client() *http.Client {
	auth, err := l.certificates()
	if err != nil {
		panic("testserver: " + err.Error())
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.client == nil {
		l.client = &http.Client{Transport: &http.Transport{
			TLSClientConfig:     &tls.Config{RootCAs: auth.pool, MinVersion: tls.VersionTLS12},
			MaxIdleConnsPerHost: 16,
		}}
	}
	return l.client
}

func (l *Listener) certificates() (*authority, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.authority == nil {
		auth, err := newAuthority()
		if err != nil {
			return nil, fmt.Errorf("make certificates: %w", err)
		}
		l.authority = auth
	}
	return l.authority, nil
}
