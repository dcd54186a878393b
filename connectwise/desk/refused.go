package desk

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/reconcile"
)

// isRefusal reports whether the server has answered that it will not carry the
// write out, so that nothing of it is done. An answer that is not the API's,
// such as a proxy's page, is no refusal of the server's.
func isRefusal(err error) bool {
	var answer *connectwise.Error
	if !errors.As(err, &answer) || answer.Status == 0 || answer.Code == "" || errors.Is(err, connectwise.ErrOutcomeUnknown) {
		return false
	}
	return errors.Is(err, connectwise.ErrInvalid) || errors.Is(err, connectwise.ErrForbidden) || errors.Is(err, connectwise.ErrConflict)
}

// dispensable are the fields without which a change is still worth making.
var dispensable = []string{reconcile.FieldSummary, reconcile.FieldCompany, reconcile.FieldPriority, fieldImpact, fieldSeverity}

// withoutRefused leaves out of the writes what the server's refusal names; where
// it names none of them, all that the change can do without.
func withoutRefused(writes []fieldWrite, err error) (kept []fieldWrite, left []string) {
	var answer *connectwise.Error
	errors.As(err, &answer)
	named := func(w fieldWrite) bool {
		return slices.ContainsFunc(answer.Errors, func(e connectwise.FieldError) bool {
			field, _, _ := strings.Cut(e.Field, "/")
			return strings.EqualFold(field, w.path) && slices.Contains(dispensable, w.path)
		})
	}
	any := !slices.ContainsFunc(writes, named)
	for _, w := range writes {
		if named(w) || any && slices.Contains(dispensable, w.path) {
			left = append(left, w.path)
		} else {
			kept = append(kept, w)
		}
	}
	return kept, left
}

// forNow is the error of a write that the server has certainly not carried out
// and may carry out a little later.
type forNow struct{ error }

func (e forNow) Unwrap() error { return e.error }

func isForNow(err error) bool {
	var answer *connectwise.Error
	if !errors.As(err, &answer) || errors.Is(err, connectwise.ErrOutcomeUnknown) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	neverSent := answer.Status == 0 && !errors.Is(err, connectwise.ErrInvalid)
	return neverSent || errors.Is(err, connectwise.ErrRateLimited)
}

// wait waits as long as the server has asked to, else a little longer after each
// attempt. It reports whether the context still holds.
func (e forNow) wait(ctx context.Context, attempt int) bool {
	wait := time.Duration(attempt) * retryBase
	var answer *connectwise.Error
	if errors.As(e, &answer) && answer.Wait > 0 {
		wait = answer.Wait
	}
	select {
	case <-ctx.Done():
		return false
	case <-time.After(wait):
		return true
	}
}
