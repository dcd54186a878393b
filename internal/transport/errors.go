package transport

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Classes of errors that both APIs know, for errors.Is. An error may belong to
// several.
var (
	// ErrNotFound: there is no such record.
	ErrNotFound = errors.New("not found")
	// ErrUnauthorized: the credentials were refused.
	ErrUnauthorized = errors.New("not signed in")
	// ErrForbidden: the caller has no right to it.
	ErrForbidden = errors.New("not permitted")
	// ErrRateLimited: the server asks for fewer requests; it did nothing.
	ErrRateLimited = errors.New("too many requests")
	// ErrInvalid: the request is wrong.
	ErrInvalid = errors.New("invalid request")
	// ErrExists: there is such a record already.
	ErrExists = errors.New("exists already")
	// ErrConflict: the record is in use, or was changed meanwhile.
	ErrConflict = errors.New("conflict")
	// ErrServer: a fault of the server, or of what stands before it.
	ErrServer = errors.New("server fault")
	// ErrOutcomeUnknown: a write may or may not have been executed. It was
	// sent, and no answer that settles it came back. It must be looked up
	// before it is sent again.
	ErrOutcomeUnknown = errors.New("it is unknown whether the request was executed")
)

// OutcomeError is a write of unknown outcome. It matches [ErrOutcomeUnknown].
type OutcomeError struct {
	Attempts int
	Status   int            // of the answer, 0 when there was none
	Response *http.Response // the answer, its body in memory; nil when there was none or it could not be read
	Err      error          // what went wrong, nil when the answer itself is the trouble
}

func (e *OutcomeError) Error() string {
	return fmt.Sprintf("%v: %s", ErrOutcomeUnknown, describe(e.Status, e.Err))
}

// Unwrap returns what went wrong.
func (e *OutcomeError) Unwrap() error { return e.Err }

// Is matches [ErrOutcomeUnknown].
func (e *OutcomeError) Is(target error) bool { return target == ErrOutcomeUnknown }

// RateLimitError is a request that the server refused with 429 and that is
// not repeated now. It was not executed. It matches [ErrRateLimited].
type RateLimitError struct {
	Attempts int
	Wait     time.Duration  // what the server asked for, or a guess when it did not say
	Response *http.Response // the answer, its body in memory
	Err      error          // why the wait was given up, nil when it was not begun
}

func (e *RateLimitError) Error() string {
	s := fmt.Sprintf("the server limits the rate (429) and asks to wait %v", e.Wait.Round(time.Second))
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns why the wait was given up.
func (e *RateLimitError) Unwrap() error { return e.Err }

// Is matches [ErrRateLimited].
func (e *RateLimitError) Is(target error) bool { return target == ErrRateLimited }

// SendError is a request that brought no answer and that may be made again:
// a read, or a write that never left.
type SendError struct {
	Attempts int
	Status   int // of the last answer, 0 when there was none
	Err      error
}

func (e *SendError) Error() string { return describe(e.Status, e.Err) }

// Unwrap returns what went wrong.
func (e *SendError) Unwrap() error { return e.Err }

func describe(status int, err error) string {
	switch {
	case err == nil:
		return fmt.Sprintf("HTTP status %d", status)
	case status == 0:
		return err.Error()
	}
	return fmt.Sprintf("HTTP status %d: %v", status, err)
}

// Attempts says how often a request was sent, from its answer or its error;
// 0 when neither came from the chain.
func Attempts(resp *http.Response, err error) int {
	var outcome *OutcomeError
	var limit *RateLimitError
	var send *SendError
	switch {
	case errors.As(err, &outcome):
		return outcome.Attempts
	case errors.As(err, &limit):
		return limit.Attempts
	case errors.As(err, &send):
		return send.Attempts
	case resp != nil && resp.Request != nil:
		if a, ok := resp.Request.Context().Value(keyAttempt).(*attempt); ok {
			return a.number
		}
	}
	return 0
}
