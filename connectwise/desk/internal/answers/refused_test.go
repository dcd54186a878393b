package answers

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/connectwisetest"
	"github.com/covedesk/covedesk/connectwise/desk/internal/desktest"
)

// What an answer to a write means: the server refuses it, or it may be tried again,
// or there is no such record.
func TestAnswers(t *testing.T) {
	srv, client := desktest.Tenant(t, connectwisetest.Config{})
	answer := func(f connectwisetest.Fault) error {
		f.Path = "service/tickets"
		srv.Inject(f)
		client := desktest.Client(t, srv) // after a 429 a client pauses
		_, err := client.Service.Tickets.Patch(t.Context(), 4711, connectwise.Set("summary", "x"))
		return err
	}
	status := func(status int) error {
		return answer(connectwisetest.Fault{Kind: connectwisetest.StatusBefore, Status: status})
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	_, early := client.Service.Tickets.Patch(cancelled, 4711, connectwise.Set("summary", "x"))
	_, invalid := client.Service.Tickets.Patch(t.Context(), 4711, connectwise.Set("nosuchmember", "x"))
	_, nowhere := connectwise.NewCollection[connectwise.Ticket](client, "service/nothing").Get(t.Context(), 1)
	for _, test := range []struct {
		name                              string
		err                               error
		refused, forNow, gone, unreadable bool
	}{
		{name: "none"},
		{name: "invalid", err: status(400), refused: true},
		{name: "no right", err: status(403), refused: true, unreadable: true},
		{name: "conflict", err: status(409), refused: true},
		{name: "no such record", err: status(404), gone: true, unreadable: true},
		{name: "no such endpoint", err: nowhere},
		{name: "keys refused", err: status(401)},
		{name: "server", err: status(500)},
		{name: "a gateway's page", err: answer(connectwisetest.Fault{Kind: connectwisetest.HTML, Status: 404})},
		{name: "a gateway's page about rights", err: answer(connectwisetest.Fault{Kind: connectwisetest.HTML, Status: 403})},
		{name: "too many", err: answer(connectwisetest.Fault{Kind: connectwisetest.TooManyRequests}), forNow: true},
		{name: "never sent", err: answer(connectwisetest.Fault{Kind: connectwisetest.RefuseConnection}), forNow: true},
		{name: "cut off", err: answer(connectwisetest.Fault{Kind: connectwisetest.ResetAfter})},
		{name: "given up before it was sent", err: early},
		{name: "refused before it was sent", err: invalid},
		{name: "not of the API", err: errors.New("no")},
	} {
		got := fmt.Sprintf("refused %v, for now %v, gone %v, unreadable %v", Refused(test.err), ForNow(test.err), Gone(test.err), Unreadable(test.err))
		want := fmt.Sprintf("refused %v, for now %v, gone %v, unreadable %v", test.refused, test.forNow, test.gone, test.unreadable)
		if got != want {
			t.Errorf("%s: %s, want %s: %v", test.name, got, want, test.err)
		}
	}
}

// A refused change is tried without the fields that the refusal names, else without
// all that can be left out.
func TestWithout(t *testing.T) {
	dispensable := []string{"summary", "company", "impact"}
	named := func(fields ...string) error {
		e := &connectwise.Error{}
		for _, field := range fields {
			e.Errors = append(e.Errors, connectwise.FieldError{Field: field})
		}
		return fmt.Errorf("refused: %w", e)
	}
	for _, test := range []struct {
		err  error
		want []string
	}{
		{named("company/id"), []string{"company"}}, {named("Impact", "x", "summary"), []string{"summary", "impact"}},
		{named("x"), dispensable}, {named(), dispensable}, {errors.New("no"), dispensable},
	} {
		if diff := cmp.Diff(test.want, Without(dispensable, test.err)); diff != "" {
			t.Errorf("%v: %s", test.err, diff)
		}
	}
}

// It is waited for as long as the server asks, else a little longer each time.
func TestWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, test := range []struct {
			err     error
			attempt int
			want    time.Duration
		}{{errors.New("no"), 1, Base}, {&connectwise.Error{}, 3, 3 * Base}, {&connectwise.Error{Wait: time.Minute}, 1, time.Minute}} {
			began := time.Now()
			if ok := Wait(t.Context(), test.err, test.attempt); !ok || time.Since(began) != test.want {
				t.Errorf("%v: %v after %s, want %s", test.err, ok, time.Since(began), test.want)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if began := time.Now(); Wait(ctx, &connectwise.Error{Wait: time.Minute}, 1) || time.Since(began) != 0 {
			t.Error("it waits on after its end")
		}
	})
}
