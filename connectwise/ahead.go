package connectwise

import "context"

// ahead reads one page before it is needed. It is used by one goroutine.
type ahead struct {
	ctx    context.Context
	cancel context.CancelFunc
	core   *core
	coming chan fetched // nil when nothing has been begun
}

// fetched is a page, or why there is none.
type fetched struct {
	page *rawPage
	err  error
}

func readAhead(ctx context.Context, s *core) *ahead {
	ctx, cancel := context.WithCancel(ctx)
	return &ahead{ctx: ctx, cancel: cancel, core: s}
}

// begin asks for a page, unless that has been begun.
func (a *ahead) begin(q query) {
	if a.coming != nil {
		return
	}
	coming := make(chan fetched, 1)
	a.coming = coming
	go func() {
		page, err := a.core.fetch(a.ctx, q)
		coming <- fetched{page, err}
	}()
}

// page returns the page that was begun, or asks for it now.
func (a *ahead) page(q query) (*rawPage, error) {
	a.begin(q)
	f := <-a.coming
	a.coming = nil
	return f.page, f.err
}

// stop gives up what was begun and leaves nothing running.
func (a *ahead) stop() {
	a.cancel()
	if a.coming != nil {
		<-a.coming
	}
}
