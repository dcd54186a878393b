package connectwisetest

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

type armed struct {
	Fault
	seen, fired int
}

type faults struct {
	mu   sync.Mutex
	list []*armed
}

// Inject adds faults. They work side by side; of several that match a request
// the first one injected decides.
func (s *Server) Inject(faults ...Fault) {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	for _, f := range faults {
		s.faults.list = append(s.faults.list, &armed{Fault: f})
	}
}

// ClearFaults removes all faults.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = nil
}

// pick is the fault that hits a request, if any.
func (f *faults) pick(number int, r *http.Request) *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	var hit *Fault
	for _, a := range f.list {
		if a.Method != "" && a.Method != r.Method || a.At != 0 && a.At != number || !pathContains(r.URL.Path, a.Path) {
			continue
		}
		a.seen++
		if a.seen <= a.Skip || hit != nil || a.Times >= 0 && a.fired >= max(a.Times, 1) {
			continue
		}
		a.fired++
		hit = &a.Fault
	}
	return hit
}

// pathContains looks for text in a path without case, below apis/3.0/ where
// the path has that.
func pathContains(path, text string) bool {
	path = strings.ToLower(path)
	if _, rest, ok := strings.Cut(path, "/apis/3.0/"); ok {
		path = rest
	}
	return strings.Contains(path, strings.ToLower(text))
}

// outcome is what happens to a request in the end.
type outcome struct {
	resp     *response
	drop     bool // the connection breaks without an answer
	refused  bool // there never was a connection
	truncate bool // half of the answer is sent
}

// answer logs and serves a request, with the fault that hits it.
func (s *Server) answer(r *http.Request, body []byte) outcome {
	entry := s.journal.open(s.now(), r, body)
	f := s.faults.pick(entry.Number, r)
	var out outcome
	if f == nil {
		out.resp = s.serve(r, body, entry)
	} else {
		s.journal.change(entry, func(e *Request) { e.Fault = f.Kind })
		out = s.strike(f, r, body, entry)
	}
	status := 0
	if out.resp != nil {
		status = out.resp.status
		s.dress(out.resp)
	}
	if out.drop {
		status = 0
	}
	s.journal.change(entry, func(e *Request) { e.Status = status })
	if s.cfg.Logger != nil {
		s.cfg.Logger.Debug("request", "method", r.Method, "path", r.URL.Path, "status", status)
	}
	return out
}

func (s *Server) strike(f *Fault, r *http.Request, body []byte, entry *Request) outcome {
	instead := func(def string) string {
		if f.Body != "" {
			return f.Body
		}
		return def
	}
	status := f.Status
	if status == 0 {
		status = http.StatusInternalServerError
	}
	broken := `{"code":"InternalServerError","message":"The service was not able to process your request.","errors":null}`
	switch f.Kind {
	case RefuseConnection:
		return outcome{drop: true, refused: true}
	case ResetBefore:
		return outcome{drop: true}
	case ResetAfter:
		return outcome{resp: s.serve(r, body, entry), drop: true}
	case StatusBefore:
		return outcome{resp: textResponse(status, "application/json; charset=utf-8", instead(broken))}
	case StatusAfter:
		s.serve(r, body, entry)
		return outcome{resp: textResponse(status, "application/json; charset=utf-8", instead(broken))}
	case TooManyRequests:
		seconds := int((f.RetryAfter + time.Second - 1) / time.Second)
		wait := seconds
		if wait == 0 {
			wait = 30
		}
		resp := textResponse(http.StatusTooManyRequests, "application/json; charset=utf-8",
			instead(`{"error":"ConnectWiseAPI","message":"Too many requests. Please try again in `+strconv.Itoa(wait)+` seconds."}`))
		if seconds > 0 {
			resp.header.Set("Retry-After", strconv.Itoa(seconds))
		}
		return outcome{resp: resp}
	case Timeout:
		return outcome{resp: textResponse(http.StatusInternalServerError, "application/json; charset=utf-8",
			instead(`{"code":"ConnectWiseApi","message":"Execution Timeout Expired. The timeout period elapsed prior to completion of the operation.","errors":null}`))}
	case HTML:
		if f.Status == 0 {
			status = http.StatusBadGateway
		}
		return outcome{resp: textResponse(status, "text/html; charset=utf-8",
			instead("<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n<center><h1>502 Bad Gateway</h1></center>\n</body>\n</html>\n"))}
	case Truncate:
		return outcome{resp: s.serve(r, body, entry), truncate: true}
	case Garbage:
		s.serve(r, body, entry)
		return outcome{resp: textResponse(http.StatusOK, "application/json; charset=utf-8", instead("{\"id\": 12, \x00\xff<garbage>"))}
	case Hang:
		wait(r.Context(), f.Delay)
		return outcome{drop: true}
	case HangAfter:
		resp := s.serve(r, body, entry)
		wait(r.Context(), f.Delay)
		return outcome{resp: resp, drop: true}
	case Latency:
		wait(r.Context(), f.Delay)
	}
	return outcome{resp: s.serve(r, body, entry)}
}

// wait ends after d, or with the context; when d is zero only with the context.
func wait(ctx context.Context, d time.Duration) {
	if d <= 0 {
		<-ctx.Done()
		return
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// dress adds the headers every answer of the real server carries.
func (s *Server) dress(resp *response) {
	h := resp.header
	h.Set("Cache-Control", "no-cache")
	h.Set("Pragma", "no-cache")
	h.Set("Expires", "-1")
	h.Set("X-Content-Type-Options", "nosniff")
	code, _, _ := strings.Cut(strings.TrimPrefix(s.cfg.Version, "v"), ".")
	h.Set("Api-Current-Version", code+".1")
	if s.cfg.Switches.VendorTypes && strings.HasPrefix(h.Get("Content-Type"), "application/json") {
		h.Set("Content-Type", "application/vnd.connectwise.com+json; version="+code+".1")
	}
	h.Set("X-Cw-Request-Id", guid("request", s.ids.Add(1)))
}
