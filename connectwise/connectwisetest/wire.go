package connectwisetest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
)

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	out := s.answer(r, body)
	if out.drop {
		drop(w)
		return
	}
	h := w.Header()
	for k, v := range out.resp.header {
		h[k] = v
	}
	if out.truncate {
		h.Set("Content-Length", fmt.Sprint(len(out.resp.body)))
		w.WriteHeader(out.resp.status)
		_, _ = w.Write(out.resp.body[:len(out.resp.body)/2])
		_ = http.NewResponseController(w).Flush()
		drop(w)
		return
	}
	h.Set("Content-Length", fmt.Sprint(len(out.resp.body)))
	if out.resp.status == http.StatusNoContent {
		h.Del("Content-Length")
	}
	w.WriteHeader(out.resp.status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(out.resp.body)
	}
}

// drop breaks the connection as rudely as it can.
func drop(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// Transport serves requests in memory, without a socket: whatever their host,
// they reach this server. Faults come out as errors. It works inside
// testing/synctest bubbles.
func (s *Server) Transport() http.RoundTripper { return inMemory{s} }

type inMemory struct{ s *Server }

// broke is what a connection that fails looks like without a socket.
func broke(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Err: os.NewSyscallError(map[string]string{"dial": "connect", "read": "read"}[op], err)}
}

// RoundTrip implements [http.RoundTripper].
func (t inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		var err error
		body, err = io.ReadAll(r.Body)
		_ = r.Body.Close()
		if err != nil {
			return nil, err
		}
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	in := r.Clone(r.Context())
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	out := t.s.answer(in, body)
	if out.drop {
		if err := context.Cause(r.Context()); err != nil {
			return nil, err
		}
		if out.refused {
			return nil, broke("dial", syscall.ECONNREFUSED)
		}
		return nil, broke("read", syscall.ECONNRESET)
	}
	resp := &http.Response{
		Status: fmt.Sprintf("%d %s", out.resp.status, http.StatusText(out.resp.status)), StatusCode: out.resp.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: out.resp.header, ContentLength: int64(len(out.resp.body)), Request: r,
		Body: io.NopCloser(bytes.NewReader(out.resp.body)),
	}
	if out.truncate {
		resp.Body = io.NopCloser(io.MultiReader(bytes.NewReader(out.resp.body[:len(out.resp.body)/2]), broken{}))
	}
	return resp, nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
