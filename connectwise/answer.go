package connectwise

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

// Answer holds what an answer says apart from its body, for a log of what a
// program did.
type Answer struct {
	Method    string // of the request
	Path      string // of the request's URL
	Status    int
	RequestID string // the server's x-cw-request-id, for its support
	Attempts  int    // how often the request was sent
	// Date is the server's time, in whole seconds. It is zero when the answer
	// has no date, or when the transport turned the answer into an error.
	Date time.Time
}

type answerKey struct{}

// WithAnswer returns a context. A call with this context fills answer before it
// returns, whether it succeeds or fails. If the call sends several requests,
// such as repeated attempts or pages of a list, answer describes the last.
// [Error] holds the same values.
//
//	var answer connectwise.Answer
//	ticket, err := tickets.Create(connectwise.WithAnswer(ctx, &answer), ticket)
//	log.Print(answer.RequestID)
func WithAnswer(ctx context.Context, answer *Answer) context.Context {
	return context.WithValue(ctx, answerKey{}, answer)
}

// noting is held while an Answer is written, because several pages may arrive
// at the same time.
var noting sync.Mutex

func note(ctx context.Context, answer Answer) {
	if to, ok := ctx.Value(answerKey{}).(*Answer); ok && to != nil {
		noting.Lock()
		defer noting.Unlock()
		*to = answer
	}
}

func (a *answer) tell(ctx context.Context) {
	if ctx.Value(answerKey{}) == nil {
		return // nobody asks, and quoting costs
	}
	date, _ := http.ParseTime(a.header.Get("Date"))
	note(ctx, Answer{a.method, a.path, a.status, a.quote(a.header.Get(requestIDHeader)), a.attempts, date})
}

// tellError fills the Answer from an answer that the transport turned into an
// error: a 429, or a write whose outcome is unknown.
func tellError(ctx context.Context, err error) {
	var e *Error
	if errors.As(err, &e) && e.Status != 0 {
		note(ctx, Answer{e.Method, e.Path, e.Status, e.RequestID, e.Attempts, time.Time{}})
	}
}

const requestIDHeader = "x-cw-request-id"
