package testserver

import (
	"context"
	"net/http"
	"time"
)

// Request is a request about to be answered, with or without a fault.
type Request struct {
	Fault Fault
	// Now is the server's time.
	Now time.Time
	// Serve carries the request out.
	Serve func() Answer
	// Page returns the answer of the kinds that have a status. Each API has its
	// own errors, and its own default for a Status of 0.
	Page func(Fault) Answer
}

// Answer answers a request with its fault, if it has one.
func (f *Faults) Answer(ctx context.Context, r Request) Answer {
	fault := r.Fault
	switch fault.Kind {
	case RefuseConnection:
		return Answer{end: refused}
	case ResetBefore:
		return Answer{end: reset}
	case StatusBefore, TooManyRequests, Timeout, HTML:
		return fault.page(r.Page)
	case Hang:
		Pause(ctx, fault.Delay)
		return Answer{end: reset}
	case Late:
		f.postpone(r.Now.Add(fault.Delay), func() { r.Serve() })
		if fault.Status != 0 {
			return fault.page(r.Page)
		}
		Pause(ctx, 0)
		return Answer{end: reset}
	case Latency:
		Pause(ctx, fault.Delay)
	}
	out := r.Serve()
	switch fault.Kind {
	case ResetAfter:
		return Answer{end: reset}
	case StatusAfter, HTMLAfter:
		return fault.page(r.Page)
	case HangAfter:
		Pause(ctx, fault.Delay)
		return Answer{end: reset}
	case Truncate:
		out.end = cut
	case Garbage:
		out.Status, out.Body = http.StatusOK, []byte("{\"id\": 12, \x00\xff<not json>")
		if fault.Body != "" {
			out.Body = []byte(fault.Body)
		}
	}
	return out
}

func (f Fault) page(own func(Fault) Answer) Answer {
	out := own(f)
	if f.Body != "" {
		out.Body = []byte(f.Body)
	}
	if f.RetryAfter != "" {
		out.Header.Set("Retry-After", f.RetryAfter)
	}
	return out
}

// Pause waits until the caller leaves, or for d if that is positive.
func Pause(ctx context.Context, d time.Duration) {
	var over <-chan time.Time
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		over = t.C
	}
	select {
	case <-ctx.Done():
	case <-over:
	}
}
