package transport

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"time"

	"github.com/covedesk/covedesk/internal/text"
)

// LevelWire is the level at which bodies are logged, secrets removed. They
// hold the data of customers; it is below debug for that reason.
const LevelWire = slog.LevelDebug - 4

// maxLogBody is how much of a body a line shows, in bytes.
const maxLogBody = 16 << 10

// logger writes one line per attempt: debug, or warn for 429, 5xx and
// requests without an answer.
type logger struct {
	next   http.RoundTripper
	log    *slog.Logger
	redact *text.Secrets
}

func (l *logger) RoundTrip(req *http.Request) (*http.Response, error) {
	ctx := req.Context()
	wire := l.log.Enabled(ctx, LevelWire)
	if wire {
		l.log.LogAttrs(ctx, LevelWire, "request", slog.String("method", name(req)),
			slog.Any("header", l.redact.Header(req.Header)), slog.String("body", l.requestBody(req)))
	}
	a := attemptOf(req)
	start := time.Now()
	resp, err := l.next.RoundTrip(req)
	l.line(ctx, req, resp, err, a, time.Since(start))
	if wire && resp != nil {
		l.log.LogAttrs(ctx, LevelWire, "answer", slog.String("method", name(req)),
			slog.Any("header", l.redact.Header(resp.Header)), slog.String("body", l.answerBody(resp)))
	}
	return resp, err
}

func (l *logger) line(ctx context.Context, req *http.Request, resp *http.Response, err error, a *attempt, took time.Duration) {
	status := statusOf(resp, err)
	level := slog.LevelDebug
	if err != nil || status == http.StatusTooManyRequests || status >= 500 {
		level = slog.LevelWarn
	}
	if !l.log.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", name(req)),
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

func (l *logger) answerBody(resp *http.Response) string {
	if b, ok := resp.Body.(*readBody); ok {
		return l.bodyText(b.rest())
	}
	return ""
}

// bodyText redacts before it cuts: half a secret is one too.
func (l *logger) bodyText(b []byte) string {
	s := l.redact.Text(string(b))
	return s[:min(len(s), maxLogBody)]
}
