package transport

import (
	"context"
	"net/http"
	"time"
)

type contextKey int

const (
	keyRead contextKey = iota
	keyName
	keyOnce
	keyStream
	keyAttempt
)

// WithRead marks the requests made with the context as reads: safe to repeat
// whatever became of them. Without it GET, HEAD and OPTIONS are reads and
// everything else is a write.
func WithRead(ctx context.Context) context.Context {
	return context.WithValue(ctx, keyRead, true)
}

// WithName gives the requests made with the context the name that observers
// and logs show as method, for example a JSON-RPC method. Without it they
// show the HTTP method.
func WithName(ctx context.Context, method string) context.Context {
	return context.WithValue(ctx, keyName, method)
}

// WithoutRetry lets the requests made with the context be sent at most once.
func WithoutRetry(ctx context.Context) context.Context {
	return context.WithValue(ctx, keyOnce, true)
}

// WithStream asks for successful answers as they arrive instead of whole:
// neither the body bound nor the attempt's timeout covers their bodies, a
// body that breaks off is not repeated, and the request counts as running
// until its body is closed.
func WithStream(ctx context.Context) context.Context {
	return context.WithValue(ctx, keyStream, true)
}

func isRead(req *http.Request) bool {
	switch req.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, "":
		return true
	}
	return flag(req, keyRead)
}

func isOnce(req *http.Request) bool   { return flag(req, keyOnce) }
func isStream(req *http.Request) bool { return flag(req, keyStream) }

func flag(req *http.Request, key contextKey) bool {
	set, _ := req.Context().Value(key).(bool)
	return set
}

// name is what observers and logs call the request.
func name(req *http.Request) string {
	if s, ok := req.Context().Value(keyName).(string); ok {
		return s
	}
	if req.Method == "" {
		return http.MethodGet
	}
	return req.Method
}

// attempt is what the layers of one attempt tell each other. It is used by
// one goroutine at a time.
type attempt struct {
	number int
	waited time.Duration
}

func withAttempt(ctx context.Context, a *attempt) context.Context {
	return context.WithValue(ctx, keyAttempt, a)
}

// attemptOf returns the request's attempt; a layer used alone gets a first
// one of its own.
func attemptOf(req *http.Request) *attempt {
	if a, ok := req.Context().Value(keyAttempt).(*attempt); ok {
		return a
	}
	return &attempt{number: 1}
}
