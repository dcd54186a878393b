package program

import (
	"context"
	"errors"
	"net"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk"
)

// Exit is the code a program exits with. They are a contract: schedulers and
// monitoring go by them.
type Exit int

// The codes.
const (
	Fine   Exit = 0 // all is well, or needs attention for reasons that the last run had reported
	Failed Exit = 1 // a write failed, a stop stands, an output is incomplete, or the run was ended
	Wrong  Exit = 2 // flags, settings or credentials are wrong; nothing was done
	News   Exit = 3 // something that the last run did not report needs a person's attention
	Blind  Exit = 4 // not everything could be seen
)

// Broken says that a program did not do its work, as opposed to having found
// something.
func (e Exit) Broken() bool { return e == Failed || e == Wrong || e == Blind }

// severity orders the codes from the best to the worst.
var severity = [...]int{Fine: 0, News: 1, Blind: 2, Wrong: 3, Failed: 4}

// Worse is the worse of two codes: failed, wrong, blind, news, fine.
func Worse(a, b Exit) Exit {
	if severity[a] >= severity[b] {
		return a
	}
	return b
}

// ended is an end with a code.
type ended struct {
	code Exit
	err  error // nil when all has been said
}

// End ends a program with a code. err is what is said on standard error; nil
// says nothing more.
func End(code Exit, err error) error { return &ended{code, err} }

func (e *ended) Error() string {
	if e.err == nil {
		return "the report says what is wrong"
	}
	return e.err.Error()
}

func (e *ended) Unwrap() error { return e.err }

// ExitOf is the code for an error: that of [End]; Wrong for what a person has to
// set right, such as an unknown board or refused credentials; Blind for a
// service that cannot be reached or fails; else Failed.
func ExitOf(err error) Exit {
	var end *ended
	var config *desk.ConfigError
	var network *net.OpError // a net.Error would be any error of the system, a full disk too
	switch {
	case err == nil:
		return Fine
	case errors.As(err, &end):
		return end.code
	case errors.Is(err, context.Canceled):
		return Failed
	case errors.As(err, &config), errors.Is(err, connectwise.ErrUnauthorized):
		return Wrong
	case errors.Is(err, connectwise.ErrServer), errors.Is(err, connectwise.ErrRateLimited),
		errors.Is(err, context.DeadlineExceeded), errors.As(err, &network):
		return Blind
	}
	return Failed
}

// ExitOfRun is the code for a run of a desk.
func ExitOfRun(report *desk.Report, err error) Exit {
	code := ExitOf(err)
	for _, f := range report.Findings {
		switch {
		case f.Health == desk.HealthFailed:
			code = Worse(code, Failed)
		case f.Health == desk.HealthBlind:
			code = Worse(code, Blind)
		case f.Health == desk.HealthAttention && f.New:
			code = Worse(code, News)
		}
	}
	return code
}
