package testserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
)

// InMemory answers requests without a socket, so it also works inside the
// bubbles of testing/synctest. It returns the handler for a request's host, or
// nil for a host that does not exist. Broken connections are errors in the
// words of package net.
type InMemory func(r *http.Request) Handler

// RoundTrip implements [http.RoundTripper].
func (find InMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := readBody(r)
	if r.Body != nil {
		_ = r.Body.Close()
	}
	if err != nil {
		return nil, err
	}
	if err := context.Cause(r.Context()); err != nil {
		return nil, err
	}
	h := find(r)
	if h == nil {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("lookup " + r.URL.Hostname() + ": no such host")}
	}
	in := r.Clone(r.Context())
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	a := h(in, body)
	if err := context.Cause(r.Context()); err != nil {
		return nil, err
	}
	switch a.end {
	case refused:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	case reset:
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	}
	var out io.Reader = bytes.NewReader(a.Body)
	if a.end == cut {
		out = io.MultiReader(bytes.NewReader(a.Body[:len(a.Body)/2]), brokenReader{})
	}
	return &http.Response{
		Status: fmt.Sprintf("%d %s", a.Status, http.StatusText(a.Status)), StatusCode: a.Status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: a.Header, Body: io.NopCloser(out), ContentLength: int64(len(a.Body)), Request: r,
	}, nil
}

// brokenReader is the end of a connection in the middle of a body.
type brokenReader struct{}

// Read always fails.
func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
