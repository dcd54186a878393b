package connectwise

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// batch is a group of rows for the caller.
type batch struct {
	rows []row
	err  error // the error that ended the rows, if any
}

const batchSize = 256

// together reads several lists at the same time, at most atOnce of them, and
// yields their rows list after list. Each list decodes its rows in its own
// goroutine. A list whose turn has not come waits when it holds about a page of
// rows.
func (s *core) together(ctx context.Context, lists []query, yield func(row) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer func() {
		cancel()
		running.Wait() // leave no goroutine running
	}()
	coming := make([]chan batch, len(lists))
	start := func(i int) {
		if i >= len(lists) {
			return
		}
		coming[i] = make(chan batch, maxPageSize/batchSize+1)
		running.Go(func() { s.gather(ctx, lists[i], coming[i]) })
	}
	for i := range atOnce {
		start(i)
	}
	for i := range lists {
		for b := range coming[i] {
			for _, r := range b.rows {
				if !yield(r) {
					return errStopped
				}
			}
			if b.err != nil {
				return b.err
			}
		}
		if err := ctx.Err(); err != nil { // then the list may lack rows, and its error
			return fmt.Errorf("connectwise: the list %s is incomplete: %w", s.path, err)
		}
		coming[i] = nil
		start(i + atOnce)
	}
	return nil
}

// gather sends the rows of a list in batches and then closes the channel.
func (s *core) gather(ctx context.Context, q query, to chan<- batch) {
	defer close(to)
	var rows []row
	send := func(err error) bool {
		select {
		case to <- batch{rows, err}:
			rows = nil
			return true
		case <-ctx.Done():
			return false
		}
	}
	err := s.stream(ctx, q, func(r row) bool {
		rows = append(rows, r)
		return len(rows) < batchSize || send(nil)
	})
	if !errors.Is(err, errStopped) { // nobody takes rows any more: the context has ended
		send(err)
	}
}
