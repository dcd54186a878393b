// Package faulttest tests the promises of the desk from outside. A proxy breaks
// requests between a desk and a service desk, over lives of many runs
// (TestLives, TestProcessLives). Stories are about writers, people, an older
// tool and lost memories (TestStories, TestShortStories). The package holds
// tests only. docs/promises.md says which test checks which promise.
package faulttest

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// proxy is between one program and the service desk, on its connections, and
// breaks requests and answers. It knows HTTP, but of the API only what a list
// of tickets is.
type proxy struct {
	next http.RoundTripper
	now  func() time.Time
	// later carries a request out when the time has passed; sleep lets time pass.
	later func(time.Duration, func())
	sleep func(time.Duration)

	mu      sync.Mutex
	rng     *rand.Rand
	script  script
	n       int // requests of this run
	dead    bool
	onDeath func()
	conns   map[net.Conn]bool
	cache   map[string]answer
	// unproven are the writes since the last read that may have been carried out,
	// by their content.
	unproven map[string]bool
	writes   int
	faulty   map[faultKind]int // what was done to requests, for the log
	wrong    []string          // what the program did although it must not
}

// answer is the service desk's answer.
type answer struct {
	status int
	header http.Header
	body   []byte
	at     time.Time
}

func newProxy(next http.RoundTripper, rng *rand.Rand) *proxy {
	return &proxy{
		next: next, now: time.Now, rng: rng, conns: map[net.Conn]bool{}, cache: map[string]answer{},
		unproven: map[string]bool{}, faulty: map[faultKind]int{},
		sleep: time.Sleep, later: func(d time.Duration, do func()) { time.AfterFunc(d, do) },
	}
}

// begin starts a run of a program under a script of faults.
func (p *proxy) begin(s script) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.script, p.n, p.dead, p.writes = s, 0, false, 0
	p.script.began = p.now()
	clear(p.unproven)
}

// refuse reports whether a connection is refused: the program is dead, or the
// script says so.
func (p *proxy) refuse() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dead {
		return true
	}
	if p.script.refuses > 0 && p.n+1 >= p.script.refuseAt {
		p.script.refuses--
		p.faulty[refused]++
		return true
	}
	return false
}

func (p *proxy) serve(l net.Listener) {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		p.conns[c] = true
		p.mu.Unlock()
		go func() {
			p.connection(c)
			_ = c.Close()
			p.mu.Lock()
			delete(p.conns, c)
			p.mu.Unlock()
		}()
	}
}

// drop closes all connections.
func (p *proxy) drop() {
	p.mu.Lock()
	conns := slices.Collect(maps.Keys(p.conns))
	p.mu.Unlock()
	for _, c := range conns {
		reset(c)
	}
}

func (p *proxy) connection(c net.Conn) {
	in := bufio.NewReader(c)
	var last []byte
	for served := 0; ; served++ {
		r, err := http.ReadRequest(in)
		if err != nil {
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		kind, killed := p.decide(r, body, served)
		if killed == killedBefore {
			p.die()
			return
		}
		raw, goOn := p.answer(c, r, body, kind, last)
		if killed == killedAfter {
			p.die()
			return
		}
		if raw != nil {
			if _, err := c.Write(raw); err != nil {
				return
			}
		}
		if !goOn {
			return
		}
		last = raw
	}
}

// die kills the program: it gets no more answers.
func (p *proxy) die() {
	p.mu.Lock()
	p.dead = true
	died := p.onDeath
	p.mu.Unlock()
	if died != nil {
		died()
	}
	p.drop()
}

// decide says what is done to the request, and checks that the program may send
// it.
func (p *proxy) decide(r *http.Request, body []byte, served int) (faultKind, killed) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.n++
	write := r.Method != http.MethodGet && !strings.HasSuffix(r.URL.Path, "/search")
	name := r.Method + " " + r.URL.RequestURI() + " " + string(body)
	number := 0
	if write {
		p.writes++
		number = p.writes
		if p.unproven[name] {
			p.wrong = append(p.wrong, "sent again without a look: "+name)
		}
	} else {
		clear(p.unproven)
	}
	if p.dead {
		return none, killedBefore
	}
	kind := p.script.kind(p.n, number, served, r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "service/tickets"), p.now(), p.rng)
	if kind != none {
		p.faulty[kind]++
	}
	if write && kind.mayHappen() {
		p.unproven[name] = true
	}
	return kind, p.script.killedAt(p.n)
}

// answer carries the request out as the fault says. It returns the bytes of the
// answer and whether the connection stays open.
func (p *proxy) answer(c net.Conn, r *http.Request, body []byte, kind faultKind, last []byte) (raw []byte, goOn bool) {
	f := faults[kind]
	if f.stale && r.Method == http.MethodGet {
		if old, ok := p.cached(r.URL.RequestURI()); ok {
			return old.bytes(), true
		}
	}
	var a answer
	switch {
	case f.late > 0:
		p.later(p.somewhat(f.late), func() { p.forward(r, body) })
		a = answer{status: http.StatusGatewayTimeout}
	case f.before:
		a = answer{status: f.status}
	default:
		a = p.forward(r, body)
	}
	if f.wait > 0 {
		p.sleep(p.somewhat(f.wait))
	}
	if f.status != 0 {
		a = answer{status: f.status, header: http.Header{}, body: []byte(f.body)}
		a.header.Set("Content-Type", f.content)
		if f.retryAfter > 0 {
			a.header.Set("Retry-After", strconv.Itoa(f.retryAfter))
		}
	}
	if f.emptied && r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, "service/tickets") && a.status == http.StatusOK {
		a.body = []byte("[]")
		a.header.Del("Link")
	}
	raw = a.bytes()
	switch f.wire {
	case resetWire:
		reset(c)
		return nil, false
	case cutHead:
		return raw[:min(len(raw), 20)], false
	case cutBody:
		return raw[:len(raw)-(len(a.body)+1)/2], false
	case shortened:
		a.body = a.body[:len(a.body)/2]
		return a.bytes(), true
	case unended:
		return a.chunked(), false
	case twice:
		return slices.Concat(raw, raw), true
	case another:
		if last != nil {
			return last, true
		}
	}
	return raw, true
}

func (p *proxy) somewhat(d time.Duration) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return d/10 + time.Duration(p.rng.Int64N(int64(d)*9/10))
}

// forward sends the request to the service desk.
func (p *proxy) forward(r *http.Request, body []byte) answer {
	out, err := http.NewRequestWithContext(context.Background(), r.Method, "http://"+r.Host+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return answer{status: http.StatusBadGateway}
	}
	out.Header = r.Header.Clone()
	response, err := p.next.RoundTrip(out)
	if err != nil {
		return answer{status: http.StatusBadGateway}
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return answer{status: http.StatusBadGateway}
	}
	a := answer{status: response.StatusCode, header: response.Header, body: content, at: p.now()}
	if r.Method == http.MethodGet && a.status == http.StatusOK {
		p.mu.Lock()
		if _, ok := p.cache[r.URL.RequestURI()]; !ok {
			p.cache[r.URL.RequestURI()] = a
		}
		p.mu.Unlock()
	}
	return a
}

// freshness is how old an answer from a cache may be. Lists may be that late,
// so it is shorter than the time a desk waits for.
const freshness = 45 * time.Second

// cached returns an old answer. Only lists are cached; a record that is read by
// its id is always current.
func (p *proxy) cached(uri string) (answer, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	a, ok := p.cache[uri]
	address, _, _ := strings.Cut(uri, "?")
	if _, err := strconv.Atoi(path.Base(address)); !ok || err == nil {
		return answer{}, false
	}
	if p.now().Sub(a.at) > freshness {
		delete(p.cache, uri)
		return answer{}, false
	}
	return a, true
}

func (a answer) head() *bytes.Buffer {
	var b bytes.Buffer
	fmt.Fprintf(&b, "HTTP/1.1 %d %s\r\n", a.status, http.StatusText(a.status))
	h := a.header.Clone()
	if h == nil {
		h = http.Header{}
	}
	h.Del("Content-Length")
	h.Del("Transfer-Encoding")
	_ = h.Write(&b)
	return &b
}

func (a answer) bytes() []byte {
	b := a.head()
	if a.status != http.StatusNoContent {
		fmt.Fprintf(b, "Content-Length: %d\r\n", len(a.body))
	}
	b.WriteString("\r\n")
	if a.status != http.StatusNoContent {
		b.Write(a.body)
	}
	return b.Bytes()
}

// chunked returns the answer in chunks, without the last chunk.
func (a answer) chunked() []byte {
	b := a.head()
	b.WriteString("Transfer-Encoding: chunked\r\n\r\n")
	if half := a.body[:len(a.body)/2]; len(half) > 0 {
		fmt.Fprintf(b, "%x\r\n%s\r\n", len(half), half)
	}
	return b.Bytes()
}
