package connectwise

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Impersonate returns an [Auth] that acts as another member: it asks client,
// whose caller must be an Integrator Login allowed to impersonate members,
// for keys of that member, keeps them, and renews them before they expire
// (they last about four hours). Give it to [WithAuth]:
//
//	tech, err := client.With(connectwise.WithAuth(connectwise.Impersonate(client, "tech1")))
//
// An API member may not impersonate, whatever its role; the error is
// [ErrForbidden].
func Impersonate(client *Client, memberIdentifier string) Auth {
	return &impersonation{client: client, member: memberIdentifier, asking: make(chan struct{}, 1)}
}

type impersonation struct {
	client *Client
	member string
	asking chan struct{} // held by the one that asks

	mu      sync.Mutex
	keys    authFunc // signs with the member's keys
	renewAt time.Time
}

const (
	renewBefore     = 5 * time.Minute
	unstatedExpiry  = time.Hour // of a token that does not say
	shortestRenewal = time.Minute
)

// Authorize signs with the member's keys.
func (i *impersonation) Authorize(ctx context.Context, req *http.Request) error {
	keys, fresh := i.current()
	if !fresh {
		var err error
		if keys, err = i.renew(ctx); err != nil {
			return fmt.Errorf("impersonating %s: %w", i.member, err)
		}
	}
	return keys(ctx, req)
}

func (i *impersonation) current() (authFunc, bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.keys, time.Now().Before(i.renewAt)
}

func (i *impersonation) renew(ctx context.Context) (authFunc, error) {
	select {
	case i.asking <- struct{}{}:
		defer func() { <-i.asking }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if keys, fresh := i.current(); fresh {
		return keys, nil
	}
	var token struct {
		PublicKey  string `json:"publicKey"`
		PrivateKey Secret `json:"privateKey"`
		Expiration Time   `json:"expiration"`
	}
	r := request{method: http.MethodPost, path: "system/members/" + i.member + "/tokens", read: true}
	if strings.Contains(i.member, "/") {
		return nil, r.invalid([]FieldError{{Field: "memberIdentifier", Message: "holds a slash"}})
	}
	r.body, _ = encode(map[string]string{"memberIdentifier": i.member}) // strings always encode
	a, err := i.client.send(ctx, r)
	if err != nil {
		return nil, err
	}
	if err := a.decode(&token); err != nil {
		return nil, err
	}
	if token.PublicKey == "" || token.PrivateKey.IsZero() {
		return nil, a.unreadable(fmt.Errorf("no keys"))
	}
	now := time.Now()
	expires := token.Expiration.Time
	if expires.IsZero() {
		expires = now.Add(unstatedExpiry)
	} else if theirs, err := http.ParseTime(a.header.Get("Date")); err == nil {
		expires = expires.Add(now.Sub(theirs)) // by our clock
	}
	renewAt := expires.Add(-renewBefore)
	if earliest := now.Add(shortestRenewal); renewAt.Before(earliest) {
		renewAt = earliest
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = Keys{Company: i.client.credentials().Company, PublicKey: token.PublicKey, PrivateKey: token.PrivateKey}.Authorize
	i.renewAt = renewAt
	return i.keys, nil
}

// String names the member, not the keys.
func (i *impersonation) String() string { return "impersonation of " + i.member }

// Format writes String, whatever the verb.
func (i *impersonation) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, i.String()) }
