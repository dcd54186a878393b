package connectwise

import (
	"context"
	"sync"
)

// batch is a run of rows on their way to the caller.
type batch struct {
	rows []row
	err  error // what ended them, nil when there is more or all was well
}

const batchSize = 256

// together reads several lists at the same time, at most atOnce of them, and
// yields their rows list after list. Rows are decoded where they are read, and
// a list that is ahead of its turn waits once it holds about a page.
func (s *core) together(ctx context.Context, lists []query, yield func(row) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer func() {
		cancel()
		running.Wait() // nothing is left running
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
		coming[i] = nil
		start(i + atOnce)
	}
	return nil
}

// gather sends the rows of a list in batches, and closes the channel.
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
		if rows == nil {
			rows = make([]row, 0, batchSize)
		}
		rows = append(rows, r)
		return len(rows) < batchSize || send(nil)
	})
	send(err)
}
