package answers

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise"
)

// Refused reports whether the server has answered that it will not carry the
// write out, so that nothing of it is done. An answer that is not the API's,
// such as a proxy's page, is no refusal of the server's.
func Refused(err error) bool {
	var answer *connectwise.Error
	if !errors.As(err, &answer) || answer.Status == 0 || answer.Code == "" || errors.Is(err, connectwise.ErrOutcomeUnknown) {
		return false
	}
	return errors.Is(err, connectwise.ErrInvalid) || errors.Is(err, connectwise.ErrForbidden) || errors.Is(err, connectwise.ErrConflict)
}

// Without are the fields that a refused change is to be tried without: those of
// the dispensable ones that the refusal names, else all of them.
func Without(dispensable []string, refusal error) (left []string) {
	var answer *connectwise.Error
	if errors.As(refusal, &answer) {
		for _, path := range dispensable {
			if slices.ContainsFunc(answer.Errors, func(e connectwise.FieldError) bool {
				field, _, _ := strings.Cut(e.Field, "/")
				return strings.EqualFold(field, path)
			}) {
				left = append(left, path)
			}
		}
	}
	if len(left) == 0 {
		return dispensable
	}
	return left
}

// ForNow reports whether the server has certainly not carried a write out and may
// do so a little later.
func ForNow(err error) bool {
	var answer *connectwise.Error
	if !errors.As(err, &answer) || errors.Is(err, connectwise.ErrOutcomeUnknown) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	neverSent := answer.Status == 0 && !errors.Is(err, connectwise.ErrInvalid)
	return neverSent || errors.Is(err, connectwise.ErrRateLimited)
}

// Base is how long is waited before the first new try.
const Base = 500 * time.Millisecond

// Wait waits as long as the server has asked to, else a little longer after each
// attempt. It reports whether the context still holds.
func Wait(ctx context.Context, err error, attempt int) bool {
	wait := time.Duration(attempt) * Base
	var answer *connectwise.Error
	if errors.As(err, &answer) && answer.Wait > 0 {
		wait = answer.Wait
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(wait):
		return true
	}
}

// Gone reports whether the API itself has said that there is no such record.
// That it does not know the endpoint says nothing about records.
func Gone(err error) bool {
	return errors.Is(err, connectwise.ErrNotFound) && !strings.Contains(err.Error(), "endpoint does not exist")
}

// Unreadable reports whether the API itself says that its member may not see
// something, or that it is not there: nothing that another try would change. A
// proxy's page says nothing about rights or records.
func Unreadable(err error) bool {
	var answer *connectwise.Error
	return errors.As(err, &answer) && answer.Code != "" && (errors.Is(err, connectwise.ErrForbidden) || errors.Is(err, connectwise.ErrNotFound))
}
