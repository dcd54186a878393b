package answers

import (
	"context"
	"errors"
	"fmt"
	"os"
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
	b.Note(nil)
	for range 2 {
		b.Note(context.DeadlineExceeded)
	}
	if b.Note(nil); b.Broken() != nil {
		t.Error("two failures are three")
	}
	for range 3 {
		b.Note(context.DeadlineExceeded)
	}
	if b.Broken() == nil {
		t.Error("a server that hangs ends nothing")
	}
}

// Which failures are of one kind, so that three of them end a run.
func TestBreakerKinds(t *testing.T) {
	forbidden := func(path string) error {
		return fmt.Errorf("%w: %w", connectwise.ErrForbidden, &connectwise.Error{Status: 403, Method: "PATCH", Path: path})
	}
	for _, test := range []struct {
		name string
		errs []error
		ends bool
	}{
		{"keys refused", []error{connectwise.ErrUnauthorized, connectwise.ErrUnauthorized, connectwise.ErrUnauthorized}, true},
		{"two are not enough", []error{connectwise.ErrUnauthorized, connectwise.ErrUnauthorized}, false},
		{"one right, of several tickets", []error{forbidden("/service/tickets/1"), forbidden("/service/tickets/22"), forbidden("/service/tickets/333")}, true},
		{"several rights", []error{forbidden("/service/tickets/1"), forbidden("/company/companies/1"), forbidden("/service/tickets/3")}, false},
		{"nobody knows which right", []error{connectwise.ErrForbidden, connectwise.ErrForbidden, connectwise.ErrForbidden}, false},
		{"a good one between", []error{context.DeadlineExceeded, context.DeadlineExceeded, nil, context.DeadlineExceeded}, false},
		{"of a client that waited", []error{os.ErrDeadlineExceeded, os.ErrDeadlineExceeded, os.ErrDeadlineExceeded}, true},
		{"what may pass", []error{connectwise.ErrServer, connectwise.ErrServer, connectwise.ErrServer, connectwise.ErrServer}, false},
	} {
		b := Breaker{}
		for _, err := range test.errs {
			b.Note(err)
		}
		if (b.Broken() != nil) != test.ends {
			t.Errorf("%s: %v", test.name, b.Broken())
		}
	}
}
