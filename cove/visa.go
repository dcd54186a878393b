package cove

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// visaAge is the age after which a visa is not used any more. The API lets it
// live 15 minutes; the rest is for the request under way and for clocks.
const visaAge = 13 * time.Minute

// A visa is the session of a client and of all clients derived from it. Each
// answer brings a new visa for the next call, so that a client in use logs in
// once; one that rests for longer than a visa lives logs in again.
type visa struct {
	logins chan struct{} // held during a login: there is one at a time

	mu      sync.Mutex
	token   string
	issued  time.Time // when the request that brought it was sent
	user    *User
	refused error // the credentials are wrong: no further try

	// Whether an older visa stays valid beside its successor is not
	// documented, and sources differ. Calls run side by side until one is
	// refused for that reason; from then on they run one after another.
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

// current returns the visa if it is still good.
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

// pass returns a good visa for one call, logging in if need be.
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

// answered takes the visa that came with an answer. An answer that repeats the
// old one does not renew it.
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

// done ends the use and tells whether the visa was refused. Then the next pass
// is a better one, or there is an error.
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
		v.chained = true // a younger visa exists: try that one, in turn
	case v.token == p.token:
		v.token = ""
	}
	return true
}

// ensure returns a good visa and its user.
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

// login sends the credentials. They are tried once: the API locks users that
// fail repeatedly, so a refusal stands for the life of the client.
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

// Login logs in, or returns the user of the visa that is still good. Calls log
// in by themselves; a program calls Login to learn who it is, and to see early
// whether its credentials work. Credentials that were refused are not tried
// again: the API locks users that fail repeatedly. A login whose answer was
// lost is sent again, as reads are.
func (c *Client) Login(ctx context.Context) (*User, error) {
	_, user, err := c.ensure(ctx)
	if err != nil {
		return nil, err
	}
	copied := *user
	return &copied, nil
}

// orHome returns a partner, or for zero the one that the user belongs to.
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
