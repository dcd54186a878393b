package connectwisetest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The tenant's names in callbacks.
const (
	partnerID = "61ddc2a4-0f5b-4b7c-9d0e-0c0ffee00001"
	productID = "639c96b1-6d1c-4a42-8a53-0c0ffee00002"
)

// callbackLevels are the levels that each type of callback may have.
var callbackLevels = map[string][]string{
	"activity":       {"owner", "status", "type", "company", "activity"},
	"agreement":      {"owner", "type", "company", "agreement"},
	"company":        {"owner", "status", "type", "territory", "company", "integratortag"},
	"contact":        {"owner", "type", "territory", "company", "contact"},
	"configuration":  {"owner", "type", "status", "configuration"},
	"invoice":        {"owner", "status", "company", "invoice"},
	"expense":        {"owner", "chargetotype", "type", "class", "company", "expense"},
	"member":         {"owner", "location", "securityrole", "member"},
	"opportunity":    {"owner", "statusid", "company", "opportunity"},
	"productcatalog": {"owner"},
	"project":        {"owner", "status", "board", "project"},
	"purchaseorder":  {"owner", "status", "vendor", "company", "purchaseorder"},
	"schedule":       {"owner", "status", "type", "location", "member", "schedule"},
	"ticket":         {"owner", "board", "project", "phase", "status", "ticket", "integratortag"},
	"time":           {"owner", "company", "time"},
}

// callbackTypes are the types of callbacks that the server sends, by table.
var callbackTypes = map[string]string{
	"tickets": "ticket", "projectTickets": "ticket", "companies": "company", "contacts": "contact", "configurations": "configuration", "timeEntries": "time", "members": "member",
}

// Delivery is one callback that was sent, with its results.
type Delivery struct {
	Callback int64 // id of the callback
	URL      string
	Body     string
	// Statuses are the HTTP statuses of all tries; 0 means no answer within
	// five seconds.
	Statuses []int
}

// courier delivers callbacks one after another.
type courier struct {
	mu    sync.Mutex
	queue []*parcel
	busy  bool
	idle  []chan struct{}
	log   []Delivery
}

type parcel struct {
	entry     int64
	url, sign string
	body      []byte
}

func (s *Server) callbackTables() {
	t := s.tables["callbacks"]
	t.finish = s.finishCallback
	// A missing callback is answered like a missing route.
	t.absent = func(int64) *problem { return noEndpoint() }
}

func (s *Server) finishCallback(d *draft, a *actor) {
	kind, level := strings.ToLower(d.str("type")), strings.ToLower(d.str("level"))
	if u, err := url.Parse(d.str("url")); d.str("url") != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "") {
		d.fail(fieldProblem{"InvalidField", "Invalid URL", d.entity(), "url"})
	}
	if levels := callbackLevels[kind]; kind != "" && level != "" && !slices.Contains(levels, level) {
		d.fail(fieldProblem{"InvalidObject", "Unrecognized level for type, see documentation for supported levels for each type", d.entity(), "level"})
	}
	if id, ok := d.named("objectId").(int64); ok && id == 0 && level == "owner" {
		d.set("objectId", int64(1))
	}
	if slices.ContainsFunc(d.rec.t.order, func(r *record) bool { return sameCallback(r.cur, d.version) }) {
		d.fail(fieldProblem{"ObjectExists", "A matching callback entry already exists", d.entity(), "objectId"})
	}
	if d.before == nil {
		d.set("memberId", a.member)
		d.set("connectWiseID", guid("callback", d.rec.id))
	}
	if d.before != nil && d.before.flag("inactiveFlag") && !d.flag("inactiveFlag") {
		delete(s.failing, d.rec.id)
	}
}

// sameCallback reports whether another callback subscribes to the same.
func sameCallback(other, v *version) bool {
	return !other.gone && other.rec.id != v.rec.id && strings.EqualFold(other.str("type"), v.str("type")) && strings.EqualFold(other.str("level"), v.str("level")) &&
		other.named("objectId") == v.named("objectId") && other.str("url") == v.str("url")
}

// callBack queues the callbacks for a change of a record.
func (s *Server) callBack(action string, v *version, a *actor) {
	kind, ok := callbackTypes[v.rec.t.name]
	if !ok {
		return
	}
	for _, r := range s.tables["callbacks"].order {
		e := r.cur
		member, _ := e.named("memberId").(int64)
		if e.gone || e.flag("inactiveFlag") || !strings.EqualFold(e.str("type"), kind) || e.flag("isSelfSuppressedFlag") && member == a.member || !concerns(e, kind, v) {
			continue
		}
		s.courier.send(s, s.parcel(e, kind, action, v, a))
	}
}

// concerns reports whether a callback covers a record.
func concerns(e *version, kind string, v *version) bool {
	object, _ := e.named("objectId").(int64)
	level := strings.ToLower(e.str("level"))
	switch level {
	case "owner":
		return true
	case kind:
		return object == v.rec.id
	}
	f := v.rec.t.schema.folded[level]
	if f == nil || f.kind != kindRef {
		return false
	}
	r, _ := v.value(f).(ref)
	return r.id == object
}

func (s *Server) parcel(e *version, kind, action string, v *version, a *actor) *parcel {
	s.messages++
	host, _, _ := strings.Cut(strings.TrimPrefix(s.base, "https://"), "/")
	scheme := "https"
	if u, err := url.Parse(s.URL); err == nil && u.Host != "" {
		host, scheme = u.Host, u.Scheme
	}
	key := e.str("connectWiseID")
	var entity any = raw("null")
	if action != "deleted" {
		entity = string(s.drawEntity(v))
	}
	body := s.drawValue(nil, object{
		{"Action", action}, {"CallbackObjectRecId", e.rec.id}, {"CompanyId", s.cfg.Company}, {"Entity", entity}, {"FromUrl", host},
		{"ID", v.rec.id}, {"MemberId", a.name}, {"MessageId", guid("message", s.messages)},
		{"Metadata", object{{"key_url", scheme + "://" + host + "/" + s.codebase() + keyPath + "?companyName=" + url.QueryEscape(s.cfg.Company) + "&id=" + key}}},
		{"PartnerId", partnerID}, {"ProductInstanceId", productID}, {"Type", kind},
	}, nil, nil)
	return &parcel{entry: e.rec.id, url: target(e.str("url"), action, v.rec.id), body: body, sign: sign(signingKey(key), body)}
}

// drawEntity writes a record as callbacks hold it: without lists.
func (s *Server) drawEntity(v *version) []byte {
	var sel []selection
	for _, f := range v.rec.t.schema.fields {
		if f.kind != kindCustom && f.kind != kindObject && f.kind != kindList {
			sel = append(sel, selection{f: f})
		}
	}
	return s.draw(nil, v, sel)
}

// target returns the registered URL with record id and action. If the URL ends
// in "=", the id follows directly.
func target(registered, action string, id int64) string {
	n := strconv.FormatInt(id, 10)
	switch {
	case strings.HasSuffix(registered, "="):
		return registered + n + "&action=" + action
	case strings.Contains(registered, "?"):
		return registered + "&id=" + n + "&action=" + action
	}
	return registered + "?id=" + n + "&action=" + action
}

// keyPath is the path of signing keys. The real server has the double slash,
// too.
const keyPath = "/system/callbackkey/index.rails"

func signingKey(id string) string { return guid("signing/"+id, 1) }

// sign returns the signature of a callback body.
func sign(key string, body []byte) string {
	secret := sha256.Sum256([]byte(key))
	mac := hmac.New(sha256.New, secret[:])
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// serveKey answers requests for signing keys. It returns nil for other
// requests.
func (s *Server) serveKey(r *http.Request) *response {
	if !strings.EqualFold(r.URL.Path, "/"+s.codebase()+keyPath) {
		return nil
	}
	if s.sw().KeyNeedsAuth {
		if _, resp := s.authenticate(r); resp != nil {
			return resp
		}
	}
	q := r.URL.Query()
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, e := range s.tables["callbacks"].order {
		if id := q.Get("id"); !e.cur.gone && id == e.cur.str("connectWiseID") && strings.EqualFold(q.Get("companyName"), s.cfg.Company) {
			return jsonResponse(http.StatusOK, appendString([]byte(`{"signing_key":`), signingKey(id)), '}')
		}
	}
	return noEndpoint().response()
}

func (c *courier) send(s *Server, p *parcel) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queue = append(c.queue, p)
	if !c.busy {
		c.busy = true
		go c.run(s)
	}
}

func (c *courier) run(s *Server) {
	for {
		c.mu.Lock()
		if len(c.queue) == 0 {
			c.busy = false
			for _, ch := range c.idle {
				close(ch)
			}
			c.idle = nil
			c.mu.Unlock()
			return
		}
		p := c.queue[0]
		c.queue = c.queue[1:]
		c.mu.Unlock()
		d := Delivery{Callback: p.entry, URL: p.url, Body: string(p.body)}
		ok := false
		for try := 0; try < 3; try++ {
			if try > 0 {
				time.Sleep(s.callbackWaits()[try-1])
			}
			status := s.deliver(p)
			d.Statuses = append(d.Statuses, status)
			ok = status >= 200 && status < 300
			if status != 404 && status != 409 && status != 419 && status != 429 {
				break
			}
		}
		c.mu.Lock()
		c.log = append(c.log, d)
		c.mu.Unlock()
		s.settle(p.entry, ok)
	}
}

func (s *Server) callbackWaits() []time.Duration {
	if s.cfg.CallbackRetries[1] == 0 {
		return []time.Duration{2 * time.Second, 4 * time.Second}
	}
	return s.cfg.CallbackRetries[:]
}

// deliver sends a callback once and returns the status, 0 for no answer.
func (s *Server) deliver(p *parcel) int {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url, bytes.NewReader(p.body))
	if err != nil {
		return 0
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("x-content-signature", p.sign)
	client := s.cfg.CallbackClient
	if client == nil {
		client = http.DefaultClient
	}
	resp, err := client.Do(r)
	if err != nil {
		return 0
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
	_ = resp.Body.Close()
	return resp.StatusCode
}

// settle records the result of a delivery. It switches off a callback that has
// failed for three days.
func (s *Server) settle(entry int64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if ok {
		delete(s.failing, entry)
		return
	}
	now := s.now()
	since, seen := s.failing[entry]
	if !seen {
		s.failing[entry] = now
		return
	}
	e := s.tables["callbacks"].get(entry)
	if e == nil || now.Sub(since) < 72*time.Hour {
		return
	}
	off := e.edit()
	off.set("inactiveFlag", true)
	off.updated = now
	s.tables["callbacks"].store(off)
}

// Deliveries returns the callbacks sent so far, with their answers.
func (s *Server) Deliveries() []Delivery {
	s.courier.mu.Lock()
	defer s.courier.mu.Unlock()
	return slices.Clone(s.courier.log)
}

// WaitCallbacks waits until all callbacks were delivered or have failed.
func (s *Server) WaitCallbacks(ctx context.Context) error {
	s.courier.mu.Lock()
	if !s.courier.busy {
		s.courier.mu.Unlock()
		return nil
	}
	ch := make(chan struct{})
	s.courier.idle = append(s.courier.idle, ch)
	s.courier.mu.Unlock()
	select {
	case <-ch:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
