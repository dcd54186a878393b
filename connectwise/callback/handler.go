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

	maxLogged = 500 // length of an error in the log; it may quote the delivery
)

// Handler is the [http.Handler] for the URL of a callback. Verifier and Handle
// are required; the other fields have defaults. Do not copy a Handler, and do
// not change its fields after the first use.
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
	// Verifier verifies the deliveries.
	Verifier *Verifier

	// Handle is called with each verified event, from several goroutines. Its
	// context ends after Timeout, not with the request. If Handle takes longer
	// than AnswerIn, the delivery is answered with 429 while Handle goes on;
	// the repeated delivery is answered with its result. After an error or a
	// panic the service desk delivers the event again.
	Handle func(context.Context, Event) error

	// MaxBody is the size in bytes up to which a delivery is read. Zero means
	// 1 MiB.
	MaxBody int64

	// AnswerIn is the time after which a delivery is answered even if Handle is
	// still running. Zero means 4 seconds; the service desk waits for 5.
	AnswerIn time.Duration

	// Timeout bounds one call of Handle. Zero means a minute.
	Timeout time.Duration

	// Remember is how many handled deliveries the Handler remembers, so that it
	// does not call Handle for them again. Zero means 10,000.
	Remember int

	// Logger gets a line for each delivery that is refused or fails. Nil means
	// no log.
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
	// A sender that is not the service desk gets only the status.
	w.WriteHeader(status)
}

func (h *Handler) receive(ctx context.Context, w http.ResponseWriter, r *http.Request) (int, error) {
	if r.Method != http.MethodPost {
		return http.StatusMethodNotAllowed, fmt.Errorf("method %s", show(r.Method))
	}
	// A slow sender must not hold the request for ever. Response writers
	// without deadlines, such as a test's recorder, work without one.
	connection := http.NewResponseController(w)
	_ = connection.SetReadDeadline(time.Now().Add(h.AnswerIn))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.MaxBody))
	if err == nil { // without this the server would wait for the rest
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

// deliver passes the event to Handle, unless that was done before, and waits
// for the result until AnswerIn has passed.
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

// call calls Handle and turns a panic into an error, because a panic in this
// goroutine would end the program.
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

// Wait returns when no call of Handle is running, or with an error when the
// context ends. Call it after the HTTP server was shut down.
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
