package connectwisetest

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// response is an answer to a request.
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

// call is a request that is being served.
type call struct {
	s     *Server
	r     *http.Request
	query url.Values
	path  string // below apis/3.0/
	ids   []int64
	names []string // path segments that match * in the route
	body  []byte
	who   *actor
	entry *Request
}

type handler func(*call) *response

// serve answers a request without faults.
func (s *Server) serve(r *http.Request, body []byte, entry *Request) *response {
	path := r.URL.Path
	if company, ok := cutFold(path, "/login/companyinfo/"); ok {
		return s.companyInfo(r, company)
	}
	for _, codebase := range []string{s.codebase(), "v4_6_release/"} {
		if rest, ok := cutFold(path, "/"+codebase+"apis/3.0/"); ok {
			if uiHost(r.Host) {
				return (&problem{status: http.StatusForbidden, code: "Security", message: "SSL is required."}).response()
			}
			if _, twice, ok := strings.Cut(strings.ToLower(rest), "/apis/3.0"); ok && (twice == "" || twice[0] == '/') {
				return cannotRoute()
			}
			c := &call{s: s, r: r, path: rest, body: body, entry: entry}
			return c.serve()
		}
	}
	if before := s.release.Load().before; before != "" {
		if _, ok := cutFold(path, "/"+before+"apis/3.0/"); ok {
			return noEndpoint().response()
		}
	}
	if resp := s.serveKey(r); resp != nil {
		return resp
	}
	if strings.HasSuffix(strings.ToLower(path), "/login/login.aspx") {
		return notServed("The log-in with a password and cookies (login.aspx)")
	}
	return cannotRoute()
}

// uiHost reports whether a host serves the cloud's user interface and not its
// API. On such a host API requests are answered as if TLS were missing.
func uiHost(host string) bool {
	name, _, _ := strings.Cut(strings.ToLower(host), ":")
	region, cloud := strings.CutSuffix(name, ".myconnectwise.net")
	return cloud && slices.Contains([]string{"na", "eu", "au", "aus", "za"}, region)
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
	site, origins := cmp.Or(s.sw().ForeignSite, s.cfg.SiteURL, r.Host), s.cfg.AllowedOrigins
	if origins == nil {
		origins = []string{scheme + "://" + r.Host}
	}
	var cloud any = !s.cfg.OnPremise
	if s.sw().StringIsCloud {
		cloud = map[bool]string{true: "True", false: "False"}[!s.cfg.OnPremise]
	}
	var list []any
	for _, o := range origins {
		list = append(list, o)
	}
	codebase := s.toldCodebase()
	code := strings.ReplaceAll(strings.TrimSuffix(codebase, "/"), "_", ".")
	b := s.drawValue(nil, object{
		{"CompanyName", s.cfg.CompanyName}, {"Codebase", codebase}, {"VersionCode", code}, {"VersionNumber", s.cfg.Version},
		{"CompanyID", s.cfg.Company}, {"IsCloud", cloud}, {"SiteUrl", site}, {"AllowedOrigins", list},
	}, nil, nil)
	return jsonResponse(http.StatusOK, b)
}

// serve authenticates the caller and calls the handler of the route.
func (c *call) serve() *response {
	var err error
	if c.query, err = url.ParseQuery(c.r.URL.RawQuery); err != nil {
		return textResponse(http.StatusBadRequest, "text/html; charset=us-ascii", "<html><body><h2>Bad Request - Invalid URL</h2></body></html>")
	}
	login, resp := c.s.authenticate(c.r)
	if resp != nil {
		return resp
	}
	c.s.journal.Change(c.entry, func(e *Request) { e.Member = login.identifier })
	c.who = &actor{name: login.identifier, member: login.member, login: login, source: "API"}
	var key []string
	for seg := range strings.SplitSeq(strings.Trim(c.path, "/"), "/") {
		if id, ok := parseID(seg); ok {
			c.ids = append(c.ids, id)
			seg = "#"
		}
		key = append(key, seg)
	}
	if unserved(key) {
		return notServed(c.r.Method + " " + c.path)
	}
	methods, names := c.s.route(key)
	if methods == nil {
		return noEndpoint().response()
	}
	c.names = names
	h := methods[c.r.Method]
	if h == nil {
		return c.notAllowed()
	}
	version := acceptVersion(c.r.Header.Get("Accept"))
	if version == "0.0" || version == "" && c.s.sw().ActionsNeedVersion && strings.EqualFold(key[len(key)-1], "attachChildren") {
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

func (c *call) notAllowed() *response {
	return (&problem{status: http.StatusMethodNotAllowed, code: "ConnectWiseApi", message: "The requested resource does not support http method '" + c.r.Method + "'.", noErrors: true}).response()
}

// acceptVersion returns the version that an Accept header asks for, "" for
// none.
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
// any text. Case is ignored.
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
