package cove

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// visaAge is the age after which a visa is not used any more. The API accepts
// it for 15 minutes; the difference allows for the duration of a request and
// for clocks that differ.
const visaAge = 13 * time.Minute

// A visa is the login of a client and of all clients derived from it. Each
// answer brings a new visa for the next call, so a client in use logs in once.
// A client that was idle for longer than a visa lives logs in again.
type visa struct {
	logins chan struct{} // held during a login, so that there is one at a time

	mu      sync.Mutex
	token   string
	issued  time.Time // when the request that brought it was sent
	user    *User
	refused error // not nil: the credentials are wrong, do not try again

	// The documentation does not say whether an older visa stays valid after a
	// new one was issued, and sources differ. Calls run concurrently until one
	// is refused for that reason; from then on they run one after another.
	chained bool
	turn    chan struct{} // held by a call while chained
}

func newVisa() *visa {
	return &visa{logins: make(chan struct{}, 1), turn: make(chan struct{}, 1)}
}

// A pass is the use of a visa for one call.
type pass struct {
	visa  *visa
	token string
	sent  time.Time
	turn  bool
}

// current returns the visa if it is still valid.
func (v *visa) current() (string, *User, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.refused != nil {
		return "", nil, v.refused
	}
	if v.token == "" || time.Since(v.issued) >= visaAge {
		return "", nil, nil
	}
	return v.token, v.user, nil
}

// pass returns a valid visa for one call. It logs in if necessary.
func (c *Client) pass(ctx context.Context) (*pass, error) {
	p := &pass{visa: c.shared().visa}
	v := c.shared().visa
	v.mu.Lock()
	chained := v.chained
	v.mu.Unlock()
	if chained {
		select {
		case v.turn <- struct{}{}:
			p.turn = true
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	token, _, err := c.ensure(ctx)
	if err != nil {
		p.release()
		return nil, err
	}
	p.token, p.sent = token, time.Now()
	return p, nil
}

func (p *pass) release() {
	if p.turn {
		<-p.visa.turn
		p.turn = false
	}
}

// answered stores the visa that came with an answer. An answer that repeats the
// old visa does not extend its life.
func (p *pass) answered(token string) {
	if token == "" || token == p.token {
		return
	}
	v := p.visa
	v.mu.Lock()
	defer v.mu.Unlock()
	if !p.sent.Before(v.issued) {
		v.token, v.issued = token, p.sent
	}
}

// done ends the use of the visa and tells whether the server refused it. Then
// the next call of [Client.pass] returns another visa, or an error.
func (p *pass) done(err error) (refused bool) {
	defer p.release()
	var e *Error
	if !errors.As(err, &e) || e.Data != CodeVisa {
		return false
	}
	v := p.visa
	v.mu.Lock()
	defer v.mu.Unlock()
	switch {
	case v.token != p.token && time.Since(p.sent) < visaAge && !p.turn:
		v.chained = true // a newer visa exists: use that one, with one call at a time
	case v.token == p.token:
		v.token = ""
	}
	return true
}

// ensure returns a valid visa and its user.
func (c *Client) ensure(ctx context.Context) (string, *User, error) {
	v := c.shared().visa
	if token, user, err := v.current(); token != "" || err != nil {
		return token, user, err
	}
	select {
	case v.logins <- struct{}{}:
		defer func() { <-v.logins }()
	case <-ctx.Done():
		return "", nil, ctx.Err()
	}
	if token, user, err := v.current(); token != "" || err != nil {
		return token, user, err // another call has logged in meanwhile
	}
	return c.login(ctx)
}

// login sends the credentials. After a refusal the client never sends them
// again, because the API locks users after repeated failures.
func (c *Client) login(ctx context.Context) (string, *User, error) {
	params := map[string]string{"username": c.credentials().Username, "password": c.credentials().Password}
	if c.credentials().Partner != "" {
		params["partner"] = c.credentials().Partner
	}
	sent := time.Now()
	user, token := new(User), ""
	err := c.send(ctx, nil, "Login", params, func(body []byte) (envelope, error) {
		env, err := (&outer{value: user}).decode(body)
		token = env.visa
		if err == nil && env.failure == nil && (token == "" || user.PartnerID == 0) {
			err = fmt.Errorf("%w: the answer to a login holds no visa, or no partner", ErrMalformed)
		}
		return env, err
	})
	v := c.shared().visa
	v.mu.Lock()
	defer v.mu.Unlock()
	if err != nil {
		if e := (*Error)(nil); errors.As(err, &e) && e.Data == CodeCredentials {
			v.refused = err
		}
		return "", nil, err
	}
	v.token, v.issued, v.user = token, sent, user
	return token, user, nil
}

// Login logs in and returns the user, or returns the user of a visa that is
// still valid. Other calls log in by themselves; a program calls Login to learn
// its user, or to check its credentials early. Credentials that were refused
// are not tried again, because the API locks users after repeated failures. A
// login whose answer was lost is sent again, as reads are.
func (c *Client) Login(ctx context.Context) (*User, error) {
	_, user, err := c.ensure(ctx)
	if err != nil {
		return nil, err
	}
	copied := *user
	return &copied, nil
}

// orHome returns partnerID, or for zero the id of the partner that the user
// belongs to.
func (c *Client) orHome(ctx context.Context, partnerID int64) (int64, error) {
	if partnerID != 0 {
		return partnerID, nil
	}
	user, err := c.Login(ctx)
	if err != nil {
		return 0, err
	}
	return user.PartnerID, nil
}
