package answers

import (
	"context"
	"errors"
	"testing"

	"github.com/covedesk/covedesk/connectwise"
)

// Failures of other kinds, and of several kinds in turn, end nothing.
func TestBreaker(t *testing.T) {
	b := Breaker{}
	for range 9 {
		b.Note(connectwise.ErrUnauthorized)
		b.Note(errors.New("invalid"))
		b.Note(context.DeadlineExceeded)
	}
	if b.Broken() != nil {
		t.Error(b.Broken())
	}
	for range 3 {
		b.Note(context.DeadlineExceeded)
	}
	if b.Broken() == nil {
		t.Error("a server that hangs ends nothing")
	}
}
