package connectwisetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// Server is an in-memory ConnectWise PSA. It is an [http.Handler] and safe for
// concurrent use. The same seeds and requests give the same answers.
type Server struct {
	// URL is scheme, host and port of a started server, "" before.
	URL string

	cfg     Config
	base    string // what hrefs begin with, up to apis/3.0//
	catalog *catalog
	routes  map[string]map[string]handler

	mu         sync.RWMutex // the tenant: everything down to the blank line
	tables     map[string]*table
	custom     map[string][]CustomField
	logins     map[string]*login // by public key
	roles      map[int64][]Permission
	impersonal map[int64]bool // members that may ask for tokens
	childCount map[int64]int
	mails      []Mail
	trail      map[auditKey][]*record
	failing    map[int64]time.Time  // callbacks that fail, since when
	hours      map[int64]float64    // booked on tickets
	files      map[int64][]byte     // of documents
	filed      map[int64]attachedTo // documents
	attached   map[int64][]int64    // configurations of tickets
	messages   int64
	tokens     int64
	generation atomic.Uint64
	lag        atomic.Int64

	journal journal
	faults  faults
	ids     atomic.Int64 // request ids
	web     *web
	courier courier
}

// NewServer makes a tenant that listens nowhere: use it as a handler or
// through Transport. It holds the rows every tenant has (priorities,
// severities, impacts, sources, company statuses and types, a location, a
// department), the administrator "admin" and the API member "apimember",
// whose keys Credentials returns. Boards and companies are the caller's.
func NewServer(cfg Config) *Server {
	def := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	def(&cfg.Company, "training")
	def(&cfg.CompanyName, "Training MSP")
	def(&cfg.Codebase, "v2025_1/")
	def(&cfg.Version, "v2025.1.10451")
	if !strings.HasSuffix(cfg.Codebase, "/") {
		cfg.Codebase += "/"
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	s := &Server{
		cfg:        cfg,
		catalog:    parseCatalog(),
		routes:     map[string]map[string]handler{},
		tables:     map[string]*table{},
		custom:     map[string][]CustomField{},
		logins:     map[string]*login{},
		roles:      map[int64][]Permission{},
		impersonal: map[int64]bool{},
		childCount: map[int64]int{},
		trail:      map[auditKey][]*record{},
		failing:    map[int64]time.Time{},
		hours:      map[int64]float64{},
		files:      map[int64][]byte{},
		filed:      map[int64]attachedTo{},
		attached:   map[int64][]int64{},
	}
	host := strings.TrimPrefix(cfg.SiteURL, "api-")
	if host == "" {
		host = "na.myconnectwise.net"
	}
	s.base = "https://" + host + "/" + cfg.Codebase + "apis/3.0//"
	s.lag.Store(int64(cfg.ListLag))
	s.catalog.limit(cfg.Limits)
	s.makeTables()
	s.makeRoutes()
	s.makeTenant()
	return s
}

func (s *Server) now() time.Time { return s.cfg.Now().UTC().Truncate(time.Second) }

// guid is the n-th identifier of its kind, the same in every run.
func guid(kind string, n int64) string {
	h := sha256.Sum256(fmt.Appendf(nil, "%s/%d", kind, n))
	h[6] = h[6]&0x0f | 0x40
	h[8] = h[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[0:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

// SetListLag changes Config.ListLag for the writes that follow.
func (s *Server) SetListLag(d time.Duration) { s.lag.Store(int64(d)) }

// Mails are the mails that would have gone out, oldest first.
func (s *Server) Mails() []Mail {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return append([]Mail(nil), s.mails...)
}

// response is an answer on its way out.
type response struct {
	status int
	header http.Header
	body   []byte
}

func jsonResponse(status int, body []byte, more ...byte) *response {
	return &response{status: status, header: http.Header{"Content-Type": {"application/json; charset=utf-8"}}, body: append(body, more...)}
}

func textResponse(status int, contentType, body string) *response {
	return &response{status: status, header: http.Header{"Content-Type": {contentType}}, body: []byte(body)}
}

// call is a request being served.
type call struct {
	s     *Server
	r     *http.Request
	query url.Values
	path  string // below apis/3.0/
	ids   []int64
	names []string // path segments that routes leave open
	body  []byte
	who   *actor
	entry *Request
}

type handler func(*call) *response

// maxBody bounds what the server reads of a request.
const maxBody = 64 << 20

// serve answers a request; it does not know about faults.
func (s *Server) serve(r *http.Request, body []byte, entry *Request) *response {
	path := r.URL.Path
	if company, ok := cutFold(path, "/login/companyinfo/"); ok {
		return s.companyInfo(r, company)
	}
	for _, codebase := range []string{s.cfg.Codebase, "v4_6_release/"} {
		if rest, ok := cutFold(path, "/"+codebase+"apis/3.0/"); ok {
			c := &call{s: s, r: r, path: rest, body: body, entry: entry}
			return c.serve()
		}
	}
	if resp := s.serveKey(r); resp != nil {
		return resp
	}
	return cannotRoute()
}

func cannotRoute() *response {
	return textResponse(http.StatusBadRequest, "text/plain; charset=utf-8", "Cannot route. Codebase/company is invalid")
}

func cutFold(path, prefix string) (string, bool) {
	if len(path) < len(prefix) || !strings.EqualFold(path[:len(prefix)], prefix) {
		return "", false
	}
	return path[len(prefix):], true
}

func (s *Server) companyInfo(r *http.Request, company string) *response {
	if r.Method != http.MethodGet {
		return noEndpoint().response()
	}
	if !strings.EqualFold(company, s.cfg.Company) {
		return jsonResponse(http.StatusOK, []byte("null"))
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	site, origins := s.cfg.SiteURL, s.cfg.AllowedOrigins
	if site == "" {
		site = r.Host
	}
	if origins == nil {
		origins = []string{scheme + "://" + r.Host}
	}
	var cloud any = !s.cfg.OnPremise
	if s.cfg.Switches.StringIsCloud {
		cloud = map[bool]string{true: "True", false: "False"}[!s.cfg.OnPremise]
	}
	var list []any
	for _, o := range origins {
		list = append(list, o)
	}
	code := strings.ReplaceAll(strings.TrimSuffix(s.cfg.Codebase, "/"), "_", ".")
	b := s.drawValue(nil, object{
		{"CompanyName", s.cfg.CompanyName}, {"Codebase", s.cfg.Codebase}, {"VersionCode", code}, {"VersionNumber", s.cfg.Version},
		{"CompanyID", s.cfg.Company}, {"IsCloud", cloud}, {"SiteUrl", site}, {"AllowedOrigins", list},
	}, nil, nil)
	return jsonResponse(http.StatusOK, b)
}

// serve checks who asks and finds the route.
func (c *call) serve() *response {
	var err error
	if c.query, err = url.ParseQuery(c.r.URL.RawQuery); err != nil {
		return textResponse(http.StatusBadRequest, "text/html; charset=us-ascii", "<html><body><h2>Bad Request - Invalid URL</h2></body></html>")
	}
	login, resp := c.s.authenticate(c.r)
	if resp != nil {
		return resp
	}
	c.s.journal.change(c.entry, func(e *Request) { e.Member = login.identifier })
	c.who = &actor{name: login.identifier, member: login.member, login: login, source: "API"}
	var key []string
	for seg := range strings.SplitSeq(strings.Trim(c.path, "/"), "/") {
		if id, ok := parseID(seg); ok {
			c.ids = append(c.ids, id)
			seg = "#"
		}
		key = append(key, seg)
	}
	methods, names := c.s.route(key)
	if methods == nil {
		return noEndpoint().response()
	}
	c.names = names
	h := methods[c.r.Method]
	if h == nil {
		return (&problem{status: http.StatusMethodNotAllowed, code: "ConnectWiseApi", message: "The requested resource does not support http method '" + c.r.Method + "'.", noErrors: true}).response()
	}
	version := acceptVersion(c.r.Header.Get("Accept"))
	if version == "0.0" || version == "" && c.s.cfg.Switches.ActionsNeedVersion && strings.EqualFold(key[len(key)-1], "attachChildren") {
		return badRequest("ConnectWiseApi", "The HTTP resource that matches the request URI '%s' does not support the API version '0.0'.", c.r.URL.Path).response()
	}
	if c.r.Method == http.MethodGet || len(key) > 1 && key[len(key)-1] == "search" {
		c.s.mu.RLock()
		defer c.s.mu.RUnlock()
	} else {
		c.s.mu.Lock()
		defer c.s.mu.Unlock()
	}
	return h(c)
}

// acceptVersion is the version an Accept header pins, "" for none.
func acceptVersion(accept string) string {
	_, v, _ := strings.Cut(accept, "version=")
	v, _, _ = strings.Cut(v, ";")
	return strings.Trim(v, `" `)
}

func parseID(seg string) (int64, bool) {
	var n int64
	for i := range len(seg) {
		if seg[i] < '0' || seg[i] > '9' || i > 9 {
			return 0, false
		}
		n = n*10 + int64(seg[i]-'0')
	}
	return n, seg != ""
}

// handle registers a handler. In the pattern # stands for a number and * for
// any text; letters count without case.
func (s *Server) handle(method, pattern string, h handler) {
	key := strings.ToLower(strings.Trim(pattern, "/"))
	if s.routes[key] == nil {
		s.routes[key] = map[string]handler{}
	}
	s.routes[key][method] = h
}

func (s *Server) route(key []string) (map[string]handler, []string) {
	path := strings.ToLower(strings.Join(key, "/"))
	if m := s.routes[path]; m != nil {
		return m, nil
	}
	for i, seg := range key {
		if seg == "#" {
			continue
		}
		open := append(append(append([]string(nil), key[:i]...), "*"), key[i+1:]...)
		if m := s.routes[strings.ToLower(strings.Join(open, "/"))]; m != nil {
			return m, []string{seg}
		}
	}
	return nil, nil
}

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
