package faulttest

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
)

// pipes is a network in memory, so that a proxy that works on connections can
// be used with fake time.
type pipes struct {
	accept chan net.Conn
	closed chan struct{}
	once   sync.Once
	// refuse reports whether the next connection is refused.
	refuse func() bool
}

func newPipes(refuse func() bool) *pipes {
	return &pipes{accept: make(chan net.Conn), closed: make(chan struct{}), refuse: refuse}
}

func (p *pipes) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	if p.refuse() {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	ours, theirs := net.Pipe()
	reset := &atomic.Bool{}
	select {
	case p.accept <- pipeEnd{Conn: theirs, reset: reset}:
		return pipeEnd{Conn: ours, reset: reset}, nil
	case <-p.closed:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.accept:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }

// pipeEnd is one end of a connection. It knows whether the connection was
// closed or reset.
type pipeEnd struct {
	net.Conn
	reset *atomic.Bool
}

func (c pipeEnd) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	return n, c.cause(err)
}

func (c pipeEnd) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	return n, c.cause(err)
}

func (c pipeEnd) cause(err error) error {
	if (errors.Is(err, io.EOF) || errors.Is(err, io.ErrClosedPipe)) && c.reset.Load() {
		return &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}
	}
	return err
}

// reset ends a connection as a machine does that no longer knows it.
func reset(c net.Conn) {
	switch c := c.(type) {
	case pipeEnd:
		c.reset.Store(true)
	case *net.TCPConn:
		_ = c.SetLinger(0)
	}
	_ = c.Close()
}
