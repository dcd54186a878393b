package transport

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
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

// Error is a request that brought the caller no answer. Its class says what may
// be done about it, and errors.Is finds it:
//   - [ErrOutcomeUnknown]: a write that may have been executed; look it up
//   - [ErrRateLimited]: the server refused it with 429, it was not executed, and
//     it is not repeated now
//   - none: a read, or a write that never left; it may be made again
type Error struct {
	Class    error
	Attempts int
	Status   int            // of the last answer, 0 when there was none
	Wait     time.Duration  // what a 429 asked for, or a guess when it did not say
	Response *http.Response // the answer, its body in memory; nil when there was none or it could not be read
	Err      error          // what went wrong or gave the wait up, nil when the answer itself is the trouble
}

func (e *Error) Error() string {
	said := fmt.Sprintf("HTTP status %d", e.Status)
	switch {
	case errors.Is(e.Class, ErrRateLimited):
		said = fmt.Sprintf("the server limits the rate (429) and asks to wait %v", e.Wait.Round(time.Second))
	case e.Status == 0 && e.Err != nil:
		said = ""
	}
	if e.Err != nil {
		said = strings.TrimPrefix(said+": "+e.Err.Error(), ": ")
	}
	if errors.Is(e.Class, ErrOutcomeUnknown) {
		return ErrOutcomeUnknown.Error() + ": " + said
	}
	return said
}

// Unwrap returns what went wrong.
func (e *Error) Unwrap() error { return e.Err }

// Is matches the class.
func (e *Error) Is(target error) bool { return target == e.Class }

// Attempts returns how many times a request was sent, from its answer or its
// error; 0 when neither came from the chain.
func Attempts(resp *http.Response, err error) int {
	if failed := (*Error)(nil); errors.As(err, &failed) {
		return failed.Attempts
	}
	if resp != nil && resp.Request != nil {
		if a, ok := resp.Request.Context().Value(keyAttempt).(*attempt); ok {
			return a.number
		}
	}
	return 0
}
