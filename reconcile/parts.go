package reconcile

// inParts calls work for parts of a list of n entries, at once where there are
// processors for it, and returns when all of them are done. The parts have
// nothing in common: work writes only what belongs to its own entries, so that
// the outcome is the same however the list is cut.
func inParts(n int, work func(from, to int)) {
	const parts, worthwhile = 4, 4096
	if n < worthwhile {
		work(0, n)
		return
	}
	done := make(chan struct{})
	for p := range parts {
		go func() {
			work(n*p/parts, n*(p+1)/parts)
			done <- struct{}{}
		}()
	}
	for range parts {
		<-done
	}
}

// aside does work that nobody needs yet, beside what the caller does meanwhile.
// The channel is closed when it is done.
func aside(work func()) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		work()
	}()
	return done
}
