// Package filestate keeps a desk's memory in a file. An operating system's lock
// beside it keeps a second process out.
//
//	d, err := desk.New(ctx, client, desk.Config{State: filestate.Open("state.json")})
//
// The file is readable by its owner alone and is replaced as a whole: after a
// crash or a power cut it holds the old memory or the new one, never a part of
// either. A copy that could not be read is kept beside it as state.json.bad.
//
// On Windows the permissions of the folder decide who may read the file, and
// the lock keeps out other processes of the same machine, as elsewhere. Keep the
// file on a disk of the machine: network file systems differ in what a lock is.
package filestate

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// retry is how often a lock that another process holds is tried again.
const retry = 100 * time.Millisecond

// State is a memory in a file. Use [Open].
type State struct{ path string }

// Open gives the memory in the file at path. It touches nothing: the file is
// made by the first Save, its folder must exist. Relative paths are those of the
// working directory at the time of use.
func Open(path string) *State { return &State{path} }

// String is the path.
func (s *State) String() string { return s.path }

// Lock takes the lock, path + ".lock", for this process; it is free again after
// unlock and when the process ends in any way. With wait it waits for another
// holder until ctx ends, which is then the error; else ok is false when
// there is one.
func (s *State) Lock(ctx context.Context, wait bool) (unlock func(), ok bool, err error) {
	lock := flock.New(s.path+".lock", flock.SetPermissions(0o600))
	if wait {
		ok, err = lock.TryLockContext(ctx, retry)
	} else {
		ok, err = lock.TryLock()
	}
	if err != nil {
		return nil, false, fmt.Errorf("filestate: lock of %s: %w", s.path, err)
	}
	return func() { _ = lock.Unlock() }, ok, nil
}

// Load gives what was saved last; nil where nothing was.
func (s *State) Load() ([]byte, error) {
	data, err := os.ReadFile(s.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("filestate: %w", err)
	}
	return data, nil
}

// Save replaces what was saved. On an error the file is as it was before.
func (s *State) Save(data []byte) error {
	if err := s.save(data); err != nil {
		return fmt.Errorf("filestate: %s was not saved: %w", s.path, err)
	}
	return nil
}

func (s *State) save(data []byte) (err error) {
	file, err := os.CreateTemp(filepath.Dir(s.path), filepath.Base(s.path)+".new*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(file.Name())
		}
	}()
	_, err = file.Write(data)
	// Without Sync a power cut may leave the new name with an empty file.
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), s.path)
}

// SetAside keeps what was saved last as path + ".bad", for a person to look at,
// and so empties the memory. An earlier ".bad" is replaced.
func (s *State) SetAside() error {
	if err := os.Rename(s.path, s.path+".bad"); err != nil {
		return fmt.Errorf("filestate: %w", err)
	}
	return nil
}
