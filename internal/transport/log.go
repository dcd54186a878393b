package transport

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/covedesk/covedesk/internal/text"
)

// LevelWire is the level at which bodies are logged, without secrets. It is
// below debug, because bodies contain the data of customers.
const LevelWire = slog.LevelDebug - 4

// maxLogBody is how much of a body a line shows, in bytes.
const maxLogBody = 16 << 10

// logged writes one line per attempt: debug, or warn for 429, 5xx and requests
// without an answer.
func logged(next link, log *slog.Logger, hide *text.Secrets) link {
	l := &logger{log, hide}
	return func(ctx context.Context, req *http.Request) (*http.Response, error) {
		wire := log.Enabled(ctx, LevelWire)
		if wire {
			l.wire(ctx, req, "request", req.Header, l.requestBody(req))
		}
		start := time.Now()
		resp, err := next(ctx, req)
		l.line(ctx, req, resp, err, time.Since(start))
		if wire && resp != nil {
			body := "(left out: it holds secrets)"
			if !flag(ctx, keySecretAnswer) {
				body = l.bodyText(inMemory(resp))
			}
			l.wire(ctx, req, "answer", resp.Header, body)
		}
		return resp, err
	}
}

type logger struct {
	log    *slog.Logger
	redact *text.Secrets
}

func (l *logger) wire(ctx context.Context, req *http.Request, what string, header http.Header, body string) {
	l.log.LogAttrs(ctx, LevelWire, what, slog.String("method", name(ctx, req)),
		slog.Any("header", l.redact.Header(header)), slog.String("body", body))
}

func (l *logger) line(ctx context.Context, req *http.Request, resp *http.Response, err error, took time.Duration) {
	a := attemptOf(ctx)
	status := statusOf(resp, err)
	level := slog.LevelDebug
	if err != nil || status == http.StatusTooManyRequests || status >= 500 {
		level = slog.LevelWarn
	}
	if !l.log.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", name(ctx, req)),
		slog.String("url", l.redact.URL(req.URL)),
		slog.Int("status", status),
		slog.Int("attempt", a.number),
		slog.Duration("waited", a.waited),
		slog.Duration("took", took),
	}
	if resp != nil {
		if id := resp.Header.Get("X-Cw-Request-Id"); id != "" {
			attrs = append(attrs, slog.String("request_id", l.redact.Text(id)))
		}
	}
	if err != nil {
		attrs = append(attrs, slog.String("error", l.redact.Text(err.Error())))
	}
	l.log.LogAttrs(ctx, level, "http", attrs...)
}

// requestBody is the text of a body that can be had again.
func (l *logger) requestBody(req *http.Request) string {
	if req.Body == nil || req.GetBody == nil {
		return ""
	}
	body, err := req.GetBody()
	if err != nil {
		return ""
	}
	text, err := io.ReadAll(body)
	_ = body.Close() // a copy in memory
	if err != nil {
		return ""
	}
	return l.bodyText(text)
}

// bodyText hides secrets before it cuts, because half a secret is a secret too.
func (l *logger) bodyText(b []byte) string {
	s := l.redact.Text(string(b))
	return s[:min(len(s), maxLogBody)]
}
