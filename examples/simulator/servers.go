package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/covedesk/covedesk/internal/testserver"
	"github.com/covedesk/covedesk/internal/world"
)

// servers holds the sockets, which stay open, and the simulated world behind
// them, which a reset replaces.
type servers struct {
	config   world.Config
	listener testserver.Listener

	cove, node, connectwise string // URLs

	mu    sync.RWMutex // held while the world is being replaced
	world *world.World
}

// listen opens the sockets and creates the world.
func (s *servers) listen(cove, connectwise string, secure bool) (err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	security := testserver.Plain
	if secure {
		security = testserver.Signed
	}
	for _, socket := range []struct {
		name, address string
		security      testserver.Security
		url           *string
		handler       func(*world.World) http.Handler
	}{
		{"cove", cove, security, &s.cove, func(w *world.World) http.Handler { return w.Cove }},
		{"cove's storage node", "127.0.0.1:0", testserver.Signed, &s.node, func(w *world.World) http.Handler { return w.Cove.NodeHandler() }},
		{"connectwise", connectwise, security, &s.connectwise, func(w *world.World) http.Handler { return w.ConnectWise }},
	} {
		serve := func(w http.ResponseWriter, r *http.Request) { socket.handler(s.current()).ServeHTTP(w, r) }
		if *socket.url, err = s.listener.Listen(socket.address, socket.security, http.HandlerFunc(serve)); err != nil {
			return fmt.Errorf("%s: %w", socket.name, err)
		}
	}
	s.create()
	return nil
}

// current returns the world that answers requests.
func (s *servers) current() *world.World {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.world
}

// create creates a new world. The caller holds mu.
func (s *servers) create() {
	config := s.config
	if config.Start.IsZero() {
		config.Start = time.Now()
	}
	w := world.New(config)
	w.Cove.URL, w.ConnectWise.URL = s.cove, s.connectwise
	w.Cove.NodeHost = strings.TrimPrefix(s.node, "https://")
	s.world = w
}

// reset restores the state at the start.
func (s *servers) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.world.Close()
	s.create()
}

// follow advances the devices as the clock runs, until ctx ends.
func (s *servers) follow(ctx context.Context) {
	wait := time.Second
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
			began := time.Now()
			s.current().CatchUp()
			// Advancing a large world takes time: use at most a twentieth of
			// the time for it.
			wait = max(time.Second, 20*time.Since(began))
		}
	}
}

func (s *servers) close() {
	s.listener.Close()
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.world != nil {
		s.world.Close()
	}
}

// ready returns the addresses and credentials of the servers.
func (s *servers) ready() ready {
	var line ready
	w := s.current()
	line.Cove.URL = s.cove
	login := w.Cove.Credentials()
	line.Cove.Partner, line.Cove.Username, line.Cove.Password = login.Partner, login.Username, login.Password
	keys := w.ConnectWise.Credentials()
	line.ConnectWise.URL = s.connectwise
	line.ConnectWise.Company, line.ConnectWise.ClientID = keys.Company, keys.ClientID
	line.ConnectWise.PublicKey, line.ConnectWise.PrivateKey = keys.PublicKey, keys.PrivateKey
	return line
}
