package covetest

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// maxBody bounds what a request may send.
const maxBody = 16 << 20

// answer is what goes back to the caller, or how the connection ends.
type answer struct {
	status  int
	header  http.Header
	body    []byte
	refused bool
	reset   bool
	cut     bool // only half of the body goes out
}

func jsonAnswer(status int, body []byte) answer {
	return answer{status: status, header: http.Header{"Content-Type": {"application/json"}}, body: body}
}

func textAnswer(status int, text string) answer {
	return answer{status: status, header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}}, body: []byte(text + "\n")}
}

func pageAnswer(status int) answer {
	title := fmt.Sprintf("%d %s", status, http.StatusText(status))
	return answer{status: status, header: http.Header{"Content-Type": {"text/html"}},
		body: []byte("<html>\r\n<head><title>" + title + "</title></head>\r\n<body><center><h1>" + title + "</h1></center></body>\r\n</html>\r\n")}
}

// ServeHTTP serves the management host.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { send(w, s.serve(r, false)) }

// NodeHandler serves the storage node.
func (s *Server) NodeHandler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { send(w, s.serve(r, true)) })
}

// serve answers one request, faults included.
func (s *Server) serve(r *http.Request, node bool) answer {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return answer{reset: true}
	}
	call, refusal := readEnvelope(body)
	entry := &Request{Time: s.now(), Path: r.URL.Path, Method: call.method, Params: call.rawParams}
	s.journal.open(entry)

	fault, broken := s.faults.match(entry.Number, call.method, r.URL.Path)
	if !broken {
		fault, broken = s.random(entry.Number)
	}
	if broken {
		s.journal.update(entry, func(e *Request) { e.Fault = fault.Kind })
	}
	out, done := s.breakBefore(r.Context(), fault)
	if !done {
		out = s.answer(r, node, body, call, refusal, entry)
		out = breakAfter(out, fault)
	}
	if d := s.cfg.Rates.Latency; d > 0 {
		pause(r.Context(), d)
	}
	s.journal.update(entry, func(e *Request) {
		if !out.refused && !out.reset {
			e.Status = out.status
		}
	})
	return out
}

func (s *Server) breakBefore(ctx context.Context, f Fault) (answer, bool) {
	switch f.Kind {
	case RefuseConnection:
		return answer{refused: true}, true
	case ResetBefore:
		return answer{reset: true}, true
	case StatusBefore:
		return f.page(http.StatusServiceUnavailable), true
	case HTML:
		return f.page(http.StatusOK), true
	case Hang:
		pause(ctx, f.Delay)
		return answer{reset: true}, true
	case Latency:
		pause(ctx, f.Delay)
	}
	return answer{}, false
}

func breakAfter(out answer, f Fault) answer {
	switch f.Kind {
	case ResetAfter:
		return answer{reset: true}
	case StatusAfter:
		return f.page(http.StatusServiceUnavailable)
	case Garbage:
		return jsonAnswer(http.StatusOK, []byte("\x00\xff{]\"visa\":,,\x7f<<not json>>"))
	case Truncate:
		out.cut = true
	}
	return out
}

func (f Fault) page(status int) answer {
	if f.Status != 0 {
		status = f.Status
	}
	out := pageAnswer(status)
	if f.RetryAfter != "" {
		out.header.Set("Retry-After", f.RetryAfter)
	}
	return out
}

// pause waits until the caller leaves, or for d if that is positive.
func pause(ctx context.Context, d time.Duration) {
	var over <-chan time.Time
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		over = t.C
	}
	select {
	case <-ctx.Done():
	case <-over:
	}
}

// answer routes an unbroken request to its service.
func (s *Server) answer(r *http.Request, node bool, body []byte, call envelope, refusal *failure, entry *Request) answer {
	serve := s.services(node)[r.URL.Path]
	if serve == nil {
		return pageAnswer(http.StatusNotFound)
	}
	switch {
	case r.Method != http.MethodPost:
		out := textAnswer(http.StatusMethodNotAllowed, "Use POST")
		out.header.Set("Allow", http.MethodPost)
		return out
	case len(body) > maxBody:
		return textAnswer(http.StatusRequestEntityTooLarge, "Request too large")
	case !isJSON(r.Header.Get("Content-Type")):
		return textAnswer(http.StatusUnsupportedMediaType, "Content-Type must be application/json")
	}
	var fail *failure
	var out []byte
	if refusal != nil {
		fail = refusal
		out = call.failure(fail, "")
	} else {
		out, fail = serve(r, call)
	}
	if fail != nil {
		s.journal.update(entry, func(e *Request) { e.Failed, e.Code, e.Data = true, fail.code, fail.data })
	}
	return jsonAnswer(http.StatusOK, out)
}

// isJSON accepts application/json with or without the UTF-8 charset.
func isJSON(contentType string) bool {
	kind, rest, _ := strings.Cut(strings.ToLower(contentType), ";")
	if strings.TrimSpace(kind) != "application/json" {
		return false
	}
	rest = strings.TrimSpace(rest)
	return rest == "" || strings.Trim(strings.TrimPrefix(rest, "charset="), `"`) == "utf-8"
}

// send writes an answer to a socket.
func send(w http.ResponseWriter, out answer) {
	if out.refused || out.reset {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			raw := conn
			if secure, ok := conn.(*tls.Conn); ok {
				raw = secure.NetConn()
			}
			if tcp, ok := raw.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0) // a reset instead of an orderly end
			}
			_ = raw.Close()
			return
		}
		panic(http.ErrAbortHandler)
	}
	for name, values := range out.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(out.body)))
	w.WriteHeader(out.status)
	if out.cut {
		_, _ = w.Write(out.body[:len(out.body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(out.body)
}

// Transport answers without a network: for tests inside testing/synctest
// bubbles and for speed. It knows two hosts, that of URL and NodeHost.
func (s *Server) Transport() http.RoundTripper { return transport{s} }

type transport struct{ s *Server }

// RoundTrip answers a request; broken connections are errors as the net
// package words them.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r = r.Clone(r.Context())
		r.Body = http.NoBody
	}
	defer func() { _ = r.Body.Close() }()
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	t.s.mu.RLock()
	api, node := t.s.URL, t.s.NodeHost
	t.s.mu.RUnlock()
	isNode := r.URL.Host == node || r.URL.Host+":443" == node
	if !isNode && r.URL.Scheme+"://"+r.URL.Host != api {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("lookup " + r.URL.Hostname() + ": no such host")}
	}
	out := t.s.serve(r, isNode)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	switch {
	case out.refused:
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
	case out.reset:
		return nil, &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}
	}
	var body io.Reader = bytes.NewReader(out.body)
	if out.cut {
		body = io.MultiReader(bytes.NewReader(out.body[:len(out.body)/2]), brokenReader{})
	}
	return &http.Response{
		Status: fmt.Sprintf("%d %s", out.status, http.StatusText(out.status)), StatusCode: out.status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: out.header, Body: io.NopCloser(body), ContentLength: int64(len(out.body)), Request: r,
	}, nil
}

// brokenReader is the end of a connection amid a body.
type brokenReader struct{}

// Read fails.
func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
