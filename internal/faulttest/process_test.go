package faulttest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk"
	"github.com/covedesk/covedesk/connectwise/desk/filestate"
	"github.com/covedesk/covedesk/reconcile"
	"github.com/covedesk/covedesk/reconcile/mark"
)

// job is the input of a child process.
type job struct {
	Base    string
	Keys    connectwisetest.Credentials
	Memory  string
	Policy  reconcile.Policy
	Telling telling
}

// childsJob is the environment variable that turns this test binary into a
// program that makes one run.
const childsJob = "COVEDESK_FAULTTEST_JOB"

func TestMain(m *testing.M) {
	if told := os.Getenv(childsJob); told != "" {
		os.Exit(child(told))
	}
	log.SetOutput(io.Discard) // net/http says of every answer that nobody asked for that it came
	os.Exit(m.Run())
}

// child is that program: it prints how its run ended.
func child(told string) int {
	var j job
	if err := json.Unmarshal([]byte(told), &j); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	keys := connectwise.Credentials(j.Keys)
	keys.Site = "127.0.0.1"
	client, err := connectwise.NewClient(keys, connectwise.WithBaseURL(j.Base),
		connectwise.WithHTTPClient(&http.Client{Timeout: 2 * time.Second}),
		connectwise.WithRetry(connectwise.Retry{Base: 2 * time.Millisecond, MaxWait: 20 * time.Millisecond, MaxElapsed: time.Second}))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 2
	}
	d, err := desk.New(context.Background(), client, newConfig(filestate.Open(j.Memory), j.Policy))
	end := endedWith(nil, err)
	if err == nil {
		var report *desk.Report
		report, err = d.Sync(context.Background(), j.Telling.monitor())
		end = endedWith(report, err)
	}
	out := map[string]any{"text": end.text, "failed": end.failed, "folded": end.folded}
	if err := json.NewEncoder(os.Stdout).Encode(out); err != nil || end.failed != "" {
		return 1
	}
	if err != nil {
		return 1
	}
	return 0
}

// calendar is the time in a life of real processes. It runs like the machine's,
// and jumps where a life lets hours pass.
type calendar struct {
	mu    sync.Mutex
	ahead time.Duration
	due   map[time.Time]func()
}

func (c *calendar) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *calendar) later(d time.Duration, do func()) {
	at := c.Now().Add(d)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.due[at] = do
}

// sleep lets time pass, and does what falls due meanwhile at the time it is due.
func (c *calendar) sleep(d time.Duration) {
	end := c.Now().Add(d)
	for {
		c.mu.Lock()
		next := end
		for at := range c.due {
			if at.Before(next) {
				next = at
			}
		}
		do := c.due[next]
		delete(c.due, next)
		c.ahead += max(0, time.Until(next.Add(-c.ahead)))
		c.mu.Unlock()
		if do == nil {
			return
		}
		do()
	}
}

// listener refuses connections as its proxy's script says.
type listener struct {
	net.Listener
	proxy *proxy
}

func (l listener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil || !l.proxy.refuse() {
			return c, err
		}
		reset(c)
	}
}

// inProcess makes the run in a child process, over TCP. The proxy kills it.
func (l *life) inProcess(w *writer) (*ended, error) {
	p := w.proxy
	tcp, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		l.t.Fatal(err)
	}
	go p.serve(listener{tcp, p})
	defer func() {
		_ = tcp.Close()
		p.drop()
	}()
	told, err := json.Marshal(job{
		Base: "http://" + tcp.Addr().String(), Keys: l.srv.Credentials(), Memory: w.path, Policy: l.policy, Telling: l.world.tells(),
	})
	if err != nil {
		l.t.Fatal(err)
	}
	cmd := exec.CommandContext(context.Background(), os.Args[0])
	cmd.Env = append(os.Environ(), childsJob+"="+string(told))
	var out, faults strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &faults
	if err := cmd.Start(); err != nil {
		l.t.Fatal(err)
	}
	p.mu.Lock()
	p.onDeath = func() { _ = cmd.Process.Kill() }
	p.mu.Unlock()
	err = cmd.Wait()
	var e struct {
		Text, Failed string
		Folded       map[string]int64
	}
	if json.Unmarshal([]byte(out.String()), &e) != nil {
		return &ended{text: fmt.Sprintf("%v %s", err, faults.String())}, fmt.Errorf("%w: %s", err, faults.String())
	}
	end := &ended{text: e.Text, failed: e.Failed, folded: map[mark.KeyID]int64{}}
	for key, ticket := range e.Folded {
		end.folded[mark.KeyID(key)] = ticket
	}
	return end, err
}

// The same lives with real processes, which are killed for real, over TCP.
func TestProcessLives(t *testing.T) {
	runs := 0
	for i := range *processes {
		s := *seed + uint64(i)
		c := &calendar{due: map[time.Time]func(){}}
		l := newLife(t, s, c.Now)
		l.process, l.sleep = l.inProcess, c.sleep
		for _, w := range l.writers {
			w.proxy.now, w.proxy.later, w.proxy.rng = c.Now, c.later, rand.New(rand.NewPCG(s, 18))
			w.proxy.sleep = func(d time.Duration) { time.Sleep(d / 4000) }
		}
		l.live()
		runs += l.runs
		if l.failed {
			t.Errorf("life %d:\n%s", s, strings.Join(l.log, "\n"))
			break
		}
	}
	t.Logf("%d lives of %d processes from seed %d", *processes, runs, *seed)
}
