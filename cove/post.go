package cove

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/covedesk/covedesk/internal/transport"
)

type request struct {
	Version string `json:"jsonrpc"`
	ID      string `json:"id"`
	Visa    string `json:"visa,omitempty"`
	Method  string `json:"method"`
	Params  any    `json:"params"`
}

// send makes one call to the Management Service.
func (c *Client) send(ctx context.Context, pass *pass, method string, params any, decode func([]byte) (envelope, error)) error {
	if params == nil {
		params = struct{}{}
	}
	req := request{Version: "2.0", ID: "1", Method: method, Params: params}
	if pass != nil {
		req.Visa = pass.token
	}
	return c.post(ctx, c.client, c.base.String(), method, req, nil, func(body []byte) (envelope, error) {
		env, err := decode(body)
		if pass != nil {
			pass.answered(env.visa)
		}
		return env, err
	})
}

// post sends a JSON-RPC request to any of the services and turns the answer
// into a result or an error.
func (c *Client) post(ctx context.Context, chain *transport.Chain, address, method string, body any, header http.Header, decode func([]byte) (envelope, error)) error {
	data, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("cove: %s: parameters: %w", method, err)
	}
	read := isRead(method) || method == "Login"
	ctx = transport.WithName(ctx, method)
	if read {
		ctx = transport.WithRead(ctx)
	}
	if bringsSecrets(method, body) {
		ctx = transport.WithSecretAnswer(ctx)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(data))
	if err != nil {
		return fmt.Errorf("cove: %s: %w", method, err)
	}
	for name, values := range header {
		req.Header[name] = values
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	req.Header.Set("Accept", "application/json")
	quote := quoter(c.credentials().Password, data, header)
	resp, err := chain.Do(req)
	if err != nil {
		return failed(method, err, quote)
	}
	defer func() { _ = resp.Body.Close() }() // the body is read to its end below
	answer, err := transport.ReadBody(resp)
	if err == nil {
		answer, err = utf8Text(answer, c.latin1)
	}
	var env envelope
	if err == nil {
		env, err = decode(answer)
	}
	if f := env.failure; err == nil && f != nil {
		return &Error{Method: method, Status: resp.StatusCode, Code: f.Code, Data: f.Data, Message: quote.message(f.Message), Attempts: transport.Attempts(resp, nil)}
	}
	if resp.StatusCode >= http.StatusBadRequest {
		return &Error{Method: method, Status: resp.StatusCode, Message: quote.page(resp, answer), Attempts: transport.Attempts(resp, nil)}
	}
	if err == nil {
		return nil
	}
	if page := quote.page(resp, answer); page != "" {
		err = fmt.Errorf("%w: not JSON but %s", ErrMalformed, page)
	}
	if !read {
		err = fmt.Errorf("%w: %w", ErrOutcomeUnknown, err)
	}
	return fmt.Errorf("cove: %s: %w", method, err)
}

// failed turns an error of the chain into an error of this package.
func failed(method string, err error, quote quotes) error {
	var sent *transport.Error
	switch {
	case !errors.As(err, &sent) || sent.Class == nil:
		return fmt.Errorf("cove: %s: %w", method, err)
	case errors.Is(sent.Class, ErrRateLimited):
		return &Error{Method: method, Status: sent.Status, Attempts: sent.Attempts, Wait: sent.Wait, cause: err}
	}
	page := ""
	if sent.Response != nil {
		answer, _ := transport.ReadBody(sent.Response) // keep the part that could be read
		page = quote.page(sent.Response, answer)
	}
	if sent.Status >= http.StatusBadRequest {
		return &Error{Method: method, Status: sent.Status, Message: page, Attempts: sent.Attempts, cause: err}
	}
	if page != "" {
		err = fmt.Errorf("%w: %w: not JSON but %s", err, ErrMalformed, page)
	}
	return fmt.Errorf("cove: %s: %w", method, err)
}

// isOwn tells whether an answer comes from the API and not from a gateway in
// front of it.
func (c *Client) isOwn(_ *http.Response, body []byte) bool {
	answer, err := utf8Text(body, c.latin1)
	if err == nil {
		_, err = (&outer{}).decode(answer)
	}
	return err == nil
}

// bringsSecrets tells whether the answer of a method holds passwords, tokens or
// addresses that log a person in. No log may show such an answer.
func bringsSecrets(method string, body any) bool {
	if begins(method, "Login", "Authenticate", "GetAccountInfo", "EnumerateAccounts", "EnumerateRemovedAccounts", "AddAccount", "AddPartnerEx",
		"EnumerateAccountRemoteAccessEndpoints", "GenerateReinstallationPassphrase", "GetAutoLoginUrl", "GetAutoDeployCommandLine", "GetUserPassport",
		"EnumerateStorageNode", "GetStorageNode") {
		return true
	}
	r, _ := body.(request)
	query, ok := r.Params.(statisticsParams)
	return ok && (slices.Contains(query.Query.Columns, "I3") || slices.Contains(query.Query.Columns, "QW")) // installation password
}
