package callback

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	maxKeys      = 100      // keys kept of each kind; a tenant has one for each callback
	maxKeyBody   = 64 << 10 // bytes of an answer that should be one short line
	refetchAfter = 10 * time.Second
)

// These bound how often keys are fetched that have not verified a delivery yet,
// so that forged deliveries do not cause a flood of requests.
const (
	fetchesPerSecond = 5
	fetchesAtOnce    = 100
)

// keys fetches signing keys, each once as long as it matches. Keys that have
// verified a delivery are kept apart, so that forged deliveries can neither
// remove them nor use up the rate at which they are fetched again.
type keys struct {
	client *http.Client
	auth   func(context.Context, *http.Request) error // nil: none
	pace   *rate.Limiter

	mu     sync.Mutex
	proved map[string]*keyEntry
	fresh  map[string]*keyEntry // being fetched, or have not verified a delivery yet
}

// keyEntry is a key that has been fetched or is being fetched. All other fields
// are set before done closes.
type keyEntry struct {
	done chan struct{}
	key  string
	err  error
	at   time.Time // when it was fetched
}

func newKeys(c Config, client *http.Client) *keys {
	return &keys{
		client: client, auth: c.Authorize, pace: rate.NewLimiter(fetchesPerSecond, fetchesAtOnce),
		proved: map[string]*keyEntry{}, fresh: map[string]*keyEntry{},
	}
}

// get returns the key at the URL. If the key misfit did not match a signature,
// get fetches it again, because the service desk may have replaced it. It does
// not fetch the key again soon after the last time, so that forged deliveries
// do not each cause a request. Deliveries that arrive while the key is being
// fetched wait for the same answer. A failure is not kept.
func (k *keys) get(ctx context.Context, u keyURL, misfit string) (*keyEntry, error) {
	e := k.entry(ctx, u, misfit)
	select {
	case <-e.done:
		return e, e.err
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", ErrKey, ctx.Err())
	}
}

func (k *keys) entry(ctx context.Context, u keyURL, misfit string) *keyEntry {
	k.mu.Lock()
	defer k.mu.Unlock()
	known := k.proved[u.id]
	if known != nil && (known.key != misfit || !known.old()) {
		return known
	}
	if e := k.fresh[u.id]; e != nil && (misfit == "" || !e.old()) {
		return e
	}
	e := &keyEntry{done: make(chan struct{})}
	put(k.fresh, u.id, e)
	// Others wait for this request, so it must not end when one sender
	// disconnects.
	go k.fill(context.WithoutCancel(ctx), e, u, known == nil)
	return e
}

// old tells whether the key was fetched so long ago that it may have been
// replaced since.
func (e *keyEntry) old() bool {
	select {
	case <-e.done:
		return time.Since(e.at) >= refetchAfter
	default:
		return false
	}
}

// put adds an entry. When there are too many it removes any other, which is
// fetched again when needed.
func put(entries map[string]*keyEntry, id string, e *keyEntry) {
	if _, there := entries[id]; !there && len(entries) >= maxKeys {
		for other := range entries {
			delete(entries, other)
			break
		}
	}
	entries[id] = e
}

// prove records that the key has verified a delivery.
func (k *keys) prove(u keyURL, e *keyEntry) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if known := k.proved[u.id]; known == nil || e.at.After(known.at) {
		put(k.proved, u.id, e)
	}
	if k.fresh[u.id] == e {
		delete(k.fresh, u.id)
	}
}

func (k *keys) fill(ctx context.Context, e *keyEntry, u keyURL, paced bool) {
	ctx, cancel := context.WithTimeout(ctx, keyTimeout)
	defer cancel()
	var key string
	var err error
	if paced && k.pace.Wait(ctx) != nil {
		err = fmt.Errorf("%w: too many different keys at once", ErrKey)
	} else {
		key, err = k.fetch(ctx, u.String())
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	e.key, e.err, e.at = key, err, time.Now()
	if e.err != nil && k.fresh[u.id] == e {
		delete(k.fresh, u.id)
	}
	close(e.done)
}

// fetch asks without credentials. If that is refused, it asks once more with
// them.
func (k *keys) fetch(ctx context.Context, target string) (string, error) {
	body, status, err := fetch(ctx, k.client, target, nil)
	if refused := status == http.StatusUnauthorized || status == http.StatusForbidden; err == nil && refused && k.auth != nil {
		body, status, err = fetch(ctx, k.client, target, k.auth)
	}
	switch {
	case err != nil:
		return "", fmt.Errorf("%w: %w", ErrKey, err)
	case status == http.StatusNotFound:
		return "", fmt.Errorf("%w: there is no such key", ErrRefused)
	case status != http.StatusOK:
		return "", fmt.Errorf("%w: status %d", ErrKey, status)
	}
	var answer struct {
		SigningKey string `json:"signing_key"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return "", fmt.Errorf("%w: the answer is not JSON", ErrKey)
	}
	if answer.SigningKey == "" {
		return "", fmt.Errorf("%w: the answer holds none", ErrKey)
	}
	return answer.SigningKey, nil
}

// fetch reads a short answer.
func fetch(ctx context.Context, client *http.Client, target string, authorize func(context.Context, *http.Request) error) (body []byte, status int, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, http.NoBody)
	if err != nil {
		return nil, 0, err
	}
	req.Header.Set("Accept", "application/json")
	if authorize != nil {
		if err := authorize(ctx, req); err != nil {
			return nil, 0, err
		}
	}
	resp, err := client.Do(req)
	if err != nil {
		return nil, 0, err
	}
	body, err = io.ReadAll(io.LimitReader(resp.Body, maxKeyBody)) // a longer answer is cut and then not a key
	_ = resp.Body.Close()                                         // the part that is needed has been read
	return bytes.TrimPrefix(body, []byte("\ufeff")), resp.StatusCode, err
}
