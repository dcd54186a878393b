package callback

import (
	"crypto/sha256"
	"encoding/hex"
	"sync"
)

// memory holds the deliveries that are being handled and the last ones that
// were handled.
type memory struct {
	limit int

	mu    sync.Mutex
	known map[string]*delivery
	order []string // ids of handled deliveries, oldest first
}

// delivery is one message and its result. err is set before done closes.
type delivery struct {
	id   string
	done chan struct{}
	err  error
}

func newMemory(limit int) *memory {
	return &memory{limit: limit, known: map[string]*delivery{}}
}

// identity returns an id that a repeated delivery has in common with the first.
func identity(e Event, body []byte) string {
	if e.Message != "" {
		return e.Message
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// begin returns the delivery with the id, and whether the caller must handle
// it.
func (m *memory) begin(id string) (d *delivery, first bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if d, ok := m.known[id]; ok {
		return d, false
	}
	d = &delivery{id: id, done: make(chan struct{})}
	m.known[id] = d
	return d, true
}

// end records the end of a delivery. A failed delivery is forgotten, so that it
// is handled again when it is repeated.
func (m *memory) end(d *delivery) {
	m.mu.Lock()
	defer m.mu.Unlock()
	close(d.done)
	if d.err != nil {
		delete(m.known, d.id)
		return
	}
	m.order = append(m.order, d.id)
	if len(m.order) > m.limit {
		delete(m.known, m.order[0])
		m.order = m.order[1:]
	}
}
