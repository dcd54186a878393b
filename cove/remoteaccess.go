package cove

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
)

// A RemoteAccessEndpoint is where the backup manager of a device can be opened
// in a browser. Its addresses hold a token that works once; printing, logging
// or writing an endpoint as JSON or XML shows the host only; gob refuses it.
type RemoteAccessEndpoint struct {
	WebURL  string `json:"WebRcgUrl"`
	InfoURL string `json:"InternalInfoPageUrl"`
}

func (e *RemoteAccessEndpoint) valid() bool { return e.WebURL != "" }

// Host returns the host and port of the storage node behind the endpoint.
func (e RemoteAccessEndpoint) Host() string {
	u, err := url.Parse(e.WebURL)
	if err != nil {
		return ""
	}
	return u.Host
}

// String returns the host, without the token.
func (e RemoteAccessEndpoint) String() string { return "cove.RemoteAccessEndpoint{" + e.Host() + "}" }

// Format prints String, whatever the verb.
func (e RemoteAccessEndpoint) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(e.String())) }

// GobEncode refuses.
func (e RemoteAccessEndpoint) GobEncode() ([]byte, error) { return nil, errSecret }

// MarshalText returns the host, without the token, for JSON and XML.
func (e RemoteAccessEndpoint) MarshalText() ([]byte, error) { return []byte(e.String()), nil }

// LogValue returns the host, without the token.
func (e RemoteAccessEndpoint) LogValue() slog.Value { return slog.StringValue(e.Host()) }

// RemoteAccess returns the remote access endpoints of a device; none when it
// is offline (API method EnumerateAccountRemoteAccessEndpoints).
func (c *Client) RemoteAccess(ctx context.Context, accountID int64) ([]RemoteAccessEndpoint, error) {
	return list[RemoteAccessEndpoint](ctx, c, "EnumerateAccountRemoteAccessEndpoints", map[string]any{"accountId": accountID})
}

// Features returns the features of a device as the API answers them, in a
// shape that is not published (API method GetAccountFeatures).
func (c *Client) Features(ctx context.Context, accountID int64) (any, error) {
	v, err := get[any](ctx, c, "GetAccountFeatures", map[string]any{"accountId": accountID})
	if err != nil {
		return nil, err
	}
	return *v, nil
}
