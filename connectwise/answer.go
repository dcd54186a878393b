package connectwise

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"
)

// Answer is what an answer says apart from its body, for logs of what was done.
type Answer struct {
	Method    string // of the request
	Path      string // of the request's URL
	Status    int
	RequestID string // the server's x-cw-request-id, for its support
	Attempts  int    // how often the request was sent
	// Date is the server's clock, in whole seconds; zero where the answer has
	// none, or was an error on its way.
	Date time.Time
}

type answerKey struct{}

// WithAnswer returns a context. A call with it writes into answer what the server
// answered, before it returns and whether it succeeds or fails. When several
// requests are sent, repeated attempts and pages of a list included, answer holds
// the last. [Error] carries the same values.
//
//	var answer connectwise.Answer
//	ticket, err := tickets.Create(connectwise.WithAnswer(ctx, &answer), ticket)
//	log.Print(answer.RequestID)
func WithAnswer(ctx context.Context, answer *Answer) context.Context {
	return context.WithValue(ctx, answerKey{}, answer)
}

// noting is held while an Answer is written: pages may come at the same time.
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

// tellError tells of an answer that became an error on its way: a 429, or a
// write of unknown outcome.
func tellError(ctx context.Context, err error) {
	var e *Error
	if errors.As(err, &e) && e.Status != 0 {
		note(ctx, Answer{e.Method, e.Path, e.Status, e.RequestID, e.Attempts, time.Time{}})
	}
}

const requestIDHeader = "x-cw-request-id"
