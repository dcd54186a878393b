package connectwise

import (
	"context"
	"net/http"
)

// Auth signs requests; usually it sets the Authorization header. The client calls
// it before each request, from several goroutines at once. It must not read the
// body.
type Auth interface {
	Authorize(ctx context.Context, req *http.Request) error
}

// authFunc is an Auth in a form that no printing can look into.
type authFunc func(context.Context, *http.Request) error

// Keys is the Auth of an API member or of a member's own keys.
type Keys struct {
	Company    string
	PublicKey  string
	PrivateKey Secret
}

// Authorize sets the Authorization header.
func (k Keys) Authorize(_ context.Context, req *http.Request) error {
	req.SetBasicAuth(k.Company+"+"+k.PublicKey, k.PrivateKey.Reveal())
	return nil
}
