package answers

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise"
)

// Refused reports whether the API has refused the write, so that it had no
// effect. An answer that does not come from the API, such as a proxy's page, is
// not a refusal.
func Refused(err error) bool {
	var answer *connectwise.Error
	if !errors.As(err, &answer) || answer.Status == 0 || answer.Code == "" || errors.Is(err, connectwise.ErrOutcomeUnknown) {
		return false
	}
	return errors.Is(err, connectwise.ErrInvalid) || errors.Is(err, connectwise.ErrForbidden) || errors.Is(err, connectwise.ErrConflict)
}

// Without returns the dispensable fields to leave out of a refused change:
// those that the refusal names, or all if it names none.
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

// ForNow reports whether the server has certainly not executed a write but may
// accept it a little later.
func ForNow(err error) bool {
	var answer *connectwise.Error
	if !errors.As(err, &answer) || errors.Is(err, connectwise.ErrOutcomeUnknown) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	neverSent := answer.Status == 0 && !errors.Is(err, connectwise.ErrInvalid)
	return neverSent || errors.Is(err, connectwise.ErrRateLimited)
}

// Base is the wait before the first repetition.
const Base = 500 * time.Millisecond

// Wait waits as long as the server asked, or else a little longer after each
// attempt. It returns false if the context ended.
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

// Gone reports whether the API has answered that the record does not exist. An
// unknown endpoint says nothing about a record.
func Gone(err error) bool {
	return errors.Is(err, connectwise.ErrNotFound) && !strings.Contains(err.Error(), "endpoint does not exist")
}

// Unreadable reports whether the API itself says that its member may not see
// something, or that it does not exist. Another try would not change that. A
// proxy's page says nothing about rights or records.
func Unreadable(err error) bool {
	var answer *connectwise.Error
	return errors.As(err, &answer) && answer.Code != "" && (errors.Is(err, connectwise.ErrForbidden) || errors.Is(err, connectwise.ErrNotFound))
}
