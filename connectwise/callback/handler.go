package callback

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/covedesk/covedesk/internal/text"
)

const (
	defaultMaxBody  = 1 << 20
	defaultAnswerIn = 4 * time.Second
	defaultTimeout  = time.Minute
	defaultRemember = 10_000

	maxLogged = 500 // of an error, which may quote the delivery or be the caller's
)

// Handler is the [http.Handler] behind the URL of a callback entry. Verifier and
// Handle are required; the other fields have defaults. Do not copy a Handler, and
// do not change its fields after the first use.
//
// It answers
//
//	204  the event was handled, now or before
//	400  not a delivery            (not repeated)
//	401  not signed by its key     (not repeated)
//	403  another company or host   (not repeated)
//	405  not a POST
//	413  larger than MaxBody       (not repeated)
//	429  Handle failed or is not done yet, the key could not be had, or the
//	     body did not arrive within AnswerIn: the service desk tries again
//	     after two and after four seconds
type Handler struct {
	// Verifier proves the deliveries.
	Verifier *Verifier

	// Handle is called with each event once it is proved, several at a time.
	// Its context lasts for Timeout, longer than the request: a delivery that
	// takes longer than AnswerIn is answered 429 while Handle goes on, and
	// the repeated delivery learns what came of it. An error, or a panic,
	// makes the service desk deliver the event again.
	Handle func(context.Context, Event) error

	// MaxBody is the size in bytes up to which a delivery is read. Zero means
	// 1 MiB.
	MaxBody int64

	// AnswerIn is the time after which a delivery is answered although Handle
	// is not done. Zero means 4 seconds; the service desk waits for 5.
	AnswerIn time.Duration

	// Timeout bounds one call of Handle. Zero means a minute.
	Timeout time.Duration

	// Remember is the number of handled deliveries that are known again, so
	// that Handle does not see them twice. Zero means 10,000.
	Remember int

	// Logger gets a line for each delivery that is not accepted or fails. Nil
	// means no log.
	Logger *slog.Logger

	once    sync.Once
	memory  *memory
	running sync.WaitGroup
}

func (h *Handler) init() {
	h.MaxBody = or(h.MaxBody, defaultMaxBody)
	h.AnswerIn = or(h.AnswerIn, defaultAnswerIn)
	h.Timeout = or(h.Timeout, defaultTimeout)
	h.memory = newMemory(or(h.Remember, defaultRemember))
	if h.Logger == nil {
		h.Logger = slog.New(slog.DiscardHandler)
	}
}

func or[N int | int64 | time.Duration](n, otherwise N) N {
	if n > 0 {
		return n
	}
	return otherwise
}

// ServeHTTP receives one delivery.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.once.Do(h.init)
	ctx, cancel := context.WithTimeout(r.Context(), h.AnswerIn)
	defer cancel()
	status, err := h.receive(ctx, w, r)
	if err != nil {
		h.Logger.LogAttrs(ctx, slog.LevelWarn, "callback", slog.Int("status", status), slog.String("error", text.Show(err.Error(), maxLogged)))
	}
	if status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", http.MethodPost)
	}
	// Whoever is not the service desk learns nothing but the status.
	w.WriteHeader(status)
}

func (h *Handler) receive(ctx context.Context, w http.ResponseWriter, r *http.Request) (int, error) {
	if r.Method != http.MethodPost {
		return http.StatusMethodNotAllowed, fmt.Errorf("method %s", show(r.Method))
	}
	// A sender that dawdles must not hold the request for ever. Whoever does not
	// know deadlines, a test's recorder for one, does without.
	connection := http.NewResponseController(w)
	_ = connection.SetReadDeadline(time.Now().Add(h.AnswerIn))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.MaxBody))
	if err == nil { // otherwise the server would wait for the rest
		_ = connection.SetReadDeadline(time.Time{})
	}
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		return http.StatusRequestEntityTooLarge, err
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return http.StatusTooManyRequests, err
	}
	if err != nil {
		return http.StatusBadRequest, err
	}
	e, err := h.Verifier.Verify(ctx, body, r.Header.Get(SignatureHeader))
	switch {
	case errors.Is(err, ErrKey):
		return http.StatusTooManyRequests, err
	case errors.Is(err, ErrSignature):
		return http.StatusUnauthorized, err
	case errors.Is(err, ErrRefused):
		return http.StatusForbidden, err
	case err != nil:
		return http.StatusBadRequest, err
	}
	return h.deliver(ctx, e, body)
}

// deliver hands the event over, unless that has been done, and waits for what
// comes of it as long as the service desk does.
func (h *Handler) deliver(ctx context.Context, e Event, body []byte) (int, error) {
	d, first := h.memory.begin(identity(e, body))
	if first {
		h.running.Go(func() {
			d.err = h.call(context.WithoutCancel(ctx), e)
			h.memory.end(d)
		})
	}
	select {
	case <-d.done:
		if d.err != nil {
			return http.StatusTooManyRequests, fmt.Errorf("%s %d: %w", e.Type, e.ID, d.err)
		}
		return http.StatusNoContent, nil
	case <-ctx.Done():
		return http.StatusTooManyRequests, fmt.Errorf("%s %d: not done within %v", e.Type, e.ID, h.AnswerIn)
	}
}

// call calls Handle and turns a panic into an error: outside the goroutine of
// the server it would end the program.
func (h *Handler) call(ctx context.Context, e Event) (err error) {
	ctx, cancel := context.WithTimeout(ctx, h.Timeout)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return h.Handle(ctx, e)
}

// Wait returns when no call of Handle is running, or with the context. Call
// it after the server was shut down.
func (h *Handler) Wait(ctx context.Context) error {
	done := make(chan struct{})
	go func() {
		h.running.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
