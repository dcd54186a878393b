package desk

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk/filestate"
	"github.com/covedesk/covedesk/reconcile"
)

// processVar holds what a process of its own is told to do.
const processVar = "COVEDESK_TEST_PROCESS"

// order is what it is told.
type order struct {
	URL, State, Company, PublicKey, PrivateKey, ClientID string

	Alerts []string
}

// TestProcess is one run in a process of its own. It does nothing unless a test
// has started it for that.
func TestProcess(t *testing.T) {
	told := os.Getenv(processVar)
	if told == "" {
		t.Skip("started by other tests")
	}
	var o order
	must(t, json.Unmarshal([]byte(told), &o))
	client, err := connectwise.NewClient(connectwise.Credentials{Site: "127.0.0.1", Company: o.Company, PublicKey: o.PublicKey, PrivateKey: o.PrivateKey, ClientID: o.ClientID},
		connectwise.WithBaseURL(o.URL), connectwise.WithRetry(connectwise.Retry{Attempts: 1}), connectwise.WithLimiter(rate.NewLimiter(rate.Inf, 1)))
	must(t, err)
	policy := reconcile.DefaultPolicy()
	policy.CustomerStorm = reconcile.Storm{}
	d, err := New(t.Context(), client, Config{Owner: "test", Board: "Service Desk", Policy: policy, AtOnce: 1, State: filestate.Open(o.State)})
	must(t, err)
	var list []Alert
	for _, key := range o.Alerts {
		list = append(list, alert(key))
	}
	report, err := d.Sync(t.Context(), ActiveAlerts("rmm", list))
	must(t, err)
	must(t, json.NewEncoder(os.Stdout).Encode(report))
}

// processes runs desks in processes of their own against one server.
type processes struct {
	*bench
	url string

	mu      sync.Mutex
	creates int
	on      func(r *http.Request, creates int, forward func()) // what happens on the way; nil: the request is forwarded
}

func newProcesses(t *testing.T) *processes {
	t.Helper()
	p := &processes{bench: newBench(t, nil)}
	next := p.srv.Transport()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		forward := func() { //nolint:contextcheck // the request has its own
			out := r.Clone(r.Context())
			out.RequestURI, out.URL.Scheme, out.URL.Host = "", "http", "127.0.0.1"
			answer, err := next.RoundTrip(out)
			if err != nil {
				panic(http.ErrAbortHandler)
			}
			defer func() { _ = answer.Body.Close() }()
			for name, values := range answer.Header {
				w.Header()[name] = values
			}
			w.WriteHeader(answer.StatusCode)
			_, _ = io.Copy(w, answer.Body)
		}
		p.mu.Lock()
		if r.Method == http.MethodPost && strings.HasSuffix(r.URL.Path, "/service/tickets") {
			p.creates++
		}
		n, on := p.creates, p.on
		p.mu.Unlock()
		if on == nil {
			forward()
			return
		}
		on(r, n, forward)
	}))
	t.Cleanup(server.Close)
	p.url = server.URL
	return p
}

// start begins a run in a process of its own; wait gives its report, nil where
// the process was killed.
func (p *processes) start(state string, alerts ...string) (process *os.Process, wait func() map[string]any) {
	p.t.Helper()
	c := p.srv.Credentials()
	told, err := json.Marshal(order{p.url, state, c.Company, c.PublicKey, c.PrivateKey, c.ClientID, alerts})
	must(p.t, err)
	cmd := exec.CommandContext(p.t.Context(), os.Args[0], "-test.run=^TestProcess$")
	cmd.Env = append(os.Environ(), processVar+"="+string(told))
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	must(p.t, cmd.Start())
	return cmd.Process, func() map[string]any {
		p.t.Helper()
		err := cmd.Wait()
		var report map[string]any
		if json.NewDecoder(bytes.NewReader(out.Bytes())).Decode(&report) != nil && err == nil {
			p.t.Fatalf("the process says %s", out.String())
		}
		return report
	}
}

func (p *processes) run(state string, alerts ...string) map[string]any {
	p.t.Helper()
	_, wait := p.start(state, alerts...)
	report := wait()
	if report == nil {
		p.t.Fatal("the process gave no report")
	}
	return report
}

// meanwhile has something done once, on the way of the n-th create.
func (p *processes) meanwhile(n int, what func(forward func())) {
	var once sync.Once
	p.mu.Lock()
	defer p.mu.Unlock()
	p.creates = 0
	p.on = func(r *http.Request, creates int, forward func()) {
		first := false
		if r.Method == http.MethodPost && creates == n {
			once.Do(func() { first = true })
		}
		if first {
			what(forward)
			return
		}
		forward()
	}
}

var five = []string{"a", "b", "c", "d", "e"}

// Two real processes with one memory file: one works, the other goes home.
func TestTwoProcessesOneMemory(t *testing.T) {
	t.Parallel()
	p := newProcesses(t)
	state := filepath.Join(t.TempDir(), "state.json")
	var second map[string]any
	p.meanwhile(2, func(forward func()) {
		second = p.run(state, five...)
		forward()
	})
	first := p.run(state, five...)
	if first["created"] != 5.0 || second["locked"] != true || second["created"] != 0.0 {
		t.Errorf("first %v, second %v", first, second)
	}
	(&job{bench: p.bench}).one(5)
}

// With a memory file each: at least one ticket of each problem is open when both
// have ended, one after a run Settle later.
func TestTwoProcessesTwoMemories(t *testing.T) {
	t.Parallel()
	p := newProcesses(t)
	j := &job{bench: p.bench}
	mine, other := filepath.Join(t.TempDir(), "state.json"), filepath.Join(t.TempDir(), "state.json")
	p.meanwhile(2, func(forward func()) {
		p.run(other, five...)
		forward()
	})
	p.run(mine, five...)
	if open := j.openByKey(); len(open) != 5 {
		t.Errorf("open %v", open)
	}
	for _, state := range []string{mine, other} {
		p.later(DefaultSettle + time.Second)
		p.run(state, five...)
		j.one(5)
	}
}

// A process is killed between a request and the save that follows: before the
// request has an effect, and after it. The next one makes what is missing, and
// nothing twice.
func TestProcessKilled(t *testing.T) {
	t.Parallel()
	for _, effect := range []bool{false, true} {
		p := newProcesses(t)
		j := &job{bench: p.bench}
		state := filepath.Join(t.TempDir(), "state.json")
		var process *os.Process
		started := make(chan struct{})
		p.meanwhile(3, func(forward func()) {
			<-started
			if effect {
				forward()
			}
			must(t, process.Kill())
			panic(http.ErrAbortHandler)
		})
		process, wait := p.start(state, five...)
		close(started)
		if report := wait(); report != nil {
			t.Fatalf("the process was not killed: %v", report)
		}
		for range 2 { // at once, and when a late create can no longer come
			p.run(state, five...)
			for summary, n := range j.openByKey() {
				if n != 1 {
					t.Errorf("effect %t: %d open tickets of %q", effect, n, summary)
				}
			}
			p.later(Late + time.Second)
		}
		j.one(5)
	}
}
