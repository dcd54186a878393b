package desk

import (
	"context"
	"sync"

	"github.com/covedesk/covedesk/connectwise/desk/internal/memory"
)

// State is where a desk keeps its memory from run to run: one small JSON
// document. Package filestate keeps it in a file. Another place is thirty lines;
// docs/recipes/database.md has a database.
type State interface {
	// Lock keeps other processes out until unlock is called. ok is false when
	// another holds the lock; with wait it waits for that one to end, until ctx
	// does, whose error it then returns. The lock of a process that died is none.
	Lock(ctx context.Context, wait bool) (unlock func(), ok bool, err error)
	// Load gives what was saved last; nil where nothing was. It is also called
	// without the lock, to see how old a memory is that another process holds.
	Load() ([]byte, error)
	// Save replaces what was saved, as a whole or not at all.
	Save(data []byte) error
}

// aside is what a State may have besides: SetAside keeps what was saved last out
// of the way, for a person to look at, because it cannot be read.
type aside interface{ SetAside() error }

// Late is how long a request that was given up may still be carried out by the
// server. A key whose create was begun and not seen waits as long.
const Late = memory.Late

// tenant is whose memory this desk's is.
func (d *Desk) tenant() memory.Tenant {
	return memory.Tenant{Owner: d.owner, Company: d.client.LoginCompany(), Host: d.host}
}

// recall reads the memory. One that cannot be read is a [memory.ErrDamaged], and a
// new one is returned in its place.
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

// processState keeps the memory for as long as the process lives, for desks
// without a State.
type processState struct {
	running sync.Mutex
	mu      sync.Mutex
	data    []byte
}

func (s *processState) Lock(ctx context.Context, _ bool) (func(), bool, error) {
	if err := ctx.Err(); err != nil {
		return nil, false, err
	}
	// Runs of one process wait for each other: none of them is a second writer.
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
