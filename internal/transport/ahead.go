package transport

import "runtime"

// An Ahead makes a call in the background, before its result is needed. Both
// clients read the next page of a list with it. One goroutine uses it. The zero
// value has begun nothing.
type Ahead[T any] struct{ coming chan func() (T, error) }

// Begin makes the call in the background, unless one has begun whose result has
// not been taken.
func (a *Ahead[T]) Begin(call func() (T, error)) {
	if a.coming == nil {
		a.coming = make(chan func() (T, error), 1)
		go func(result chan<- func() (T, error)) {
			defer close(result)
			v, err := call()
			result <- func() (T, error) { return v, err }
		}(a.coming)
	}
}

// Take returns the result of the call that has begun. If none has, it makes the
// given call. A call that ends its goroutine ends this one too, as it would if
// it were made here; Fatal of a test does that, in a transport that fails it.
func (a *Ahead[T]) Take(call func() (T, error)) (T, error) {
	a.Begin(call)
	result, returned := <-a.coming
	a.coming = nil
	if !returned {
		runtime.Goexit()
	}
	return result()
}

// Wait returns when no call is running, and drops the result of one that has
// begun. To end a call early, cancel its context first.
func (a *Ahead[T]) Wait() {
	if a.coming != nil {
		_, _ = a.Take(nil)
	}
}
