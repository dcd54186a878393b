package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/covedesk/covedesk/examples/internal/program"
)

// hook remembers what it was asked for.
type hook struct {
	*httptest.Server
	mu    sync.Mutex
	paths []string
}

func newHook(t *testing.T) *hook {
	h := &hook{}
	h.Server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.paths = append(h.paths, r.URL.Path)
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hook) got() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.paths
}

// What is wrong with an alert is said at once, and nothing is put.
func TestWrongCommandLine(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"-summary", "a is down"}, "key: there is none"},
		{[]string{"-key", ""}, "key: there is none"},
		{[]string{"-clear"}, "key: there is none"},
		{[]string{"-key", "storm:a"}, "storm:"},
		{[]string{"-key", "a", "-severity", "urgent"}, "urgent"},
		{[]string{"-key", "a", "-time", "yesterday"}, "yesterday"},
		{[]string{"-key", "a", "-field", "x"}, "name=value"},
		{[]string{"-key", "a", "-drain"}, "two calls"},
		{[]string{"-every", "5s"}, "-drain"},
		{[]string{"-key", "a", "-dry-run"}, "-dry-run needs -drain"},
		{[]string{"a"}, "unknown argument"},
	} {
		b := newBench(t, "")
		code, out, errs := b.call(tt.args...)
		if code != program.Wrong || out != "" || !strings.Contains(errs, tt.want) || strings.Count(errs, "\n") != 1 {
			t.Errorf("%q: exit %d, %q, %q", tt.args, code, out, errs)
		}
		if left, _ := filepath.Glob(filepath.Join(b.dir, "*.json")); len(left) > 0 {
			t.Errorf("%q: put %q", tt.args, left)
		}
	}
	b := newBench(t, "")
	p, _, errs := b.program("")
	p.Interactive = true
	if code := p.Run(t.Context(), run); code != program.Wrong || !strings.Contains(errs.String(), "no alert") {
		t.Errorf("exit %d, %s", code, errs)
	}
}

// A key of any length is a key.
func TestLongKey(t *testing.T) {
	t.Parallel()
	b := newBench(t, "")
	key := strings.Repeat("long/", 2000)
	for _, args := range [][]string{{"-customer", "ACME", "-summary", "it is down"}, {"-customer", "ACME", "-text", "again"}, {"-clear"}} {
		b.put(append([]string{"-key", key}, args...)...)
		b.drained()
		b.clock.Advance(time.Minute)
	}
	b.want(b.tickets(), "it is down|Closed")
}

// Lines that cannot be read are set aside with the reason, and stop no other.
func TestWrongLines(t *testing.T) {
	t.Parallel()
	b := newBench(t, "")
	code, errs := b.lines("\ufeff" + `{"key":"a","customer":"ACME"}` + "\r\n\n" +
		`{"key":"b","customer":"ACME","summary":"cut off in the mid` + "\n" +
		`{"summary":"no key"}` + "\n" + `["no object"]` + "\n" + `{"key":7,"severity":"urgent"}` + "\n" +
		`{"key":"long","text":"` + strings.Repeat("x", maxLine) + "\"}\n" +
		`{"key":"c","customer":"ACME"}`)
	if code != program.Wrong || !strings.Contains(errs, "5 lines cannot be read") {
		t.Errorf("exit %d, %s", code, errs)
	}
	bad := b.waiting(badFolder)
	if len(bad) != 10 {
		t.Errorf("set aside %q", bad)
	}
	reasons := ""
	for _, name := range bad {
		if strings.HasSuffix(name, ".reason") {
			data, err := os.ReadFile(filepath.Join(b.dir, badFolder, name))
			if err != nil {
				t.Fatal(err)
			}
			reasons += string(data)
		}
	}
	for _, want := range []string{"unexpected end", "key: there is none", "no JSON object", "urgent"} {
		if !strings.Contains(reasons, want) {
			t.Errorf("%q is not in %s", want, reasons)
		}
	}
	b.drained()
	b.want(b.tickets(), "a|New", "c|New")
}

// A file that another tool put into the spool and that cannot be read is set aside,
// reported, and stops nothing.
func TestWrongFile(t *testing.T) {
	t.Parallel()
	b := newBench(t, "")
	b.put("-key", "a", "-customer", "ACME")
	for name, text := range map[string]string{"theirs.json": `{"key":"b","customer":"ACME"}` + "\n{", "empty.json": "", "note.txt": "no alert", "half.json.123": "{"} {
		if err := os.WriteFile(filepath.Join(b.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	code, out, _ := b.drain()
	if code != program.Blind || !strings.Contains(out, "cannot be read") {
		t.Errorf("exit %d, %s", code, out)
	}
	b.want(b.tickets(), "a|New", "b|New")
	b.want(b.waiting(badFolder), "theirs.json-1.json", "theirs.json-1.json.reason")
	b.want(b.waiting(""))
}

// A customer whom nobody knows is held and named, and gets the ticket once there is
// a company.
func TestUnknownCustomer(t *testing.T) {
	t.Parallel()
	b := newBench(t, "")
	b.put("-key", "a", "-customer", "Nobody Inc", "-summary", "a is down")
	b.put("-key", "b", "-summary", "b is down")
	code, out, _ := b.drain()
	if code != program.News || !strings.Contains(out, "Nobody Inc") || !strings.Contains(out, "b is down") || len(b.tickets()) != 0 {
		t.Errorf("exit %d, %s", code, out)
	}
	b.settings(`{"mapping": [{"customer": "Nobody Inc", "company": "Birch"}, {"customer": "*", "company": "ACME"}], ` + quiet + `}`)
	b.clock.Advance(61 * time.Minute)
	b.drain()
	b.want(b.tickets(), "a is down|New")
}

// A customer who is switched off gets no ticket.
func TestDisabledCustomer(t *testing.T) {
	t.Parallel()
	b := newBench(t, `{"mapping": [{"customer": "Birch", "disabled": true}], `+quiet+`}`)
	b.put("-key", "a", "-customer", "Birch")
	b.put("-key", "b", "-customer", "ACME")
	out := b.drained("-json")
	if b.want(b.tickets(), "b|New"); !strings.Contains(out, `"disabled":1`) {
		t.Errorf("%s", out)
	}
}

// An attachment that vanished, and one that is too big, are named in the text.
func TestWrongAttachments(t *testing.T) {
	t.Parallel()
	b := newBench(t, "")
	big := filepath.Join(b.Folder, "big.dmp")
	file, err := os.Create(big)
	if err == nil {
		err = errors.Join(file.Truncate(200<<20), file.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	b.put("-key", "a", "-customer", "ACME", "-text", "It is bad.", "-attach", filepath.Join(b.Folder, "none.txt"), "-attach", big, "-attach", b.Folder)
	if took := time.Since(began); took > time.Second {
		t.Errorf("a big file took %s", took)
	}
	b.drained()
	for _, want := range []string{"It is bad.", "The file none.txt is missing: ", "The file big.dmp is missing: it has 209715200 bytes", "it is not a file"} {
		if !strings.Contains(b.notes(), want) {
			t.Errorf("%q is not in %s", want, b.notes())
		}
	}
}

// On a full disk an alert is not taken, and says so; nothing half is left.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	b := newBench(t, "")
	s, err := openSpool(b.dir)
	if err != nil {
		t.Fatal(err)
	}
	s.write = func(path string, write func(io.Writer) error) error {
		return program.WriteFile(path, func(w io.Writer) error { return errors.Join(write(w), syscall.ENOSPC) })
	}
	p, _, _ := b.program("")
	a := alert{Key: "a", Labels: map[string]string{}}
	if err := putOne(p, s, a); program.ExitOf(err) != program.Failed || !strings.Contains(err.Error(), "not taken") || !strings.Contains(err.Error(), "no space") {
		t.Error(err)
	}
	left, err := os.ReadDir(b.dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range left {
		if strings.Contains(e.Name(), ".json") {
			t.Errorf("left %s", e.Name())
		}
	}
}

// A clock that is set back loses no end and keeps the order of alerts.
func TestClockSetBack(t *testing.T) {
	t.Parallel()
	b := newBench(t, "")
	b.put("-key", "a", "-customer", "ACME")
	b.drained()
	b.clock.Advance(-24 * time.Hour)
	b.put("-key", "a", "-clear")
	b.put("-key", "b", "-customer", "ACME")
	b.clock.Advance(-24 * time.Hour)
	b.put("-key", "b", "-clear")
	b.put("-key", "b", "-customer", "ACME", "-text", "and again")
	b.drain()
	b.drain()
	b.want(b.tickets(), "a|Closed", "b|New")
}

// Any number of processes put alerts at once: none is lost, each has a place of its
// own.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, "")
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() { b.put("-key", fmt.Sprint("k", i), "-customer", "ACME") })
	}
	all.Wait()
	if n := len(b.waiting("")); n != 50 {
		t.Errorf("%d of 50 wait", n)
	}
}
