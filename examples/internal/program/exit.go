package program

import (
	"context"
	"errors"
	"net"

	"github.com/covedesk/covedesk/connectwise"
	"github.com/covedesk/covedesk/connectwise/desk"
)

// Exit is the exit code of a program. The codes are a contract, because
// schedulers and monitoring depend on them.
type Exit int

// The codes.
const (
	Fine   Exit = 0 // all is well, or what needs attention was reported by the last run, too
	Failed Exit = 1 // a write failed, a stop stands, an output is incomplete, or the run was interrupted
	Wrong  Exit = 2 // flags, settings or credentials are wrong; nothing was done
	News   Exit = 3 // something that the last run did not report needs a person's attention
	Blind  Exit = 4 // not everything could be seen
)

// Broken reports whether the program did not do its work.
func (e Exit) Broken() bool { return e == Failed || e == Wrong || e == Blind }

// severity orders the codes from the best to the worst.
var severity = [...]int{Fine: 0, News: 1, Blind: 2, Wrong: 3, Failed: 4}

// Worse returns the worse of two codes. From worst to best: Failed, Wrong,
// Blind, News, Fine.
func Worse(a, b Exit) Exit {
	if severity[a] >= severity[b] {
		return a
	}
	return b
}

// ended is an error with an exit code.
type ended struct {
	code Exit
	err  error // nil if everything was printed already
}

// End returns an error that ends a program with a code. The error err is
// printed to standard error; nil prints nothing.
func End(code Exit, err error) error { return &ended{code, err} }

func (e *ended) Error() string {
	if e.err == nil {
		return "the report says what is wrong"
	}
	return e.err.Error()
}

func (e *ended) Unwrap() error { return e.err }

// ExitOf returns the code for an error: the code given to [End]; Wrong for an
// error that a person must correct, such as an unknown board or refused
// credentials; Blind for a service that cannot be reached or fails; otherwise
// Failed.
func ExitOf(err error) Exit {
	var end *ended
	var config *desk.ConfigError
	var network *net.OpError // not net.Error, which would include any system error, such as a full disk
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

// ExitOfRun returns the code for a run of a desk.
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
