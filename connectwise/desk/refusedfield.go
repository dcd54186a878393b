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

// dispensable are the fields without which a change is still worth making.
var dispensable = []string{reconcile.FieldSummary, reconcile.FieldCompany, reconcile.FieldPriority, fieldImpact, fieldSeverity}

// withoutRefused leaves out of the writes what the server's refusal names; where
// it names none of them, all that the change can do without.
func withoutRefused(writes []fieldWrite, err error) (kept []fieldWrite, left []string) {
	var answer *connectwise.Error
	errors.As(err, &answer)
	split := func(named func(path string) bool) {
		kept, left = nil, nil
		for _, w := range writes {
			if slices.Contains(dispensable, w.path) && named(w.path) {
				left = append(left, w.path)
			} else {
				kept = append(kept, w)
			}
		}
	}
	split(func(path string) bool {
		return answer != nil && slices.ContainsFunc(answer.Errors, func(e connectwise.FieldError) bool {
			field, _, _ := strings.Cut(e.Field, "/")
			return strings.EqualFold(field, path)
		})
	})
	if len(left) == 0 {
		split(func(string) bool { return true })
	}
	return kept, left
}

// isForNow reports whether the server has certainly not carried a write out and
// may do so a little later.
func isForNow(err error) bool {
	var answer *connectwise.Error
	if !errors.As(err, &answer) || errors.Is(err, connectwise.ErrOutcomeUnknown) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	neverSent := answer.Status == 0 && !errors.Is(err, connectwise.ErrInvalid)
	return neverSent || errors.Is(err, connectwise.ErrRateLimited)
}

// waitFor waits as long as the server has asked to, else a little longer after
// each attempt. It reports whether the context still holds.
func waitFor(ctx context.Context, err error, attempt int) bool {
	wait := time.Duration(attempt) * retryBase
	var answer *connectwise.Error
	if errors.As(err, &answer) && answer.Wait > 0 {
		wait = answer.Wait
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
