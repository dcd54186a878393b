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

// WithRead marks the requests with this context as reads: they are safe to
// repeat in every case. Without it GET, HEAD and OPTIONS are reads and
// everything else is a write.
func WithRead(ctx context.Context) context.Context {
	return context.WithValue(ctx, keyRead, true)
}

// WithName sets the name that observers and logs show as the method of the
// requests with this context, such as a JSON-RPC method. Without it they show
// the HTTP method.
func WithName(ctx context.Context, method string) context.Context {
	return context.WithValue(ctx, keyName, method)
}

// WithoutRetry sends each request with this context at most once.
func WithoutRetry(ctx context.Context) context.Context {
	return context.WithValue(ctx, keyOnce, true)
}

// WithStream passes successful answers on as they arrive, instead of reading
// them first. Then neither MaxBody nor the attempt's timeout limits the body, a
// body that breaks off is not repeated, and the request counts as running until
// its body is closed.
func WithStream(ctx context.Context) context.Context {
	return context.WithValue(ctx, keyStream, true)
}

// WithMaxBody limits the answers to the requests with this context, in bytes
// after any decompression. A page of one record needs less room than one of a
// thousand. Reading stops at the limit.
func WithMaxBody(ctx context.Context, limit int64) context.Context {
	return context.WithValue(ctx, keyMaxBody, limit)
}

// WithSecretAnswer marks requests with this context whose answers contain
// secrets: a password, a token, an address that logs in. No log shows those
// answers.
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

func flag(ctx context.Context, key contextKey) bool {
	set, _ := ctx.Value(key).(bool)
	return set
}

// name returns what observers and logs call the request.
func name(ctx context.Context, req *http.Request) string {
	if s, ok := ctx.Value(keyName).(string); ok {
		return s
	}
	if req.Method == "" {
		return http.MethodGet
	}
	return req.Method
}

// attempt is what the links of one attempt share. Only one goroutine uses it at
// a time.
type attempt struct {
	number int
	waited time.Duration
}

func withAttempt(ctx context.Context, a *attempt) context.Context {
	return context.WithValue(ctx, keyAttempt, a)
}

// attemptOf returns the attempt; a link that is used alone gets a new first
// one.
func attemptOf(ctx context.Context) *attempt {
	if a, ok := ctx.Value(keyAttempt).(*attempt); ok {
		return a
	}
	return &attempt{number: 1}
}
