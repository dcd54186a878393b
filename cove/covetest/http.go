package covetest

import (
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/covedesk/covedesk/internal/testserver"
)

// maxBody bounds the body of a request.
const maxBody = 16 << 20

type answer = testserver.Answer

func jsonAnswer(status int, body []byte) answer {
	return testserver.NewAnswer(status, "application/json", string(body))
}

func textAnswer(status int, text string) answer {
	return testserver.NewAnswer(status, "text/plain; charset=utf-8", text+"\n")
}

// ServeHTTP serves the management host.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.host(false).ServeHTTP(w, r) }

// NodeHandler serves the storage node.
func (s *Server) NodeHandler() http.Handler { return s.host(true) }

func (s *Server) host(node bool) testserver.Handler {
	return func(r *http.Request, body []byte) answer { return s.serve(r, node, body) }
}

// serve answers one request, faults included.
func (s *Server) serve(r *http.Request, node bool, body []byte) answer {
	now := s.now()
	s.faults.CatchUp(now)
	call, refusal := readEnvelope(body)
	entry := s.journal.Open(call.method, func(number int) Request {
		return Request{Number: number, Time: now, Path: r.URL.Path, Method: call.method, Params: call.rawParams}
	})
	fault := s.faults.Pick(entry.Number, r.URL.Path, call.method)
	if fault.Kind == 0 {
		fault = s.random(entry.Number)
	}
	out := s.faults.Answer(r.Context(), testserver.Request{
		Fault: fault, Now: now, Page: gateway,
		Serve: func() answer { return s.answer(r, node, body, call, refusal, entry) },
	})
	if d := s.cfg.Rates.Latency; d > 0 {
		testserver.Pause(r.Context(), d)
	}
	date := s.now().Add(s.switches().DateOffset)
	if s.switches().NoDate {
		date = time.Time{}
	}
	out.SetDate(date)
	s.journal.Change(entry, func(e *Request) { e.Fault, e.Status = fault.Kind, out.Sent() })
	return out
}

// answer passes a request without a fault to its service.
func (s *Server) answer(r *http.Request, node bool, body []byte, call envelope, refusal *failure, entry *Request) answer {
	if !node && r.Method == http.MethodGet {
		if out, ok := s.get(r); ok {
			return out
		}
	}
	serve := s.services(node)[r.URL.Path]
	if serve == nil {
		return nowhere(r.URL.Path)
	}
	switch {
	case r.Method != http.MethodPost:
		out := textAnswer(http.StatusMethodNotAllowed, "Use POST")
		out.Header.Set("Allow", http.MethodPost)
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
		s.journal.Change(entry, func(e *Request) { e.Failed, e.Code, e.Data = true, fail.code, fail.data })
	}
	return s.encoded(jsonAnswer(http.StatusOK, out))
}

// services are the JSON-RPC endpoints of a host.
func (s *Server) services(node bool) map[string]service {
	if node {
		return map[string]service{"/repserv_json": s.reporting}
	}
	return map[string]service{
		"/jsonapi":        s.management,
		"/reporting_api":  s.cloud("/reporting_api"),
		"/management_api": s.cloud("/management_api"),
	}
}

// encoded encodes an answer as the switches say.
func (s *Server) encoded(a answer) answer {
	w := s.switches()
	if w.Latin1 {
		var b []byte
		for _, r := range string(a.Body) {
			switch {
			case r < 256:
				b = append(b, byte(r))
			case r < 1<<16:
				b = fmt.Appendf(b, "\\u%04x", r)
			default:
				high, low := utf16.EncodeRune(r)
				b = fmt.Appendf(b, "\\u%04x\\u%04x", high, low)
			}
		}
		a.Body = b
	}
	if w.ByteOrderMark {
		a.Body = append([]byte("\ufeff"), a.Body...)
	}
	return a
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

// Transport answers requests without a network, for speed and for tests in a
// testing/synctest bubble. It answers for two hosts, that of URL and NodeHost.
func (s *Server) Transport() http.RoundTripper {
	return testserver.InMemory(func(r *http.Request) testserver.Handler {
		s.mu.RLock()
		api, node := s.URL, s.NodeHost
		s.mu.RUnlock()
		switch {
		case r.URL.Host == node || r.URL.Host+":443" == node:
			return s.host(true)
		case r.URL.Scheme+"://"+r.URL.Host == api:
			return s.host(false)
		}
		return nil
	})
}
