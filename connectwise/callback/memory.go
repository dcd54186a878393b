package callback

import (
	"crypto/sha256"
	"encoding/hex"
	"sync"
)

// memory knows the deliveries that are being handled and the last ones that
// were.
type memory struct {
	limit int

	mu    sync.Mutex
	known map[string]*delivery
	order []string // those that were handled, eldest first
}

// delivery is one message and what came of it; err is set before done closes.
type delivery struct {
	id   string
	done chan struct{}
	err  error
}

func newMemory(limit int) *memory {
	return &memory{limit: limit, known: map[string]*delivery{}}
}

// identity is what a repeated delivery has in common with the first.
func identity(e Event, body []byte) string {
	if e.Message != "" {
		return e.Message
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// begin returns the delivery with the id, and whether it is for the caller to
// handle.
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

// end notes what came of a delivery. A failed one is forgotten, so that it is
// handled again when it is delivered again.
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
