// Package filestate stores a desk's memory in a file. A lock of the operating
// system keeps a second process out.
//
//	d, err := desk.New(ctx, client, desk.Config{State: filestate.Open("state.json")})
//
// Only its owner can read the file. The file is replaced as a whole: after a
// crash or a power cut it holds the old memory or the new one, never a part. A
// memory that could not be read is kept as state.json.bad.
//
// On Windows the permissions of the folder decide who may read the file, and
// the lock works between processes of one machine, as elsewhere. Keep the file
// on a local disk, because locks on network file systems are not reliable.
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

// retry is the time between two tries to take the lock.
const retry = 100 * time.Millisecond

// State is a memory in a file. Use [Open].
type State struct{ path string }

// Open returns the memory in the file at path. It does not open the file: the
// first Save creates it, and its folder must exist. A relative path is resolved
// in the working directory at the time of use.
func Open(path string) *State { return &State{path} }

// String returns the path.
func (s *State) String() string { return s.path }

// Lock takes the lock, the file path + ".lock". The lock is released by unlock,
// and when the process ends in any way. If another process holds the lock, ok
// is false; with wait, Lock waits instead, and returns the context's error if
// ctx ends first.
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

// Load returns what was saved last, nil if nothing was saved.
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

// Save replaces what was saved. After an error the file is unchanged.
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

// SetAside renames the file to path + ".bad", for a person to look at, and so
// empties the memory. It replaces an earlier ".bad".
func (s *State) SetAside() error {
	if err := os.Rename(s.path, s.path+".bad"); err != nil {
		return fmt.Errorf("filestate: %w", err)
	}
	return nil
}
