package transport

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/covedesk/covedesk/internal/text"
)

// maxErrorText bounds what of a fault on the line is shown.
const maxErrorText = 500

// wireError is what net/http says about a request that brought no answer. Its
// text may quote what the server sent, and is made fit for a log.
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
			_ = resp.Body.Close() // of a redirect that is not followed
		}
		if outer := (*url.Error)(nil); errors.As(err, &outer) {
			err = outer.Err // the rest of its text is the URL
		}
		return nil, &wireError{err, hide.Show(err.Error(), maxErrorText)}
	}
}
