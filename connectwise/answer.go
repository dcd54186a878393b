package connectwise

import (
	"context"
	"errors"
)

// Answer is what an answer says beside its body, for logs of what was done.
type Answer struct {
	Method    string // of the request
	Path      string // of the request's URL
	Status    int
	RequestID string // the server's x-cw-request-id, for its support
	Attempts  int    // how often the request was sent
}

type answerKey struct{}

// WithAnswer returns a context whose calls tell of the answer that came,
// success or not, before they return; a list tells of each page, and of
// several at once. Of repeated attempts it tells of the last. Errors carry the
// same in [Error].
//
//	ctx = connectwise.WithAnswer(ctx, func(a connectwise.Answer) { id = a.RequestID })
func WithAnswer(ctx context.Context, tell func(Answer)) context.Context {
	return context.WithValue(ctx, answerKey{}, tell)
}

func (a *answer) tell(ctx context.Context) {
	if tell, ok := ctx.Value(answerKey{}).(func(Answer)); ok && tell != nil {
		tell(Answer{a.method, a.path, a.status, a.quote(a.header.Get(requestIDHeader)), a.attempts})
	}
}

// tellError tells of an answer that became an error on its way: a 429, or a
// write of unknown outcome.
func tellError(ctx context.Context, err error) {
	var e *Error
	if tell, ok := ctx.Value(answerKey{}).(func(Answer)); ok && tell != nil && errors.As(err, &e) && e.Status != 0 {
		tell(Answer{e.Method, e.Path, e.Status, e.RequestID, e.Attempts})
	}
}

const requestIDHeader = "x-cw-request-id"
