package program

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk"
)

// surroundings are those of a program that is alone on its machine.
func surroundings(t *testing.T, environment map[string]string, args ...string) (p *Program, stdout, stderr *bytes.Buffer) {
	t.Helper()
	stdout, stderr = new(bytes.Buffer), new(bytes.Buffer)
	return &Program{
		Name: "tried", Args: args, Stdin: strings.NewReader(""), Stdout: stdout, Stderr: stderr, Folder: t.TempDir(),
		Lookup: func(name string) (string, bool) { value, found := environment[name]; return value, found },
		Now:    func() time.Time { return time.Date(2026, 11, 29, 7, 0, 0, 0, time.UTC) },
	}, stdout, stderr
}

func TestExitCodes(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err      error
		findings []desk.Finding
		want     Exit
	}{
		"fine":                    {want: Fine},
		"attention, nothing new":  {findings: []desk.Finding{{Health: desk.HealthAttention}}, want: Fine},
		"attention, new":          {findings: []desk.Finding{{Health: desk.HealthAttention, New: true}}, want: News},
		"worth a mention, new":    {findings: []desk.Finding{{Health: desk.HealthFine, New: true}}, want: Fine},
		"blind before news":       {findings: []desk.Finding{{Health: desk.HealthBlind}, {Health: desk.HealthAttention, New: true}}, want: Blind},
		"failed before blind":     {findings: []desk.Finding{{Health: desk.HealthFailed}, {Health: desk.HealthBlind}}, want: Failed},
		"an old failure":          {findings: []desk.Finding{{Health: desk.HealthFailed, New: false}}, want: Failed},
		"wrong board":             {err: fmt.Errorf("desk: %w", &desk.ConfigError{Faults: []string{"no such board"}}), want: Wrong},
		"wrong keys":              {err: fmt.Errorf("log in: %w", connectwise.ErrUnauthorized), want: Wrong},
		"server fails":            {err: fmt.Errorf("list: %w", connectwise.ErrServer), want: Blind},
		"limited":                 {err: connectwise.ErrRateLimited, want: Blind},
		"too slow":                {err: context.DeadlineExceeded, want: Blind},
		"interrupted":             {err: fmt.Errorf("list: %w", errors.Join(connectwise.ErrServer, context.Canceled)), want: Failed},
		"memory cannot be saved":  {err: &fs.PathError{Op: "write", Path: "state", Err: syscall.ENOSPC}, want: Failed},
		"nobody answers":          {err: &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, want: Blind},
		"failed, and unreachable": {err: connectwise.ErrServer, findings: []desk.Finding{{Health: desk.HealthFailed}}, want: Failed},
		"a code of its own":       {err: fmt.Errorf("x: %w", End(News, nil)), want: News},
	} {
		if got := ExitOfRun(&desk.Report{Findings: test.findings}, test.err); got != test.want {
			t.Errorf("%s: %d, want %d", name, got, test.want)
		}
	}
	for code, broken := range map[Exit]bool{Fine: false, News: false, Failed: true, Wrong: true, Blind: true} {
		if code.Broken() != broken {
			t.Errorf("%d is broken: %t", code, !broken)
		}
	}
}

func TestRunSaysWhatFailedOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err    error
		code   Exit
		stderr string
	}{
		"nothing":        {},
		"help":           {err: flag.ErrHelp},
		"an error":       {err: errors.New("no"), code: Failed, stderr: "tried: no\n"},
		"said already":   {err: End(Blind, nil), code: Blind},
		"with an error":  {err: End(Wrong, errors.New("no")), code: Wrong, stderr: "tried: no\n"},
		"of the service": {err: connectwise.ErrServer, code: Blind, stderr: "tried: server fault\n"},
	} {
		p, _, stderr := surroundings(t, nil)
		code := p.Run(t.Context(), func(context.Context, *Program) error { return test.err })
		if code != test.code || stderr.String() != test.stderr {
			t.Errorf("%s: %d %q, want %d %q", name, code, stderr, test.code, test.stderr)
		}
	}
}

type full struct{ room int }

func (f *full) Write(b []byte) (int, error) {
	if f.room -= len(b); f.room < 0 {
		return 0, syscall.ENOSPC
	}
	return len(b), nil
}

// D12: a full disk for the output ends no run in the middle.
func TestCaseD12FullDiskForOutput(t *testing.T) {
	t.Parallel()
	p, _, stderr := surroundings(t, nil)
	p.Stdout = &full{room: 3}
	reached := false
	code := p.Run(t.Context(), func(_ context.Context, p *Program) error {
		for range 3 {
			if _, err := fmt.Fprint(p.Stdout, "ab"); err != nil {
				return err
			}
		}
		reached = true
		return nil
	})
	if !reached || code != Failed || !strings.Contains(stderr.String(), "no space") || strings.Count(stderr.String(), "\n") != 1 {
		t.Errorf("reached the end: %t, code %d, %q", reached, code, stderr)
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	parse := func(args ...string) (stdout string, n int, err error) {
		p, out, stderr := surroundings(t, nil, args...)
		var flags flag.FlagSet
		flags.IntVar(&n, "n", 1, "a `number`")
		err = p.Parse(&flags)
		if stderr.Len() > 0 {
			t.Errorf("%v: %q", args, stderr)
		}
		return out.String(), n, err
	}
	if _, n, err := parse("-n", "3"); err != nil || n != 3 {
		t.Error(n, err)
	}
	if out, _, err := parse("-help"); !errors.Is(err, flag.ErrHelp) || !strings.Contains(out, "usage: tried") || !strings.Contains(out, "-n number") {
		t.Errorf("%q %v", out, err)
	}
	for _, args := range [][]string{{"-x"}, {"extra"}, {"-n", "many"}} {
		out, _, err := parse(args...)
		if ExitOf(err) != Wrong || strings.Contains(err.Error(), "\n") || out != "" {
			t.Errorf("%v: %q %v", args, out, err)
		}
	}
}

func TestStateFile(t *testing.T) {
	t.Parallel()
	p, _, _ := surroundings(t, nil)
	p.Folder = filepath.Join(p.Folder, "new")
	got, err := p.StateFile("", "Acme/../Co", "desk")
	if want := filepath.Join(p.Folder, "acme____co-desk.json"); err != nil || got != want {
		t.Errorf("%q %v, want %q", got, err, want)
	}
	if info, err := os.Stat(p.Folder); err != nil || info.Mode().Perm() != 0o700 {
		t.Error(info, err)
	}
	if got, err := p.StateFile("x.json", "acme", "desk"); err != nil || got != "x.json" {
		t.Error(got, err)
	}
	if got := Beside("a/acme-desk.json", "log"); got != "a/acme-desk.log" {
		t.Error(got)
	}
	p.Folder = ""
	if _, err := p.StateFile("", "acme", "desk"); ExitOf(err) != Wrong || !strings.Contains(err.Error(), "-state") {
		t.Error(err)
	}
}

// Whoever waits for another process is told.
func TestMemorySaysThatItWaits(t *testing.T) {
	t.Parallel()
	p, _, stderr := surroundings(t, nil)
	path := filepath.Join(p.Folder, "a.json")
	unlock, ok, err := p.Memory(path).Lock(t.Context(), true)
	if !ok || err != nil || stderr.Len() > 0 {
		t.Fatal(ok, err, stderr)
	}
	if _, ok, err := p.Memory(path).Lock(t.Context(), false); ok || err != nil || stderr.Len() > 0 {
		t.Errorf("without waiting: %t, %v, %q", ok, err, stderr)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	_, ok, err = p.Memory(path).Lock(ctx, true)
	if ok || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(stderr.String(), path+": waiting") {
		t.Errorf("waiting: %t, %v, %q", ok, err, stderr)
	}
	unlock()
	// What the file can do besides is not hidden.
	if _, ok := p.Memory(path).(interface{ SetAside() error }); !ok {
		t.Error("a damaged memory would not be kept")
	}
}

func TestActionLogIsAppendedTo(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "a.json")
	for _, line := range []string{"one\n", "two\n"} {
		log, err := ActionLog(state)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(log, line)
		_ = log.Close()
	}
	data, err := os.ReadFile(Beside(state, "log"))
	info, _ := os.Stat(Beside(state, "log"))
	if err != nil || string(data) != "one\ntwo\n" || info.Mode().Perm() != 0o600 {
		t.Errorf("%q %v %v", data, err, info.Mode())
	}
	if _, err := ActionLog(filepath.Join(state, "a.json")); ExitOf(err) != Wrong {
		t.Error(err)
	}
}

func TestWriteFileIsAllOrNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "out.csv")
	write := func(text string, err error) error {
		return WriteFile(path, func(w io.Writer) error { _, _ = io.WriteString(w, text); return err })
	}
	if err := write("first", nil); err != nil {
		t.Fatal(err)
	}
	err := write("half", syscall.ENOSPC)
	if err == nil || !strings.Contains(err.Error(), "out.csv") || !strings.Contains(err.Error(), "no space") {
		t.Error(err)
	}
	data, _ := os.ReadFile(path)
	if left, _ := os.ReadDir(dir); string(data) != "first" || len(left) != 1 {
		t.Errorf("%q, %d files", data, len(left))
	}
	if err := write("second", nil); err != nil {
		t.Fatal(err)
	}
	if data, _ := os.ReadFile(path); string(data) != "second" {
		t.Errorf("%q", data)
	}
	if got := Dated(time.Date(2026, 11, 29, 7, 0, 5, 0, time.UTC), "devices.csv"); got != "2026-11-29_07-00-05_devices.csv" {
		t.Error(got)
	}
}
