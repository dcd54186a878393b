package connectwisetest

import (
	"net/http"
	"strings"
	"time"

	"github.com/covedesk/covedesk/internal/testserver"
)

// ServeHTTP implements [http.Handler].
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	testserver.Handler(s.respond).ServeHTTP(w, r)
}

// Transport answers requests in memory, without a socket. It answers for every
// host. A broken connection is an error. It works in a testing/synctest bubble.
func (s *Server) Transport() http.RoundTripper {
	return testserver.InMemory(func(*http.Request) testserver.Handler { return s.respond })
}

// respond records and answers a request, with a fault if one applies.
func (s *Server) respond(r *http.Request, body []byte) testserver.Answer {
	now := s.now()
	s.faults.CatchUp(now)
	path := below(r.URL.Path)
	entry := s.journal.Open(r.Method+" "+path, func(number int) Request {
		return Request{Number: number, Time: now, Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Body: string(body)}
	})
	fault := s.faults.Pick(entry.Number, path, r.Method)
	out := s.faults.Answer(r.Context(), testserver.Request{
		Fault: fault, Now: now, Page: page,
		Serve: func() testserver.Answer {
			resp := s.serve(r, body, entry)
			return testserver.Answer{Status: resp.status, Header: resp.header, Body: resp.body}
		},
	})
	s.dress(out)
	s.journal.Change(entry, func(e *Request) { e.Fault, e.Status = fault.Kind, out.Sent() })
	if s.cfg.Logger != nil {
		s.cfg.Logger.Debug("request", "method", r.Method, "path", r.URL.Path, "status", out.Sent())
	}
	return out
}

// dress adds the headers that every answer of the real server has.
func (s *Server) dress(out testserver.Answer) {
	h := out.Header
	if h == nil { // the connection broke
		return
	}
	h.Set("Cache-Control", "no-cache")
	h.Set("Pragma", "no-cache")
	h.Set("Expires", "-1")
	h.Set("X-Content-Type-Options", "nosniff")
	code, _, _ := strings.Cut(strings.TrimPrefix(s.cfg.Version, "v"), ".")
	h.Set("Api-Current-Version", code+".1")
	if s.sw().VendorTypes && strings.HasPrefix(h.Get("Content-Type"), "application/json") {
		h.Set("Content-Type", "application/vnd.connectwise.com+json; version="+code+".1")
	}
	h.Set("X-Cw-Request-Id", guid("request", s.ids.Add(1)))
	out.SetDate(s.now().Add(time.Duration(s.dateOffset.Load())))
}
