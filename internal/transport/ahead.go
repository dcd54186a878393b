package transport

import "context"

// Ahead reads one page before it is needed. It is used by one goroutine.
type Ahead[P any] struct {
	ctx    context.Context
	cancel context.CancelFunc
	coming chan page[P] // nil when nothing has been begun
}

// page is a page, or why there is none.
type page[P any] struct {
	page P
	err  error
}

// NewAhead returns an Ahead whose requests end with the context.
func NewAhead[P any](ctx context.Context) *Ahead[P] {
	ctx, cancel := context.WithCancel(ctx)
	return &Ahead[P]{ctx: ctx, cancel: cancel}
}

// Begin reads a page, unless one is being read.
func (a *Ahead[P]) Begin(read func(context.Context) (P, error)) {
	if a.coming != nil {
		return
	}
	coming := make(chan page[P], 1)
	a.coming = coming
	go func() {
		p, err := read(a.ctx)
		coming <- page[P]{p, err}
	}()
}

// Page returns the page that was begun.
func (a *Ahead[P]) Page() (P, error) {
	p := <-a.coming
	a.coming = nil
	return p.page, p.err
}

// Stop gives up what was begun and leaves nothing running.
func (a *Ahead[P]) Stop() {
	a.cancel()
	if a.coming != nil {
		<-a.coming
	}
}
