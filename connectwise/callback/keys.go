package callback

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"
)

const (
	maxKeys      = 100      // kept; a tenant has one for each callback entry
	maxKeyBody   = 64 << 10 // bytes of an answer that should be one short line
	maxFetches   = 30       // in a minute: deliveries that nobody signed must not become a flood
	fetchesReset = time.Minute
	refetchAfter = 10 * time.Minute // of a key that does not fit any more
)

// keys fetches signing keys, each once as long as it fits, and keeps them.
type keys struct {
	client   *http.Client
	auth     func(context.Context, *http.Request) error
	clientID string

	mu      sync.Mutex
	byURL   map[string]*keyEntry
	since   time.Time // of the minute that is being counted
	fetches int
}

// keyEntry is a key that has been fetched or is being fetched.
type keyEntry struct {
	done chan struct{}
	key  string
	err  error
	at   time.Time // when it was fetched
}

func newKeys(c Config, client *http.Client) *keys {
	k := &keys{client: client, clientID: c.ClientID, byURL: map[string]*keyEntry{}}
	if c.Auth != nil {
		k.auth = c.Auth.Authorize
	}
	return k
}

// get returns the key at the URL. Deliveries that come in while it is being
// fetched wait for the same answer; a failure is not kept.
func (k *keys) get(ctx context.Context, u *url.URL, s standing) (string, error) {
	id := u.String()
	k.mu.Lock()
	e, ok := k.byURL[id]
	if !ok {
		if err := k.spend(); err != nil {
			k.mu.Unlock()
			return "", err
		}
		for old := range k.byURL {
			if len(k.byURL) < maxKeys {
				break
			}
			delete(k.byURL, old) // any: it is fetched again when needed
		}
		e = &keyEntry{done: make(chan struct{})}
		k.byURL[id] = e
	}
	k.mu.Unlock()
	if !ok {
		// The others wait for it: it must not end with one sender's patience.
		go k.fill(context.WithoutCancel(ctx), e, id, s)
	}
	select {
	case <-e.done:
		return e.key, e.err
	case <-ctx.Done():
		return "", fmt.Errorf("%w: %w", ErrKey, ctx.Err())
	}
}

func (k *keys) fill(ctx context.Context, e *keyEntry, id string, s standing) {
	ctx, cancel := context.WithTimeout(ctx, keyTimeout)
	defer cancel()
	e.key, e.err = k.fetch(ctx, id, s)
	k.mu.Lock()
	if e.at = time.Now(); e.err != nil && k.byURL[id] == e {
		delete(k.byURL, id)
	}
	k.mu.Unlock()
	close(e.done)
}

// outdated forgets the key at the URL, which did not fit a delivery, and
// reports whether it is worth fetching again: the service desk may have
// replaced it since, but whoever sends forgeries must not have it fetched for
// each.
func (k *keys) outdated(u *url.URL) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	e, ok := k.byURL[u.String()]
	if !ok || e.at.IsZero() || time.Since(e.at) < refetchAfter {
		return false
	}
	delete(k.byURL, u.String())
	return true
}

// spend counts a fetch against what a minute allows.
func (k *keys) spend() error {
	if now := time.Now(); now.Sub(k.since) >= fetchesReset {
		k.since, k.fetches = now, 0
	}
	if k.fetches++; k.fetches > maxFetches {
		return fmt.Errorf("%w: too many different keys in a minute", ErrKey)
	}
	return nil
}

// fetch asks without credentials and, when that is refused and the host is
// the service desk's own, once more with them.
func (k *keys) fetch(ctx context.Context, keyURL string, s standing) (string, error) {
	body, status, err := fetch(ctx, k.client, keyURL, nil)
	refused := status == http.StatusUnauthorized || status == http.StatusForbidden
	if err == nil && refused && s == home && k.auth != nil {
		body, status, err = fetch(ctx, k.client, keyURL, k.authorize)
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

func (k *keys) authorize(ctx context.Context, req *http.Request) error {
	if k.clientID != "" {
		req.Header.Set("clientId", k.clientID)
	}
	return k.auth(ctx, req)
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
	body, err = io.ReadAll(io.LimitReader(resp.Body, maxKeyBody)) // what is longer is cut, and no JSON
	_ = resp.Body.Close()                                         // all of it that is wanted has been read
	return body, resp.StatusCode, err
}
