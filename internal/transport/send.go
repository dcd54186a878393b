package transport

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/covedesk/covedesk/internal/text"
)

// maxErrorText is how much of a transport error is shown.
const maxErrorText = 500

// wireError is the error of net/http for a request without an answer. Its text
// may quote the server, so it is cleaned for logs.
type wireError struct {
	err  error
	text string
}

func (e *wireError) Error() string { return e.text }
func (e *wireError) Unwrap() error { return e.err }

// sender is the last link: the user's http.Client.
func sender(hc *http.Client, hide *text.Secrets) link {
	return func(ctx context.Context, req *http.Request) (*http.Response, error) {
		resp, err := hc.Do(req.WithContext(ctx))
		if err == nil {
			return resp, nil
		}
		if resp != nil {
			_ = resp.Body.Close() // of a redirect that was not followed
		}
		if outer := (*url.Error)(nil); errors.As(err, &outer) {
			err = outer.Err // the rest of its text is only the URL
		}
		return nil, &wireError{err, hide.Show(err.Error(), maxErrorText)}
	}
}
