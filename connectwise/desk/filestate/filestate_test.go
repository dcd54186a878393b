package filestate_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/covedesk/covedesk/connectwise/desk/filestate"
)

func TestSaveAndLoad(t *testing.T) {
	dir := t.TempDir()
	s := filestate.Open(filepath.Join(dir, "state.json"))
	if data, err := s.Load(); data != nil || err != nil {
		t.Fatalf("before the first Save: %q, %v", data, err)
	}
	for _, want := range []string{"one", "a longer two", ""} {
		if err := s.Save([]byte(want)); err != nil {
			t.Fatal(err)
		}
		if data, err := s.Load(); string(data) != want || data == nil || err != nil {
			t.Fatalf("saved %q, loaded %q, %v", want, data, err)
		}
	}
	info, err := os.Stat(s.String())
	if err != nil {
		t.Fatal(err)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600", info.Mode())
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("left over: %v", files)
	}
}

func TestSaveThatFailsLeavesTheFile(t *testing.T) {
	dir := t.TempDir()
	s := filestate.Open(filepath.Join(dir, "missing", "state.json"))
	if err := s.Save(nil); err == nil || !strings.Contains(err.Error(), "state.json was not saved") {
		t.Errorf("a missing folder: %v", err)
	}
	if _, _, err := s.Lock(t.Context(), false); err == nil || !strings.Contains(err.Error(), "state.json") {
		t.Errorf("lock in a missing folder: %v", err)
	}
	// A folder where the file should be: reading and replacing fail.
	path := filepath.Join(dir, "state.json")
	if err := os.MkdirAll(filepath.Join(path, "sub"), 0o700); err != nil {
		t.Fatal(err)
	}
	s = filestate.Open(path)
	if _, err := s.Load(); err == nil {
		t.Error("a folder was loaded")
	}
	if err := s.Save([]byte("x")); err == nil {
		t.Error("a folder was replaced")
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("left over: %v", files)
	}
}

func TestSetAside(t *testing.T) {
	s := filestate.Open(filepath.Join(t.TempDir(), "state.json"))
	if err := s.SetAside(); err == nil {
		t.Error("nothing was set aside")
	}
	for _, bad := range []string{"damaged", "damaged again"} {
		if err := s.Save([]byte(bad)); err != nil {
			t.Fatal(err)
		}
		if err := s.SetAside(); err != nil {
			t.Fatal(err)
		}
		if data, _ := s.Load(); data != nil {
			t.Errorf("still there: %q", data)
		}
		if data, _ := os.ReadFile(s.String() + ".bad"); string(data) != bad {
			t.Errorf(".bad holds %q", data)
		}
	}
}

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state.json")
	unlock, ok, err := filestate.Open(path).Lock(t.Context(), false)
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	if _, ok, err := filestate.Open(path).Lock(t.Context(), false); ok || err != nil {
		t.Errorf("a second lock: %v, %v", ok, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, ok, err := filestate.Open(path).Lock(ctx, true); ok || !errors.Is(err, context.Canceled) {
		t.Errorf("waiting with an ended context: %v, %v", ok, err)
	}
	done := make(chan error)
	go func() {
		unlock, ok, err := filestate.Open(path).Lock(context.Background(), true)
		if err == nil && !ok {
			err = errors.New("not locked")
		}
		if err == nil {
			unlock()
		}
		done <- err
	}()
	unlock()
	if err := <-done; err != nil {
		t.Errorf("waiting for a lock that is given up: %v", err)
	}
}

// A killed process does not keep the lock.
func TestLockOfADeadProcess(t *testing.T) {
	if path := os.Getenv("FILESTATE_HOLD"); path != "" {
		_, ok, err := filestate.Open(path).Lock(context.Background(), false)
		fmt.Println("held", ok, err)
		time.Sleep(time.Hour) // it is killed before
	}
	path := filepath.Join(t.TempDir(), "state.json")
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestLockOfADeadProcess$", "-test.v")
	cmd.Env = append(os.Environ(), "FILESTATE_HOLD="+path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	held := false
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if strings.Contains(lines.Text(), "held") {
			held = strings.Contains(lines.Text(), "held true <nil>")
			break
		}
	}
	if !held {
		t.Fatal("the other process has no lock")
	}
	if _, ok, _ := filestate.Open(path).Lock(t.Context(), false); ok {
		t.Error("two processes hold the lock")
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	unlock, ok, err := filestate.Open(path).Lock(t.Context(), true)
	if !ok || err != nil {
		t.Fatalf("the dead process still holds the lock: %v, %v", ok, err)
	}
	unlock()
}
