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
	keyMaxBody
	keySecretAnswer
	keyAttempt
	keyReserved
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

// WithMaxBody bounds the answers to the requests made with the context, in
// bytes after any decompression, by what they ask for: a page of one record
// does not need the room of a thousand. Reading stops there.
func WithMaxBody(ctx context.Context, limit int64) context.Context {
	return context.WithValue(ctx, keyMaxBody, limit)
}

// WithSecretAnswer marks the requests made with the context as such whose
// answers bring secrets: a password, a token, an address that logs in. No log
// shows those answers.
func WithSecretAnswer(ctx context.Context) context.Context {
	return context.WithValue(ctx, keySecretAnswer, true)
}

func isRead(ctx context.Context, req *http.Request) bool {
	switch req.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, "":
		return true
	}
	return flag(ctx, keyRead)
}

func isOnce(ctx context.Context) bool   { return flag(ctx, keyOnce) }
func isStream(ctx context.Context) bool { return flag(ctx, keyStream) }

func flag(ctx context.Context, key contextKey) bool {
	set, _ := ctx.Value(key).(bool)
	return set
}

// name is what observers and logs call the request.
func name(ctx context.Context, req *http.Request) string {
	if s, ok := ctx.Value(keyName).(string); ok {
		return s
	}
	if req.Method == "" {
		return http.MethodGet
	}
	return req.Method
}

// attempt is what the links of one attempt tell each other. It is used by
// one goroutine at a time.
type attempt struct {
	number int
	waited time.Duration
}

func withAttempt(ctx context.Context, a *attempt) context.Context {
	return context.WithValue(ctx, keyAttempt, a)
}

// attemptOf returns the attempt; a link used alone gets a first one of its
// own.
func attemptOf(ctx context.Context) *attempt {
	if a, ok := ctx.Value(keyAttempt).(*attempt); ok {
		return a
	}
	return &attempt{number: 1}
}
