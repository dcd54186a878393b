package connectwise

import (
	"context"
	"errors"
	"fmt"
)

// list reads a list to its end, in the way its conditions need.
func (s *Collection[T]) list(ctx context.Context, q query, yield func(*T, error) bool) error {
	long, err := s.long(ctx, q)
	if err != nil {
		return err
	}
	if long && !s.searchable() {
		return s.listParts(ctx, q, yield)
	}
	if q, err = s.fit(ctx, q); err != nil {
		return err
	}
	return s.stream(ctx, q, nil, nil, yield)
}

// fetched is a page, or why there is none.
type fetched struct {
	page *rawPage
	err  error
}

// stream yields the records of all pages from q on. The next page is asked
// for while the records of one are decoded and used.
//
// A first page may be given; keep, when not nil, says which rows to yield.
func (s *Collection[T]) stream(ctx context.Context, q query, first *fetched, keep func([]byte) bool, yield func(*T, error) bool) error {
	ctx, cancel := context.WithCancel(ctx)
	var ahead chan fetched
	defer func() {
		cancel()
		if ahead != nil {
			<-ahead // nothing is left running
		}
	}()
	begin := func(q query) {
		ahead = make(chan fetched, 1)
		go func(c chan<- fetched) {
			page, err := s.fetch(ctx, q)
			c <- fetched{page, err}
		}(ahead)
	}

	var current fetched
	if first != nil {
		current = *first
	} else {
		current.page, current.err = s.fetch(ctx, q)
	}
	seen := map[string]bool{}
	for number := 1; ; number++ {
		if current.err != nil {
			return current.err
		}
		page := current.page
		next, err := page.next(q)
		switch {
		case errors.Is(err, errNoForward) && number == 1:
			// Nothing has been yielded: begin again in the other way.
			q = q.numbered()
			current.page, current.err = s.fetch(ctx, q)
			number = 0
			continue
		case err != nil:
			return page.answer.unreadable(fmt.Errorf("page %d: %w any more; it is not known what follows", number, err))
		case next != nil && next.forward && seen[next.cursor]:
			return page.answer.unreadable(fmt.Errorf("page %d: the cursor %q came before", number, next.cursor))
		case next != nil:
			seen[next.cursor] = true
		}
		for i, row := range page.rows {
			if i == 1 && next != nil {
				begin(*next)
			}
			if keep != nil && !keep(row) {
				continue
			}
			item := new(T)
			if _, err := page.decode(row, item); err != nil {
				return err
			}
			page.rows[i] = nil
			if !yield(item, nil) {
				return errStopped
			}
		}
		if next == nil {
			return nil
		}
		if ahead == nil {
			begin(*next)
		}
		current, ahead = <-ahead, nil
		if current.err == nil && len(page.rows) > 0 && current.page.digest == page.digest {
			return current.page.answer.unreadable(fmt.Errorf("page %d is the page before it again", number+1))
		}
		q = *next
	}
}
