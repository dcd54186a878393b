package transport

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Classes of errors that both APIs have, for errors.Is. An error may belong to
// several.
var (
	// ErrNotFound: the record does not exist.
	ErrNotFound = errors.New("not found")
	// ErrUnauthorized: the credentials were refused.
	ErrUnauthorized = errors.New("not signed in")
	// ErrForbidden: the caller lacks a right.
	ErrForbidden = errors.New("not permitted")
	// ErrRateLimited: the server wants fewer requests. It did nothing.
	ErrRateLimited = errors.New("too many requests")
	// ErrInvalid: the request is wrong.
	ErrInvalid = errors.New("invalid request")
	// ErrExists: such a record exists already.
	ErrExists = errors.New("exists already")
	// ErrConflict: the record is in use, or was changed meanwhile.
	ErrConflict = errors.New("conflict")
	// ErrServer: a fault of the server or of a gateway in front of it.
	ErrServer = errors.New("server fault")
	// ErrOutcomeUnknown: a write was sent, and nobody knows whether it was
	// executed, because no conclusive answer came back. Look the result up before
	// you send the write again.
	ErrOutcomeUnknown = errors.New("it is unknown whether the request was executed")
)

// OutcomeError is a write with an unknown outcome. It matches
// [ErrOutcomeUnknown].
type OutcomeError struct {
	Attempts int
	Status   int            // of the answer, 0 when there was none
	Response *http.Response // the answer, its body in memory; nil when there was none or it could not be read
	Err      error          // the cause; nil when the answer itself is the cause
}

func (e *OutcomeError) Error() string {
	return fmt.Sprintf("%v: %s", ErrOutcomeUnknown, describe(e.Status, e.Err))
}

// Unwrap returns what went wrong.
func (e *OutcomeError) Unwrap() error { return e.Err }

// Is matches [ErrOutcomeUnknown].
func (e *OutcomeError) Is(target error) bool { return target == ErrOutcomeUnknown }

// RateLimitError is a request that the server refused with 429 and that is not
// repeated now. It was not executed. It matches [ErrRateLimited].
type RateLimitError struct {
	Attempts int
	Wait     time.Duration  // how long the server asks to wait, or a guess
	Response *http.Response // the answer, its body in memory
	Err      error          // why the chain stopped waiting; nil when it did not begin to wait
}

func (e *RateLimitError) Error() string {
	s := fmt.Sprintf("the server limits the rate (429) and asks to wait %v", e.Wait.Round(time.Second))
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns why the chain stopped waiting.
func (e *RateLimitError) Unwrap() error { return e.Err }

// Is matches [ErrRateLimited].
func (e *RateLimitError) Is(target error) bool { return target == ErrRateLimited }

// SendError is a request without an answer that is safe to send again: a read,
// or a write that never left.
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

// Attempts returns how many times a request was sent, from its answer or its
// error; 0 when neither came from the chain.
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
