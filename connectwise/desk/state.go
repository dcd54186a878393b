package desk

import (
	"context"
	"sync"

	"github.com/covedesk/covedesk/connectwise/desk/internal/memory"
)

// State stores a desk's memory, a small JSON document, from run to run. Package
// filestate stores it in a file. docs/recipes/database.md shows a State for a
// database, in thirty lines.
type State interface {
	// Lock locks the memory against other processes until unlock is called. If
	// another process holds the lock, ok is false; with wait, Lock waits for it
	// instead, and returns the context's error if ctx ends first. A process
	// that died must not keep the lock.
	Lock(ctx context.Context, wait bool) (unlock func(), ok bool, err error)
	// Load returns what was saved last, nil if nothing was saved. It is also
	// called without the lock, to see how old the memory is that another
	// process has locked.
	Load() ([]byte, error)
	// Save replaces what was saved, completely or not at all.
	Save(data []byte) error
}

// aside is an optional method of a State. SetAside moves away what was saved
// last, because it cannot be read, and keeps it for a person to look at.
type aside interface{ SetAside() error }

// Late is how long the server may still execute a request that the client has
// given up. A key whose create was started, and whose ticket has not been seen,
// waits this long.
const Late = memory.Late

// tenant returns the tenant that the memory belongs to.
func (d *Desk) tenant() memory.Tenant {
	return memory.Tenant{Owner: d.owner, Company: d.client.LoginCompany(), Host: d.host}
}

// recall reads the memory. If it cannot be read, recall returns a new one and
// the error [memory.ErrDamaged].
func (d *Desk) recall() (*memory.Memory, error) {
	data, err := d.config.State.Load()
	if err != nil {
		return nil, err
	}
	m, err := memory.Read(data, d.tenant())
	if m == nil {
		return nil, &ConfigError{Faults: []string{"State: " + err.Error()}}
	}
	return m, err
}

// processState keeps the memory in the process, for desks without a State.
type processState struct {
	running sync.Mutex
	mu      sync.Mutex
	data    []byte
}

func (s *processState) Lock(ctx context.Context, _ bool) (func(), bool, error) {
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	// Runs of one process wait for each other, so there is no second writer.
	s.running.Lock()
	return s.running.Unlock, true, nil
}

func (s *processState) Load() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.data, nil
}

func (s *processState) Save(data []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.data = data
	return nil
}
