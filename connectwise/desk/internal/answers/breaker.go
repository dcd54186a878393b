package answers

import (
	"context"
	"errors"
	"fmt"
	"net"
	"regexp"
	"sync"

	"github.com/covedesk/covedesk/connectwise"
)

// breakAfter is how many lasting failures of one kind in a row end a run.
const breakAfter = 3

// Breaker ends a run in which every further action would fail.
type Breaker struct {
	mu    sync.Mutex
	kind  string
	n     int
	ended error
}

// Note records the end of an action; nil means success.
func (b *Breaker) Note(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	kind := lasting(err)
	if kind == "" || kind != b.kind {
		b.n = 0
	}
	if b.kind = kind; kind == "" {
		return
	}
	if b.n++; b.n >= breakAfter && b.ended == nil {
		b.ended = fmt.Errorf("desk: the run was ended after %d failures in a row that will not pass by themselves: %w", b.n, err)
	}
}

// Broken returns why the run was ended, nil while it goes on.
func (b *Breaker) Broken() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.ended
}

var digits = regexp.MustCompile(`[0-9]+`)

// lasting returns the kind of a lasting failure: refused keys, the same missing
// permission, or a server that hangs. It returns "" for everything else.
func lasting(err error) string {
	var answer *connectwise.Error
	var timeout net.Error
	switch {
	case err == nil:
	case errors.Is(err, connectwise.ErrUnauthorized):
		return "unauthorized"
	case errors.Is(err, connectwise.ErrForbidden) && errors.As(err, &answer):
		return "forbidden " + answer.Method + " " + digits.ReplaceAllString(answer.Path, "0")
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return "hang"
	}
	return ""
}
